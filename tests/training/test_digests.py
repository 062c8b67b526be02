"""The Monday digests: to officers of villages that owe, and to the kecamatan where nothing moves for two weeks."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from members.models import Member, RoleGrant, RoleKind, User
from notifications.delivering import Delivered, deliver_due
from notifications.models import Channel, Delivery, Notice, State
from regions.services import load_regions
from regions.timezones import zone_of
from tests.cast import Cast
from tests.factories import ELSEWHERE, REGION_NAMES, MemberFactory, PeriodFactory, UserFactory, grant
from tests.notifications.topics import prove
from tests.races import at_once
from training.models import DigestPlan, Period, Policy, VillageOwing, VillageTally
from training.reminder_digests import is_wanted, plan_digests
from training.services import open_period, record_training

WITA = zone_of("63")
FIRST = datetime(2026, 11, 23, 9, tzinfo=WITA)  # the second Monday at risk: 38 days before the end
WEEK = timedelta(weeks=1)


@pytest.fixture
def half(cast: Cast) -> Period:
    """Everybody owes; the officers of Muara Ninian, Kapul, Juai and Halong have accounts."""
    period: Period = PeriodFactory(year=2026, half=2)
    open_period(period=period, now=FIRST)
    return period


def train(member: Member, when: datetime) -> None:
    facts = {"kind": "online", "title": "Dasar", "lesson_hours": 4, "completed_at": when}
    record_training(member=member, source=f"uji:{member.pk}", **facts)


def told(topic: str) -> set[tuple[User | None, str]]:
    found = Delivery.objects.filter(topic=topic).select_related("user")
    return {(delivery.user, delivery.key) for delivery in found}


# --- when -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("monday", "expected"),
    [
        (date(2026, 6, 29), False),
        (date(2026, 7, 6), False),
        (date(2026, 11, 9), False),  # 52 days before the end
        (date(2026, 11, 16), True),  # 45
        (date(2026, 12, 28), True),
        (date(2027, 1, 4), True),
        (date(2027, 2, 22), True),
        (date(2027, 3, 1), False),
    ],
)
def test_from_the_phase_at_risk_on(monday: date, expected: bool):
    assert is_wanted(Period(year=2026, half=2), Policy(), monday) is expected


def test_each_week_once_and_made_up_for_later_in_the_week(cast: Cast, half: Period, django_assert_max_num_queries):
    assert plan_digests(now=FIRST - timedelta(days=14)) == 0  # not at risk yet
    assert plan_digests(now=FIRST + timedelta(days=3)) == 2  # Thursday: the scheduler had stood still
    with django_assert_max_num_queries(9):
        assert plan_digests(now=FIRST + timedelta(days=4)) == 0
    assert plan_digests(now=FIRST + WEEK) == 2


def test_planning_again_changes_nothing(cast: Cast, half: Period):
    assert plan_digests(now=FIRST) == 2
    DigestPlan.objects.all().delete()  # as if it was killed before it wrote that down
    assert plan_digests(now=FIRST) == 0
    assert Delivery.objects.count() == 2


def test_monday_begins_at_the_midnight_of_the_place(cast: Cast, half: Period):
    load_regions(names=REGION_NAMES | ELSEWHERE, today=date(2025, 1, 1))
    for code in ("11.01.01.2001", "91.03.01.2001"):
        MemberFactory(village_id=code)
        grant(UserFactory(), code)
    open_period(period=half, now=FIRST)
    plan_digests(now=datetime(2026, 11, 22, 16, 30, tzinfo=UTC))  # 23.30 WIB, 00.30 WITA, 01.30 WIT
    weeks = {delivery.region_id[:2]: delivery.key[-3:] for delivery in Delivery.objects.all()}
    assert weeks == {"11": "W47", "63": "W48", "91": "W48"}
    due = {delivery.region_id[:2]: delivery.due_at for delivery in Delivery.objects.all()}
    assert due["63"] == datetime(2026, 11, 23, 8, tzinfo=WITA)
    assert due["63"] - due["91"] == timedelta(hours=1)


def test_a_policys_own_phase_at_risk_decides(cast: Cast, half: Period):
    Policy.objects.create(region_id="63.11.02", starts_on=date(2026, 1, 1), at_risk_days=20)
    plan_digests(now=FIRST)
    assert told("digest_village") == {(cast.village_officer, "digest_village:2026-2:63.11.01.2001:2026-W48")}


# --- to the village -------------------------------------------------------------------------------


def test_the_villages_officers_are_told_how_many_and_never_who(cast: Cast, half: Period):
    MemberFactory.create_batch(2, name="Zainuddin")
    open_period(period=half, now=FIRST)
    plan_digests(now=FIRST)
    assert {user for user, _key in told("digest_village")} == {cast.village_officer, cast.neighbour_village_officer}
    assert deliver_due(now=FIRST) == Delivered(sent=2)
    notice = Notice.objects.get(user=cast.village_officer)
    assert notice.title == "Desa Muara Ninian: 3 anggota belum memenuhi"
    assert notice.body == (
        "3 dari 3 anggota wajib Desa Muara Ninian belum memenuhi kewajiban Semester II 2026. "
        "Sisa 38 hari, sampai 31 Desember 2026. Lihat siapa saja dan ingatkan mereka dari daftarnya."
    )
    assert notice.path == "/pantau/63.11.01.2001/terlambat/?periode=2026-2"
    assert cast.member.name not in notice.body


@pytest.mark.parametrize(
    ("grace", "day", "limit"),
    [
        (14, date(2026, 12, 30), "Sisa 1 hari, sampai 31 Desember 2026."),
        (14, date(2026, 12, 31), "Hari ini hari terakhir."),
        (14, date(2027, 1, 1), "Semester sudah berakhir, tetapi pelatihan masih dihitung sampai 14 Januari 2027."),
        (14, date(2027, 1, 14), "Semester sudah berakhir, tetapi pelatihan masih dihitung sampai 14 Januari 2027."),
        (14, date(2027, 1, 15), "Batasnya 14 Januari 2027 sudah lewat."),
        (0, date(2027, 1, 1), "Batasnya 31 Desember 2026 sudah lewat."),
    ],
)
def test_the_limit_is_that_of_the_clock_and_the_days_of_grace(
    cast: Cast, half: Period, grace: int, day: date, limit: str
):
    Policy.objects.create(region_id="00", starts_on=date(2026, 1, 1), grace_days=grace)
    now = datetime(day.year, day.month, day.day, 9, tzinfo=WITA)
    plan_digests(now=now)
    deliver_due(now=now)
    assert f"Semester II 2026. {limit} Lihat" in Notice.objects.get(user=cast.village_officer).body


def test_also_by_a_mailbox_that_has_answered(cast: Cast, half: Period, settings, mailoutbox):
    settings.WHATSAPP_GATEWAY_URL = "console:"
    prove(cast.village_officer)
    assert plan_digests(now=FIRST) == 3
    deliver_due(now=FIRST)
    (mail,) = mailoutbox
    assert mail.to == [cast.village_officer.email]
    assert "/pantau/63.11.01.2001/terlambat/?periode=2026-2" in mail.body


def test_nobody_is_told_of_a_village_that_owes_nothing_more(cast: Cast, half: Period):
    train(cast.member, FIRST)
    assert plan_digests(now=FIRST) == 1
    train(cast.neighbour_member, FIRST)  # between planning and sending
    assert deliver_due(now=FIRST) == Delivered(dropped=1)
    assert Delivery.objects.get().result == "tidak ada lagi yang belum memenuhi"


def test_members_who_were_given_longer_do_not_count(cast: Cast, half: Period):
    VillageTally.objects.filter(village="63.11.01.2001").update(extended=1)
    assert plan_digests(now=FIRST) == 1


def test_nobody_is_told_who_no_longer_holds_the_role(cast: Cast, half: Period):
    plan_digests(now=FIRST)
    RoleGrant.objects.filter(user=cast.village_officer).delete()
    assert deliver_due(now=FIRST) == Delivered(sent=1, dropped=1)
    assert Delivery.objects.get(state=State.DROPPED).result == "tidak lagi bertugas di wilayah ini"


def test_other_roles_are_not_told(cast: Cast, half: Period):
    for kind in (RoleKind.TRAINER, RoleKind.LIAISON):
        grant(UserFactory(), "63.11.01.2001", kind)
    assert plan_digests(now=FIRST) == 2


def test_nothing_of_a_closed_half(cast: Cast, half: Period):
    plan_digests(now=FIRST)
    Period.objects.filter(pk=half.pk).update(closed_at=timezone.now())
    assert plan_digests(now=FIRST + WEEK) == 0
    assert deliver_due(now=FIRST) == Delivered(dropped=2)


# --- to the kecamatan -----------------------------------------------------------------------------


def weeks(number: int) -> None:
    """So many Mondays from the first one on, each planned."""
    for n in range(number):
        plan_digests(now=FIRST + n * WEEK)


def test_the_kecamatan_hears_of_villages_where_nothing_moves_for_two_weeks(cast: Cast, half: Period):
    weeks(2)
    assert not told("digest_district")
    plan_digests(now=FIRST + 2 * WEEK)
    assert told("digest_district") == {
        (cast.district_officer, "digest_district:2026-2:63.11.01:2026-W50"),
        (cast.neighbour_district_officer, "digest_district:2026-2:63.11.02:2026-W50"),
    }
    deliver_due(now=FIRST + 2 * WEEK)
    notice = Notice.objects.get(user=cast.district_officer)
    assert notice.title == "Kec. Juai: 2 desa/kelurahan belum bergerak"
    assert notice.body == (
        "Di 2 desa/kelurahan Kec. Juai jumlah anggota yang belum memenuhi kewajiban Semester II 2026 tidak turun "
        "selama dua minggu atau lebih: Desa Muara Ninian dan Desa Sirap; seluruhnya 2 anggota. Sisa 24 hari, sampai 31 "
        "Desember 2026."
    )
    assert notice.path == "/pantau/63.11.01/?periode=2026-2"
    assert not Notice.objects.filter(body__contains="{").exists()


def test_a_village_that_moves_has_two_weeks_again(cast: Cast, half: Period):
    more = MemberFactory.create_batch(2, village_id="63.11.02.2001")
    open_period(period=half, now=FIRST)
    weeks(1)
    train(more[0], FIRST)
    plan_digests(now=FIRST + WEEK)
    assert VillageOwing.objects.get(village="63.11.02.2001").owing == 2
    for n in (2, 3):
        plan_digests(now=FIRST + n * WEEK)
        heard = {user for user, key in told("digest_district") if key.endswith(f"W{48 + n}")}
        assert (cast.neighbour_district_officer in heard) is (n == 3)
        assert cast.district_officer in heard


def test_one_that_has_settled_begins_anew(cast: Cast, half: Period):
    weeks(1)
    train(cast.neighbour_member, FIRST)
    plan_digests(now=FIRST + WEEK)
    assert not VillageOwing.objects.filter(village="63.11.02.2001").exists()
    MemberFactory(village_id="63.11.02.2001")
    open_period(period=half, now=FIRST + WEEK)
    for n in (2, 3):
        plan_digests(now=FIRST + n * WEEK)
    assert cast.neighbour_district_officer not in {user for user, _key in told("digest_district")}


def test_it_stops_when_something_has_moved_before_it_is_sent(cast: Cast, half: Period):
    weeks(3)
    train(cast.neighbour_member, FIRST + 2 * WEEK)
    deliver_due(now=FIRST + 2 * WEEK)
    dropped = Delivery.objects.get(user=cast.neighbour_district_officer, topic="digest_district")
    assert (dropped.state, dropped.result) == (State.DROPPED, "sudah ada kemajuan")
    assert Notice.objects.filter(user=cast.district_officer).exists()


def test_many_villages_are_named_in_part(cast: Cast, half: Period):
    names = {f"63.11.02.20{n:02}": f"Desa {n}" for n in range(10, 18)}
    load_regions(names=REGION_NAMES | names, today=date(2025, 1, 1))
    for code in names:
        MemberFactory(user=None, village_id=code)
    open_period(period=half, now=FIRST)
    weeks(3)
    deliver_due(now=FIRST + 2 * WEEK)
    body = Notice.objects.get(user=cast.neighbour_district_officer).body
    assert "Di 9 desa/kelurahan Kec. Halong" in body
    assert "dan 4 lainnya; seluruhnya 9 anggota" in body


# --- constraints, cost and races ------------------------------------------------------------------


def test_a_village_is_measured_once(cast: Cast, half: Period):
    plan_digests(now=FIRST)
    with pytest.raises(IntegrityError), transaction.atomic():
        VillageOwing.objects.create(period=half, village_id="63.11.01.2001", owing=1, since=FIRST.date())
    with pytest.raises(IntegrityError), transaction.atomic():
        DigestPlan.objects.create(period=half, place_id="63", monday=FIRST.date())
    with pytest.raises(IntegrityError), transaction.atomic():
        VillageOwing.objects.update(owing=0)


def test_the_questions_do_not_grow_with_the_villages(cast: Cast, half: Period, django_assert_max_num_queries):
    names = {f"63.11.02.20{n:02}": f"Desa {n}" for n in range(10, 40)}
    load_regions(names=REGION_NAMES | names, today=date(2025, 1, 1))
    for code in names:
        MemberFactory(user=None, village_id=code)
        grant(UserFactory(), code)
    open_period(period=half, now=FIRST)
    weeks(2)
    with django_assert_max_num_queries(18):
        assert plan_digests(now=FIRST + 2 * WEEK) == 34
    Delivery.objects.exclude(key__endswith="W50").delete()
    with django_assert_max_num_queries(28):
        assert deliver_due(now=FIRST + 2 * WEEK).sent == 34


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("books_in_order")
def test_two_planners_at_once_tell_everybody_once(cast: Cast, half: Period):
    weeks(2)
    made = at_once(*[lambda: plan_digests(now=FIRST + 2 * WEEK)] * 4)
    assert sum(made) == Delivery.objects.filter(key__endswith="W50").count() == 4
    assert VillageOwing.objects.count() == 3
    assert set(Delivery.objects.values_list("channel", flat=True)) == {Channel.INBOX}
