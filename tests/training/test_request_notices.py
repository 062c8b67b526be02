"""Who is told that an exemption or extension waits, and until when."""

from datetime import UTC, date, datetime

import pytest

from members.models import Member, RoleGrant, User
from notifications.models import Notice
from regions.models import Region
from tests.cast import Cast
from tests.factories import EvidenceFactory, MemberFactory, PeriodFactory, UserFactory, grant
from training.errors import NothingToExtend
from training.exemption_services import (
    ask_exemption,
    ask_extension,
    grant_exemption,
    grant_extension,
    refuse_exemption,
    refuse_extension,
)
from training.membership import move_member
from training.models import Exemption, Extension
from training.services import open_period

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.fixture
def opened(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr("training.services.timezone.now", lambda: NOW)
    open_period(period=PeriodFactory(), now=NOW)
    return cast


def excuse(*members: Member, by: User) -> list[Exemption]:
    days = {"starts_on": date(2026, 7, 1), "ends_on": date(2026, 12, 31)}
    return ask_exemption(members=members, kind="illness", reason="Patah kaki", by=by, **days)


def extend(member: Member, by: User | None = None) -> Extension:
    asker = by or member.user
    assert asker
    return ask_extension(member=member, period=PeriodFactory(), until=date(2027, 1, 31), reason="Melaut", by=asker)


def move(cast: Cast, code: str = "63.11.02.2001") -> None:
    village, by = Region.objects.get(pk=code), cast.regency_officer
    move_member(member=cast.member, by=by, village=village, on=NOW.date(), reason="Pindah rumah")


def told() -> set[str]:
    """Whom something unread waits for."""
    return set(Notice.objects.unread().values_list("user__name", flat=True))


def test_the_level_above_is_told_of_an_exemption(opened: Cast):
    (exemption,) = excuse(opened.member, by=opened.village_officer)
    notice = Notice.objects.get()
    assert notice.user == opened.district_officer
    assert (notice.title, notice.path) == ("Dispensasi menunggu keputusan", f"/dispensasi/{exemption.uuid}/")
    assert notice.body == "Dispensasi diajukan untuk seorang anggota Desa Muara Ninian."
    assert opened.member.name not in notice.title + notice.body


@pytest.mark.parametrize("decide", [grant_exemption, lambda **facts: refuse_exemption(reason="Kurang bukti", **facts)])
def test_nobody_is_asked_any_more_once_an_exemption_is_decided(opened: Cast, decide):
    also = grant(UserFactory(name="Camat"), "63.11.01")
    (exemption,) = excuse(opened.member, by=opened.village_officer)
    assert told() == {opened.district_officer.name, also.user.name}
    decide(exemption=exemption, by=opened.district_officer)
    assert told() == {opened.member.name}  # the answer


def test_many_at_once_are_one_notice_until_the_last_is_decided(opened: Cast, django_assert_max_num_queries):
    people = [*MemberFactory.create_batch(10, user=None), opened.other_member]
    with django_assert_max_num_queries(40):
        exemptions = excuse(*people, by=opened.village_officer)
    notice = Notice.objects.get()
    assert (notice.user, notice.path) == (opened.district_officer, "/dispensasi/?status=saya")
    assert notice.body == "Dispensasi diajukan untuk 11 anggota."
    for exemption in exemptions[:-1]:
        grant_exemption(exemption=exemption, by=opened.district_officer)
    assert told() == {opened.district_officer.name}
    grant_exemption(exemption=exemptions[-1], by=opened.district_officer)
    assert told() == {opened.other_member.name}


def test_where_nobody_serves_above_the_next_level_is_told(opened: Cast):
    RoleGrant.objects.filter(region="63.11.01").delete()
    excuse(opened.member, by=opened.village_officer)
    assert told() == {opened.regency_officer.name}


def test_the_nation_decides_about_its_own(opened: Cast):
    asker, other = (grant(UserFactory(name=name), "00").user for name in ("Pusat", "Pusat Lain"))
    grant(UserFactory(name="Provinsi"), "63")
    excuse(opened.member, by=asker)
    assert told() == {other.name}


def test_whom_it_concerns_is_not_asked_to_decide(opened: Cast):
    """The kecamatan's only officer is the member: the kabupaten is told of them, and they of the other one."""
    Member.objects.filter(pk=opened.member.pk).update(user=opened.district_officer)
    mine, other = Member.objects.get(pk=opened.member.pk), opened.other_member
    excuse(mine, other, by=opened.village_officer)
    asked = dict(Notice.objects.unread().values_list("user__name", "path"))
    paths = {one.member_id: f"/dispensasi/{one.uuid}/" for one in Exemption.objects.all()}
    assert asked == {opened.regency_officer.name: paths[mine.pk], opened.district_officer.name: paths[other.pk]}


def test_the_village_is_told_of_an_extension(opened: Cast):
    extension = extend(opened.member)
    notice = Notice.objects.get()
    assert (notice.user, notice.path) == (opened.village_officer, f"/perpanjangan/{extension.uuid}/")
    assert notice.title == "Perpanjangan waktu menunggu keputusan"
    assert notice.body == "Seorang anggota Desa Muara Ninian perlu waktu lagi."


@pytest.mark.parametrize("decide", [grant_extension, lambda **facts: refuse_extension(reason="Masih cukup", **facts)])
def test_nobody_is_asked_any_more_once_an_extension_is_decided(opened: Cast, decide):
    extension = extend(opened.member)
    decide(extension=extension, by=opened.district_officer)
    assert told() == {opened.member.name}


def test_who_moves_is_decided_about_by_others(opened: Cast):
    extend(opened.member)
    excuse(opened.member, by=opened.village_officer)
    assert told() == {opened.village_officer.name, opened.district_officer.name}
    move(opened)
    asked = Notice.objects.unread().filter(title__contains="menunggu keputusan")
    assert set(asked.values_list("user__name", "title")) == {
        (opened.neighbour_village_officer.name, "Perpanjangan waktu menunggu keputusan"),
        (opened.neighbour_district_officer.name, "Dispensasi menunggu keputusan"),
    }


def test_who_decides_before_and_after_a_move_is_still_asked(opened: Cast):
    RoleGrant.objects.filter(region__in=["63.11.01", "63.11.02"]).delete()
    excuse(opened.member, by=opened.village_officer)
    move(opened)
    assert opened.regency_officer.name in told()


def test_of_many_at_once_who_decides_none_any_more_is_not_asked(opened: Cast):
    second = MemberFactory(user=None)
    excuse(opened.member, second, by=opened.village_officer)
    move(opened)
    assert opened.district_officer.name in told()  # of the one who stays
    kapul = Region.objects.get(pk="63.11.02.2001")
    move_member(member=second, by=opened.regency_officer, village=kapul, on=NOW.date(), reason="Pindah rumah")
    assert opened.district_officer.name not in told()
    assert opened.neighbour_district_officer.name in told()


def test_who_moves_there_and_back_is_asked_about_anew(opened: Cast):
    extend(opened.member)
    excuse(opened.member, by=opened.village_officer)
    EvidenceFactory(member=opened.member)
    for code in ("63.11.02.2001", "63.11.01.2001", "63.11.02.2001", "63.11.01.2001"):
        move(opened, code)
    asked = Notice.objects.unread().filter(title__contains="menunggu keputusan")
    assert sorted(asked.values_list("user__name", "title")) == [
        (opened.village_officer.name, "Pelatihan luar menunggu keputusan"),
        (opened.village_officer.name, "Perpanjangan waktu menunggu keputusan"),
        (opened.district_officer.name, "Dispensasi menunggu keputusan"),
    ]


def test_of_many_at_once_the_first_moves_there_and_back(opened: Cast):
    second = MemberFactory(user=None)
    first, other = excuse(opened.member, second, by=opened.village_officer)
    move(opened)
    refuse_exemption(exemption=other, by=opened.district_officer, reason="Tanpa surat")
    assert opened.district_officer.name not in told()
    move(opened, "63.11.01.2001")
    assert opened.district_officer.name in told()
    grant_exemption(exemption=first, by=opened.district_officer)
    assert opened.district_officer.name not in told()


@pytest.mark.parametrize(
    ("ask", "officer"), [(extend, "neighbour_village_officer"), (excuse, "neighbour_district_officer")]
)
def test_who_moved_since_the_page_was_opened_is_asked_about_where_they_are(opened: Cast, ask, officer: str):
    as_read = Member.objects.select_related("user", "village").get(pk=opened.member.pk)
    move(opened)
    ask(as_read, by=opened.village_officer)
    asked = Notice.objects.unread().filter(title__contains="menunggu keputusan")
    assert [notice.user for notice in asked] == [getattr(opened, officer)]


def test_who_left_since_the_page_was_opened_needs_no_longer(opened: Cast):
    as_read = Member.objects.get(pk=opened.member.pk)
    Member.objects.filter(pk=as_read.pk).update(status=Member.Status.INACTIVE)
    with pytest.raises(NothingToExtend):
        extend(as_read, by=opened.village_officer)
