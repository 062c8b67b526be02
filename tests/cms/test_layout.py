"""The frame of every page: what each role finds in the navigation."""

import re

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client

from members.access import Access
from tests.cast import Cast

OFFICE = ["/sertifikat/wilayah/", "/pelatihan-luar/", "/dispensasi/", "/perpanjangan/", "/kebijakan/"]


def nav_of(client: Client, address: str = "/tentang/") -> list[str]:
    """Addresses in the main navigation."""
    html = client.get(address).content.decode()
    nav = re.search(r'aria-label="Menu utama">(.*?)</nav>', html, re.DOTALL)
    assert nav
    return re.findall(r'href="([^"]+)"', nav.group(1))


MEMBER = ["/belajar/", "/kursus/", "/laporan/", "/sertifikat/"]
OFFICER = ["/pantau/", "/anggota/", "/laporan/"]
VISITOR = ["/kursus/", "/verifikasi/"]


@pytest.mark.parametrize(
    ("role", "found"),
    [
        ("village_officer", OFFICER),
        ("district_officer", OFFICER),
        ("trainer", ["/kursus/", "/cms/"]),
        ("stranger", VISITOR),
        ("liaison", VISITOR),
        ("admin", [*OFFICER, "/kursus/", "/cms/"]),
    ],
)
def test_each_role_finds_its_rooms(client: Client, cast: Cast, role: str, found: list[str]):
    client.force_login(getattr(cast, role))
    assert nav_of(client) == found


def test_a_member_finds_theirs(client: Client, cast: Cast):
    client.force_login(cast.member.user)
    assert nav_of(client) == MEMBER


def test_a_member_who_waits_has_no_learning_yet(client: Client, cast: Cast):
    client.force_login(cast.pending_member.user)
    assert nav_of(client) == VISITOR


def test_a_visitor_finds_the_way_in(client: Client, db: None):
    assert nav_of(client) == [*VISITOR, "/masuk/", "/daftar/"]


def test_somebody_with_both_roles_gets_both_without_doubles(client: Client, cast: Cast):
    cast.member.user = cast.village_officer
    cast.member.save()
    client.force_login(cast.village_officer)
    assert nav_of(client) == [*OFFICER, "/belajar/", "/kursus/", "/sertifikat/"]
    # The sixth does not fit beside the others on a phone: there it is in the menu.
    html = client.get("/tentang/").content.decode()
    assert re.search(r'<li class="menu__extra"><a href="/sertifikat/">', html)
    assert re.search(r'<li class="is-extra">\s*<a href="/sertifikat/">', html)


def test_the_navigation_costs_one_query_of_who_has_a_role_and_two_of_others(rf, cast: Cast, django_assert_num_queries):
    request = rf.get("/")
    request.access = Access(cast.district_officer)
    with django_assert_num_queries(1):  # the grants, which tell about the membership, too
        Template("{% load layout %}{% menus as menu %}").render(Context({"request": request}))
    request.access = Access(cast.member.user)
    with django_assert_num_queries(2):
        Template("{% load layout %}{% menus as menu %}").render(Context({"request": request}))


@pytest.mark.parametrize(("who", "rooms"), [("village_officer", OFFICE), ("trainer", [])])
def test_the_account_menu_leads_officers_to_the_rest_of_their_rooms(
    client: Client, cast: Cast, who: str, rooms: list[str]
):
    client.force_login(getattr(cast, who))
    menu = client.get("/tentang/").content.decode().split('class="menu__panel"')[1].split("</details>")[0]
    assert [path for path in re.findall('href="([^"]+)"', menu) if path in OFFICE] == rooms
    assert all(client.get(path).status_code == 200 for path in rooms)


def test_the_current_room_is_marked(rf, db: None):
    request = rf.get("/kursus/dasar/")
    html = Template("{% load layout %}{% menus as menu %}{{ menu.main }}")
    found = re.findall(r'href="([^"]+)"( aria-current="page")?', html.render(Context({"request": request})))
    assert found == [("/kursus/", ' aria-current="page"'), ("/verifikasi/", "")]


def test_every_page_has_its_landmarks_and_no_inline_code(client: Client, cast: Cast):
    client.force_login(cast.admin)
    html = client.get("/tentang/").content.decode()
    assert '<a class="skip-link" href="#main">' in html
    assert '<main id="main"' in html
    assert 'role="status" aria-live="polite"' in html
    assert not re.search(r"\sstyle=|\son[a-z]+=|<script(?![^>]* src=)|<style", html)


def test_htmx_carries_the_token_of_somebody_logged_in(client: Client, cast: Cast):
    assert "hx-headers" not in client.get("/tentang/").content.decode()
    client.force_login(cast.stranger)
    assert re.search(r"""hx-headers='\{"X-CSRFToken": "\w{64}"\}'""", client.get("/tentang/").content.decode())


@pytest.mark.parametrize(
    ("level", "tone"),
    [(constants.SUCCESS, "callout--ok"), (constants.WARNING, "callout--soon"), (constants.ERROR, "callout--late")],
)
def test_a_message_takes_its_tone(level: int, tone: str):
    html = render_to_string("components/message.html", {"message": Message(level, "Tersimpan <b>")})
    assert tone in html
    assert "Tersimpan &lt;b&gt;" in html


def test_what_is_drawn_once_knows_nothing_of_who_asked_first():
    html = Template("{% load layout %}{{ name }}{% once %}<b>{{ name }}</b>{% endonce %}")
    assert html.render(Context({"name": "Siti"})) == "Siti<b></b>"
    assert html.render(Context({"name": "Budi"})) == "Budi<b></b>"


def test_menus_are_drawn_once_for_a_place_and_roles(rf, cast: Cast, django_assert_num_queries):
    address = rf.get("/anggota/")
    for officer in (cast.district_officer, cast.regency_officer):
        address.access = Access(officer)
        with django_assert_num_queries(1):
            html = Template("{% load layout %}{% menus as menu %}{{ menu.main }}").render(Context({"request": address}))
        assert re.findall(r'href="([^"]+)" aria-current', html) == ["/anggota/"]
        assert officer.name not in html
