"""What one more course would do for the running half."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.cast import Cast
from training.models import Policy, PolicyCourse, Standing
from training.outlook import Outlook, Renewal
from training.services import record_training
from training.standing import describe

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
COURSE = {"subject": "course:1", "field": "kesemaptaan", "lesson_hours": Decimal(4)}
FIRST_AID = {**COURSE, "subject": "course:3"}


def test_any_course_completes_the_plain_requirement(cast: Cast):
    outlook = Outlook.of(cast.member, now=NOW)
    assert outlook.owes
    assert outlook.completes(**COURSE)
    assert not Standing.objects.exists()  # nothing is written


def test_where_nothing_is_owed_nothing_completes_it(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("training.services.timezone.now", lambda: NOW)
    record_training(member=cast.member, source="a", kind="online", title="Dasar", lesson_hours=4, completed_at=NOW)
    outlook = Outlook.of(cast.member, now=NOW)
    assert (outlook.owes, outlook.completes(**COURSE), outlook.helps(**COURSE)) == (False, False, False)


def test_only_the_compulsory_course_completes_where_one_is_missing(cast: Cast):
    policy = Policy.objects.create(region_id="63")
    PolicyCourse.objects.create(policy=policy, subject="course:3", title="Pertolongan Pertama")
    outlook = Outlook.of(cast.member, now=NOW)
    assert (outlook.completes(**COURSE), outlook.helps(**COURSE)) == (False, True)
    assert outlook.completes(**FIRST_AID)


def test_a_course_that_the_policy_does_not_count_neither_completes_nor_helps(cast: Cast):
    Policy.objects.create(region_id="63", training_fields=["bencana_kebakaran"], hours_per_half=6)
    outlook = Outlook.of(cast.member, now=NOW)
    assert (outlook.completes(**COURSE), outlook.helps(**COURSE)) == (False, False)
    disaster = {**COURSE, "field": "bencana_kebakaran"}
    assert (outlook.completes(**disaster), outlook.helps(**disaster)) == (False, True)  # 4 of 6 JP


def test_six_queries(cast: Cast, django_assert_max_num_queries):
    Outlook.of(cast.member, now=NOW)
    with django_assert_max_num_queries(6):
        outlook = Outlook.of(cast.member, now=NOW)
    with django_assert_max_num_queries(0):
        assert outlook.completes(**COURSE)


def renewal_of(cast: Cast, done_on: datetime, now: datetime = NOW) -> Renewal:
    policy = Policy.objects.create(region_id="63")
    PolicyCourse.objects.create(
        policy=policy, subject="course:3", title="Pertolongan Pertama", valid_months=24, window_days=60
    )
    PolicyCourse.objects.create(policy=policy, subject="course:4", title="Dasar")
    for subject in ("course:3", "course:4"):
        facts = {"kind": "online", "title": "Kursus", "lesson_hours": 4, "subject": subject}
        record_training(member=cast.member, source=subject, completed_at=done_on, **facts)
    (renewal,) = Outlook.of(cast.member, now=now).renewals()  # the one without end is not among them
    return renewal


@pytest.mark.parametrize(
    ("done_on", "sentence", "is_open", "is_over"),
    [
        (
            datetime(2026, 3, 1, 3, tzinfo=UTC),
            "Berlaku sampai 29 Februari 2028, dapat diulang mulai 31 Desember 2027.",
            False,
            False,
        ),
        (datetime(2025, 1, 23, 3, tzinfo=UTC), "Berlaku sampai 22 Januari 2027. Sudah dapat diulang.", True, False),
        (
            datetime(2025, 1, 24, 3, tzinfo=UTC),
            "Berlaku sampai 23 Januari 2027, dapat diulang mulai 24 November 2026.",
            False,
            False,
        ),
        (datetime(2024, 11, 24, 3, tzinfo=UTC), "Berlaku sampai 23 November 2026. Sudah dapat diulang.", True, False),
        (datetime(2024, 11, 23, 3, tzinfo=UTC), "Masa berlakunya habis 22 November 2026. Ikuti lagi.", True, True),
    ],
)
def test_a_compulsory_course_that_ends_says_from_when_it_may_be_done_again(
    cast: Cast, done_on: datetime, sentence: str, is_open: bool, is_over: bool
):
    renewal = renewal_of(cast, done_on)
    assert (renewal.sentence, renewal.is_open, renewal.is_over) == (sentence, is_open, is_over)


@pytest.mark.parametrize(
    ("now", "lacking", "sentence"),
    [
        (
            datetime(2026, 6, 30, 3, tzinfo=UTC),
            "1 pelatihan",
            "Berlaku sampai 30 November 2026, dapat diulang mulai 1 Juli 2026.",
        ),
        (
            datetime(2026, 7, 3, 3, tzinfo=UTC),
            "1 pelatihan dan kursus wajib “Pertolongan Pertama”",
            "Berlaku sampai 30 November 2026. Sudah dapat diulang.",
        ),
    ],
)
def test_what_the_half_lacks_and_what_may_be_done_again_are_one(cast: Cast, now: datetime, lacking: str, sentence: str):
    policy = Policy.objects.create(region_id="63")
    PolicyCourse.objects.create(
        policy=policy, subject="course:3", title="Pertolongan Pertama", valid_months=12, window_days=30
    )
    facts = {"kind": "online", "title": "Kursus", "lesson_hours": 4, "subject": "course:3"}
    done_on = datetime(2025, 12, 1, 3, tzinfo=UTC)
    record_training(member=cast.member, source="course:3", completed_at=done_on, **facts)
    outlook = Outlook.of(cast.member, now=now)
    (renewal,) = outlook.renewals()
    assert describe(cast.member, now=now).lacking == lacking
    assert renewal.sentence == sentence
    assert outlook.completes(**FIRST_AID)


def test_a_course_never_done_has_nothing_to_renew(cast: Cast):
    policy = Policy.objects.create(region_id="63")
    PolicyCourse.objects.create(policy=policy, subject="course:3", title="Pertolongan Pertama", valid_months=24)
    assert Outlook.of(cast.member, now=NOW).renewals() == []
