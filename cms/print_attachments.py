"""Putting a file into a PDF/A-3 before it is written.

Opened by `cms.print_engine` alone. WeasyPrint attaches files too, but names each twice in the catalogue's list of
associated files and writes their streams where the press could not know them.
"""

from typing import Any

import pydyf

from cms.printing import Attachment


class _Embedded(pydyf.Object):
    """The stream of an embedded file, written as the press writes it too."""

    compressible = False

    def __init__(self, attachment: Attachment) -> None:
        super().__init__()
        entries, content = attachment.stream
        self._written = b"<<%b/Length %d>>\nstream\n%b\nendstream" % (entries, len(content), content)

    @property
    def data(self) -> bytes:
        """The object between its number and its end."""
        return self._written


def attach(pdf: Any, attachment: Attachment) -> int:
    """Attach the file to the whole document (ISO 19005-3, 6.8); the number of its stream."""
    file = _Embedded(attachment)
    pdf.add_object(file)
    name = pydyf.String(attachment.name)
    specification = pydyf.Dictionary(
        {
            "Type": "/Filespec",
            "F": name,
            "UF": name,
            "Desc": pydyf.String(attachment.description),
            "AFRelationship": "/Supplement",
            "EF": pydyf.Dictionary({"F": file.reference, "UF": file.reference}),
        }
    )
    pdf.add_object(specification)
    names = pydyf.Dictionary({"Names": pydyf.Array([name, specification.reference])})
    pdf.catalog.setdefault("Names", pydyf.Dictionary())["EmbeddedFiles"] = names
    pdf.catalog["AF"] = pydyf.Array([specification.reference])
    number: int = file.number
    return number
