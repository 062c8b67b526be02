"""Closing a period freezes its figures; what comes later shows beside them."""

from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from notifications.models import Notice
from notifications.services import notify
from regions.models import Region
from tests.cast import Cast
from tests.factories import PeriodFactory
from training import closing
from training.books import owed
from training.closing import close_due, close_period
from training.corrections import closed_by_child, closed_figures
from training.errors import PeriodClosed, PeriodStillRuns
from training.exemption_services import ask_extension, grant_extension
from training.models import ClosedTally, Period, Policy, TrainingRecord, VillageTally
from training.services import lapse_extensions, open_period, record_training, reverse_training
from training.summaries import figures

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
AFTER = datetime(2026, 12, 31, 17, tzinfo=UTC)  # midnight WIB, the last of the three zones


@pytest.fixture
def period(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Period:
    monkeypatch.setattr("training.services.timezone.now", lambda: NOW)
    period = PeriodFactory()
    open_period(period=period, now=NOW)
    return period


def test_the_figures_of_every_village_are_frozen(period: Period, cast: Cast):
    closed = close_period(period=period, by=cast.admin, now=AFTER)
    assert (closed.is_closed, closed.closed_by) == (True, cast.admin)
    names = ("village_id", "members", "required", "met", "exempt", "extended", "year_met")
    assert list(ClosedTally.objects.order_by("village").values_list(*names)) == list(
        VillageTally.objects.order_by("village").values_list(*names)
    )


def test_reminders_of_the_half_ask_no_longer(period: Period, cast: Cast):
    halves = [period, PeriodFactory(year=2027, half=1)]
    for half in halves:
        notify(user=cast.member.user, key=f"reminder:{half.code}", title="Ingat", matter=owed(half))
    close_period(period=period, by=cast.admin, now=AFTER)
    assert list(Notice.objects.unread().values_list("matter", flat=True)) == ["owed:2027-1"]


def test_a_late_training_changes_the_tally_and_not_what_was_frozen(period: Period, cast: Cast):
    close_period(period=period, by=cast.admin, now=AFTER)
    record_training(
        member=cast.member, source="evidence:1", kind="external", title="PPGD", lesson_hours=4, completed_at=NOW
    )
    assert VillageTally.objects.get(village="63.11.01.2001").met == 1
    assert ClosedTally.objects.get(village="63.11.01.2001").met == 0


def test_not_while_it_runs_anywhere(period: Period, cast: Cast):
    eastern_midnight = datetime(2026, 12, 31, 15, tzinfo=UTC)
    with pytest.raises(PeriodStillRuns):
        close_period(period=period, by=cast.admin, now=eastern_midnight)
    assert not ClosedTally.objects.exists()


def test_not_before_the_longest_days_of_grace(period: Period, cast: Cast):
    Policy.objects.create(region_id="00", grace_days=14)
    with pytest.raises(PeriodStillRuns):
        close_period(period=period, by=cast.admin, now=datetime(2027, 1, 14, 10, tzinfo=UTC))
    close_period(period=period, by=cast.admin, now=datetime(2027, 1, 14, 17, tzinfo=UTC))


def test_once(period: Period, cast: Cast):
    close_period(period=period, by=cast.admin, now=AFTER)
    with pytest.raises(PeriodClosed):
        close_period(period=period, by=cast.admin, now=AFTER)


# --- what it says afterwards ------------------------------------------------------------------


def late_training(cast: Cast) -> TrainingRecord:
    return record_training(
        member=cast.member, source="evidence:1", kind="external", title="PPGD", lesson_hours=4, completed_at=NOW
    )


def test_a_correction_shows_beside_the_frozen_figures(period: Period, cast: Cast):
    juai = Region.objects.get(pk="63.11.01")
    assert closed_figures(region=juai, period=period) is None
    closed = close_period(period=period, by=cast.admin, now=AFTER)
    found = closed_figures(region=juai, period=closed)
    assert found is not None
    assert (found.figures.required, found.figures.met, found.is_corrected) == (2, 0, False)
    late_training(cast)
    found = closed_figures(region=juai, period=closed)
    assert found is not None
    assert (found.figures.met, found.villages, found.words) == (0, 1, "terpenuhi +1 dan setahun penuh +1")


def test_corrections_that_cancel_each_other_are_corrections(period: Period, cast: Cast, django_assert_num_queries):
    record = late_training(cast)
    closed = close_period(period=period, by=cast.admin, now=AFTER)
    reverse_training(record=record, reason="Salah orang", by=cast.district_officer)
    record_training(
        member=cast.other_member, source="evidence:2", kind="external", title="PPGD", lesson_hours=4, completed_at=NOW
    )
    juai = Region.objects.get(pk="63.11.01")
    with django_assert_num_queries(2):
        found = closed_figures(region=juai, period=closed)
    assert found is not None
    assert (found.is_corrected, found.villages, found.words) == (True, 2, "terpenuhi +1 −1 dan setahun penuh +1 −1")
    children = closed_by_child(region=juai, period=closed)
    assert {code: part.words for code, part in children.items()} == {
        "63.11.01.2001": "terpenuhi −1 dan setahun penuh −1",
        "63.11.01.2002": "terpenuhi +1 dan setahun penuh +1",
    }
    village = closed_figures(region=Region.objects.get(pk="63.11.01.2001"), period=closed)
    assert village is not None
    assert village.words == "terpenuhi −1 dan setahun penuh −1"
    halong = closed_figures(region=Region.objects.get(pk="63.11.02"), period=closed)
    assert halong is not None
    assert (halong.is_corrected, halong.words) == (False, "")


def test_who_leaves_later_corrects_nothing_and_a_village_of_later_does(period: Period, cast: Cast):
    closed = close_period(period=period, by=cast.admin, now=AFTER)
    VillageTally.objects.filter(village="63.11.01.2001").update(members=5)
    ClosedTally.objects.filter(village="63.11.01.2002").delete()
    found = closed_figures(region=Region.objects.get(pk="63.11.01"), period=closed)
    assert found is not None
    assert (found.villages, found.words) == (1, "wajib +1")


def test_whoever_has_longer_was_not_late_at_the_closing(period: Period, cast: Cast):
    juai = Region.objects.get(pk="63.11.01")
    asked = ask_extension(
        member=cast.member, period=period, until=date(2027, 3, 31), reason="Melaut", by=cast.member.user
    )
    grant_extension(extension=asked, by=cast.village_officer)
    february = datetime(2027, 2, 5, 3, tzinfo=UTC)
    before = figures(region=juai, period=period, now=february)
    assert (before.required, before.met, before.at_risk, before.overdue) == (2, 0, 1, 1)
    assert close_due(now=february) == 1
    period.refresh_from_db()
    found = closed_figures(region=juai, period=period)
    assert found is not None
    assert found.figures == before
    lapse_extensions(now=datetime(2027, 4, 1, 3, tzinfo=UTC))
    found = closed_figures(region=juai, period=period)
    assert found is not None
    assert (found.figures, found.words) == (before, "perpanjangan −1")


# --- by itself and by command -----------------------------------------------------------------


def test_it_closes_by_itself_after_the_operators_days(period: Period, settings: object):
    assert close_due(now=datetime(2027, 1, 30, 16, tzinfo=UTC)) == 0
    assert close_due(now=datetime(2027, 1, 31, tzinfo=UTC)) == 1
    assert close_due(now=datetime(2027, 2, 1, tzinfo=UTC)) == 0
    assert Period.objects.get(year=2026, half=2).is_closed


def test_an_operator_may_leave_it_to_the_command(period: Period, settings):
    settings.PERIOD_CLOSE_DAYS = 0
    assert close_due(now=datetime(2030, 1, 1, tzinfo=UTC)) == 0


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("close_period", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_says_how_many_villages(cast: Cast):
    period = PeriodFactory(year=2025, half=2)
    open_period(period=period, now=NOW)
    assert run("2025-2").startswith("close_period: 2025-2, 3 villages frozen in ")


@pytest.mark.parametrize("name", ["2025-2", "2026-3", "2099-1", "besok"])
def test_the_command_refuses_what_cannot_be_closed(cast: Cast, name: str):
    PeriodFactory(year=2099, half=1)
    with pytest.raises(CommandError):
        run(name)


def test_a_half_that_another_scheduler_closes_meanwhile_keeps_no_other_open(
    period: Period, monkeypatch: pytest.MonkeyPatch
):
    earlier, real = PeriodFactory(year=2026, half=1), closing._is_settled

    def overtaken(asked: Period, *, now: datetime) -> bool:
        if asked == earlier:  # the second one that is looked at
            monkeypatch.setattr(closing, "_is_settled", real)
            close_period(period=period, now=now)
        return real(asked, now=now)

    monkeypatch.setattr(closing, "_is_settled", overtaken)
    assert close_due(now=datetime(2027, 2, 1, tzinfo=UTC)) == 1
    assert not Period.objects.filter(closed_at__isnull=True).exists()
