"""Reminders beyond a half's end, while a training still helps: in the last days of grace and of an extension."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import Member
from notifications.delivering import Delivered, deliver_due
from notifications.models import Delivery, Notice, State
from tests.cast import Cast
from tests.factories import PeriodFactory
from tests.training.test_reminders import days_before, more, planned_with, train
from training import reminder_planning
from training.exemption_services import ask_extension, grant_extension
from training.models import Extension, Period, Policy, ReminderPlan, Standing
from training.models.exemption import Decision
from training.reminder_planning import plan_reminders
from training.services import lapse_extensions, open_period

Clock = Callable[[datetime], datetime]
UNTIL = date(2027, 2, 28)


def before(day: date, left: int = 0, hour: int = 9) -> datetime:
    """So many days before this one, on the clock of the cast's villages."""
    return days_before((date(2026, 12, 31) - day).days + left, hour=hour)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    def set_to(moment: datetime) -> datetime:
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
        return moment

    return set_to


@pytest.fixture
def half(cast: Cast, clock: Clock) -> Period:
    period: Period = PeriodFactory(year=2026, half=2)
    open_period(period=period, now=clock(days_before(180)))
    clock(days_before(10))
    return period


def extend(cast: Cast, half: Period, until: date = UNTIL) -> None:
    asked = ask_extension(member=cast.member, period=half, until=until, reason="Melaut", by=cast.member.user)
    grant_extension(extension=asked, by=cast.village_officer)


def plan_through(first: datetime, last: datetime) -> None:
    """Let the scheduler run twice a day."""
    while first <= last:
        plan_reminders(now=first)
        first += timedelta(hours=12)


def told(member: Member) -> list[tuple[str, date]]:
    """The member's stages after the half with the day on which each was sent."""
    found = Delivery.objects.filter(member=member, due_at__gt=days_before(0, hour=23)).order_by("due_at")
    return [(delivery.key, (delivery.due_at + timedelta(hours=8)).date()) for delivery in found]


def test_who_was_given_longer_is_told_a_week_and_a_day_before_their_own_last_day(cast: Cast, half: Period):
    extend(cast, half)
    plan_through(days_before(5), before(UNTIL, -3))
    assert told(cast.member) == [
        ("reminder:2026-2:longer7", date(2027, 2, 21)),
        ("reminder:2026-2:longer1", date(2027, 2, 27)),
    ]
    assert not Delivery.objects.filter(key__contains=":longer").exclude(member=cast.member).exists()


def test_everybody_is_told_a_week_and_a_day_before_the_days_of_grace_end(cast: Cast, half: Period):
    Policy.objects.create(region_id="00", grace_days=30)
    plan_through(days_before(5), before(date(2027, 1, 30)))
    assert told(cast.member) == told(cast.neighbour_member)
    assert told(cast.member) == [
        ("reminder:2026-2:grace7", date(2027, 1, 23)),
        ("reminder:2026-2:grace1", date(2027, 1, 29)),
    ]


@pytest.mark.parametrize("by_extension", [True, False], ids=["extension", "grace"])
def test_the_words_name_the_true_last_day(cast: Cast, half: Period, clock: Clock, by_extension: bool):
    last = date(2027, 1, 30)
    if by_extension:
        extend(cast, half, last)
    else:
        Policy.objects.create(region_id="00", grace_days=30)
    now = clock(before(last, 7))
    plan_reminders(now=now)
    deliver_due(now=now)
    notice = Notice.objects.get(user=cast.member.user, key__startswith="reminder:")
    assert notice.title == "Semester II 2026 masih bisa dipenuhi sampai 30 Januari 2027"
    assert notice.body == (
        "Yth. Ahmad Riduan, pelatihan yang selesai sekarang masih dihitung untuk Semester II 2026. "
        "Kurang 1 pelatihan; batasnya diperpanjang sampai 30 Januari 2027."
    )
    train(cast.member, now)
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_an_extension_that_ends_days_after_the_half_is_told_before_it_ends(cast: Cast, half: Period, clock: Clock):
    extend(cast, half, date(2027, 1, 3))
    now = clock(before(date(2027, 1, 3), 7))
    plan_reminders(now=now)
    deliver_due(now=now)
    notice = Notice.objects.get(user=cast.member.user, key__startswith="reminder:2026-2")
    assert "Kurang 1 pelatihan, paling lambat 3 Januari 2027." in notice.body


def test_one_given_for_a_few_days_is_told_the_next_morning(cast: Cast, half: Period, clock: Clock):
    clock(days_before(-5))
    plan_reminders(now=days_before(-5, hour=1))
    extend(cast, half, date(2027, 1, 8))
    plan_through(days_before(-5), days_before(-7))
    stages = [stage for stage, _day in told(cast.member) if ":longer" in stage]
    assert stages == ["reminder:2026-2:longer7", "reminder:2026-2:longer1"]


def test_an_extension_is_reminded_of_after_the_half_is_closed(cast: Cast, half: Period, clock: Clock):
    extend(cast, half)
    Period.objects.update(closed_at=days_before(-31))
    now = clock(before(UNTIL, 1))
    assert plan_reminders(now=now) == 1
    assert deliver_due(now=now) == Delivered(sent=1)
    train(cast.member, now)
    assert not Notice.objects.unread().filter(user=cast.member.user, key__startswith="reminder:").exists()


def test_what_asked_for_the_first_deadline_is_read_once_longer_was_given(cast: Cast, half: Period, clock: Clock):
    now = clock(days_before(7))
    plan_reminders(now=now)
    deliver_due(now=now)
    unread = Notice.objects.unread().filter(key__startswith="reminder:")
    everybody = unread.count()
    extend(cast, half)
    assert not unread.filter(user=cast.member.user).exists()
    assert unread.count() == everybody - 1


def test_planning_again_changes_nothing(cast: Cast, half: Period):
    extend(cast, half)
    for _time in range(2):
        plan_reminders(now=before(UNTIL, 7))
        ReminderPlan.objects.all().delete()  # as if it was killed before it wrote that down
    assert Delivery.objects.filter(key="reminder:2026-2:longer7").count() == 1


def test_when_it_has_run_out_the_weeks_of_the_late_begin(cast: Cast, half: Period, clock: Clock):
    extend(cast, half, date(2027, 1, 10))
    plan_reminders(now=before(date(2027, 1, 10)))
    now = clock(before(date(2027, 1, 10), -1))
    lapse_extensions(now=now)
    plan_reminders(now=now)
    assert told(cast.member)[-1] == ("reminder:2026-2:late2", date(2027, 1, 11))


# --- who is not reminded ----------------------------------------------------------------------


def test_not_who_has_met_it(cast: Cast, half: Period):
    extend(cast, half)
    train(cast.member, before(UNTIL, 8))
    assert not plan_and_list(before(UNTIL, 7))


def test_nor_who_has_left(cast: Cast, half: Period):
    extend(cast, half)
    Member.objects.filter(pk=cast.member.pk).update(status=Member.Status.INACTIVE)
    assert not plan_and_list(before(UNTIL, 7))


def test_nor_whose_request_was_not_granted(cast: Cast, half: Period):
    ask_extension(member=cast.member, period=half, until=UNTIL, reason="Melaut", by=cast.member.user)
    assert not plan_and_list(before(UNTIL, 7))


def plan_and_list(now: datetime) -> list[str]:
    plan_reminders(now=now)
    return list(Delivery.objects.filter(key__contains=":longer").values_list("key", flat=True))


@pytest.mark.parametrize(
    ("changes", "result"),
    [({"extended_to": UNTIL}, "diberi waktu lebih lama"), ({}, "batasnya sudah lewat")],
    ids=["given longer since", "over by now"],
)
def test_the_last_days_of_grace_are_asked_for_again_at_sending(
    cast: Cast, half: Period, clock: Clock, changes: dict[str, object], result: str
):
    Policy.objects.create(region_id="00", grace_days=3)
    now = clock(days_before(-3))
    plan_reminders(now=now)
    if changes:
        Standing.objects.filter(member=cast.member).update(**changes)
    else:
        now += timedelta(days=1)  # nothing was sent meanwhile
    deliver_due(now=now)
    delivery = Delivery.objects.get(member=cast.member, key="reminder:2026-2:grace1")
    assert (delivery.state, delivery.result) == (State.DROPPED, result)


# --- cost -------------------------------------------------------------------------------------


def extend_all(half: Period, until: date) -> None:
    """Give every member longer, with the rows that granting leaves."""
    officer = Member.objects.exclude(user=None).first()
    facts = {"period": half, "until": until, "reason": "x", "status": Decision.GRANTED, "decided_at": days_before(10)}
    people = Standing.objects.filter(period=half).values_list("member_id", flat=True)
    Extension.objects.bulk_create(
        [Extension(member_id=pk, decided_by=officer.user, asked_by=officer.user, **facts) for pk in people],
        ignore_conflicts=True,
    )
    Standing.objects.filter(period=half).update(extended_to=until)


def test_planning_needs_no_more_for_ten_times_the_people(cast: Cast, half: Period):
    more(half, 97)
    extend_all(half, UNTIL)
    plan_reminders(now=before(UNTIL, 8))  # what is loaded once is loaded
    few, peak_of_few = planned_with(before(UNTIL, 7))
    more(half, 900)
    extend_all(half, UNTIL)
    many, peak_of_many = planned_with(before(UNTIL, 1))
    assert (few, many) == (100, 1000)
    assert peak_of_many < peak_of_few + 100_000


def test_questions_do_not_grow_with_the_people(cast: Cast, half: Period):
    until = date(2027, 1, 31)
    extend_all(half, until)
    plan_reminders(now=before(until, 8))  # the half that runs now is there
    with CaptureQueriesContext(connection) as few:
        assert plan_reminders(now=before(until, 7)) == 3
    more(half, 100)
    extend_all(half, until)
    with CaptureQueriesContext(connection) as many:
        assert plan_reminders(now=before(until, 1)) == 103
    assert len(many) == len(few) <= 18


def test_portions_leave_nobody_out(cast: Cast, half: Period, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reminder_planning, "PORTION", 1)
    extend_all(half, UNTIL)
    assert plan_reminders(now=before(UNTIL, 7)) == 3
