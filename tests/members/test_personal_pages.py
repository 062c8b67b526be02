"""Caches keep nothing of what somebody sees who is logged in."""

import pytest
from django.test import Client

from tests.cast import Cast
from tests.factories import make_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(cast: Cast, client: Client) -> Client:
    client.force_login(cast.member.user)
    return client


@pytest.mark.parametrize("path", ["/belajar/", "/akun/", "/sertifikat/", "/pantau/"])
def test_a_persons_page_is_not_stored(member: Client, path: str):
    told = member.get(path)["Cache-Control"]
    assert "no-store" in told
    assert "private" in told


def test_a_public_page_is_asked_for_anew_by_who_is_logged_in(member: Client):
    course = make_course()
    assert member.get(course.public_path)["Cache-Control"] == "private, no-cache"
    assert not Client().get(course.public_path).has_header("Cache-Control")
