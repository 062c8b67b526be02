"""The reminders of a half: to those who owe a training, each once, and nothing once they have met it."""

import tracemalloc
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from members.models import Member, User
from notifications.delivering import Delivered, deliver_due
from notifications.models import Channel, Delivery, Notice, State
from regions.timezones import zone_of
from tests.cast import Cast
from tests.factories import MemberFactory, PeriodFactory
from tests.races import at_once
from training import reminder_planning
from training.models import Period, Policy, ReminderPlan, Standing
from training.reconciliation import reconcile
from training.reminder_planning import plan_reminders
from training.services import open_period, record_training, refresh_standing

WITA = zone_of("63")
LAST_DAY = date(2026, 12, 31)


def days_before(left: int, hour: int = 9) -> datetime:
    day = LAST_DAY - timedelta(days=left)
    return datetime(day.year, day.month, day.day, hour, tzinfo=WITA)


@pytest.fixture
def half(cast: Cast) -> Period:
    """The second half of 2026, open for the cast; nobody wants e-mail, so that only the inbox speaks."""
    period = PeriodFactory(year=2026, half=2)
    open_period(period=period, now=days_before(180))
    return period


def keys() -> list[str]:
    return sorted(set(Delivery.objects.values_list("key", flat=True)))


def train(member: Member, when: datetime, **changes: object) -> None:
    record_training(
        member=member,
        source=f"uji:{member.pk}",
        kind="online",
        title="Dasar",
        lesson_hours=4,
        completed_at=when,
        **changes,
    )


def test_everybody_who_owes_is_reminded(cast: Cast, half: Period):
    assert plan_reminders(now=days_before(30)) == 3
    people = set(Delivery.objects.values_list("member", flat=True))
    assert people == {cast.member.pk, cast.other_member.pk, cast.neighbour_member.pk}
    delivery = Delivery.objects.get(member=cast.member)
    assert (delivery.key, delivery.topic, delivery.channel) == ("reminder:2026-2:d30", "reminder", Channel.INBOX)
    assert (delivery.region_id, delivery.user) == (cast.member.village_id, cast.member.user)
    assert delivery.due_at == days_before(30)


def test_who_owes_nothing_more_is_asked_for_nothing(cast: Cast, half: Period):
    for left in (60, 30):
        plan_reminders(now=days_before(left))
        deliver_due(now=days_before(left))
    unread = Notice.objects.unread().filter(key__startswith="reminder:")
    everybody = unread.count()
    assert unread.filter(user=cast.member.user).count() == 2
    train(cast.member, days_before(20))
    assert not unread.filter(user=cast.member.user).exists()
    assert unread.count() == everybody - 2


def test_the_whole_half_tells_each_stage_once(cast: Cast, half: Period):
    now = days_before(183, hour=7)
    while now < days_before(-20):
        plan_reminders(now=now)
        now += timedelta(hours=12)
    stages = ["d1", "d14", "d30", "d60", "d7", "late1", "late2", "late3", "open"]
    assert keys() == [f"reminder:2026-2:{stage}" for stage in stages if stage != "open"] + ["reminder:2026-2:open"]
    assert Delivery.objects.filter(member=cast.member).count() == len(stages)


def test_a_second_run_on_the_same_day_costs_a_few_queries(cast: Cast, half: Period, django_assert_max_num_queries):
    plan_reminders(now=days_before(30))
    with django_assert_max_num_queries(9):
        assert plan_reminders(now=days_before(30, hour=15)) == 0


def test_planning_again_changes_nothing(cast: Cast, half: Period):
    plan_reminders(now=days_before(30))
    ReminderPlan.objects.all().delete()  # as if it was killed before it wrote that down
    assert plan_reminders(now=days_before(30)) == 0
    assert Delivery.objects.count() == 3


def test_who_comes_to_owe_later_is_reminded_the_next_day(cast: Cast, half: Period):
    plan_reminders(now=days_before(30))
    late = MemberFactory()
    Standing.objects.create(member=late, village_id=late.village_id, period=half, needed=1)
    assert plan_reminders(now=days_before(30, hour=12)) == 0
    assert plan_reminders(now=days_before(29)) == 1


def test_portions_leave_nobody_out(cast: Cast, half: Period, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reminder_planning, "PORTION", 1)
    assert plan_reminders(now=days_before(30)) == 3


# --- who is not reminded ----------------------------------------------------------------------


def test_who_has_met_it_is_not_reminded(cast: Cast, half: Period):
    train(cast.member, days_before(40))
    assert plan_reminders(now=days_before(30)) == 2
    assert not Delivery.objects.filter(member=cast.member).exists()


@pytest.mark.parametrize(
    "changes",
    [{"needed": 0, "is_exempt": True}, {"extended_to": date(2027, 1, 15)}, {"needed": 0, "is_serving": False}],
)
def test_nor_who_owes_nothing_or_was_given_longer(cast: Cast, half: Period, changes: dict[str, object]):
    Standing.objects.filter(member=cast.member).update(**changes)
    assert plan_reminders(now=days_before(30)) == 2


def test_nor_who_has_left(cast: Cast, half: Period):
    Member.objects.filter(pk=cast.member.pk).update(status=Member.Status.INACTIVE)
    assert plan_reminders(now=days_before(30)) == 2


def test_nor_anybody_after_the_half_is_closed(cast: Cast, half: Period):
    Period.objects.filter(pk=half.pk).update(closed_at=timezone.now())
    plan_reminders(now=days_before(-3))
    assert not Delivery.objects.filter(key__startswith="reminder:2026-2").exists()


# --- places -----------------------------------------------------------------------------------


def test_the_policy_of_a_region_below_decides_there(cast: Cast, half: Period):
    Policy.objects.create(region_id="63.11", starts_on=date(2026, 1, 1), grace_days=0)
    Policy.objects.create(region_id="00", starts_on=date(2026, 1, 1), grace_days=30)
    outside = MemberFactory(village_id="63.09.01.2001")
    Standing.objects.create(member=outside, village_id=outside.village_id, period=half, needed=1)
    plan_reminders(now=days_before(-3))
    late = Delivery.objects.filter(key="reminder:2026-2:late1")
    assert late.count() == 3
    assert not late.filter(member=outside).exists()


def test_the_days_of_a_region_below_are_stages_there(cast: Cast, half: Period, django_assert_max_num_queries):
    Policy.objects.create(region_id="63.11.01", starts_on=date(2026, 1, 1), reminder_days=[45])
    with django_assert_max_num_queries(18):
        plan_reminders(now=days_before(45))
    found = {delivery.member: delivery.key for delivery in Delivery.objects.select_related("member")}
    assert found == {
        cast.member: "reminder:2026-2:d45",
        cast.other_member: "reminder:2026-2:d45",
        cast.neighbour_member: "reminder:2026-2:d60",
    }


# --- sending ----------------------------------------------------------------------------------


def test_a_reminder_says_where_the_member_stands(cast: Cast, half: Period):
    plan_reminders(now=days_before(30))
    assert deliver_due(now=days_before(30)) == Delivered(sent=3)
    notice = Notice.objects.get(user=cast.member.user)
    assert notice.title == "Pelatihan Anda: batas 31 Desember 2026"
    assert "Ahmad Riduan" in notice.body
    assert "Kurang 1 pelatihan, paling lambat 31 Desember 2026." in notice.body
    assert notice.path == "/belajar/"
    assert "{" not in notice.title + notice.body


@pytest.mark.parametrize("left", [183, 30, -3])
def test_every_topic_has_its_words(cast: Cast, half: Period, left: int):
    plan_reminders(now=days_before(left))
    assert deliver_due(now=days_before(left)).sent >= 3
    assert not Notice.objects.filter(body__contains="{").exists()


def test_it_stops_at_once_when_met(cast: Cast, half: Period):
    plan_reminders(now=days_before(30, hour=7))
    train(cast.member, days_before(30, hour=7))
    assert deliver_due(now=days_before(30)) == Delivered(sent=2, dropped=1)
    assert Delivery.objects.get(state=State.DROPPED).result == "sudah memenuhi"
    assert not Notice.objects.filter(user=cast.member.user, key__startswith="reminder").exists()


def test_it_stops_when_the_member_leaves(cast: Cast, half: Period):
    plan_reminders(now=days_before(30))
    Member.objects.filter(pk=cast.member.pk).update(status=Member.Status.INACTIVE)
    refresh_standing(member=cast.member)
    assert deliver_due(now=days_before(30)) == Delivered(sent=2, dropped=1)


def test_it_stops_when_longer_was_given(cast: Cast, half: Period):
    plan_reminders(now=days_before(30))
    Standing.objects.filter(member=cast.member).update(extended_to=date(2027, 1, 15))
    assert deliver_due(now=days_before(30)) == Delivered(sent=2, dropped=1)


def test_what_is_planned_at_night_waits_for_the_morning(cast: Cast, half: Period):
    plan_reminders(now=days_before(30, hour=22))
    assert deliver_due(now=days_before(30, hour=23)) == Delivered()
    assert deliver_due(now=days_before(29, hour=6)).sent == 3


def test_the_questions_do_not_grow_with_the_members(cast: Cast, half: Period, django_assert_max_num_queries):
    for _ in range(20):
        person = MemberFactory()
        Standing.objects.create(member=person, village_id=person.village_id, period=half, needed=1)
    plan_reminders(now=days_before(30))
    with django_assert_max_num_queries(18):
        assert deliver_due(now=days_before(30)).sent == 23


def more(half: Period, number: int) -> None:
    users = User.objects.bulk_create(User(username=f"ramai-{half.pk}-{number}-{n}") for n in range(number))
    people = Member.objects.bulk_create(MemberFactory.build(user=user) for user in users)
    Standing.objects.bulk_create(Standing(member=m, village_id=m.village_id, period=half, needed=1) for m in people)


def planned_with(now: datetime) -> tuple[int, int]:
    """How many were planned, and the bytes that took at most."""
    tracemalloc.start()
    try:
        return plan_reminders(now=now), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_planning_needs_no_more_memory_for_ten_times_the_people(cast: Cast, half: Period):
    plan_reminders(now=days_before(60))  # what is loaded once is loaded
    more(half, 97)
    few, peak_of_few = planned_with(days_before(30))
    more(half, 900)
    many, peak_of_many = planned_with(days_before(14))
    assert (few, many) == (100, 1000)
    assert peak_of_many < peak_of_few + 100_000  # an object for each would be ten times that


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("books_in_order")
def test_two_planners_at_once_plan_everybody_once(cast: Cast, half: Period):
    for _ in range(30):
        person = MemberFactory()
        Standing.objects.create(member=person, village_id=person.village_id, period=half, needed=1)
    reconcile(fix=True)  # their tally
    planned = at_once(*[lambda: plan_reminders(now=days_before(30))] * 2)
    assert sum(planned) == Delivery.objects.count() == 33
