"""Charts: well-formed SVG whose numbers survive Indonesian formats and hostile words."""

from xml.etree import ElementTree

import pytest

from cms.charts import Datum, Series, bar_chart, line_chart, share_bar, share_lines

SVG = "{http://www.w3.org/2000/svg}"
DATA = [Datum("Terpenuhi", 1500, "ok"), Datum("Belum", 0), Datum("Terlambat", 500, "late")]


def parts(drawing: str, name: str, css: str = "") -> list[ElementTree.Element]:
    return [e for e in ElementTree.fromstring(drawing).iter(f"{SVG}{name}") if css in e.get("class", "")]


def title(drawing: str) -> str:
    return parts(drawing, "title")[0].text or ""


def test_share_bar_cuts_the_whole_into_shares():
    drawing = share_bar(DATA, title="Kepatuhan 75%")
    shares = parts(drawing, "rect", "chart__part")
    assert [(s.get("x"), s.get("width")) for s in shares] == [("0.0", "270.0"), ("270.0", "90.0")]
    assert title(drawing) == "Kepatuhan 75%"


def test_bar_chart_scales_to_the_highest_and_says_each_number():
    drawing = bar_chart(DATA, title="Jenis")
    assert [bar.get("width") for bar in parts(drawing, "rect", "chart__part")] == ["360.0", "0.0", "120.0"]
    assert [text.text for text in parts(drawing, "text", "number")] == ["1.500", "0", "500"]


def test_line_chart_runs_from_first_to_last():
    drawing = line_chart([Datum("6 Jul", 0), Datum("13 Jul", 1200), Datum("20 Jul", 600)], title="Tren")
    (line,) = parts(drawing, "polyline")
    assert line.get("points") == "34.0,134.0 193.0,14.0 352.0,74.0"
    assert [text.text for text in parts(drawing, "text")] == ["1.200", "0", "6 Jul", "20 Jul"]


@pytest.mark.parametrize("chart", [share_bar, bar_chart, line_chart])
@pytest.mark.parametrize("data", [[], [Datum("Satu", 0)], [Datum("Satu", 7, "soon")]])
def test_nothing_or_little_is_still_a_drawing(chart, data: list[Datum]):
    assert title(chart(data, title="Kosong")) == "Kosong"


@pytest.mark.parametrize("chart", [share_bar, bar_chart, line_chart])
def test_words_are_escaped_and_no_styles_are_set(chart):
    drawing = chart([Datum("<script>&", 1), Datum("b", 2)], title="</title><script>")
    assert "<script" not in drawing
    assert title(drawing) == "</title><script>"
    assert "style=" not in drawing


# --- shares over time -------------------------------------------------------------------------


def test_share_lines_run_between_0_and_100_percent_with_words_at_their_ends():
    drawing = share_lines(
        [Series("Semester II 2026", [0, 50, None]), Series("Semester II 2025", [0, 25, 100], is_past=True)],
        title="Terpenuhi",
        first="1 Jul",
        last="31 Des",
    )
    now, past = parts(drawing, "polyline")
    assert now.get("points") == "34.0,134.0 193.0,74.0"
    assert past.get("points") == "34.0,134.0 193.0,104.0 352.0,14.0"
    assert (now.get("stroke-dasharray"), past.get("stroke-dasharray")) == (None, "5 4")
    texts = [text.text for text in parts(drawing, "text")]
    assert texts == ["100%", "50%", "0", "Semester II 2026: 50%", "Semester II 2025: 100%", "1 Jul", "31 Des"]
    assert title(drawing) == "Terpenuhi"


@pytest.mark.parametrize("values", [(40, 40), (0, 0), (100, 100), (98, 97), (3, 0)])
def test_words_never_lie_on_each_other_nor_leave_the_drawing(values: tuple[int, int]):
    drawing = share_lines([Series("Kini", [values[0]]), Series("Lalu", [values[1]], is_past=True)], title="x")
    heights = sorted(float(t.get("y") or 0) for t in parts(drawing, "text") if t.text and ":" in t.text)
    assert heights[1] - heights[0] >= 14
    assert heights[0] >= 8
    assert heights[1] <= 134


@pytest.mark.parametrize("series", [[], [Series("Kini", [])], [Series("Kini", [None, None])]])
def test_share_lines_of_nothing_are_still_a_drawing(series: list[Series]):
    assert title(share_lines(series, title="Kosong")) == "Kosong"
    assert parts(share_lines(series, title="Kosong"), "polyline") == []


def test_share_lines_escape_their_words():
    assert "<script" not in share_lines([Series("<script>", [1])], title="</title><script>", first="<script>")
