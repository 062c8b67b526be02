"""Saves of the CMS that meet: no 500, nothing lost, nothing twice."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.db import close_old_connections, connection
from django.db.models.signals import pre_save
from django.test import Client
from django.urls import reverse

from courses.models import CoursePage, LessonPage
from tests.cast import Cast
from tests.courses.helpers import COURSE_FORM, LESSON_FORM
from tests.factories import make_course


def client_of(user: object) -> Client:
    client = Client()
    client.force_login(user)
    return client


@contextmanager
def meeting(model: type[Any]) -> Iterator[None]:
    """Nobody writes a page before both have passed the checks of the form, where the database lets both so far."""
    barrier = Barrier(2)

    def wait(**_: Any) -> None:
        with suppress(BrokenBarrierError):  # the other one is held back by the database, as on SQLite
            barrier.wait(timeout=1)

    pre_save.connect(wait, sender=model)
    try:
        yield
    finally:
        pre_save.disconnect(wait, sender=model)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("kind", ["coursepage", "lessonpage"])
def test_publishing_while_the_draft_is_saved(cast: Cast, course: CoursePage, kind: str):
    model: type[Any] = CoursePage if kind == "coursepage" else LessonPage
    parent, form = (course.shelf, COURSE_FORM) if kind == "coursepage" else (course, LESSON_FORM)
    address = reverse("wagtailadmin_pages:add", args=["courses", kind, parent.pk])
    clients = [client_of(cast.trainer) for _ in range(2)]

    def post(number: int) -> int:
        close_old_connections()
        sent = [form | {"action-publish": "1"}, form][number]
        headers = [{}, {"accept": "application/json"}][number]
        try:
            return clients[number].post(address, sent, headers=headers).status_code
        finally:
            connection.close()

    with meeting(model), ThreadPoolExecutor(2) as pool:
        published, autosaved = pool.map(post, range(2))
    assert (published, autosaved) in [(302, 400), (200, 200)]
    assert model.objects.filter(slug=form["slug"]).count() == 1
    if published == 200:
        again = clients[0].post(address, form | {"action-publish": "1"})
        draft = model.objects.get(slug=form["slug"])
        assert reverse("wagtailadmin_pages:edit", args=[draft.pk]) in again.content.decode()
        assert form["title"] in again.content.decode()  # what was typed is still there


def test_publishing_a_draft_whose_address_is_taken(cast: Cast, course: CoursePage):
    drafts = [make_course(f"Draf {n}", region="63.11", live=False) for n in range(2)]
    for n, draft in enumerate(drafts):
        draft.slug = f"nanti-{n}"
        draft.save_revision()
    make_course("Nanti 1", region="63.09")  # takes the address of the second
    client = client_of(cast.trainer)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    back = reverse("wagtailadmin_explore", args=[course.shelf.pk])
    query = "&".join(f"id={draft.pk}" for draft in drafts)
    response = client.post(f"{address}?{query}&next={back}", follow=True)
    assert response.redirect_chain == [(back, 302)]
    assert "Alamat “nanti-1” sudah dipakai kursus lain" in response.content.decode()
    assert not CoursePage.objects.filter(pk__in=[d.pk for d in drafts], live=True).exists()
    assert [CoursePage.objects.get(pk=d.pk).get_latest_revision_as_object().slug for d in drafts] == [
        "nanti-0",
        "nanti-1",
    ]


@pytest.mark.parametrize("kind", ["coursepage", "lessonpage"])
def test_a_form_whose_draft_was_saved_already_leads_to_the_draft(cast: Cast, course: CoursePage, kind: str):
    parent, form = (course.shelf, COURSE_FORM) if kind == "coursepage" else (course, LESSON_FORM)
    address = reverse("wagtailadmin_pages:add", args=["courses", kind, parent.pk])
    client = client_of(cast.trainer)
    saved = client.post(address, form, headers={"accept": "application/json"}).json()
    page = client.post(address, form | {"action-publish": "1"})
    assert reverse("wagtailadmin_pages:edit", args=[saved["pk"]]) in page.content.decode()
