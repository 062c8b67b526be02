"""run_periodic and reconcile from the command line."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from certificates.models import Certificate, NumberSequence
from monitoring import periodic
from monitoring.sequences import reconcile_sequences
from notifications.models import Channel, Delivery, State
from quizzes.models import Answer, Attempt
from quizzes.services import start_attempt
from reports.models import ReportSequence
from tests.cast import Cast
from tests.courses.helpers import pass_course
from tests.factories import PeriodFactory, QuizFactory, TrainingRecordFactory, make_course
from training.closing import close_period
from training.models import ClosedTally, Period, Standing, VillageTally
from training.periods import current_period
from training.services import open_period


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_periodic_does_what_is_due_and_nothing_the_second_time(cast: Cast):
    attempt = start_attempt(member=cast.member, quiz=QuizFactory())
    said = run("run_periodic", "--now", "2030-03-01T08:00+08:00")
    assert "1 attempts finished" in said
    assert "3 standings settled" in said
    assert Attempt.objects.get(pk=attempt.pk).status == Attempt.Status.FINISHED
    assert Standing.objects.filter(period__year=2030, period__half=1).count() == 3
    again = run("run_periodic", "--now", "2030-03-01T08:00+08:00")
    assert (
        "0 attempts finished, 0 courses completed, 0 trainers seated, 0 standings settled, "
        "0 extensions lapsed, 0 periods closed, 0 certificates revoked, 0 certificates issued, 0 batches finished, "
        "0 weekly reports sent, 0 reminders planned, 0 digests planned, 0 messages delivered, 0 log entries removed"
        in again
    )


def test_periodic_opens_both_halves_around_midnight(cast: Cast):
    run("run_periodic", "--now", "2030-06-30T23:30+07:00")
    assert {period.code for period in Period.objects.all()} == {"2030-1", "2030-2"}


def test_a_failing_step_is_reported_and_keeps_no_other_from_running(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    def fail(now: datetime) -> periodic.Done:
        raise RuntimeError("rusak")

    monkeypatch.setitem(periodic.STEPS, "attempts finished", fail)
    with pytest.raises(CommandError, match="attempts finished"):
        run("run_periodic")
    assert Standing.objects.exists()


def test_each_step_begins_with_the_clock_as_it_is_then(db: None, monkeypatch: pytest.MonkeyPatch):
    moments: list[datetime] = []

    def note(now: datetime) -> periodic.Done:
        moments.append(now)
        return periodic.Done(1)

    def fail(now: datetime) -> periodic.Done:
        raise RuntimeError("rusak")

    monkeypatch.setattr(periodic, "STEPS", {"a": note, "b": fail, "c": note})
    assert [step.failed for step in periodic.run_periodic()] == [False, True, False]
    assert moments[0] < moments[1]
    assert abs(moments[1] - datetime.now(UTC)) < timedelta(minutes=1)
    fixed = datetime(2030, 1, 1, tzinfo=UTC)
    periodic.run_periodic(now=fixed)
    assert moments[2:] == [fixed, fixed]


def test_what_waits_for_the_next_run_is_told_and_no_failure(db: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(periodic, "STEPS", {"messages delivered": lambda now: periodic.Done(3, waiting=7)})
    assert "3 messages delivered (7 left for the next run)" in run("run_periodic")


def test_what_expired_unsent_is_told_and_a_failure(cast: Cast):
    now = datetime.now(UTC)
    Delivery.objects.create(
        key="uji:1",
        topic="uji",
        channel=Channel.EMAIL,
        member=cast.member,
        user=cast.member.user,
        region=cast.member.village,
        planned_at=now - timedelta(days=4),
        due_at=now - timedelta(days=4),
        expires_at=now - timedelta(days=1),
    )
    (step,) = (step for step in periodic.run_periodic() if step.name == "messages delivered")
    assert str(step).endswith("messages delivered (1 expired undone)")
    assert step.failed
    assert Delivery.objects.get(key="uji:1").state == State.FAILED


def test_unreadable_moment_is_refused(db: None):
    with pytest.raises(CommandError):
        run("run_periodic", "--now", "besok")


def test_reconcile_says_it_is_in_order(cast: Cast):
    periodic.run_periodic(now=datetime.now(UTC))
    assert "3 standings and 3 tallies checked, 0 differences" in run("reconcile")


def test_reconcile_exits_1_on_a_difference_and_fix_mends_it(cast: Cast):
    periodic.run_periodic(now=datetime.now(UTC))
    VillageTally.objects.filter(village="63.11.01.2001").update(members=7)
    with pytest.raises(SystemExit, match="1"):
        run("reconcile")
    with pytest.raises(SystemExit, match="1"):
        run("reconcile", "--fix")
    assert "0 differences" in run("reconcile")


def test_periodic_issues_the_certificates_that_are_due(cast: Cast):
    TrainingRecordFactory(member=cast.member)
    assert "1 certificates issued" in run("run_periodic")
    assert Certificate.objects.get().is_filed


def test_what_a_step_leaves_undone_is_a_failure(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(periodic.STEPS, "certificates issued", lambda now: periodic.Done(3, left=1))
    with pytest.raises(CommandError, match="certificates issued"):
        run("run_periodic")


def test_an_attempt_and_a_course_that_cannot_be_finished_are_left(cast: Cast):
    attempt = start_attempt(member=cast.member, quiz=QuizFactory())
    Answer.objects.filter(attempt=attempt, position=1).update(snapshot={})
    course, code = make_course(), current_period(cast.other_member.village_id).code
    TrainingRecordFactory(member=cast.member, source=f"course:{course.pk}:{cast.other_member.pk}:{code}")
    pass_course(cast.other_member, course)
    results = {step.name: step for step in periodic.run_periodic(now=datetime.now(UTC) + timedelta(days=1))}
    assert results["attempts finished"].failed
    assert results["courses completed"].failed
    assert not results["trainers seated"].failed


def test_a_sequence_behind_its_numbers_is_found_and_raised(half: Period, cast: Cast):
    village = {"village_id": "63.11.01.2001", "year": 2026}
    sequence, _made = ReportSequence.objects.update_or_create(**village, defaults={"last": 1})
    with pytest.raises(SystemExit, match="1"):
        run("reconcile")
    with pytest.raises(SystemExit, match="1"):
        run("reconcile", "--fix")
    sequence.refresh_from_db()
    assert sequence.last == 2
    ReportSequence.objects.update(last=9)
    assert "0 differences" in run("reconcile")


def test_a_certificate_sequence_behind_its_numbers_is_found_and_raised(cast: Cast):
    TrainingRecordFactory(member=cast.member, period=PeriodFactory(year=2020, half=1))
    run("run_periodic")
    NumberSequence.objects.update(last=0)
    assert any("certificates" in line for line in reconcile_sequences(fix=True))
    assert NumberSequence.objects.get().last == Certificate.objects.get().sequence
    assert reconcile_sequences() == []


def test_reconcile_says_what_closed_figures_hold_and_leaves_it(cast: Cast):
    period = PeriodFactory(year=2025, half=2)
    open_period(period=period)
    close_period(period=period)
    ClosedTally.objects.filter(village="63.11.01.2001").update(members=7)
    out = StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("reconcile", "--fix", stdout=out)
    assert "2025-2 63.11.01.2001 closed: members=7, 1 standings serve" in out.getvalue()
    assert "2 left as they are" in out.getvalue()
    assert ClosedTally.objects.get(village="63.11.01.2001").members == 7
