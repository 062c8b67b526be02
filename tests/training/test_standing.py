"""What a member reads about their standing."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template

from members.models import Member
from tests.cast import Cast
from tests.factories import MemberFactory, PeriodFactory
from training.exemption_services import ask_exemption, grant_exemption
from training.models import Policy, Standing
from training.services import open_standing, record_training
from training.standing import State, describe

PERIOD_DAY = datetime(2026, 8, 1, 3, tzinfo=UTC)
DAY_38 = datetime(2026, 11, 23, 3, tzinfo=UTC)
LAST_DAY = datetime(2026, 12, 31, 3, tzinfo=UTC)
AFTER = datetime(2026, 12, 31, 16, tzinfo=UTC)  # midnight WITA


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("training.services.timezone.now", lambda: DAY_38)


def train(member: Member, source: str = "course:1:a", hours: str = "4") -> None:
    record_training(
        member=member, source=source, kind="online", title="Dasar", lesson_hours=Decimal(hours), completed_at=DAY_38
    )


def test_met(cast: Cast, now: None):
    train(cast.member, hours="4.5")
    view = describe(cast.member, now=DAY_38)
    assert (view.state, view.tone) == (State.MET, "ok")
    assert view.headline == "1 dari 1 pelatihan selesai"
    assert view.sentence == "Kewajiban terpenuhi dengan 1 pelatihan (4,5 JP)."


def test_more_than_owed_is_not_two_of_one(cast: Cast, now: None):
    train(cast.member)
    train(cast.member, "course:2:b", "6")
    view = describe(cast.member, now=DAY_38)
    assert view.headline == "1 dari 1 pelatihan selesai"
    assert "2 pelatihan (10 JP)" in view.sentence


@pytest.mark.parametrize(
    ("now", "state", "headline"),
    [
        (PERIOD_DAY, State.UNMET, "Belum: sisa 152 hari"),
        (DAY_38, State.AT_RISK, "Berisiko: sisa 38 hari"),
        (LAST_DAY, State.AT_RISK, "Hari terakhir"),
        (AFTER, State.OVERDUE, "Terlambat"),
    ],
)
def test_the_clock_tells_unmet_at_risk_and_overdue_apart(cast: Cast, now: datetime, state: State, headline: str):
    period = PeriodFactory()
    open_standing(member=cast.member, period=period)
    view = describe(cast.member, now=now, period=period)
    assert (view.state, view.headline) == (state, headline)
    assert "Kurang 1 pelatihan" in view.sentence
    assert "31 Desember 2026" in view.sentence or view.days_left == 0


@pytest.mark.parametrize(
    ("now", "headline", "words"),
    [
        (DAY_38, "Berisiko: sisa 53 hari", "paling lambat 15 Januari 2027"),
        (LAST_DAY, "Berisiko: sisa 15 hari", "paling lambat 15 Januari 2027"),
        (datetime(2027, 1, 14, 3, tzinfo=UTC), "Berisiko: sisa 1 hari", "diperpanjang sampai 15 Januari 2027"),
        (datetime(2027, 1, 15, 3, tzinfo=UTC), "Hari terakhir", "hari ini batas terakhir"),
    ],
)
def test_who_was_given_longer_counts_the_days_to_their_own_last_one(
    cast: Cast, now: datetime, headline: str, words: str
):
    period = PeriodFactory()
    open_standing(member=cast.member, period=period)
    Standing.objects.update(extended_to=date(2027, 1, 15))
    view = describe(cast.member, now=now, period=period)
    assert view.headline == headline
    assert words in view.sentence


def test_an_extension_shorter_than_the_days_of_grace_takes_none_of_them(cast: Cast):
    Policy.objects.create(region_id="00", grace_days=30)
    period = PeriodFactory()
    open_standing(member=cast.member, period=period)
    Standing.objects.update(extended_to=date(2027, 1, 15))
    assert describe(cast.member, now=LAST_DAY, period=period).due_on == date(2027, 1, 15)
    view = describe(cast.member, now=datetime(2027, 1, 15, 3, tzinfo=UTC), period=period)
    assert (view.due_on, view.headline) == (date(2027, 1, 30), "Berisiko: sisa 15 hari")


def test_policy_decides_when_it_is_urgent(cast: Cast):
    Policy.objects.create(region_id="63.11.01", at_risk_days=10)
    assert describe(cast.member, now=DAY_38).headline == "Belum: sisa 38 hari"


def test_newcomer_and_who_left_owe_nothing(cast: Cast, now: None):
    newcomer = describe(MemberFactory(joined_on=date(2026, 10, 1)), now=DAY_38)
    assert (newcomer.state, newcomer.headline) == (State.NOT_REQUIRED, "Belum wajib")
    words = "Bergabung 1 Oktober 2026, jadi belum wajib pada semester ini; pelatihan yang selesai: 0."
    assert newcomer.sentence == words
    cast.member.status = Member.Status.INACTIVE
    assert describe(cast.member, now=DAY_38).headline == "Tidak aktif"


def test_who_is_exempt_reads_why_and_how_long(cast: Cast, now: None, django_assert_num_queries):
    period = PeriodFactory()
    open_standing(member=cast.member, period=period)
    for kind, first, last in (
        ("deployment", date(2026, 10, 1), date(2026, 12, 31)),
        ("illness", date(2026, 6, 20), date(2026, 9, 30)),
        ("other", date(2025, 1, 1), date(2025, 6, 30)),  # another half's
    ):
        asking = {"kind": kind, "starts_on": first, "ends_on": last, "reason": "Rahasia"}
        (asked,) = ask_exemption(members=[cast.member], by=cast.village_officer, **asking)
        grant_exemption(exemption=asked, by=cast.district_officer)
    with django_assert_num_queries(4):
        view = describe(cast.member, now=DAY_38)
    assert view.sentence == (
        "Dispensasi sakit (20 Juni 2026 sampai 30 September 2026) dan penugasan (1 Oktober 2026 sampai "
        "31 Desember 2026): tidak ada pelatihan yang wajib pada semester ini."
    )


def test_reading_before_the_standing_is_opened_writes_nothing(cast: Cast, now: None):
    PeriodFactory()
    assert describe(cast.member, now=DAY_38).needed == 1
    assert not Standing.objects.exists()


def test_three_queries(cast: Cast, now: None, django_assert_num_queries):
    open_standing(member=cast.member, period=PeriodFactory())
    with django_assert_num_queries(3):
        describe(cast.member, now=DAY_38)


def test_card_shows_the_words_and_the_button(cast: Cast, now: None):
    open_standing(member=cast.member, period=PeriodFactory())
    text = "{% load training %}{% standing_card member action_url='/kursus/' action_label='Pilih kursus' %}"
    html = Template(text).render(Context({"member": cast.member}))
    assert "Semester" in html
    assert "0 dari 1 pelatihan selesai" in html
    assert 'href="/kursus/"' in html
