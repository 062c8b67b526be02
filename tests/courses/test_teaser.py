"""The courses on the front page."""

import pytest
from django.test import Client

from tests.factories import make_course

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("regions")
def test_the_compulsory_course_comes_first_and_three_are_enough(client: Client):
    for title in ("Dapur Umum", "Patroli", "Kebakaran"):
        make_course(title)
    make_course("Zona Aman", compulsory=True)
    html = client.get("/").content.decode()
    assert 'id="kursus"' in html
    assert html.count('class="card__link"') == 3
    assert html.index("Zona Aman") < html.index("Dapur Umum")
    assert "Patroli" not in html


@pytest.mark.usefixtures("regions")
def test_a_draft_is_not_shown(client: Client):
    make_course("Masih Ditulis").unpublish()
    assert "Masih Ditulis" not in client.get("/").content.decode()


def test_without_courses_there_is_no_empty_heading(client: Client):
    assert 'id="kursus"' not in client.get("/").content.decode()


@pytest.mark.usefixtures("regions")
def test_more_courses_cost_no_more_queries(client: Client, django_assert_max_num_queries):
    for title in ("Satu", "Dua", "Tiga"):
        make_course(title, lessons=3)
    client.get("/")
    with django_assert_max_num_queries(12):
        client.get("/")
