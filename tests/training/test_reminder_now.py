"""Reminding a list by hand: who is reminded, who is left out, each once a local day and within the officer's limit."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from members.models import Member, User
from notifications.delivering import Delivered, deliver_due
from notifications.models import Channel, Delivery, Notice
from regions.models import Region
from regions.services import load_regions
from tests.cast import Cast
from tests.factories import ELSEWHERE, REGION_NAMES, MemberFactory, PeriodFactory
from tests.notifications.topics import prove
from tests.races import at_once
from training.late import LateMembers
from training.models import HandReminder, Period, ReminderRun, Standing
from training.reconciliation import reconcile
from training.reminder_now import ToRemind, preview_now, remind_now
from training.services import open_period, record_training

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)  # 12.00 WITA


@pytest.fixture
def half(cast: Cast) -> Period:
    period: Period = PeriodFactory(year=2026, half=2)
    open_period(period=period, now=NOON)
    return period


def people(half: Period, code: str = "63.11", now: datetime = NOON) -> ToRemind:
    region = Region.objects.get(pk=code)
    return ToRemind(LateMembers.load(region=region, period=half, now=now).standings(), region, half, now)


def remind(half: Period, officer: User, code: str = "63.11", now: datetime = NOON) -> ReminderRun:
    return remind_now(people=people(half, code, now), officer=officer, token=uuid4(), filters="semua")


def more(half: Period, number: int, **facts: object) -> list[Member]:
    found = MemberFactory.create_batch(number, **facts)
    Standing.objects.bulk_create(Standing(member=m, village_id=m.village_id, period=half, needed=1) for m in found)
    return found


def test_everybody_of_the_list_is_reminded_and_it_is_written_down(cast: Cast, half: Period):
    run = remind(half, cast.regency_officer)
    assert (run.listed, run.reminded, run.skipped, run.unreachable) == (3, 3, 0, 0)
    assert (run.officer, run.region_id, run.period, run.filters) == (cast.regency_officer, "63.11", half, "semua")
    assert run.day == date(2026, 11, 23)
    delivery = Delivery.objects.get(member=cast.member)
    assert (delivery.topic, delivery.channel, delivery.due_at) == ("reminder_by_hand", Channel.INBOX, NOON)
    assert (delivery.region_id, delivery.user) == (cast.member.village_id, cast.member.user)
    assert deliver_due(now=NOON) == Delivered(sent=3)
    notice = Notice.objects.get(user=cast.member.user)
    assert notice.body == (
        "Yth. Ahmad Riduan, petugas wilayah Anda mengingatkan kewajiban Semester II 2026. "
        "Kurang 1 pelatihan, paling lambat 31 Desember 2026."
    )


def test_only_the_list_is(cast: Cast, half: Period):
    assert remind(half, cast.district_officer, "63.11.01").reminded == 2
    assert not HandReminder.objects.filter(member=cast.neighbour_member).exists()


def test_the_preview_says_the_same_and_writes_nothing(cast: Cast, half: Period):
    prove(cast.member.user)
    Member.objects.filter(pk=cast.other_member.pk).update(user=None)
    Standing.objects.filter(member=cast.neighbour_member).update(extended_to=date(2027, 1, 10))
    more(half, 2)
    seen = preview_now(people=people(half), officer=cast.regency_officer)
    assert (seen.listed, seen.excused, seen.already, seen.unreachable, seen.ready) == (5, 1, 0, 1, 3)
    assert (seen.channels, seen.limit_left) == ({"inbox": 3, "email": 1}, 2000)
    assert not ReminderRun.objects.exists()
    run = remind(half, cast.regency_officer)
    assert (run.reminded, run.unreachable, Delivery.objects.count()) == (3, 1, 4)


def test_whatsapp_reaches_who_has_no_account(cast: Cast, half: Period, settings):
    settings.WHATSAPP_GATEWAY_URL = "console:"
    facts = {"user": None, "phone": "+6281234567890", "whatsapp_consent_at": timezone.now()}
    Member.objects.filter(pk=cast.member.pk).update(**facts)
    seen = preview_now(people=people(half), officer=cast.regency_officer)
    assert (seen.ready, seen.unreachable, seen.channels["whatsapp"]) == (3, 0, 1)
    remind(half, cast.regency_officer)
    assert Delivery.objects.get(member=cast.member).channel == Channel.WHATSAPP


# --- once a day, and so many a day --------------------------------------------------------------


def test_the_same_confirmation_twice_is_one_run(cast: Cast, half: Period):
    token = uuid4()
    runs = [remind_now(people=people(half), officer=cast.regency_officer, token=token) for _ in range(2)]
    assert runs[0] == runs[1]
    assert runs[1].reminded == 3
    assert Delivery.objects.count() == 3


def test_another_officer_on_the_same_day_reminds_nobody_again(cast: Cast, half: Period):
    remind(half, cast.district_officer, "63.11.01")
    seen = preview_now(people=people(half), officer=cast.regency_officer)
    assert (seen.already, seen.ready) == (2, 1)
    run = remind(half, cast.regency_officer, now=NOON + timedelta(hours=2))
    assert (run.reminded, run.skipped) == (1, 2)
    assert remind(half, cast.regency_officer, now=NOON + timedelta(days=1)).reminded == 3


def test_once_a_day_holds_by_constraint(cast: Cast, half: Period):
    run = remind(half, cast.district_officer, "63.11.01")
    with pytest.raises(IntegrityError), transaction.atomic():
        HandReminder.objects.create(run=run, member=cast.member, day=run.day)


def by_whatsapp(settings: Settings, *members: Member) -> None:
    settings.WHATSAPP_GATEWAY_URL = "console:"
    for number, member in enumerate(members):
        Member.objects.filter(pk=member.pk).update(phone=f"+628123456789{number}", whatsapp_consent_at=NOON)


def test_at_night_it_is_the_mornings(cast: Cast, half: Period, settings: Settings):
    by_whatsapp(settings, cast.member)
    night = NOON + timedelta(hours=11)  # 23.00 WITA
    assert remind(half, cast.regency_officer).reminded == 3
    assert remind(half, cast.regency_officer, now=night).reminded == 3
    assert set(HandReminder.objects.values_list("day", flat=True)) == {date(2026, 11, 23), date(2026, 11, 24)}
    planned = set(Delivery.objects.filter(member=cast.member).values_list("channel", "due_at"))
    inbox = {(Channel.INBOX, NOON), (Channel.INBOX, night)}  # it wakes nobody
    assert planned == inbox | {(Channel.WHATSAPP, NOON), (Channel.WHATSAPP, NOON + timedelta(hours=18))}  # 06.00 WITA
    assert remind(half, cast.regency_officer, now=NOON + timedelta(hours=20)).reminded == 0


def test_each_village_has_its_own_day_and_morning(cast: Cast, half: Period, settings: Settings):
    load_regions(names=REGION_NAMES | ELSEWHERE, today=date(2025, 1, 1))
    west, east = more(half, 1, village_id="11.01.01.2001")[0], more(half, 1, village_id="91.03.01.2001")[0]
    by_whatsapp(settings, west, cast.member, east)
    evening = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)  # 20.30 WIB, 21.30 WITA, 22.30 WIT
    assert remind(half, cast.admin, "00", now=evening).reminded == 5
    days = {member: HandReminder.objects.get(member=member).day.day for member in (west, cast.member, east)}
    assert list(days.values()) == [23, 24, 24]
    due = {member: Delivery.objects.get(member=member, channel=Channel.WHATSAPP).due_at for member in days}
    assert due[west] == evening
    assert due[cast.member] - due[east] == timedelta(hours=1)


def test_the_officers_day_has_a_limit_and_the_most_urgent_come_first(cast: Cast, half: Period, settings):
    settings.REMIND_NOW_DAILY_LIMIT = 2
    seen = preview_now(people=people(half), officer=cast.regency_officer)
    assert (seen.ready, seen.reminded, seen.over_limit) == (3, 2, 1)
    first = list(people(half).standings.values_list("member", flat=True)[:2])
    assert remind(half, cast.regency_officer).reminded == 2
    assert sorted(HandReminder.objects.values_list("member", flat=True)) == sorted(first)
    assert remind(half, cast.regency_officer).reminded == 0
    assert remind(half, cast.admin).reminded == 1  # the limit is each officer's own
    assert remind(half, cast.regency_officer, now=NOON + timedelta(days=1)).reminded == 2


# --- who is left out ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "facts", [{"status": Member.Status.INACTIVE}, {"village_id": "63.11.01.2002"}], ids=["left", "moved"]
)
def test_who_has_left_or_moved_is_not_reminded(cast: Cast, half: Period, facts: dict[str, object]):
    Member.objects.filter(pk=cast.member.pk).update(**facts)
    assert preview_now(people=people(half), officer=cast.regency_officer).excused == 1
    assert remind(half, cast.regency_officer).reminded == 2


def test_nobody_is_reminded_of_a_closed_half(cast: Cast, half: Period):
    Period.objects.filter(pk=half.pk).update(closed_at=timezone.now())
    assert remind(half, cast.regency_officer).reminded == 0


def test_it_stops_at_once_when_met(cast: Cast, half: Period):
    remind(half, cast.regency_officer)
    facts = {"kind": "online", "title": "Dasar", "lesson_hours": 4, "completed_at": NOON}
    record_training(member=cast.member, source="uji:1", **facts)
    assert deliver_due(now=NOON) == Delivered(sent=2, dropped=1)


def test_a_list_of_nobody_reminds_nobody(cast: Cast, half: Period):
    nobody = ToRemind(Standing.objects.none(), Region.objects.get(pk="63.11"), half, NOON)
    run = remind_now(people=nobody, officer=cast.regency_officer, token=uuid4())
    assert (run.listed, run.reminded, run.skipped) == (0, 0, 0)


def test_who_owes_only_since_the_list_was_counted_waits_for_the_next(cast: Cast, half: Period):
    late: list[Member] = []

    def arrive(execute, sql, params, many, context):  # between the count and the act
        if sql.startswith('INSERT INTO "training_reminderrun"') and not late:
            late.extend(more(half, 2))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(arrive):
        run = remind(half, cast.regency_officer)
    assert (len(late), run.listed, run.reminded, run.skipped) == (2, 3, 3, 0)
    assert remind(half, cast.regency_officer).reminded == 2


# --- cost and races -------------------------------------------------------------------------------


def test_the_questions_do_not_grow_with_the_people(cast: Cast, half: Period, django_assert_max_num_queries):
    more(half, 40)
    officer, chosen = cast.regency_officer, people(half)
    with django_assert_max_num_queries(2):
        preview_now(people=chosen, officer=officer)
    with django_assert_max_num_queries(11):
        assert remind_now(people=chosen, officer=officer, token=uuid4()).reminded == 43


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("books_in_order")
def test_two_officers_and_two_clicks_at_once_remind_everybody_once(cast: Cast, half: Period):
    more(half, 40)
    reconcile(fix=True)  # `more` makes standings alone
    token = uuid4()
    clicks = [lambda: remind_now(people=people(half), officer=cast.regency_officer, token=token)] * 2
    others = [lambda: remind(half, cast.admin), lambda: remind(half, cast.district_officer, "63.11.01")]
    runs = {run.pk: run for run in at_once(*clicks, *others, threads=4)}
    assert len(runs) == ReminderRun.objects.count() == 3
    assert sum(run.reminded for run in runs.values()) == HandReminder.objects.count() == 43
    assert Delivery.objects.count() == Delivery.objects.values("member").distinct().count() == 43


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("books_in_order")
def test_clicks_at_once_do_not_pass_the_limit(cast: Cast, half: Period, settings):
    settings.REMIND_NOW_DAILY_LIMIT = 10
    more(half, 40)
    reconcile(fix=True)  # `more` makes standings alone
    at_once(*[lambda: remind(half, cast.regency_officer)] * 4)
    assert HandReminder.objects.count() == Delivery.objects.count() == 10
