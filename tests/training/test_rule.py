"""What a member owes a half, what counts for it and what is missing: the rule without a database."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.models import Exemption, Period, Policy, PolicyCourse
from training.periods import half_of
from training.rule import (
    Training,
    countable,
    is_exempt,
    judge,
    missing_courses,
    months_after,
    needed,
    renewable_from,
    valid_until,
)

FIRST, SECOND = Period(year=2026, half=1), Period(year=2026, half=2)
LONG_AGO = date(2020, 3, 1)


def training(day: date = date(2026, 8, 1), *, half: int = 2, **facts: object) -> Training:
    values = {"kind": "online", "lesson_hours": Decimal(4), **facts}
    return Training(completed_on=day, half=(2026, half), **values)  # type: ignore[arg-type]


# --- how many ---------------------------------------------------------------------------------


@pytest.mark.parametrize("period", [FIRST, SECOND])
def test_default_policy_asks_one_each_half(period: Period):
    assert needed(policy=Policy(), period=period, joined_on=LONG_AGO) == 1


@pytest.mark.parametrize(
    ("period", "joined_on", "owed"),
    [
        (FIRST, date(2025, 12, 31), 1),
        (FIRST, date(2026, 1, 1), 0),
        (FIRST, date(2026, 6, 30), 0),
        (SECOND, date(2026, 6, 30), 1),
        (SECOND, date(2026, 7, 1), 0),
        (FIRST, date(2026, 7, 1), 0),
        (SECOND, None, 0),
    ],
)
def test_who_joined_during_a_half_or_later_owes_it_nothing(period: Period, joined_on: date | None, owed: int):
    assert needed(policy=Policy(), period=period, joined_on=joined_on) == owed


@pytest.mark.parametrize(
    ("year", "half", "owed"), [(2027, 2, 0), (2028, 1, 0), (2028, 2, 1), (2029, 1, 1), (2032, 1, 1)]
)
def test_who_joined_on_a_leap_day_owes_from_the_next_half_on(year: int, half: int, owed: int):
    assert needed(policy=Policy(), period=Period(year=year, half=half), joined_on=date(2028, 2, 29)) == owed


@pytest.mark.parametrize(("year", "last_day", "owed"), [(2028, date(2028, 3, 29), 1), (2028, date(2028, 3, 30), 0)])
def test_a_leap_day_is_a_day_of_dispensasi(year: int, last_day: date, owed: int):
    period, days = Period(year=year, half=1), Exemption(starts_on=date(year, 1, 1), ends_on=last_day)
    assert judge(policy=Policy(), period=period, joined_on=LONG_AGO, trainings=[], exemptions=[days]).needed == owed


def test_a_missed_first_half_is_not_asked_for_again():
    assert needed(policy=Policy(), period=SECOND, joined_on=LONG_AGO, counted_first_half=0) == 1


@pytest.mark.parametrize(("in_first_half", "owed"), [(0, 3), (1, 3), (2, 2), (3, 1), (9, 1)])
def test_what_the_year_asks_beyond_its_halves_is_due_with_the_second(in_first_half: int, owed: int):
    policy = Policy(per_year=4, per_half=1)
    assert needed(policy=policy, period=FIRST, joined_on=LONG_AGO) == 1
    assert needed(policy=policy, period=SECOND, joined_on=LONG_AGO, counted_first_half=in_first_half) == owed


def test_who_joined_within_the_year_owes_the_second_half_its_minimum_only():
    assert needed(policy=Policy(per_year=4, per_half=1), period=SECOND, joined_on=date(2026, 2, 1)) == 1


# --- which count ------------------------------------------------------------------------------


def test_without_limits_or_fields_everything_counts():
    trainings = [training(kind=kind) for kind in ("online", "classroom", "external")]
    assert len(countable(Policy(), trainings)) == 3


def test_of_a_limited_kind_the_earliest_count():
    policy = Policy(limits={"external": 1, "online": 0})
    early, late = training(date(2026, 8, 1), kind="external"), training(date(2026, 9, 1), kind="external")
    assert countable(policy, [late, early, training(), training(kind="classroom")]) == [
        early,
        training(kind="classroom"),
    ]


def test_outside_the_fields_nothing_counts_but_what_never_had_one():
    policy = Policy(training_fields=["bencana_kebakaran"])
    trainings = [training(field="bencana_kebakaran"), training(field="kesemaptaan"), training()]
    assert [t.field for t in countable(policy, trainings)] == ["bencana_kebakaran", ""]


KINDS = ("online", "classroom", "external")
limits = st.dictionaries(st.sampled_from(KINDS), st.integers(0, 3))
some_trainings = st.lists(
    st.builds(
        training,
        st.dates(date(2026, 7, 1), date(2026, 12, 31)),
        kind=st.sampled_from(KINDS),
        lesson_hours=st.integers(1, 8).map(Decimal),
    ),
    max_size=8,
)


@given(limits=limits, trainings=some_trainings)
def test_limits_against_a_plain_count(limits: dict[str, int], trainings: list[Training]):
    done = {kind: sum(t.kind == kind for t in trainings) for kind in KINDS}
    plain = sum(min(done[kind], limits.get(kind, 99)) for kind in KINDS)
    assert len(countable(Policy(limits=limits), trainings)) == plain


@given(trainings=some_trainings, per_half=st.integers(1, 3), hours=st.integers(0, 20), joined=st.booleans())
def test_the_verdict_against_a_plain_reading(trainings: list[Training], per_half: int, hours: int, joined: bool):
    policy = Policy(per_half=per_half, per_year=2 * per_half, hours_per_half=Decimal(hours))
    verdict = judge(policy=policy, period=SECOND, joined_on=LONG_AGO if joined else None, trainings=trainings)
    enough = len(trainings) >= per_half and sum(int(t.lesson_hours) for t in trainings) >= hours
    assert verdict.is_met == (joined and enough)
    assert verdict.needed == (per_half if joined else 0)


@given(trainings=some_trainings, more=some_trainings)
def test_one_more_training_never_takes_the_requirement_away(trainings: list[Training], more: list[Training]):
    policy = Policy(limits={"external": 1}, hours_per_half=Decimal(6))
    before = judge(policy=policy, period=SECOND, joined_on=LONG_AGO, trainings=trainings)
    after = judge(policy=policy, period=SECOND, joined_on=LONG_AGO, trainings=[*trainings, *more])
    assert after.counted >= before.counted


# --- hours ------------------------------------------------------------------------------------


def test_trainings_without_enough_hours_do_not_meet_it():
    verdict = judge(policy=Policy(hours_per_half=6), period=SECOND, joined_on=LONG_AGO, trainings=[training()])
    assert (verdict.counted, verdict.lesson_hours, verdict.hours_needed, verdict.is_met) == (1, 4, 6, False)


def test_hours_are_not_asked_of_who_owes_nothing():
    verdict = judge(policy=Policy(hours_per_half=6), period=SECOND, joined_on=date(2026, 7, 1), trainings=[])
    assert (verdict.needed, verdict.hours_needed, verdict.is_met) == (0, 0, False)


# --- compulsory courses -----------------------------------------------------------------------


def first_aid(**facts: object) -> PolicyCourse:
    return PolicyCourse(subject="course:3", title="Pertolongan Pertama", **facts)


@pytest.mark.parametrize(
    ("day", "months", "until"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 27)),
        (date(2024, 2, 29), 12, date(2025, 2, 27)),
        (date(2024, 2, 29), 48, date(2028, 2, 28)),
        (date(2026, 7, 1), 24, date(2028, 6, 30)),
    ],
)
def test_a_course_holds_so_many_months(day: date, months: int, until: date):
    assert valid_until(first_aid(valid_months=months), [training(day, subject="course:3")]) == until
    assert months_after(day, months) == until + timedelta(days=1)


def test_a_course_never_done_does_not_hold_and_one_without_end_holds_for_ever():
    assert valid_until(first_aid(), [training(subject="course:4")]) is None
    assert valid_until(first_aid(), [training(subject="course:3")]) == date.max


def test_the_window_of_renewal_opens_days_before_the_end():
    course = first_aid(valid_months=24, window_days=60)
    done = [training(date(2026, 7, 1), subject="course:3")]
    assert renewable_from(course, done) == date(2028, 6, 30) - timedelta(days=60)
    assert renewable_from(first_aid(), done) is None
    assert renewable_from(course, []) is None


@pytest.mark.parametrize(
    ("done_on", "window", "opens_on"),
    [
        (
            date(2025, 12, 1),
            30,
            date(2026, 7, 1),
        ),  # to 30 November: the half to 31 December lacks it from its beginning
        (date(2025, 12, 1), 200, date(2026, 5, 14)),  # a window that opens before that
        (date(2026, 1, 1), 30, date(2026, 12, 1)),  # to the half's last day: the half has it
        (date(2026, 1, 2), 0, date(2027, 1, 1)),  # to the next half's first day: that one lacks it
    ],
)
def test_the_window_opens_no_later_than_the_half_that_lacks_the_course(done_on: date, window: int, opens_on: date):
    course = first_aid(valid_months=12, window_days=window)
    assert renewable_from(course, [training(done_on, subject="course:3")]) == opens_on


@given(done_on=st.dates(date(2022, 1, 1), date(2030, 12, 31)), months=st.integers(6, 60), window=st.integers(0, 366))
def test_it_is_the_first_half_that_lacks_the_course(done_on: date, months: int, window: int):
    policy, course = Policy(), first_aid(valid_months=months, window_days=window)
    policy.drafted = [course]
    done = [Training("online", Decimal(4), done_on, half_of(done_on), subject="course:3")]
    lacking = half_of(done_on)
    while not missing_courses(policy, half := Period(year=lacking[0], half=lacking[1]), done):
        lacking = half_of(half.last_day + timedelta(days=1))
    until, opens_on = valid_until(course, done), renewable_from(course, done)
    assert until
    assert opens_on == min(until - timedelta(days=window), half.first_day)


# --- exemptions -------------------------------------------------------------------------------


def exemption(starts_on: date, ends_on: date) -> Exemption:
    return Exemption(starts_on=starts_on, ends_on=ends_on)


@pytest.mark.parametrize(
    ("spans", "exempt"),
    [
        ([], False),
        ([(date(2026, 7, 1), date(2026, 9, 27))], False),  # 89 days
        ([(date(2026, 7, 1), date(2026, 9, 28))], True),  # 90 days
        ([(date(2026, 4, 1), date(2026, 9, 27))], False),  # only those within the half count
        ([(date(2026, 1, 1), date(2027, 12, 31))], True),
        ([(date(2026, 7, 1), date(2026, 8, 14)), (date(2026, 10, 1), date(2026, 11, 14))], True),
        ([(date(2026, 7, 1), date(2026, 8, 29)), (date(2026, 7, 15), date(2026, 9, 1))], False),  # twice is once
    ],
)
def test_exemptions_that_cover_enough_days_excuse_the_half(spans: list[tuple[date, date]], exempt: bool):
    assert is_exempt(Policy(), SECOND, [exemption(*span) for span in spans]) is exempt


def test_an_exempted_member_owes_nothing_and_is_not_met():
    year = [exemption(date(2026, 1, 1), date(2026, 12, 31))]
    policy = Policy(hours_per_half=6)
    verdict = judge(policy=policy, period=SECOND, joined_on=LONG_AGO, trainings=[training()], exemptions=year)
    assert (verdict.is_exempt, verdict.needed, verdict.hours_needed, verdict.is_met) == (True, 0, 0, False)
    assert verdict.counted == 1


def test_who_owes_nothing_is_not_exempted_from_it():
    year = [exemption(date(2026, 1, 1), date(2026, 12, 31))]
    verdict = judge(policy=Policy(), period=SECOND, joined_on=date(2026, 8, 1), trainings=[], exemptions=year)
    assert verdict.is_exempt is False


def test_the_day_is_that_of_the_last_training_needed_whether_or_not_it_counts():
    twice = Policy(per_half=2, limits={"external": 0})
    days = [date(2026, 9, 1), date(2026, 7, 5), date(2026, 8, 3)]
    trainings = [training(day) for day in days]
    assert judge(policy=twice, period=SECOND, joined_on=LONG_AGO, trainings=trainings).met_on == date(2026, 8, 3)
    assert judge(policy=twice, period=SECOND, joined_on=LONG_AGO, trainings=trainings[:1]).met_on is None
    first = training(date(2026, 7, 1), kind="external")
    assert judge(policy=twice, period=SECOND, joined_on=LONG_AGO, trainings=[*trainings, first]).met_on == days[1]
    assert judge(policy=Policy(), period=SECOND, joined_on=date(2026, 8, 1), trainings=trainings).met_on is None
