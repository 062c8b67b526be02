"""The Ministry's list into the database: fresh, again, after a reform, and what is refused."""

import lzma
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from regions.catalogue import read_names
from regions.errors import BrokenCatalogue, TooManyRetired
from regions.models import Region, VillageWord
from regions.services import LoadReport, load_regions
from tests.factories import REGION_NAMES

REFORM = date(2027, 1, 2)


def load(names: dict[str, str], *, force: bool = False) -> LoadReport:
    return load_regions(names=names, today=REFORM, force=force)


@pytest.mark.long
def test_the_whole_country_loads_and_loads_again(db):
    first, second = StringIO(), StringIO()
    call_command("load_regions", stdout=first)
    call_command("load_regions", stdout=second)
    assert "91600 regions, 91600 added, 0 renamed, 0 retired, 0 restored in " in first.getvalue()
    assert "91600 regions, 0 added, 0 renamed, 0 retired, 0 restored in " in second.getvalue()
    found = {level: Region.objects.filter(level=level).count() for level in range(5)}
    assert found == {0: 1, 1: 38, 2: 514, 3: 7285, 4: 83762}
    juai = Region.objects.get(code="63.11.01")
    assert juai.full_name == "Kec. Juai, Kab. Balangan, Prov. Kalimantan Selatan"
    assert juai.children.count() == 21
    uyam = Region.objects.get(code="63.11.01.2018")
    assert (uyam.full_name, uyam.display_name) == ("Mungkur Uyam, Kec. Juai, Kab. Balangan", "Desa Mungkur Uyam")
    villages = Region.objects.villages()
    assert villages.values("full_name").distinct().count() > 83_700
    assert set(VillageWord.objects.values_list("village_id", flat=True)) == set(villages.values_list("code", flat=True))


def test_a_load_needs_few_queries_however_many_rows(regions, django_assert_num_queries):
    with django_assert_num_queries(8):  # savepoint and release, two reads, four writes
        load(REGION_NAMES | {f"63.11.01.2{n:03}": f"Desa {n}" for n in range(3, 103)})


def test_a_new_village_is_added(regions):
    report = load(REGION_NAMES | {"63.11.01.2003": "Juai"})
    assert report == LoadReport(total=12, added=1, renamed=0, retired=0, restored=0)
    assert Region.objects.get(code="63.11.01.2003").parent_id == "63.11.01"


def test_a_renamed_kecamatan_is_renamed_down_to_its_villages(regions):
    report = load(REGION_NAMES | {"63.11.01": "Juai Raya"})
    assert (report.added, report.renamed, report.retired) == (0, 1, 0)
    ninian = Region.objects.get(code="63.11.01.2001")
    assert ninian.full_name == "Muara Ninian, Kec. Juai Raya, Kab. Balangan"
    assert ninian.search_text == " muara ninian , juai raya , balangan , kalimantan selatan"


def test_a_renamed_village_is_found_by_its_new_name_only(regions):
    load(REGION_NAMES | {"63.11.01.2002": "Sirap Baru"})
    words = VillageWord.objects.filter(village_id="63.11.01.2002").values_list("word", flat=True)
    assert set(words) == {"sirapbaru", "baru"}


def test_a_vanished_village_is_retired_not_deleted_and_can_come_back(regions):
    names = {code: name for code, name in REGION_NAMES.items() if code != "63.11.01.2002"}
    assert load(names).retired == 1
    assert Region.objects.get(code="63.11.01.2002").retired_on == REFORM
    assert not Region.objects.active().filter(code="63.11.01.2002").exists()
    assert load(names).retired == 0
    report = load(REGION_NAMES)
    assert (report.restored, report.added, report.renamed) == (1, 0, 0)
    assert Region.objects.get(code="63.11.01.2002").retired_on is None


def test_a_truncated_list_is_refused_and_changes_nothing(regions):
    names = {code: name for code, name in REGION_NAMES.items() if not code.startswith("63.09")}
    with pytest.raises(TooManyRetired):
        load(names | {"63.11.01.2003": "Juai"})
    assert Region.objects.active().count() == 11
    assert load(names, force=True).retired == 3


def test_namesakes_in_one_kecamatan_are_told_apart(regions):
    load(REGION_NAMES | {"63.11.01.1003": "Sirap"})
    shown = Region.objects.filter(name="Sirap").order_by("code").values_list("full_name", flat=True)
    assert list(shown) == ["Kelurahan Sirap, Kec. Juai, Kab. Balangan", "Desa Sirap, Kec. Juai, Kab. Balangan"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "code,name\n",
        "kode,nama\n63,Kalimantan Selatan\n",
        "code,name\n63,\n",
        "code,name\n63.11,Kabupaten Balangan\n",
        "code,name\n63,Kalimantan Selatan\n63.11.01,Juai\n",
        "code,name\n6311,Balangan\n",
        "code,name\n00,Indonesia\n",
        "code,name\n63%,Kalimantan\n",
        "code,name\n63\n",
    ],
    ids=["empty", "no-rows", "headers", "no-name", "no-province", "no-regency", "code", "nation", "wildcard", "short"],
)
def test_a_broken_list_is_refused(tmp_path: Path, text: str):
    path = tmp_path / "regions.csv"
    path.write_text(text)
    with pytest.raises(BrokenCatalogue):
        read_names(path)


def test_files_that_are_no_lists_are_refused(tmp_path: Path):
    whole = lzma.compress(b"code,name\n63,Kalimantan Selatan\n")
    for name, content in (("a.csv.xz", b"code,name\n"), ("b.csv.xz", whole[:-9]), ("c.csv", b"code,name\n63,\xff\n")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BrokenCatalogue):
            read_names(tmp_path / name)
    with pytest.raises(BrokenCatalogue):
        read_names(tmp_path / "missing.csv")


def test_the_command_fails_with_one_line(regions, tmp_path: Path):
    with pytest.raises(CommandError, match="cannot be used"):
        call_command("load_regions", file=tmp_path / "missing.csv")
    short = tmp_path / "short.csv"
    short.write_text("code,name\n63,Kalimantan Selatan\n")
    with pytest.raises(CommandError, match="add --force"):
        call_command("load_regions", file=short)
    assert Region.objects.active().count() == 11


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("00", {"parent_id": "63"}),
        ("00", {"level": 1}),
        ("63", {"parent_id": None}),
        ("63", {"level": 0}),
        ("63", {"level": 5}),
    ],
)
def test_only_the_nation_has_no_parent(regions, code: str, changes: dict[str, object]):
    with pytest.raises(IntegrityError, match="region_nation_is_the_only_root"), transaction.atomic():
        Region.objects.filter(code=code).update(**changes)
