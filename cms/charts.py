"""Charts drawn on the server as SVG, for pages and prints alike.

Colours come from `static/css/components/chart.css` by class; the fills in the drawing are what a print shows. Every
chart carries a `<title>`; the page sets a caption beside it and the same numbers in a table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.safestring import SafeString

WIDTH = 360  # user units, as in the drawings' viewBox: about one CSS pixel on a phone
PLOT_TOP, PLOT_HEIGHT, PLOT_LEFT = 14.0, 120.0, 34.0
ROW_HEIGHT = 38.0
LABEL_WIDTH, LABEL_HEIGHT = 128.0, 15.0  # of the words at a line
LABEL_DROP = 24.0  # from the end of the lower line to its words
# What a print shows; the screen's classes override it.
FILLS = {"ok": "#14573a", "soon": "#b36a00", "late": "#b3261e", "": "#b9beb8"}


@dataclass(frozen=True)
class Datum:
    """One number of a chart with its words; `tone` is ok, soon, late or none."""

    label: str
    value: int
    tone: str = ""


@dataclass(frozen=True)
class Series:
    """A line of percents over equal steps, None where there is none; `is_past` draws it dashed and grey."""

    label: str
    values: Sequence[int | None]
    is_past: bool = False


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


def share_lines(series: Sequence[Series], *, title: str, first: str = "", last: str = "") -> SafeString:
    """Lines between 0 and 100 percent, each with its words at its own end; `first` and `last` name the ends below."""
    lines = [line for line in (_share_line(each) for each in series) if line]
    _part_labels(lines)
    context = {"title": title, "lines": lines, "first": first, "last": last}
    return render_to_string("cms/charts/share_lines.svg", context)


def _share_line(series: Series) -> dict[str, Any] | None:
    step = (WIDTH - PLOT_LEFT - 8) / max(1, len(series.values) - 1)
    bottom = PLOT_TOP + PLOT_HEIGHT
    points = [
        (PLOT_LEFT + index * step, bottom - PLOT_HEIGHT * value / 100, value)
        for index, value in enumerate(series.values)
        if value is not None
    ]
    if not points:
        return None
    x, y, value = points[-1]
    return {
        "text": f"{series.label}: {value}%",
        "is_past": series.is_past,
        "line": " ".join(f"{_units(x)},{_units(y)}" for x, y, _value in points),
        "end_x": _units(x),
        "end_y": _units(y),
        "text_x": _units(max(x, PLOT_LEFT + LABEL_WIDTH)),
        "height": y,
    }


def _part_labels(lines: list[dict[str, Any]]) -> None:
    """Words stand above the end of the upper line and below that of the lower one, and never on each other."""
    floor = PLOT_TOP + PLOT_HEIGHT - 4
    downwards = sorted(lines, key=lambda line: line["height"])
    places: list[float] = []
    for line in downwards:
        wanted = line["height"] + (LABEL_DROP if places else -6)
        places.append(max(wanted, places[-1] + LABEL_HEIGHT) if places else max(wanted, PLOT_TOP - 4))
    for line in downwards[1:]:  # lines of sums rise: below and to the right there is room
        line["text_x"] = _units(WIDTH - 8)
    for line, place in zip(reversed(downwards), reversed(places), strict=True):
        line["text_y"] = _units(min(place, floor))
        floor = min(place, floor) - LABEL_HEIGHT
