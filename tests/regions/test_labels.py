"""What a region is called where it lies, and how slips in the source are mended."""

from pathlib import Path

import pytest

from regions.catalogue import read_names, rows_of
from regions.labels import split_label
from scripts.build_regions import mend, write
from tests.factories import REGION_NAMES


@pytest.mark.parametrize(
    ("code", "name", "label", "bare"),
    [
        ("63", "Kalimantan Selatan", "Prov.", "Kalimantan Selatan"),
        ("34", "Daerah Istimewa Yogyakarta", "", "Daerah Istimewa Yogyakarta"),
        ("63.11", "Kabupaten Balangan", "Kab.", "Balangan"),
        ("63.72", "Kota Banjarbaru", "Kota", "Banjarbaru"),
        ("13.07", "Kabupaten Lima Puluh Kota", "Kab.", "Lima Puluh Kota"),
        ("31.71", "Kota Administrasi Jakarta Pusat", "Kota Adm.", "Jakarta Pusat"),
        ("31.01", "Kabupaten Administrasi Kepulauan Seribu", "Kab. Adm.", "Kepulauan Seribu"),
        ("63.11.01", "Juai", "Kec.", "Juai"),
        ("34.04.01", "Gamping", "Kapanewon", "Gamping"),
        ("34.71.01", "Tegalrejo", "Kemantren", "Tegalrejo"),
        ("91.03.01", "Sentani", "Distrik", "Sentani"),
        ("63.11.01.2018", "Muara Ninian", "Desa", "Muara Ninian"),
        ("63.11.01.1001", "Paringin", "Kelurahan", "Paringin"),
        ("34.04.01.2001", "Balecatur", "Kalurahan", "Balecatur"),
        ("34.71.01.1001", "Kricak", "Kelurahan", "Kricak"),
        ("13.01.01.2001", "Pancung Soal", "Nagari", "Pancung Soal"),
        ("13.09.01.2001", "Sikakap", "Desa", "Sikakap"),
        ("13.71.01.1001", "Alai", "Kelurahan", "Alai"),
        ("11.06.01.2001", "Lambada", "Gampong", "Lambada"),
        ("11.02.01.2001", "Kumbang", "Kute", "Kumbang"),
        ("18.04.01.2001", "Sukau", "Pekon", "Sukau"),
        ("73.18.01.2001", "Simbuang", "Lembang", "Simbuang"),
        ("91.03.01.2001", "Ifar Besar", "Kampung", "Ifar Besar"),
        ("91.03.01.3007", "Desa Adat Yoboi", "Kampung Adat", "Yoboi"),
    ],
)
def test_label_and_name(code: str, name: str, label: str, bare: str):
    assert split_label(code, name) == (label, bare)


@pytest.mark.parametrize(
    ("source", "mended"),
    [
        ('Ra"as', "Ra'as"),
        ("Udek Du’en", "Udek Du'en"),
        ("Teuw*", "Teuw"),
        ("Iker - iker Geger", "Iker-iker Geger"),
        ("Konda/ Kondaga", "Konda/Kondaga"),
        ("LubukTunjung", "Lubuk Tunjung"),
        ("LIang Sola", "Liang Sola"),
        ("Cibal barat", "Cibal Barat"),
        ("2 x 11 Kayu Tanam", "2 x 11 Kayu Tanam"),
        ("Kabupaten Pangkajene dan Kepulauan", "Kabupaten Pangkajene dan Kepulauan"),
        ("SoE", "SoE"),
        ("STL Ulu Terawas", "STL Ulu Terawas"),
        ("Meunasah Asan LB", "Meunasah Asan LB"),
        ("Lambang Sari I, II, III", "Lambang Sari I, II, III"),
    ],
)
def test_mend(source: str, mended: str):
    assert mend(source) == mended


def test_two_desa_of_one_name_in_one_kecamatan_show_their_codes():
    names = REGION_NAMES | {"63.11.01.2003": "Sirap", "63.11.02.2004": "Bata I, II"}
    shown = {row.code: row.full_name for row in rows_of(names)}
    assert shown["63.11.01.2002"] == "Desa Sirap (63.11.01.2002), Kec. Juai, Kab. Balangan"
    assert shown["63.11.01.2003"] == "Desa Sirap (63.11.01.2003), Kec. Juai, Kab. Balangan"
    assert shown["63.11.02.2004"] == "Bata I, II, Kec. Halong, Kab. Balangan"


def test_the_same_rows_give_the_same_bytes_and_read_back(tmp_path: Path):
    names = REGION_NAMES | {"63.11.01.2003": 'Bata, "Baru"', "63.11.01.2004": "Pa'u"}
    for name in ("a.csv.xz", "b.csv.xz"):
        write(sorted(names.items()), tmp_path / name)
    assert (tmp_path / "a.csv.xz").read_bytes() == (tmp_path / "b.csv.xz").read_bytes()
    assert read_names(tmp_path / "a.csv.xz") == names
