"""Invented people for the demo and for measuring: names and ages that look real and belong to nobody.

Their NIK start with 99, a province that does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

_MEN = (
    "Abdul Ahmad Akhmad Alfian Anang Arbain Arsyad Asmuni Bahrani Darmawi Fadli Fahriadi Faisal Gazali Hairani "
    "Hamdan Hasanudin Idrus Ilham Jailani Jumadi Kaspul Khairul Mahyuni Masrani Muhammad Mulyadi Nasrullah "
    "Norman Rahmat Ramli Riduan Rusdi Saberi Sabran Samsudin Supian Suriansyah Syahrani Syamsul Taufik Wahyudi "
    "Yuliansyah Zainal Zulkifli"
).split()
_WOMEN = (
    "Aida Aminah Arbayah Asiah Dahliana Fatimah Fitriani Hadijah Halimah Hamidah Hasanah Helda Jamilah Jumiati Kartini "
    "Khadijah Lailatul Mahrita Mariati Maulida Misnah Murni Noor Norhayati Nurul Rabiatul Rahmah Raudah Rusmini "
    "Salasiah Salmah Siti Sri Sumiati Syarifah Wahidah Yuliana Zahrah"
).split()
_LAST = (
    "Abdi Anwar Aripin Azhar Basuki Effendi Fauzi Firdaus Hadi Hakim Hidayat Husaini Ibrahim Ismail Jannah Kurniawan "
    "Lestari Maulana Muttaqin Noor Permana Pratama Purnama Putra Rahman Ramadhan Rifani Rizki Salim Saputra Sari "
    "Setiawan Syahputra Wahid Wati Yani Yusuf Zaini"
).split()


@dataclass(frozen=True)
class Person:
    """One invented person."""

    name: str
    sex: str  # "m" or "f", as Member.Sex
    birth_date: date
    nik: str


def make_person(random: Random, *, serial: int, today: date) -> Person:
    """Invent the person with this serial number (0–99,989,999), aged 18 to 64; the same random gives the same one."""
    sex = "f" if random.random() < 0.22 else "m"
    first = random.choice(_WOMEN if sex == "f" else _MEN)
    last = random.choice(_LAST)
    name = first if random.random() < 0.08 else f"{first} {last}"
    # Two dice make a hump around 41 years, as in a village's real squads.
    age_days = int(18.5 * 365.25) + random.randrange(int(22.5 * 365)) + random.randrange(int(22.5 * 365))
    birth = today - timedelta(days=age_days)
    day = birth.day + (40 if sex == "f" else 0)
    region, number = divmod(serial, 9999)
    nik = f"99{region:04d}{day:02d}{birth:%m%y}{number + 1:04d}"
    return Person(name=name, sex=sex, birth_date=birth, nik=nik)
