"""Logos and signatures as certificates print them: copies named by their content, which no later change touches."""

import base64
import hashlib
import logging
from functools import lru_cache
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageOps
from wagtail.images.models import AbstractImage

from cms.private_files import private_storage, sync_files

logger = logging.getLogger("akademi.certificates")

FOLDER = "certificates/design"
SIDE = 600  # pixels: 25 mm at 600 dpi
CACHED = 32  # pictures kept in a process, some 50 kB each


def freeze(picture: AbstractImage | None) -> str:
    """Keep the picture as it is now, small and without metadata; its name in private storage, empty for none.

    A picture whose file is gone or unreadable is left out: the certificate is more important than its logo.
    """
    return _freeze(picture.pk, picture.file.name) if picture is not None else ""


@lru_cache(maxsize=CACHED)
def _freeze(pk: int, name: str) -> str:
    """By the file's name, which Wagtail changes with its content."""
    try:
        with default_storage.open(name) as file, Image.open(file) as opened:
            content = _png(opened)
    except Exception as error:  # bombs, broken chunks, unknown modes: none of it may stop a batch
        logger.error("picture %s cannot be printed: %s", pk, type(error).__name__)
        return ""
    frozen = f"{FOLDER}/{hashlib.sha256(content).hexdigest()}.png"
    if not _holds(frozen, content):
        private_storage().delete(frozen)
        private_storage().save(frozen, ContentFile(content))
    sync_files([frozen])
    return frozen


def _holds(name: str, content: bytes) -> bool:
    """Whether it is there and whole: a process may have been killed while it wrote."""
    try:
        with private_storage().open(name) as file:
            return bool(file.read() == content)
    except OSError:
        return False


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
