"""The one place that knows WeasyPrint: HTML becomes a PDF from our own files only.

Only `cms.printing` opens it, by name: it takes half a second to load, which a server that starts does not wait for.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from io import BytesIO
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.contrib.staticfiles import finders
from fontTools import subset  # type: ignore[import-untyped]
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from cms.print_attachments import attach
from cms.print_layout import layout_of
from cms.print_tags import free_margins
from cms.printing import STATIC_BASE, Attachment, ForbiddenResource, Layout

ARCHIVE = "pdf/a-3b"  # tagged as every print; part 3 may carry attachments
FONT_FOLDER = "fonts/"
FONT_ROOT = Path("/usr/share/fonts")
# The only font files a print may use, by name; from the system packages fonts-ebgaramond and fonts-open-sans.
FONT_FILES = frozenset(
    {
        "EBGaramond12-Regular.otf",
        "EBGaramond12-Italic.otf",
        "OpenSans-Regular.ttf",
        "OpenSans-Semibold.ttf",
        "OpenSans-Bold.ttf",
        "OpenSans-Italic.ttf",
    }
)
# EB Garamond has 3,000 glyphs, and a PDF pays some bytes for each up to the highest one used (45 kB a certificate):
# it is cut to Latin letters, punctuation and lining figures first. Anything else falls back to the whole Open Sans.
CUT_FONTS = ("EBGaramond",)
LATIN = (*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2010, 0x2027))


@cache
def font_path(name: str) -> Path:
    """Where the system keeps a listed font file; raises FileNotFoundError with the remedy."""
    found = next(FONT_ROOT.rglob(name), None)
    if found is None:
        raise FileNotFoundError(f"font {name} is not installed; it comes with fonts-ebgaramond or fonts-open-sans")
    return found


@cache
def font_bytes(name: str) -> bytes:
    """A listed font, cut to what our prints use; half a second, once a process."""
    if not name.startswith(CUT_FONTS):
        return font_path(name).read_bytes()
    options = subset.Options(layout_features=["kern", "lnum"], notdef_outline=True)
    options.drop_tables += ["FFTM"]
    font = subset.load_font(str(font_path(name)), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=LATIN)
    cutter.subset(font)
    output = BytesIO()
    subset.save_font(font, output, options)
    return output.getvalue()


def _local_bytes(name: str) -> bytes:
    if name.startswith(FONT_FOLDER) and (font := name.removeprefix(FONT_FOLDER)) in FONT_FILES:
        return font_bytes(font)
    found = finders.find(name)
    if not found:
        raise ForbiddenResource(f"no static file {name}")
    return Path(found).read_bytes()


class StaticOnlyFetcher(URLFetcher):
    """Reads our static files and data: URIs; everything else stops the print: no network, no other file."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=["data"], fail_on_errors=True)
        self.failure: Exception | None = None

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """The resource behind `url`; raises ForbiddenResource and remembers it, for WeasyPrint swallows some."""
        try:
            return super().fetch(url, headers) if url.startswith("data:") else self._static_file(url)
        except Exception as error:
            self.failure = error
            raise

    def _static_file(self, url: str) -> URLFetcherResponse:
        if not url.startswith(STATIC_BASE):
            raise ForbiddenResource("only static files and data: URIs may be printed")
        name = unquote(urlsplit(url).path).lstrip("/")
        content_type = guess_type(name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, _local_bytes(name), {"Content-Type": content_type})


def every_font() -> dict[str, bytes]:
    """The listed font files by name, as they are embedded."""
    return {name: font_bytes(name) for name in sorted(FONT_FILES)}


def lay_out(html: str, *, archive: bool = False, attachment: Attachment | None = None) -> bytes:
    """The page as tagged PDF, fonts embedded. Raises ForbiddenResource as `render_pdf` does."""
    return _write(html, ARCHIVE if archive else None, attachment)


def lay_out_page(versions: Iterable[str]) -> bytes:
    """The first that fits one page, else the last; raises what `cms.printing.render_page` says."""
    content = b""
    for html in versions:
        pages: list[Any] = []

        def look(document: Any, pdf: Any, attached: int, pages: list[Any] = pages) -> None:
            pages.extend(document.pages)

        content = _write(html, None, None, look)
        if len(pages) == 1:
            break
    return content


def lay_out_form(html: str, marks: Collection[str], attachment: Attachment | None = None) -> Layout:
    """The parts of the PDF/A that `lay_out` would write; raises what `cms.printing.lay_out_form` says."""
    found: list[Layout] = []

    def look(document: Any, pdf: Any, attached: int) -> None:
        found.append(layout_of(document, pdf, marks, attached))

    _write(html, ARCHIVE, attachment, look)
    return found[0]


def _write(
    html: str,
    variant: str | None,
    attachment: Attachment | None,
    look: Callable[[Any, Any, int], None] | None = None,
) -> bytes:
    """The PDF; `look` sees the document and its parts before they are written, and which is the attached file."""

    def finish(document: Any, pdf: Any) -> None:
        free_margins(pdf)
        attached = attach(pdf, attachment) if attachment else 0
        if look:
            look(document, pdf, attached)

    fetcher = StaticOnlyFetcher()
    output = BytesIO()
    document = HTML(string=html, base_url=STATIC_BASE, url_fetcher=fetcher)
    options = {"pdf_tags": True, "pdf_variant": variant, "finisher": finish}
    try:
        document.write_pdf(output, font_config=FontConfiguration(), **options)
    except FatalURLFetchingError as error:
        raise ForbiddenResource(str(fetcher.failure)) from error
    if fetcher.failure:
        raise ForbiddenResource(str(fetcher.failure)) from fetcher.failure
    return output.getvalue()
