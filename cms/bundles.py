"""One style sheet out of many small files: a phone on a slow network asks for `css/app.css` once.

The sources stay small and plain in `static/css/`; this finder joins them for `collectstatic` and, in development
and in tests, whenever a source is newer than the sheet. There is nothing to build by hand.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

SHEET = "css/app.css"
FIRST = ("tokens.css", "base.css", "layout.css")  # tokens.css names the cascade layers, so it leads
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def sources(folder: Path) -> list[Path]:
    """The style sheets in the order they are joined: foundations, components by name, then the rest of the folder."""
    foundations = [folder / name for name in FIRST]
    rest = [path for path in sorted(folder.glob("*.css")) if path.name not in FIRST]
    return [*foundations, *sorted((folder / "components").glob("*.css")), *rest]


def join(paths: Iterable[Path]) -> str:
    """The text of all sheets, without comments and indentation."""
    text = "".join(COMMENT.sub("", path.read_text(encoding="utf-8")) for path in paths)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip()) + "\n"


class BundleFinder(BaseFinder):
    """Finds the joined style sheet."""

    def __init__(self, app_names: Iterable[str] | None = None, *args: Any, **kwargs: Any) -> None:
        self.folder = Path(settings.BASE_DIR) / "static" / "css"
        self.storage = FileSystemStorage(location=Path(settings.DATA_DIR) / "bundles")
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[Any]:
        """Nothing to configure, nothing to complain about."""
        return []

    def find(  # type: ignore[override]  # the stubs know only two overloads
        self, path: str, find_all: bool = False, **kwargs: Any
    ) -> str | list[str]:
        """The path of the joined sheet, fresh; nothing for any other name."""
        if path != SHEET:
            return []
        found = str(self._write())
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """The joined sheet, for collectstatic."""
        self._write()
        yield SHEET, self.storage

    def _write(self) -> Path:
        sheet = Path(self.storage.path(SHEET))
        paths = sources(self.folder)
        newest = max(path.stat().st_mtime for path in [*paths, self.folder / "components"])
        if not sheet.exists() or sheet.stat().st_mtime < newest:
            sheet.parent.mkdir(parents=True, exist_ok=True)
            draft = sheet.with_suffix(".tmp")
            draft.write_text(join(paths), encoding="utf-8")
            draft.replace(sheet)
        return sheet
