"""What the addresses of the CMS's lists ask."""

from urllib.parse import urlencode

import pytest
from django.test import Client

from tests.cast import Cast


@pytest.fixture
def admin(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.admin)
    return client


@pytest.mark.parametrize("page", ["pages/1/", "pages/search/", "images/", "documents/", "choose-page/search/"])
@pytest.mark.parametrize("text", ['"', 'a"b', '"dasar hukum"', "50% 'x' \\"])
def test_what_somebody_types_is_searched(admin: Client, page: str, text: str):
    assert admin.get(f"/cms/{page}?{urlencode({'q': text})}").status_code == 200


def test_a_word_between_marks_is_found(admin: Client):
    assert "Beranda" in admin.get('/cms/pages/search/?q="beranda"').content.decode()


@pytest.mark.parametrize("name", ["content_type", "owner", "site"])
@pytest.mark.parametrize("number", ["99999999999999999999", "9" * 5000])
def test_no_list_is_filtered_by_a_number_that_is_no_id(admin: Client, name: str, number: str):
    assert admin.get(f"/cms/pages/1/?{name}={number}").status_code == 404


def test_digits_can_be_searched(admin: Client):
    assert admin.get("/cms/pages/search/?q=99999999999999999999").status_code == 200
