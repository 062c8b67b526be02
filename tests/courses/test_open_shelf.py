"""Shelves: one a region, with its rights, its media and its trainers."""

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.test import Client
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission

from courses.models import CourseIndexPage, CourseShelfPage
from courses.services import ensure_course_index, open_shelf, repair_seats, seat_trainer
from members.models import RoleGrant, RoleKind
from members.services import grant_role
from regions.models import Region
from tests.cast import Cast
from tests.factories import grant, make_course


def region(code: str) -> Region:
    return Region.objects.get(pk=code)


def test_the_index_is_made_once(cast: Cast):
    assert ensure_course_index() == ensure_course_index()
    assert CourseIndexPage.objects.get().url == "/kursus/"


def test_a_shelf_is_made_once(cast: Cast):
    first, second = open_shelf(region=region("63.11")), open_shelf(region=region("63.11"))
    assert first == second
    assert CourseShelfPage.objects.count() == 1
    assert Group.objects.filter(name="Pelatih Kab. Balangan (63.11)").count() == 1
    assert Collection.objects.filter(name="Media pelatih Kab. Balangan (63.11)").count() == 1


def test_its_group_writes_and_publishes_there_and_nowhere_else(cast: Cast):
    shelf = open_shelf(region=region("63.11"))
    rights = GroupPagePermission.objects.filter(group=shelf.group)
    assert {right.page_id for right in rights} == {shelf.pk}
    assert {right.permission.codename for right in rights} == {"add_page", "change_page", "publish_page"}
    media = GroupCollectionPermission.objects.filter(group=shelf.group)
    assert {right.collection_id for right in media} == {shelf.collection_id}
    assert media.count() == 6
    assert shelf.group.permissions.filter(codename="access_admin").exists()


def test_trainers_who_were_there_first_join(cast: Cast):
    shelf = open_shelf(region=region("63.11"))
    assert list(cast.trainer.groups.all()) == [shelf.group]
    assert not cast.neighbour_trainer.groups.exists()


def test_a_region_has_one_shelf(cast: Cast):
    open_shelf(region=region("63.11"))
    other = open_shelf(region=region("63.09"))
    with pytest.raises(IntegrityError), transaction.atomic():
        CourseShelfPage.objects.filter(pk=other.pk).update(region="63.11")


def test_a_trainer_gets_the_shelves_under_their_region(cast: Cast):
    open_shelf(region=region("63.11.01"))
    shelves = seat_trainer(user=cast.trainer)
    assert {shelf.region_id for shelf in shelves} == {"63.11", "63.11.01"}
    assert cast.trainer.groups.count() == 2


def test_a_shelf_opened_later_takes_in_the_trainers_above(cast: Cast):
    grant(cast.stranger, "63", RoleKind.TRAINER)
    seat_trainer(user=cast.stranger)
    shelf = open_shelf(region=region("63.09"))
    assert cast.stranger.groups.filter(pk=shelf.group_id).exists()


def test_a_trainer_of_the_nation_gets_every_shelf(cast: Cast):
    make_course()
    grant(cast.stranger, "00", RoleKind.TRAINER)
    assert {shelf.region_id for shelf in seat_trainer(user=cast.stranger)} == {"00", "63.11"}


def test_who_is_no_trainer_gets_no_shelf(cast: Cast):
    open_shelf(region=region("63.11"))
    assert seat_trainer(user=cast.regency_officer) == []
    assert not cast.regency_officer.groups.exists()


def test_the_shelf_goes_with_the_role(cast: Cast, django_capture_on_commit_callbacks):
    keep = Group.objects.create(name="Kelompok lain")
    cast.trainer.groups.add(keep)
    seat_trainer(user=cast.trainer)
    with django_capture_on_commit_callbacks(execute=True):
        RoleGrant.objects.get(user=cast.trainer).delete()
    assert list(cast.trainer.groups.all()) == [keep]


def test_a_granted_role_opens_the_cms(cast: Cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        grant_role(user=cast.stranger, kind=RoleKind.TRAINER, region=region("63.09.01"))
    shelf = CourseShelfPage.objects.get(region="63.09.01")
    assert list(cast.stranger.groups.all()) == [shelf.group]
    assert cast.neighbour_trainer.groups.filter(pk=shelf.group_id).exists()  # of the regency above
    client = Client()
    client.force_login(cast.stranger)
    assert client.get("/cms/").status_code == 200


def test_other_roles_open_nothing(cast: Cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        grant_role(user=cast.stranger, kind=RoleKind.OFFICER, region=region("63.09.01"))
    assert not CourseShelfPage.objects.exists()
    assert not cast.stranger.groups.exists()


def test_a_lost_task_is_repaired(cast: Cast):
    shelf = open_shelf(region=region("63.11"))
    cast.trainer.groups.clear()
    cast.stranger.groups.add(shelf.group)
    assert repair_seats() == 3  # the neighbour's own shelf is opened, too
    assert list(cast.trainer.groups.all()) == [shelf.group]
    assert not cast.stranger.groups.exists()
    assert repair_seats() == 0
