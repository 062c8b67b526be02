"""Drawn pictures for the demo's reports: a village by day or by night, no photograph of anybody."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

Palette = Mapping[str, tuple[int, ...]]

SIZE = (960, 640)
DAY = {"sky": (186, 216, 226), "hill": (96, 140, 96), "ground": (196, 178, 132), "wall": (240, 228, 204)}
NIGHT = {"sky": (24, 34, 58), "hill": (20, 46, 40), "ground": (44, 48, 46), "wall": (120, 108, 84)}


def village_scene(random: Random, *, is_night: bool) -> bytes:
    """A JPEG of 960 × 640 pixels: hills, a watch post, a lamp and some people in green."""
    colours = NIGHT if is_night else DAY
    image = Image.new("RGB", SIZE, colours["sky"])
    draw = ImageDraw.Draw(image)
    _landscape(draw, random, colours, is_night)
    _watch_post(draw, random.randrange(480, 660), colours)
    for number in range(random.randint(3, 5)):
        _person(draw, 120 + number * 90 + random.randrange(-12, 12), 500 + random.randrange(-14, 14))
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=82)
    return buffer.getvalue()


def _landscape(draw: ImageDraw.ImageDraw, random: Random, colours: Palette, is_night: bool) -> None:
    x = random.randrange(100, 800)
    draw.ellipse((x, 60, x + 80, 140), fill=(236, 232, 208) if is_night else (250, 214, 120))
    for left in range(-200, 960, 260):
        height = random.randrange(150, 260)
        draw.ellipse((left, 430 - height, left + 520, 430 + height), fill=colours["hill"])
    draw.rectangle((0, 430, 960, 640), fill=colours["ground"])


def _watch_post(draw: ImageDraw.ImageDraw, left: int, colours: Palette) -> None:
    draw.rectangle((left, 300, left + 220, 470), fill=colours["wall"])
    draw.polygon(((left - 30, 300), (left + 110, 210), (left + 250, 300)), fill=(132, 64, 44))
    draw.rectangle((left + 85, 370, left + 140, 470), fill=(72, 52, 40))
    draw.rectangle((left + 20, 335, left + 65, 380), fill=(252, 220, 130))
    draw.rectangle((left - 60, 240, left - 52, 470), fill=(90, 90, 90))
    draw.ellipse((left - 76, 220, left - 36, 260), fill=(252, 226, 150))


def _person(draw: ImageDraw.ImageDraw, x: int, y: int) -> None:
    draw.rectangle((x - 16, y + 60, x - 3, y + 112), fill=(40, 44, 40))
    draw.rectangle((x + 3, y + 60, x + 16, y + 112), fill=(40, 44, 40))
    draw.rounded_rectangle((x - 24, y - 10, x + 24, y + 66), 12, fill=(38, 92, 60))
    draw.rectangle((x - 24, y + 22, x + 24, y + 30), fill=(224, 164, 50))
    draw.ellipse((x - 17, y - 48, x + 17, y - 12), fill=(176, 124, 88))
    draw.pieslice((x - 19, y - 54, x + 19, y - 16), 180, 360, fill=(24, 62, 42))
