"""Three zones, told by the province; each province beside a border of zones is named."""

from datetime import UTC, date, datetime

import pytest
from django.template import engines

from regions.catalogue import read_names
from regions.timezones import WIB, WIT, WITA, abbreviation, local_date, zone_of

MOMENT = datetime(2025, 8, 16, 16, 30, tzinfo=UTC)  # 23.30 WIB, 00.30 WITA, 01.30 WIT


@pytest.mark.parametrize(
    ("code", "zone"),
    [
        ("00", WIB),
        ("", WIB),
        ("11", WIB),  # Aceh
        ("21.71", WIB),  # Batam
        ("31.71", WIB),  # Jakarta
        ("36", WIB),  # Banten
        ("35.10", WIB),  # Banyuwangi, across the strait from Bali
        ("51", WITA),  # Bali
        ("52", WITA),  # Nusa Tenggara Barat
        ("53", WITA),  # Nusa Tenggara Timur
        ("61", WIB),  # Kalimantan Barat
        ("62", WIB),  # Kalimantan Tengah
        ("63.11.01.2018", WITA),  # Kalimantan Selatan
        ("64", WITA),  # Kalimantan Timur
        ("65", WITA),  # Kalimantan Utara
        ("71", WITA),  # Sulawesi Utara
        ("72", WITA),  # Sulawesi Tengah
        ("73", WITA),  # Sulawesi Selatan
        ("74", WITA),  # Sulawesi Tenggara
        ("75", WITA),  # Gorontalo
        ("76", WITA),  # Sulawesi Barat
        ("81", WIT),  # Maluku
        ("82", WIT),  # Maluku Utara
        ("91", WIT),  # Papua
        ("92", WIT),  # Papua Barat
        ("93", WIT),  # Papua Selatan
        ("94", WIT),  # Papua Tengah
        ("95", WIT),  # Papua Pegunungan
        ("96", WIT),  # Papua Barat Daya
    ],
)
def test_zone_of(code: str, zone):
    assert zone_of(code) is zone


def test_every_province_has_its_zone():
    zones = {code: abbreviation(zone_of(code)) for code in read_names() if "." not in code}
    assert {name: list(zones.values()).count(name) for name in ("WIB", "WITA", "WIT")} == {
        "WIB": 18,
        "WITA": 12,
        "WIT": 8,
    }


def test_a_day_ends_at_midnight_of_the_region():
    assert local_date(MOMENT, "31") == date(2025, 8, 16)
    assert local_date(MOMENT, "63.11") == date(2025, 8, 17)
    assert local_date(MOMENT, "91") == date(2025, 8, 17)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("31", "23.30 WIB | 16 Agustus 2025 | 16 Agustus 2025 23.30 WIB"),
        ("63.11.01.2018", "00.30 WITA | 17 Agustus 2025 | 17 Agustus 2025 00.30 WITA"),
        ("91", "01.30 WIT | 17 Agustus 2025 | 17 Agustus 2025 01.30 WIT"),
    ],
)
def test_moments_in_templates(code: str, text: str):
    source = "{% load regions %}{{ m|local_time:c }} | {{ m|local_date:c }} | {{ m|local_moment:c }}"
    assert engines["django"].from_string(source).render({"m": MOMENT, "c": code}) == text
    assert engines["django"].from_string(source).render({"m": None, "c": code}) == " |  | "
