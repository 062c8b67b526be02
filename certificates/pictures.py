"""Pages of our own PDFs as pictures: for the CMS, for the holder's list, for a link that is shared.

Drawn when asked for and kept nowhere (docs/adr/0034): one takes 50 ms, and no picture outlives its certificate.
"""

from io import BytesIO

import pypdfium2
from PIL import Image

from certificates.pdfium import one_at_a_time

A4_HEIGHT = 595  # points, of a page that lies
PREVIEW_WIDTH, PREVIEW_HEIGHT = 480, 339  # pixels: sharp on a phone, some 10 kB
SHARE_WIDTH, SHARE_HEIGHT = 1200, 630  # what messengers show of a link
MARGIN = 28
GREEN = (15, 74, 48)  # the theme colour of base.html
COLOURS = 128  # enough for a page of one colour and its shades; a quarter of the bytes


def page_pictures(content: bytes, *, scale: float, pages: int | None = None) -> list[Image.Image]:
    """The first pages, or all of them, in RGB; `scale` is pixels a point. For our own PDFs only, never a stranger's."""
    with one_at_a_time:
        document = pypdfium2.PdfDocument(content)
        try:
            return [document[at].render(scale=scale).to_pil() for at in range(pages or len(document))]
        finally:
            document.close()


def preview(content: bytes) -> bytes:
    """The first page, small, as WebP."""
    (page,) = page_pictures(content, scale=PREVIEW_WIDTH / 842, pages=1)
    return _saved(page.resize((PREVIEW_WIDTH, PREVIEW_HEIGHT), Image.Resampling.LANCZOS), "WEBP", quality=60)


def share_picture(content: bytes) -> bytes:
    """The first page on green, as PNG of 1200 by 630 pixels."""
    (page,) = page_pictures(content, scale=(SHARE_HEIGHT - 2 * MARGIN) / A4_HEIGHT, pages=1)
    whole = Image.new("RGB", (SHARE_WIDTH, SHARE_HEIGHT), GREEN)
    whole.paste(page, ((SHARE_WIDTH - page.width) // 2, (SHARE_HEIGHT - page.height) // 2))
    # The octree takes a third of the time of Pillow's other ways, and gives smaller files.
    return _saved(whole.quantize(COLOURS, method=Image.Quantize.FASTOCTREE), "PNG")


def _saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    target = BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()
