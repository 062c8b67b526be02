"""Setting a policy: from a half to come, never looser than above, with a preview of what it would mean."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from regions.models import Region
from tests.cast import Cast
from tests.factories import MemberFactory, PeriodFactory
from training.errors import PolicyGone, PolicyHasBegun, PolicyLooser, PolicyTaken
from training.models import Period, Policy, PolicyCourse, Standing
from training.policies import policy_for
from training.policy_services import coming_halves, preview_policy, set_policy, withdraw_policy
from training.reconciliation import reconcile
from training.services import open_period, record_training
from training.strictness import loosenings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_once")]
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
NEXT = date(2027, 1, 1)
NEXT_HALF = Period(year=2027, half=1)


def policy(code: str = "63", **facts: object) -> Policy:
    return Policy(region=Region.objects.get(pk=code), **{"starts_on": NEXT, **facts})


def first_aid(**facts: object) -> PolicyCourse:
    return PolicyCourse(subject="course:3", title="Pertolongan Pertama", **facts)


# --- setting ----------------------------------------------------------------------------------


def test_a_policy_holds_from_the_half_it_begins_with(cast: Cast):
    set_policy(policy=policy(per_year=4), courses=[first_aid(valid_months=24)], now=NOW)
    assert policy_for("63.11.01.2001", PeriodFactory()).per_year == 2
    later = policy_for("63.11.01.2001", NEXT_HALF)
    assert (later.per_year, [c.subject for c in later.compulsory]) == (4, ["course:3"])


def test_one_to_come_may_be_changed_with_its_courses(cast: Cast):
    stored = set_policy(policy=policy(), courses=[first_aid()], now=NOW)
    stored.per_year = 6
    set_policy(policy=stored, courses=[first_aid(valid_months=12)], now=NOW)
    assert Policy.objects.get().per_year == 6
    assert PolicyCourse.objects.get().valid_months == 12


@pytest.mark.parametrize("starts_on", [date(2026, 7, 1), date(2026, 1, 1)])
def test_a_half_that_runs_or_is_over_keeps_its_policy(cast: Cast, starts_on: date):
    with pytest.raises(PolicyHasBegun):
        set_policy(policy=policy(starts_on=starts_on), courses=[], now=NOW)
    assert not Policy.objects.exists()


def test_one_a_half(cast: Cast):
    set_policy(policy=policy(), courses=[], now=NOW)
    with pytest.raises(PolicyTaken):
        set_policy(policy=policy(), courses=[], now=NOW)


def test_withdrawn_the_one_above_holds_again_from_the_next_half(cast: Cast):
    running = Policy.objects.create(region_id="63", starts_on=date(2026, 1, 1), per_year=4)
    withdraw_policy(policy=running, now=NOW)
    assert policy_for("63.11", PeriodFactory()).per_year == 4
    assert policy_for("63.11", NEXT_HALF).per_year == 2
    coming = set_policy(policy=policy("63.11"), courses=[], now=NOW)
    assert withdraw_policy(policy=coming, now=NOW) is None
    assert Policy.objects.count() == 1


def test_an_ended_policy_stays_ended(cast: Cast):
    ended = Policy.objects.create(region_id="63", starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31), per_year=6)
    withdraw_policy(policy=ended, now=NOW)
    assert Policy.objects.get().ends_on == date(2025, 12, 31)
    assert policy_for("63.11", PeriodFactory()).per_year == 2


def test_the_regions_older_policy_does_not_come_back(cast: Cast):
    Policy.objects.create(region_id="63", starts_on=date(2025, 1, 1), per_year=6)
    newer = Policy.objects.create(region_id="63", starts_on=date(2026, 7, 1), per_year=4)
    withdraw_policy(policy=newer, now=NOW)
    assert policy_for("63.11", PeriodFactory()).per_year == 4
    assert policy_for("63.11", NEXT_HALF).per_year == 2


def test_the_halves_to_choose_from(cast: Cast):
    assert [half.code for half in coming_halves(now=NOW)] == ["2027-1", "2027-2", "2028-1", "2028-2"]
    spring = datetime(2026, 3, 1, tzinfo=UTC)
    assert coming_halves(now=spring)[0].code == "2026-2"


# --- only stricter ----------------------------------------------------------------------------

BASE = {
    "per_year": 4,
    "per_half": 1,
    "hours_per_half": Decimal(4),
    "grace_days": 7,
    "exempt_days": 90,
    "training_fields": ["bencana_kebakaran", "kesemaptaan"],
    "limits": {"external": 1},
}


@pytest.mark.parametrize(
    "change",
    [
        {"per_year": 3},
        {"hours_per_half": Decimal(3)},
        {"grace_days": 8},
        {"exempt_days": 89},
        {"training_fields": []},
        {"training_fields": ["bencana_kebakaran", "kearifan_lokal"]},
        {"limits": {}},
        {"limits": {"external": 2}},
    ],
)
def test_what_is_looser_is_refused_and_named(cast: Cast, change: dict[str, object]):
    Policy.objects.create(region_id="00", **BASE)
    with pytest.raises(PolicyLooser) as refused:
        set_policy(policy=policy("63.11", **BASE | change), courses=[], now=NOW)
    assert len(refused.value.looser) == 1


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"per_year": 6, "per_half": 2},
        {"grace_days": 0, "exempt_days": 120},
        {"training_fields": ["kesemaptaan"], "limits": {"external": 0, "online": 1}},
        {"at_risk_days": 10},
    ],
)
def test_what_is_as_strict_or_stricter_stands(cast: Cast, change: dict[str, object]):
    Policy.objects.create(region_id="00", **BASE)
    assert set_policy(policy=policy("63.11", **BASE | change), courses=[], now=NOW).pk


@pytest.mark.parametrize(
    ("mine", "is_looser"),
    [([], True), ([first_aid()], True), ([first_aid(valid_months=24)], False), ([first_aid(valid_months=12)], False)],
)
def test_a_course_compulsory_above_stays_compulsory_as_often(mine: list[PolicyCourse], is_looser: bool):
    above, below = Policy(), Policy()
    above.drafted, below.drafted = [first_aid(valid_months=24)], mine
    assert bool(loosenings(below, above)) is is_looser


def test_a_policy_that_became_looser_than_above_does_not_hold(cast: Cast):
    Policy.objects.create(region_id="63.11", per_year=3)
    Policy.objects.create(region_id="63", per_year=5, starts_on=date(2026, 7, 1))
    assert policy_for("63.11.01", Period(year=2026, half=1)).per_year == 3
    assert policy_for("63.11.01", PeriodFactory()).per_year == 5


def test_without_a_national_policy_the_defaults_are_what_none_falls_short_of(cast: Cast):
    for change in ({"grace_days": 7}, {"exempt_days": 60}):
        with pytest.raises(PolicyLooser):
            set_policy(policy=policy("63.11", per_year=4, **change), courses=[], now=NOW)
    Policy.objects.create(region_id="63", grace_days=7, starts_on=NEXT)  # past the service
    assert policy_for("63.11", NEXT_HALF).grace_days == 0
    national = set_policy(policy=policy("00", grace_days=14, exempt_days=60), courses=[], now=NOW)
    assert policy_for("11.01", NEXT_HALF) == national
    assert policy_for("63.11", NEXT_HALF).grace_days == 7


# --- somebody else at the same time, and the clock --------------------------------------------


def test_one_deleted_meanwhile_does_not_come_back(cast: Cast):
    mine = set_policy(policy=policy(), courses=[], now=NOW)
    withdraw_policy(policy=Policy.objects.get(), now=NOW)
    with pytest.raises(PolicyGone):
        set_policy(policy=mine, courses=[], now=NOW)
    with pytest.raises(PolicyGone):
        withdraw_policy(policy=mine, now=NOW)
    assert not Policy.objects.exists()


def test_one_that_has_begun_is_not_moved_to_a_later_half(cast: Cast):
    mine = Policy.objects.create(region_id="63", starts_on=date(2026, 7, 1), per_year=4)
    mine.starts_on, mine.per_year = NEXT, 2
    with pytest.raises(PolicyHasBegun):
        set_policy(policy=mine, courses=[], now=NOW)
    assert Policy.objects.get().per_year == 4


@pytest.mark.parametrize("code", ["00", "63"])
def test_the_last_minutes_before_its_half_begins_anywhere_are_too_late(cast: Cast, code: str):
    last_moment = datetime(2026, 12, 31, 14, 54, 59, tzinfo=UTC)  # 23.54.59 WIT, where the half begins first
    later = last_moment + timedelta(seconds=1)
    assert coming_halves(now=last_moment)[0].code == "2027-1"
    assert coming_halves(now=later)[0].code == "2027-2"
    with pytest.raises(PolicyHasBegun):
        set_policy(policy=policy(code), courses=[], now=later)
    stored = set_policy(policy=policy(code), courses=[], now=last_moment)
    kept = withdraw_policy(policy=stored, now=later)
    assert kept is not None
    assert kept.ends_on == date(2027, 6, 30)


# --- preview ----------------------------------------------------------------------------------


@pytest.fixture
def trained(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr("training.services.timezone.now", lambda: NOW)
    for number, member in enumerate([cast.member, cast.other_member, MemberFactory()]):
        record_training(
            member=member,
            source=f"course:1:{number}",
            kind="online",
            title="Dasar",
            lesson_hours=2 + 2 * number,
            completed_at=NOW,
        )
    open_period(period=PeriodFactory(), now=NOW)
    return cast


def test_the_preview_says_what_would_be_and_what_is(trained: Cast):
    seen = preview_policy(policy=policy("63.11.01", hours_per_half=Decimal(4)), courses=[], now=NOW)
    assert (seen.members, seen.required, seen.met, seen.met_now) == (3, 3, 2, 3)
    assert (seen.percent, seen.percent_now, seen.is_sample) == (67, 100, False)
    seen = preview_policy(policy=policy("63.11.01"), courses=[first_aid()], now=NOW)
    assert seen.met == 0


def test_the_preview_writes_nothing_and_equals_what_a_settlement_gives(trained: Cast):
    before = list(Standing.objects.order_by("pk").values())
    seen = preview_policy(policy=policy("63", hours_per_half=Decimal(5)), courses=[], now=NOW)
    assert list(Standing.objects.order_by("pk").values()) == before
    assert not Policy.objects.exists()
    Policy.objects.create(region_id="63", hours_per_half=5, starts_on=date(2026, 7, 1))
    region = Region.objects.get(pk="63")
    reconcile(fix=True, now=NOW)
    assert Standing.objects.within(region.scope).met().count() == seen.met == 1


def test_of_very_many_a_sample_is_judged(trained: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("training.policy_services.MOST_MEMBERS", 3)
    seen = preview_policy(policy=policy("63"), courses=[], now=NOW)
    assert (seen.members, seen.is_sample) == (4, True)
    assert 0 < seen.required <= 8


def test_preview_queries_do_not_grow_with_members(trained: Cast, django_assert_max_num_queries):
    MemberFactory.create_batch(20)
    open_period(period=PeriodFactory(), now=NOW)
    with django_assert_max_num_queries(13):
        preview_policy(policy=policy("63"), courses=[], now=NOW)
