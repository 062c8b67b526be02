"""The NIK: read, compared with the person, sealed, found again; checked against a plain reference."""

import uuid
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from members.models import Member
from members.nik import NIK, NIKInvalid, NIKUnreadable, index_nik, open_nik, seal_nik
from tests.cast import Cast
from tests.factories import MemberFactory

births = st.dates(date(1900, 1, 1), date(2099, 12, 31))


def spell(region: int, born: date, is_female: bool, serial: int) -> str:
    day = born.day + (40 if is_female else 0)
    return f"{region:06}{day:02}{born:%m%y}{serial:04}"


@given(st.integers(110101, 999999), births, st.booleans(), st.integers(1, 9999))
def test_every_issued_nik_is_read(region: int, born: date, is_female: bool, serial: int):
    nik = NIK.parse(spell(region, born, is_female, serial))
    assert nik.is_female is is_female
    assert born in nik.birth_dates
    assert nik.district_code.replace(".", "") == f"{region:06}"


@given(st.text(max_size=20))
def test_any_text_is_either_a_nik_or_refused_in_words(text: str):
    try:
        outcome = NIK.parse(text).digits
    except NIKInvalid as refusal:
        outcome = str(refusal)
    assert len(outcome) == 16 or "KTP" in outcome


@pytest.mark.parametrize("text", ["6311 0120 0585 0001", "6311.0120.0585.0001", " 631101-200585-0001 "])
def test_separators_do_not_matter(text: str):
    assert NIK.parse(text).digits == "6311012005850001"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "631101200585001",
        "63110120058500011",
        "631101200585000x",
        "٦٣١١٠١٢٠٠٥٨٥٠٠٠١",  # digits of another script
        "6311012005850000",  # no serial
        "6311012013850001",  # month 13
        "6311013205850001",  # day 32
        "6311010005850001",  # day 0
        "6311017205850001",  # a woman's day 32
        "6311013002850001",  # 30 February
    ],
)
def test_what_cannot_be_a_nik_is_refused(text: str):
    with pytest.raises(NIKInvalid):
        NIK.parse(text)


def test_the_century_is_open():
    assert NIK("6311012902000001").birth_dates == [date(2000, 2, 29)]  # 1900 was no leap year
    assert NIK("6311012005080001").birth_dates == [date(1908, 5, 20), date(2008, 5, 20)]


def test_mismatches_are_warnings():
    nik = NIK("6311012005850001")
    fine = {"birth_date": date(1985, 5, 20), "is_female": False, "village_code": "63.11.01.2001"}
    assert nik.mismatches(**fine) == []
    assert len(nik.mismatches(**{**fine, "birth_date": date(1985, 5, 21)})) == 1
    assert len(nik.mismatches(**{**fine, "is_female": True})) == 1
    assert len(nik.mismatches(**{**fine, "village_code": "63.11.02.2001"})) == 1
    assert NIK("9901012005850001").mismatches(**fine) == []  # invented people


def test_the_mask_shows_six_digits():
    assert NIK("9911012005851234").masked == "99••••••••••1234"


@given(st.integers(1, 9999), st.uuids())
def test_a_sealed_nik_opens_in_its_row_only(serial: int, row: uuid.UUID):
    nik = NIK(f"631101200585{serial:04}")
    blob = seal_nik(nik, row=row)
    assert open_nik(blob, row=row) == nik
    assert nik.digits.encode() not in blob
    with pytest.raises(NIKUnreadable):
        open_nik(blob, row=uuid.uuid4())


@given(st.data())
def test_a_changed_blob_never_opens(data: st.DataObject):
    row = uuid.uuid4()
    blob = bytearray(seal_nik(NIK("6311012005850001"), row=row))
    at = data.draw(st.integers(0, len(blob) - 1))
    blob[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(NIKUnreadable):
        open_nik(bytes(blob), row=row)


@given(st.binary(max_size=60))
def test_garbage_never_opens(blob: bytes):
    with pytest.raises(NIKUnreadable):
        open_nik(blob, row=uuid.uuid4())


def test_the_same_nik_is_sealed_differently_and_indexed_equally():
    nik, row = NIK("6311012005850001"), uuid.uuid4()
    assert seal_nik(nik, row=row) != seal_nik(nik, row=row)
    assert index_nik(nik) == index_nik(NIK("6311012005850001")) != index_nik(NIK("6311012005850002"))


def test_the_index_depends_on_its_own_key_only():
    nik = NIK("6311012005850001")
    before = index_nik(nik)
    with override_settings(NIK_KEY="another"):
        assert index_nik(nik) == before
    with override_settings(NIK_INDEX_KEY="another"):
        assert index_nik(nik) != before


def test_an_old_key_still_opens_and_a_lost_one_does_not():
    nik, row = NIK("6311012005850001"), uuid.uuid4()
    with override_settings(NIK_KEY="old"):
        blob = seal_nik(nik, row=row)
    with override_settings(NIK_KEY="new", NIK_OLD_KEYS=["old"]):
        assert open_nik(blob, row=row) == nik
    with override_settings(NIK_KEY="new"), pytest.raises(NIKUnreadable):
        open_nik(blob, row=row)


def test_the_database_holds_no_digits(regions: None):
    member = MemberFactory(nik=NIK("9901012005850007"))
    stored = Member.objects.filter(pk=member.pk).values_list("nik_sealed", "nik_index").get()
    assert b"9901012005850007" not in bytes(stored[0])
    assert "9901012005850007" not in stored[1]
    assert Member.objects.get(pk=member.pk).nik_masked == "99••••••••••0007"


def test_an_erased_nik_shows_nothing(regions: None):
    member = MemberFactory()
    Member.objects.filter(pk=member.pk).update(nik_sealed=None)
    assert Member.objects.get(pk=member.pk).nik_masked == ""


def test_rotation_reseals_every_row(cast: Cast, capsys: pytest.CaptureFixture[str], settings):
    nik = cast.member.nik
    settings.NIK_KEY, settings.NIK_OLD_KEYS = "a new key", [settings.NIK_KEY]
    settings.NIK_INDEX_KEY = "a new index key"
    call_command("rotate_nik_key")
    assert "resealed 4, unreadable 0, of 4" in capsys.readouterr().out
    settings.NIK_OLD_KEYS = []
    fresh = Member.objects.get(pk=cast.member.pk)
    assert fresh.nik == nik
    assert fresh.nik_index == index_nik(nik)
    call_command("rotate_nik_key")
    assert "resealed 0, unreadable 0, of 4" in capsys.readouterr().out


def test_rotation_says_when_a_key_is_missing(cast: Cast, settings):
    settings.NIK_KEY = "a new key"
    with pytest.raises(CommandError, match="4 NIK"):
        call_command("rotate_nik_key")
