"""Telling people things: once, to the right ones, and nothing about others."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from members.models import Member, MemberEvent, RoleGrant, RoleKind, User
from members.services import grant_role, refuse_member, verify_member
from notifications.models import Notice
from notifications.services import close_matter, mark_read, notify, tell_refused, tell_verified, tell_verifiers
from regions.models import Region
from tests.cast import Cast
from tests.factories import MemberFactory, UserFactory
from tests.members.people import PENDING
from tests.races import at_once


def test_a_notice_is_put_in_the_inbox(cast: Cast):
    notice = notify(user=cast.stranger, key="uji:1", title="Judul", body="Isi", path="/akun/")
    assert list(Notice.objects.of(cast.stranger).unread()) == [notice]
    assert not Notice.objects.of(cast.admin).exists()


def test_the_same_event_is_told_once(cast: Cast):
    first = notify(user=cast.stranger, key="uji:1", title="Judul")
    second = notify(user=cast.stranger, key="uji:1", title="Judul lain")
    assert first == second
    assert Notice.objects.get().title == "Judul"
    notify(user=cast.admin, key="uji:1", title="Judul")
    assert Notice.objects.count() == 2


def test_a_notice_that_was_read_is_not_told_again(cast: Cast):
    notify(user=cast.stranger, key="uji:1", title="Judul")
    mark_read(user=cast.stranger)
    notify(user=cast.stranger, key="uji:1", title="Judul")
    assert not Notice.objects.of(cast.stranger).unread().exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_once():
    user = UserFactory()
    assert len(set(at_once(*[lambda: notify(user=user, key="uji:1", title="Judul")] * 2))) == 1
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("row", [{"key": "uji:1"}, {"key": ""}])
def test_the_database_keeps_keys(row: dict[str, str], cast: Cast):
    notify(user=cast.stranger, key="uji:1", title="Judul")
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(user=cast.stranger, title="Judul", **row)


def test_reading_marks_ones_own_only(cast: Cast):
    mine, other = (notify(user=user, key="uji:1", title="Judul") for user in (cast.stranger, cast.admin))
    assert mark_read(user=cast.stranger, notice_id=other.pk) == 0
    assert mark_read(user=cast.stranger, notice_id=mine.pk) == 1
    assert mark_read(user=cast.stranger, notice_id=mine.pk) == 0
    assert Notice.objects.get(pk=other.pk).read_at is None


# --- a matter that is done ------------------------------------------------------------------------


def test_what_is_done_is_read_by_everybody_in_one_write(cast: Cast, django_assert_num_queries):
    for user in (cast.stranger, cast.admin):
        notify(user=user, key="uji:1", title="Menunggu", matter="uji:1")
        notify(user=user, key="uji:2", title="Lain", matter="uji:2")
        notify(user=user, key="uji:3", title="Kabar")
    with django_assert_num_queries(1):
        assert close_matter("uji:1") == 2
    assert set(Notice.objects.unread().values_list("key", flat=True)) == {"uji:2", "uji:3"}
    first = Notice.objects.filter(key="uji:1").values_list("read_at", flat=True)
    before = list(first)
    assert close_matter("uji:1") == close_matter("") == 0
    assert list(first.all()) == before


def test_a_matter_of_some_people_or_of_some_time_leaves_the_rest(cast: Cast):
    notices = [notify(user=user, key="uji:1", title="A", matter="uji:1") for user in (cast.stranger, cast.admin)]
    assert close_matter("uji:1", until=notices[0].created_at - timedelta(seconds=1)) == 0
    assert close_matter("uji:1", people=User.objects.filter(pk=cast.admin.pk)) == 1
    assert list(Notice.objects.unread()) == notices[:1]


# --- what happens in the room below -------------------------------------------------------------


def keys_of(user: User) -> list[str]:
    return [notice.key for notice in Notice.objects.of(user)]


@pytest.fixture
def after_commit(django_capture_on_commit_callbacks) -> Callable[[Callable[[], object]], object]:
    """Runs something as if its transaction were committed."""

    def run(action: Callable[[], object]) -> object:
        with django_capture_on_commit_callbacks(execute=True):
            return action()

    return run


def test_a_member_hears_of_the_verification(cast: Cast, after_commit):
    after_commit(lambda: verify_member(member=cast.pending_member, by=None))
    assert keys_of(cast.pending_member.user) == [f"verified:{cast.pending_member.pk}"]


def test_a_person_hears_of_each_refusal(cast: Cast, after_commit):
    after_commit(lambda: refuse_member(member=cast.pending_member, by=None, reason="Bukan warga"))
    event = cast.pending_member.events.get()
    (notice,) = Notice.objects.of(cast.pending_member.user)
    assert (notice.key, notice.body) == (f"refused:{event.pk}", "Bukan warga")


def test_without_an_account_nobody_is_told(cast: Cast, after_commit):
    member = MemberFactory(**PENDING, user=None)
    event = MemberEvent.objects.create(member=member, kind="refused", reason="x")
    tell_refused(event_id=event.pk)
    tell_verified(member_id=member.pk)
    assert not Notice.objects.exists()


def unread() -> list[tuple[User, str]]:
    return [(notice.user, notice.key.split(":")[0]) for notice in Notice.objects.unread().order_by("pk")]


def test_nobody_is_asked_any_more_once_a_registration_is_decided(cast: Cast, after_commit):
    member, reason = cast.pending_member, "Foto KTP tidak terbaca"
    event = MemberEvent.objects.create(member=member, kind="registered")
    tell_verifiers(event_id=event.pk)
    assert unread() == [(cast.village_officer, "registered")]
    after_commit(lambda: refuse_member(member=member, by=cast.village_officer, reason=reason))
    assert unread() == [(member.user, "refused")]
    member.refresh_from_db()
    again = MemberEvent.objects.create(member=member, kind="resubmitted")
    Member.objects.filter(pk=member.pk).update(status=Member.Status.PENDING)
    tell_verifiers(event_id=again.pk)
    assert unread() == [(cast.village_officer, "registered")]
    tell_refused(event_id=member.events.get(kind="refused").pk)  # late, or once more
    assert unread() == [(cast.village_officer, "registered")]
    member.refresh_from_db()
    after_commit(lambda: verify_member(member=member, by=cast.village_officer))
    assert unread() == [(member.user, "verified")]
    tell_verifiers(event_id=again.pk)
    assert unread() == [(member.user, "verified")]


def test_who_was_decided_about_meanwhile_is_not_announced(cast: Cast):
    event = MemberEvent.objects.create(member=cast.member, kind="registered")
    tell_verifiers(event_id=event.pk)
    assert not Notice.objects.exists()


def test_a_role_is_told(cast: Cast, after_commit):
    juai = Region.objects.get(pk="63.11.01")
    after_commit(lambda: grant_role(user=cast.stranger, kind=RoleKind.TRAINER, region=juai))
    assert Notice.objects.get(user=cast.stranger).body == "Pelatih untuk Kec. Juai."


def registered(village: str = "63.11.01.2001", by: User | None = None) -> MemberEvent:
    member = MemberFactory(**PENDING, village_id=village)
    return MemberEvent.objects.create(member=member, kind=MemberEvent.Kind.REGISTERED, by=by)


def test_the_village_hears_of_a_registration(cast: Cast):
    event = registered()
    tell_verifiers(event_id=event.pk)
    tell_verifiers(event_id=event.pk)
    assert list(Notice.objects.values_list("user", "key")) == [(cast.village_officer.pk, f"registered:{event.pk}")]


def test_a_village_without_an_officer_leaves_it_to_the_kecamatan(cast: Cast):
    tell_verifiers(event_id=registered("63.11.01.2002").pk)
    assert Notice.objects.get().user == cast.district_officer


def test_who_registered_somebody_knows_already(cast: Cast):
    tell_verifiers(event_id=registered(by=cast.village_officer).pk)
    assert not Notice.objects.exists()


def test_an_account_that_is_off_hears_nothing(cast: Cast):
    User.objects.filter(pk=cast.village_officer.pk).update(is_active=False)
    tell_verifiers(event_id=registered().pk)
    assert Notice.objects.get().user == cast.district_officer


def test_a_trainer_of_the_village_hears_nothing(cast: Cast):
    RoleGrant.objects.create(user=cast.stranger, kind=RoleKind.TRAINER, region_id="63.11.01.2001")
    tell_verifiers(event_id=registered().pk)
    assert not Notice.objects.of(cast.stranger).exists()


@pytest.mark.parametrize(("level", "who"), [("regency", "regency_officer"), ("district", "district_officer")])
def test_who_decides_here_hears_of_a_registration(level: str, who: str, cast: Cast, settings):
    settings.MEMBER_VERIFIER_LEVELS = [level]
    tell_verifiers(event_id=registered().pk)
    assert [notice.user for notice in Notice.objects.all()] == [getattr(cast, who)]


def test_an_officer_who_registers_is_decided_about_by_another(cast: Cast):
    member = MemberFactory(**PENDING, user=cast.village_officer)
    event = MemberEvent.objects.create(member=member, kind="registered", by=cast.village_officer)
    tell_verifiers(event_id=event.pk)
    assert [notice.user for notice in Notice.objects.all()] == [cast.district_officer]
