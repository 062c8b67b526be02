"""What the tests of races rest on: `tests.races.at_once`."""

from collections.abc import Callable

import pytest
from django.db import connection

from tests.races import CROWD, at_once

pytestmark = pytest.mark.django_db(transaction=True)


def raising(error: type[Exception]) -> Callable[[], object]:
    def call() -> object:
        raise error

    return call


@pytest.mark.parametrize("number", [3, CROWD + 1])
def test_nobody_has_to_connect_first_and_all_answers_keep_their_places(number: int):
    calls = [lambda place=place: (place, connection.connection is not None) for place in range(number)]
    assert at_once(*calls) == [(place, True) for place in range(number)]


def test_fewer_at_a_time_do_them_all():
    assert at_once(*[lambda place=place: place for place in range(5)], threads=2) == list(range(5))


def test_a_refusal_is_a_result_where_it_is_named_and_nowhere_else():
    said, refused = at_once(lambda: "ya", raising(KeyError), refusals=KeyError)
    assert (said, type(refused)) == ("ya", KeyError)
    with pytest.raises(ValueError):
        at_once(lambda: "ya", raising(ValueError), refusals=KeyError)
