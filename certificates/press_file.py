"""Writing a pressed PDF: what is the same in every file of a form is kept ready, compressed, with its places known."""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cms.printing import Attachment, Layout

_HEADER = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
_ENTRY = 6  # bytes in a row of the cross-reference: kind 1, place 3, position in the object stream 2
_DEFLATE_HEADER, _DEFLATE_END = b"\x78\xda", b"\x03\x00"


def _squeezed(content: bytes) -> bytes:
    """A piece of a Deflate stream that refers to nothing before it, so that pieces can be joined."""
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return squeezer.compress(content) + squeezer.flush(zlib.Z_FULL_FLUSH)


@dataclass(frozen=True)
class Piece:
    """A constant piece of a page's content, and the same compressed."""

    content: bytes
    squeezed: bytes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "squeezed", _squeezed(self.content))


class Blueprint:
    """Everything of a form's files but the contents of their pages, their description, title and attachment."""

    def __init__(self, layout: Layout) -> None:
        self._root, self._metadata, self._attachment = layout.root, layout.metadata, layout.attachment
        self._info = max([*layout.plain, *layout.streams, *(page.number for page in layout.pages)]) + 1
        self._info = max(self._info, layout.metadata + 1, layout.attachment + 1)
        self._table = bytearray(_ENTRY * (self._info + 3))
        parts = [_HEADER]
        place = len(_HEADER)
        for number, content in [*layout.streams.items(), (self._info + 1, self._packed(layout.plain))]:
            self._enter(self._table, number, place)
            parts.append(content + b"\n")
            place += len(content) + 1
        self._head = b"".join(parts)
        self._digest = hashlib.sha256(self._head).digest()

    def _packed(self, plain: Mapping[int, bytes]) -> bytes:
        """The objects that are no streams, in one that is: an object stream."""
        index, body = [], b""
        for position, (number, content) in enumerate(plain.items()):
            index.append(f"{number} {len(body)}")
            body += content + b"\n"
            self._table[number * _ENTRY : (number + 1) * _ENTRY] = (
                b"\x02" + (self._info + 1).to_bytes(3, "big") + position.to_bytes(2, "big")
            )
        head = " ".join(index).encode() + b"\n"
        extra = b"/Type/ObjStm/Filter/FlateDecode/N %d/First %d" % (len(index), len(head))
        return _stream(self._info + 1, zlib.compress(head + body, 9), extra)

    @staticmethod
    def _enter(table: bytearray, number: int, place: int) -> None:
        table[number * _ENTRY : (number + 1) * _ENTRY] = b"\x01" + place.to_bytes(3, "big") + b"\x00\x00"

    def write(
        self,
        contents: Mapping[int, Sequence[Piece | bytes]],
        *,
        info: bytes,
        xmp: bytes,
        attachment: Attachment | None = None,
    ) -> bytes:
        """The file; `contents` are the pieces of each page's content by the number of its stream.

        It has an attachment if the form was laid out with one.
        """
        squeezer = zlib.compressobj(6, zlib.DEFLATED, -15)
        metadata = b"/Type/Metadata/Subtype/XML"
        objects = {
            **{number: _page(number, pieces, squeezer) for number, pieces in contents.items()},
            self._metadata: _stream(self._metadata, xmp, metadata),
            self._info: b"%d 0 obj\n%b\nendobj" % (self._info, info),
        }
        if attachment is not None:
            entries, content = attachment.stream
            objects[self._attachment] = _stream(self._attachment, content, entries)
        table, parts, place = bytearray(self._table), [self._head], len(self._head)
        for number, content in objects.items():
            self._enter(table, number, place)
            parts.append(content + b"\n")
            place += len(content) + 1
        own = self._info + 2
        self._enter(table, own, place)
        parts += [self._references(own, table, b"".join(parts[1:])), b"\nstartxref\n%d\n%%%%EOF\n" % place]
        return b"".join(parts)

    def _references(self, own: int, table: bytearray, variable: bytes) -> bytes:
        identity = hashlib.sha256(self._digest + variable).hexdigest()[:32].encode()
        extra = b"/Type/XRef/Filter/FlateDecode/W[1 3 2]/Size %d/Root %b/Info %d 0 R/ID[<%b><%b>]" % (
            own + 1,
            self._root,
            self._info,
            identity,
            identity,
        )
        return _stream(own, zlib.compress(bytes(table), 6), extra)


def _page(number: int, pieces: Sequence[Piece | bytes], squeezer: "zlib._Compress") -> bytes:
    content, parts = [], [_DEFLATE_HEADER]
    for piece in pieces:
        if isinstance(piece, Piece):
            content.append(piece.content)
            parts.append(piece.squeezed)
        else:
            content.append(piece)
            parts += [squeezer.compress(piece), squeezer.flush(zlib.Z_FULL_FLUSH)]
    parts += [_DEFLATE_END, zlib.adler32(b"".join(content)).to_bytes(4, "big")]
    return _stream(number, b"".join(parts), b"/Filter/FlateDecode")


def _stream(number: int, content: bytes, extra: bytes) -> bytes:
    return b"%d 0 obj\n<<%b/Length %d>>\nstream\n%b\nendstream\nendobj" % (number, extra, len(content), content)
