"""The rows of the village picker and of loading the regions stand beside the bare view."""

from dataclasses import asdict
from pathlib import Path

import pytest

from lms.bench_regions import region_rows, typed
from lms.bench_table import as_markdown
from regions.models import Region
from tests.factories import REGION_NAMES


@pytest.fixture
def catalogue(regions: None, tmp_path: Path) -> Path:
    path = tmp_path / "names.csv"
    path.write_text("code,name\n" + "".join(f'{code},"{name}"\n' for code, name in REGION_NAMES.items()))
    return path


@pytest.mark.django_db(transaction=True)  # the application closes its connection after an answer, as when it serves
def test_the_picker_and_the_list_are_measured(catalogue: Path):
    villages = Region.objects.villages().count()
    picker, again = region_rows(lambda: None, questions=villages, catalogue=catalogue)
    assert (picker.name, picker.unit, picker.n) == ("village picker, p95", "ms", villages)
    assert picker.against.endswith("; bound 50 ms")
    assert 0 < picker.value < 1000
    assert (again.name, again.unit, again.n) == ("load_regions, again", "s", 1)
    assert min(picker.ratio, again.ratio) > 1  # of a floor that does nothing
    assert Region.objects.villages().count() == villages
    table = as_markdown({"machine": "2 cores", "rows": [asdict(picker), asdict(again)]})
    assert f"| village picker, p95 | {picker.value:.1f} ms | {picker.ratio:.1f} |" in table


def test_questions_are_the_same_every_time_and_of_four_kinds(regions: None):
    villages = Region.objects.villages()
    asked = typed(villages.count())
    assert asked == typed(villages.count())
    names = set(villages.values_list("name", flat=True))
    places = {f"{village.name} {village.parent.name}" for village in villages.select_related("parent")}
    assert set(asked[1::4]) <= names
    assert set(asked[2::4]) <= places
    assert not set(asked[::4]) & names


def test_without_the_regions_it_says_what_to_do(regions: None):
    with pytest.raises(RuntimeError, match="run load_regions first"):
        typed(1_000)
