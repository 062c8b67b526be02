"""Logos and signatures as certificates print them: copies named by their content, which no later change touches."""

import base64
import hashlib
from functools import lru_cache
from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image, ImageOps
from wagtail.images.models import AbstractImage

from cms.private_files import private_storage

FOLDER = "certificates/design"
SIDE = 600  # pixels: 25 mm at 600 dpi
CACHED = 32  # pictures kept in a process, some 50 kB each


def freeze(picture: AbstractImage | None) -> str:
    """Keep the picture as it is now, small and without metadata; its name in private storage, empty for none.

    A picture whose file is gone or unreadable is left out: the certificate is more important than its logo.
    """
    if picture is None:
        return ""
    try:
        with picture.file.open("rb") as file, Image.open(file) as opened:
            content = _png(opened)
    except OSError:
        return ""
    name = f"{FOLDER}/{hashlib.sha256(content).hexdigest()}.png"
    if not private_storage().exists(name):
        private_storage().save(name, ContentFile(content))
    return name


def _png(opened: Image.Image) -> bytes:
    small = ImageOps.exif_transpose(opened).convert("RGBA")
    small.thumbnail((SIDE, SIDE))
    target = BytesIO()
    small.save(target, "PNG", optimize=True)
    return target.getvalue()


@lru_cache(maxsize=CACHED)
def data_uri(name: str) -> str:
    """A frozen picture for a print; raises OSError when it is gone."""
    with private_storage().open(name) as file:
        return f"data:image/png;base64,{base64.b64encode(file.read()).decode()}"
