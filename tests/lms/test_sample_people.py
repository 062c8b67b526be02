"""Invented people are adults, differ, and carry a NIK of the province that does not exist."""

from datetime import date
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from lms.sample_people import make_person

TODAY = date(2026, 11, 22)


@given(st.integers(0, 99_989_999), st.integers(0, 10_000))
def test_every_person_is_a_possible_member(serial: int, seed: int):
    person = make_person(Random(seed), serial=serial, today=TODAY)
    age = (TODAY - person.birth_date).days / 365.25
    assert 18 <= age < 65
    assert len(person.nik) == 16
    assert person.nik.startswith("99")
    assert int(person.nik[6:8]) == person.birth_date.day + (40 if person.sex == "f" else 0)
    assert person.nik[8:12] == f"{person.birth_date:%m%y}"
    assert person.nik[12:] != "0000"


def test_the_same_seed_makes_the_same_people():
    first, second = ([make_person(r, serial=n, today=TODAY) for n in range(50)] for r in (Random(7), Random(7)))
    assert first == second


def test_nik_are_unique_over_serials():
    random = Random(1)
    niks = {make_person(random, serial=n, today=TODAY).nik for n in range(30_000)}
    assert len(niks) == 30_000
