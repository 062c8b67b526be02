"""The tags of the package `heroicons`, each picture built once a process: it would write its XML anew every time."""

from functools import lru_cache

from django import template
from heroicons.templatetags import heroicons

register = template.Library()
MOST = 512  # pictures kept of each style, by name, size and attributes

for style in ("heroicon_micro", "heroicon_mini", "heroicon_outline", "heroicon_solid"):
    register.simple_tag(lru_cache(maxsize=MOST)(getattr(heroicons, style)), name=style)
