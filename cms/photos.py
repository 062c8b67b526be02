"""Pictures from people's phones: verified, turned upright, freed of everything but their pixels, made small."""

from __future__ import annotations

import hashlib
import struct
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

from PIL import Image, ImageFile, ImageOps

from cms.errors import PhotoIsHeic, PhotoNotAnImage, PhotoRefused, PhotoTooBig, PhotoTooManyPixels

MAX_UPLOAD_BYTES = 10 * 1024 * 1024
MAX_PIXELS_JPEG = 50_000_000  # decoded at a reduced scale, so even 50 megapixels stay small in memory
MAX_PIXELS_DECODED = 25_000_000  # 100 MB at 4 bytes a pixel
MAX_SIDE, MAX_BYTES = 1600, 400_000
THUMBNAIL_SIDE, THUMBNAIL_BYTES = 360, 40_000
_FORMATS = ("JPEG", "PNG", "WEBP")
_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, struct.error, zlib.error)


@dataclass(frozen=True)
class CleanPhoto:
    """A re-encoded photo: JPEG bytes without any metadata, its size in pixels, a thumbnail, the upload's SHA-256."""

    data: bytes
    thumbnail: bytes
    width: int
    height: int
    upload_digest: str


def clean_photo(upload: IO[bytes], name: str = "") -> CleanPhoto:
    """Re-encode an uploaded picture: at most 1600 px and 400 kB, no EXIF, no position, nothing hidden in it.

    Raises PhotoTooBig, PhotoIsHeic, PhotoNotAnImage or PhotoTooManyPixels, each carrying the file's name.
    """
    upload.seek(0)
    raw = upload.read(MAX_UPLOAD_BYTES + 1)
    try:
        if len(raw) > MAX_UPLOAD_BYTES:
            raise PhotoTooBig
        picture = _decode(raw)
        data, (width, height) = _encode(picture, MAX_SIDE, MAX_BYTES)
        thumbnail, _size = _encode(picture, THUMBNAIL_SIDE, THUMBNAIL_BYTES)
    except PhotoRefused as refusal:
        refusal.name = name
        raise
    return CleanPhoto(data, thumbnail, width, height, hashlib.sha256(raw).hexdigest())


def _decode(raw: bytes) -> Image.Image:
    if raw[4:8] == b"ftyp" and raw[8:12] in _HEIF_BRANDS:
        raise PhotoIsHeic
    try:
        with Image.open(BytesIO(raw), formats=_FORMATS) as image:
            _check_pixels(image, MAX_PIXELS_JPEG if image.format in ("JPEG", "MPO") else MAX_PIXELS_DECODED)
            image.draft("RGB", (MAX_SIDE, MAX_SIDE))  # JPEG only: decode at 1/2, 1/4 or 1/8 where that suffices
            _check_pixels(image, MAX_PIXELS_DECODED)  # a long strip is not reduced: its short side is small already
            ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint switches it on for the whole process
            image.load()
            upright = ImageOps.exif_transpose(image)
            return _flat(upright)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PhotoTooManyPixels from error
    except _BROKEN as error:
        raise PhotoNotAnImage from error


def _check_pixels(image: Image.Image, limit: int) -> None:
    if image.width * image.height > limit:
        raise PhotoTooManyPixels


def _flat(image: Image.Image) -> Image.Image:
    """A fresh RGB picture on white: pixels only, so nothing else of the file can come along."""
    layer = image.convert("RGBA") if "A" in image.getbands() or "transparency" in image.info else image.convert("RGB")
    paper = Image.new("RGB", layer.size, "white")
    paper.paste(layer, mask=layer if layer.mode == "RGBA" else None)
    return paper


def _encode(picture: Image.Image, side: int, limit: int) -> tuple[bytes, tuple[int, int]]:
    """The best JPEG of at most `limit` bytes: first the quality falls, then the size."""
    options: dict[str, Any] = {"format": "JPEG", "optimize": True, "progressive": True}
    while True:
        copy = picture.copy()
        copy.thumbnail((side, side), Image.Resampling.LANCZOS)
        for quality in (82, 72, 62, 50):
            output = BytesIO()
            copy.save(output, quality=quality, **options)
            if output.tell() <= limit:
                return output.getvalue(), copy.size
        side = side * 3 // 4
