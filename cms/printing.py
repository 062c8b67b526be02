"""Printing: a template becomes a PDF from our own files only."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.module_loading import import_string

# Print templates name static files relative to this address ("css/print/base.css"); it is never dialled.
# It has to look like http, because only then are relative addresses inside stylesheets resolved.
STATIC_BASE = "https://static.invalid/"


class ForbiddenResource(ValueError):  # noqa: N818
    """A print asked for something that is neither a static file of ours, nor a listed font, nor a data: URI."""


@cache
def _engine() -> Callable[[str], bytes]:
    """The layout engine, loaded with the first print of a process: half a second that no start should wait for."""
    lay_out: Callable[[str], bytes] = import_string("cms.print_engine.lay_out")
    return lay_out


def render_pdf(*, template: str, context: Mapping[str, Any]) -> bytes:
    """Lay out a template as PDF, fonts embedded; equal input gives equal bytes.

    The template names static files relative to the static root, without the static tag, and links
    `css/print/base.css`, which declares the fonts "Akademi Serif" and "Akademi Sans". Raises
    ForbiddenResource when it asks for anything that is not ours or is missing: no print without its parts.
    """
    return _engine()(render_to_string(template, dict(context)))
