"""Opening a half in one stroke says of every member what judging them one by one says, however it is interrupted."""

import os
import signal
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.models import Member
from tests.factories import MemberFactory, PeriodFactory, TrainingRecordFactory, UserFactory, make_regions
from training import bulk_opening, services
from training.books import STANDING_FIELDS, TALLY_FIELDS, members_of, settle
from training.models import Exemption, Extension, Period, Policy, PolicyCourse, Reversal, Standing, VillageTally
from training.policies import policy_for
from training.reconciliation import reconcile
from training.services import open_period

VILLAGES = ["63.11.01.2001", "63.11.01.2002", "63.11.02.2001", "63.09.01.2001"]
SUBJECT = "course:7"
# Each half is opened in its middle.
NOW = {1: datetime(2026, 3, 31, 3, tzinfo=UTC), 2: datetime(2026, 9, 30, 3, tzinfo=UTC)}

training = st.fixed_dictionaries(
    {
        "half": st.sampled_from([(2025, 1), (2025, 2), (2026, 1), (2026, 2)]),
        "kind": st.sampled_from(["online", "external"]),
        "subject": st.sampled_from(["", SUBJECT]),
        "reversed": st.booleans(),
    }
)
person = st.fixed_dictionaries(
    {
        "joined_on": st.sampled_from(
            [
                date(2020, 2, 29),
                date(2025, 12, 31),
                date(2026, 1, 1),
                date(2026, 6, 30),
                date(2026, 8, 1),
                date(2027, 1, 1),
            ]
        ),
        "village_id": st.sampled_from(VILLAGES),
        "status": st.sampled_from(["active", "active", "active", "inactive"]),
        "trainings": st.lists(training, max_size=3),
        "exempt_days": st.sampled_from([0, 0, 30, 150]),
        "longer": st.sampled_from([0, 0, 5]),
    }
)
policy = st.fixed_dictionaries(
    {
        "region_id": st.sampled_from(["00", "63.11", "63.11.01.2002"]),
        "per_year": st.sampled_from([2, 3, 4]),
        "hours_per_half": st.sampled_from([0, 4, 8]),
        "limits": st.sampled_from([{}, {"external": 0}]),
        "compulsory": st.booleans(),
    }
)


def set_policy(values: dict[str, object]) -> None:
    """A policy that has held for long."""
    facts = dict(values)
    is_compulsory = facts.pop("compulsory")
    made = Policy.objects.create(**facts)
    if is_compulsory:
        PolicyCourse.objects.create(policy=made, subject=SUBJECT, title="Pertolongan Pertama", valid_months=12)


def settle_in(values: dict[str, object], period: Period, officer: object) -> None:
    """A member with everything that was kept about them before the half was opened."""
    facts = dict(values)
    trainings, days, longer = facts.pop("trainings"), facts.pop("exempt_days"), facts.pop("longer")
    member = MemberFactory(user=None, **facts)
    for done in trainings:
        half = PeriodFactory(year=done["half"][0], half=done["half"][1])
        record = TrainingRecordFactory(
            member=member,
            period=half,
            kind=done["kind"],
            subject=done["subject"],
            completed_at=datetime.combine(half.first_day, datetime.min.time(), UTC) + timedelta(days=40),
            completed_on=half.first_day + timedelta(days=40),
        )
        if done["reversed"]:
            Reversal.objects.create(record=record, reason="Salah catat", reversed_by=officer)
    decided = {"status": "granted", "reason": "Sakit", "decided_at": NOW[1], "asked_by": officer}
    if days:
        ends = period.first_day + timedelta(days=days)
        Exemption.objects.create(member=member, kind="illness", starts_on=period.first_day, ends_on=ends, **decided)
    if longer:
        Extension.objects.create(
            member=member, period=period, until=period.last_day + timedelta(days=longer), **decided
        )


def stored() -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Every standing and every tally there is."""
    standings = Standing.objects.order_by("period", "member").values_list("period", "member", *STANDING_FIELDS)
    return list(standings), list(
        VillageTally.objects.order_by("period", "village").values_list("village", *TALLY_FIELDS)
    )


@pytest.mark.django_db
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    half=st.sampled_from([1, 2]),
    policies=st.lists(policy, max_size=3, unique_by=lambda values: values["region_id"]),
    people=st.lists(person, min_size=1, max_size=6),
)
def test_one_stroke_writes_what_judging_one_by_one_writes(regions, half, policies, people):
    with transaction.atomic():
        period, officer = PeriodFactory(half=half), UserFactory()
        for values in policies:
            set_policy(values)
        for values in people:
            settle_in(values, period, officer)
        opened = open_period(period=period, now=NOW[half])
        at_once = stored()
        assert opened.standings == len(at_once[0])
        Standing.objects.all().delete()
        VillageTally.objects.all().delete()
        everybody = members_of(villages=VILLAGES, active=True, others=Standing.objects.none())
        settle(members=everybody, period=period, now=NOW[half], villages=VILLAGES, opening=True)
        one_by_one = stored()
        transaction.set_rollback(True)
    # A village where nobody serves in the half yet has nothing to open.
    villages = {row[0] for row in at_once[1]}
    assert at_once[0] == [row for row in one_by_one[0] if row[2] in villages]
    assert at_once[1] == [row for row in one_by_one[1] if row[0] in villages]
    assert not any(sum(row[1:]) for row in one_by_one[1] if row[0] not in villages)


@pytest.mark.django_db
def test_no_members_at_all_are_opened(regions):
    nobody, half = Member.objects.none(), PeriodFactory()
    assert bulk_opening._insert(nobody, bulk_opening._columns(half, policy_for("63.11.01.2001", half))) == set()
    assert not Standing.objects.exists()


def test_ordinary_members_are_not_judged_one_by_one(regions, monkeypatch):
    MemberFactory.create_batch(5, user=None)
    late = MemberFactory(user=None, joined_on=date(2026, 9, 1))
    judged: list[int] = []
    kept = services.settle
    monkeypatch.setattr(
        services, "settle", lambda **facts: judged.extend(member.pk for member in facts["members"]) or kept(**facts)
    )
    assert open_period(period=PeriodFactory(), now=NOW[2]).standings == 6
    assert judged == [late.pk]


@pytest.mark.django_db
@pytest.mark.parametrize("arrives", ["joined", "moved"])
def test_who_comes_after_the_lock_waits_for_the_next_run(regions, monkeypatch, arrives: str):
    MemberFactory.create_batch(5, user=None)
    outside = MemberFactory(user=None, village_id=VILLAGES[3])
    kept = services.lock_members

    def lock_and_let_in(**facts):
        locked = kept(**facts)
        if VILLAGES[0] in facts["villages"] and not Standing.objects.exists():
            if arrives == "joined":
                MemberFactory(user=None)
            else:
                Member.objects.filter(pk=outside.pk).update(village_id=VILLAGES[0])
        return locked

    monkeypatch.setattr(services, "lock_members", lock_and_let_in)
    monkeypatch.setattr(services, "VILLAGES_OPENED_AT_ONCE", 1)
    monkeypatch.setattr(services, "_unsettled_villages", lambda period: [VILLAGES[0]])
    period = PeriodFactory()
    assert open_period(period=period, now=NOW[2]).standings == 5
    assert open_period(period=period, now=NOW[2]).standings == 1
    assert set(Standing.objects.values_list("village_id", flat=True)) == {VILLAGES[0]}


def test_statistics_follow_a_half_that_fills(regions, monkeypatch):
    monkeypatch.setattr(services, "VILLAGES_OPENED_AT_ONCE", 1)
    for village in VILLAGES:
        MemberFactory(user=None, village_id=village)
    with CaptureQueriesContext(connection) as queries:
        open_period(period=PeriodFactory(), now=NOW[2])
    counted = [query["sql"] for query in queries if query["sql"].startswith("ANALYZE")]
    assert len(VILLAGES) == 4
    assert len(counted) == (connection.vendor == "postgresql")


def run_and_die(period: Period, *, before_query: int) -> bool:
    """Open the period in a process of its own that is killed before its nth query; whether it came to its end."""
    connections.close_all()  # a fork must not share them
    child = os.fork()
    if child == 0:
        turn = count(1)

        def die(execute, *query):
            if next(turn) == before_query:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(*query)

        with connection.execute_wrapper(die):
            open_period(period=period, now=NOW[2])
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFEXITED(status) or os.WTERMSIG(status) == signal.SIGKILL
    return os.WIFEXITED(status)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("books_in_order")
def test_killed_before_any_query_it_goes_on_and_ends_exact(monkeypatch):
    monkeypatch.setattr(services, "VILLAGES_OPENED_AT_ONCE", 2)
    make_regions()
    period = PeriodFactory()
    for village in VILLAGES:
        MemberFactory.create_batch(2, user=None, village_id=village)
        MemberFactory(user=None, village_id=village, joined_on=date(2026, 2, 1))
    found_open = set()
    for number in count(1):
        ended = run_and_die(period, before_query=number)
        found_open.add(Standing.objects.count())
        open_period(period=period, now=NOW[2])
        assert Standing.objects.count() == Member.objects.count() == 12
        assert reconcile(now=NOW[2]).differences == []
        assert list(VillageTally.objects.values_list("members", "required")) == [(3, 3)] * 4
        if ended:
            break
        Standing.objects.all().delete()
        VillageTally.objects.all().delete()
    assert found_open == {0, 6, 12}  # each batch whole or not at all
