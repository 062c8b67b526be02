"""Photos: what comes out is small, upright and nothing but pixels; what is no photo is refused."""

import os
import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageFile

from cms import photos
from cms.errors import PhotoIsHeic, PhotoNotAnImage, PhotoTooBig, PhotoTooManyPixels
from cms.photos import clean_photo
from tests.files import phone_photo, picture, upload


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


# --- what is kept -----------------------------------------------------------------------------


def test_it_is_turned_upright_before_its_orientation_is_forgotten():
    clean = clean_photo(phone_photo(orientation=6))  # 6: turn 90° clockwise, so the left half ends on top
    image = opened(clean.data)
    assert image.size == (clean.width, clean.height) == (1200, 1600)
    top, bottom = image.getpixel((600, 100)), image.getpixel((600, 1500))
    assert top[0] > 200 > top[2]
    assert bottom[2] > 200 > bottom[0]


def test_it_is_small_whatever_it_shows():
    noise = Image.frombytes("RGB", (2400, 2400), os.urandom(2400 * 2400 * 3))  # nothing compresses worse
    output = BytesIO()
    noise.save(output, "JPEG", quality=85)
    clean = clean_photo(upload(output.getvalue()))
    assert len(clean.data) <= 400_000
    assert len(clean.thumbnail) <= 40_000
    assert max(clean.width, clean.height) <= 1600
    assert max(opened(clean.thumbnail).size) <= 360


def test_a_small_one_is_not_blown_up():
    clean = clean_photo(picture(320, 200))
    assert (clean.width, clean.height) == (320, 200)


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP"])
def test_formats_we_read_all_become_jpeg(fmt):
    assert opened(clean_photo(picture(fmt=fmt)).data).format == "JPEG"


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1", "I;16", "CMYK", "L"])
def test_every_colour_mode_becomes_rgb(mode):
    output = BytesIO()
    Image.new(mode, (40, 40)).save(output, "JPEG" if mode == "CMYK" else "PNG")
    assert opened(clean_photo(upload(output.getvalue())).data).mode == "RGB"


def test_transparency_becomes_white_paper():
    output = BytesIO()
    Image.new("RGBA", (40, 40), (255, 0, 0, 0)).save(output, "PNG")
    assert opened(clean_photo(upload(output.getvalue())).data).getpixel((20, 20)) == (255, 255, 255)


def test_what_hides_behind_a_picture_does_not_come_along():
    payload = b"<script>alert(1)</script>PK\x03\x04<?php"
    clean = clean_photo(upload(picture().read() + payload))
    for part in (b"<script", b"PK\x03\x04", b"<?php"):
        assert part not in clean.data


# --- what is refused --------------------------------------------------------------------------


def png_header(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be enormous."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", PhotoNotAnImage),
        (b"bukan foto", PhotoNotAnImage),
        (b"%PDF-1.7\n1 0 obj", PhotoNotAnImage),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", PhotoNotAnImage),
        (b"GIF89a\x01\x00\x01\x00\x00\xff\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x00;", PhotoNotAnImage),
        (b"\xff\xd8\xff\xe0 JPEG only by its first bytes <script>", PhotoNotAnImage),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1", PhotoIsHeic),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", PhotoIsHeic),
        (png_header(6000, 5000), PhotoTooManyPixels),
        (png_header(12_000, 10_000), PhotoTooManyPixels),  # where Pillow only warns
        (png_header(60_000, 60_000), PhotoTooManyPixels),  # where Pillow itself gives up
        (b"\xff\xd8" + b"\0" * photos.MAX_UPLOAD_BYTES, PhotoTooBig),
    ],
    ids=["empty", "text", "pdf", "svg", "gif", "fake-jpeg", "heic", "mif1", "30MP", "120MP", "3600MP", "10MB"],
)
def test_refused(data, refusal):
    with pytest.raises(refusal) as refused:
        clean_photo(upload(data), "kiriman.jpg")
    assert refused.value.name == "kiriman.jpg"
    assert str(refused.value)


def test_half_a_picture_is_refused(monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as printing leaves it
    data = picture(2000, 2000).read()
    with pytest.raises(PhotoNotAnImage):
        clean_photo(upload(data[: len(data) // 2]))


def test_a_long_strip_is_not_decoded_whole():
    """Reduced decoding needs both sides to be large; a strip of 50 megapixels would cost 450 MB."""
    with pytest.raises(PhotoTooManyPixels):
        clean_photo(picture(50_000, 900))
    assert clean_photo(picture(7000, 5000)).width == 1600


def test_too_many_pixels_even_as_jpeg(monkeypatch):
    monkeypatch.setattr(photos, "MAX_PIXELS_JPEG", 1000)
    with pytest.raises(PhotoTooManyPixels):
        clean_photo(picture(40, 40))
