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


NUMBERS = ["99999999999999999999", "-99999999999999999999", "+99999999999999999999", " 9_9999999999999999999"]


@pytest.mark.parametrize("name", ["content_type", "owner", "site"])
@pytest.mark.parametrize("number", [*NUMBERS, "9" * 5000])
def test_a_number_that_is_no_id_breaks_no_list(admin: Client, name: str, number: str):
    assert admin.get("/cms/pages/1/", {name: number}).status_code in (200, 404)


@pytest.mark.parametrize("number", NUMBERS)
def test_nor_the_window_for_choosing(admin: Client, number: str):
    asked = {"page_type": "wagtailcore.page", "target_pages[]": number}
    assert admin.get("/cms/choose-page/", asked).status_code in (200, 404)


def test_the_interface_of_the_pages_is_searched_too(admin: Client):
    assert admin.get("/cms/api/main/pages/", {"search": 'a"b'}).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "pages/search/?q=99999999999999999999",
        "reports/site-history/?label=6281234567890",
        "pages/search/?_=1796049544327",
    ],
)
def test_digits_can_be_searched(admin: Client, address: str):
    assert admin.get(f"/cms/{address}").status_code == 200
