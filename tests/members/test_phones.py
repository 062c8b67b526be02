"""Phones as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.phones import PhoneInvalid, parse_phone


@pytest.mark.parametrize(
    "text",
    ["081234567890", "0812-3456-7890", "62 812 3456 7890", "+62 812-3456-7890", "+6281234567890", "(0812) 3456.7890"],
)
def test_every_spelling_is_one_number(text: str):
    assert parse_phone(text) == "+6281234567890"


@given(st.from_regex(r"8[0-9]{8,11}", fullmatch=True), st.sampled_from(["0", "62", "+62"]))
def test_every_mobile_is_read(national: str, prefix: str):
    assert parse_phone(prefix + national) == f"+62{national}"


@pytest.mark.parametrize(
    "text",
    ["", "8123456789", "0512123456", "08123", "0812345678901234", "+65 8123 4567", "0812x4567890", "63110120010001"],
)
def test_the_rest_is_refused_in_words(text: str):
    with pytest.raises(PhoneInvalid, match="0812"):
        parse_phone(text)
