"""The front page and the information page, as the migration plants them."""

import pytest
from django.test import Client
from wagtail.models import Locale, Page, Site

from cms.models import HomePage, InfoPage
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_the_front_page_tells_a_visitor_what_to_do(client: Client):
    response = client.get("/")
    html = response.content.decode()
    assert response.status_code == 200
    assert '<html lang="id">' in html
    assert "<title>Belajar jadi Linmas yang sigap, dari HP Anda – Akademi Linmas</title>" in html
    assert 'href="/daftar/"' in html
    assert html.count("<h1") == 1


def test_the_visitor_costs_few_queries(client: Client, django_assert_max_num_queries):
    client.get("/")  # the site root is cached after the first page
    with django_assert_max_num_queries(8):
        client.get("/")


@pytest.mark.parametrize(
    ("role", "step"),
    [
        ("village_officer", "/pantau/"),
        ("regency_officer", "/pantau/"),
        ("trainer", "/cms/"),
        ("stranger", "/kursus/"),
        ("admin", "/pantau/"),
    ],
)
def test_each_role_gets_its_own_next_step(client: Client, cast: Cast, role: str, step: str):
    client.force_login(getattr(cast, role))
    assert f'<a class="button button--large" href="{step}">' in client.get("/").content.decode()


def test_a_member_goes_on_learning(client: Client, cast: Cast):
    client.force_login(cast.member.user)
    assert '<a class="button button--large" href="/belajar/">' in client.get("/").content.decode()


def test_a_member_who_waits_is_not_sent_to_a_closed_door(client: Client, cast: Cast):
    client.force_login(cast.pending_member.user)
    assert '<a class="button button--large" href="/kursus/">' in client.get("/").content.decode()


def test_the_about_page_says_who_sees_what(client: Client):
    html = client.get("/tentang/").content.decode()
    assert "Siapa yang melihat data Anda" in html
    assert "Nomor 27 Tahun 2022" in html


def test_the_tree_is_sound_and_speaks_indonesian():
    assert Page.find_problems() == ([], [], [], [], [])
    assert list(Locale.objects.values_list("language_code", flat=True)) == ["id-id"]
    assert set(Page.objects.values_list("locale__language_code", flat=True)) == {"id-id"}
    site = Site.objects.get(is_default_site=True)
    assert isinstance(site.root_page.specific, HomePage)
    assert not Page.objects.filter(title__icontains="welcome").exists()


def test_an_information_page_lives_under_the_front_page_only():
    assert InfoPage.can_create_at(HomePage.objects.get())
    assert not InfoPage.can_create_at(InfoPage.objects.get(slug="tentang"))
    assert not HomePage.can_create_at(Page.get_first_root_node())  # there is one already


def test_a_title_is_escaped(client: Client):
    page = InfoPage.objects.get(slug="tentang")
    page.title = "<script>alert(1)</script>"
    page.save()
    assert "<script>alert(1)" not in client.get("/tentang/").content.decode()


def test_no_editor_bar_on_our_pages(client: Client, cast: Cast):
    client.force_login(cast.admin)
    assert "wagtail-userbar" not in client.get("/").content.decode()
