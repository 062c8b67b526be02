"""Charts drawn on the server as SVG, for pages and prints alike.

Colours come from `static/css/components/chart.css` by class; the fills in the drawing are what a print shows. Every
chart carries a `<title>`; the page sets a caption beside it and the same numbers in a table.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.safestring import SafeString

WIDTH = 360  # user units, as in the drawings' viewBox: about one CSS pixel on a phone
PLOT_TOP, PLOT_HEIGHT, PLOT_LEFT = 14.0, 120.0, 34.0
ROW_HEIGHT = 38.0
# What a print shows; the screen's classes override it.
FILLS = {"ok": "#14573a", "soon": "#b36a00", "late": "#b3261e", "": "#b9beb8"}


@dataclass(frozen=True)
class Datum:
    """One number of a chart with its words; `tone` is ok, soon, late or none."""

    label: str
    value: int
    tone: str = ""


def _units(value: float) -> str:
    """A coordinate, never localised: SVG knows no decimal comma."""
    return f"{value:.1f}"


def share_bar(data: Sequence[Datum], *, title: str) -> SafeString:
    """One bar cut into shares of a whole; empty parts are left out, a whole of nothing is an empty bar."""
    whole = sum(datum.value for datum in data)
    parts, left = [], 0.0
    for datum in data:
        if datum.value:
            width = WIDTH * datum.value / whole
            parts.append({"tone": datum.tone, "fill": FILLS[datum.tone], "x": _units(left), "width": _units(width)})
            left += width
    return render_to_string("cms/charts/share_bar.svg", {"title": title, "parts": parts})


def bar_chart(data: Sequence[Datum], *, title: str) -> SafeString:
    """Lying bars, one a datum, each under its own words with its number at the end of the line."""
    highest = max((datum.value for datum in data), default=0) or 1
    bars = [
        {
            "label": datum.label,
            "number": number_format(datum.value),
            "tone": datum.tone,
            "fill": FILLS[datum.tone],
            "text_y": _units(index * ROW_HEIGHT + 15),
            "y": _units(index * ROW_HEIGHT + 21),
            "width": _units(WIDTH * datum.value / highest),
        }
        for index, datum in enumerate(data)
    ]
    height = _units(len(data) * ROW_HEIGHT)
    return render_to_string("cms/charts/bar_chart.svg", {"title": title, "bars": bars, "height": height})


def line_chart(data: Sequence[Datum], *, title: str) -> SafeString:
    """A line over equal steps, with its highest value at the side and its first and last step below."""
    highest = max((datum.value for datum in data), default=0)
    step = (WIDTH - PLOT_LEFT - 8) / max(1, len(data) - 1)
    bottom = PLOT_TOP + PLOT_HEIGHT
    points = [
        (PLOT_LEFT + index * step, bottom - PLOT_HEIGHT * datum.value / (highest or 1))
        for index, datum in enumerate(data)
    ]
    context = {
        "title": title,
        "points": [{"x": _units(x), "y": _units(y)} for x, y in points],
        "line": " ".join(f"{_units(x)},{_units(y)}" for x, y in points),
        "highest": number_format(highest) if highest else "",
        "first": data[0].label if data else "",
        "last": data[-1].label if len(data) > 1 else "",
    }
    return render_to_string("cms/charts/line_chart.svg", context)
