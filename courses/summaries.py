"""What the member's home shows: the courses going on and the one next step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery

from courses.models import CoursePage, Enrolment
from courses.progress import CourseRow, progress_from
from members.models import Member
from quizzes.models import Attempt
from quizzes.summaries import startable_by
from training.models import Period
from training.outlook import Outlook, Renewal
from training.policies import ancestors_of

SHOWN = 12  # courses on the member's home; the catalogue has them all
LOOKED_AT = 100  # for those that count now: in days of grace each of two halves may have its own


class StepKind(StrEnum):
    """What the one button of the member's home does."""

    QUIZ = "quiz"  # go back to the open attempt
    LESSON = "lesson"  # read on
    START_QUIZ = "start_quiz"  # all lessons are done
    COURSE = "course"  # begin a course
    CERTIFICATES = "certificates"  # nothing is left to do
    CATALOGUE = "catalogue"  # nothing is offered in the member's region


@dataclass(frozen=True)
class Step:
    """The one next step and what it is about."""

    kind: StepKind
    row: CourseRow | None = None
    attempt_id: UUID | None = None
    completes: bool = False  # whether the course, once finished, meets what the half it counts in still asks
    late: Period | None = None  # the half before, where the course would count for it


@dataclass(frozen=True)
class Learning:
    """A member's courses, newest first, and their next step."""

    step: Step
    going_on: list[CourseRow]
    held_up: set[int]  # of those the courses that only lack their quiz, which cannot be started now
    finished: list[CourseRow]
    renewals: list[tuple[Renewal, str]]  # compulsory courses that end, each with its page, empty where it is unknown


def learning_of(member: Member) -> Learning:
    """Everything the member's home says about courses, in a fixed number of queries."""
    taken = _latest_enrolments(member)
    rows = _rows(member, taken)
    going_on = [row for row in rows if row.progress.is_open]
    finished = [row for row in rows if row.progress.is_finished]
    open_attempt = next((e.open_attempt for e in taken.values() if e.open_attempt), None)  # type: ignore[attr-defined]
    if open_attempt:
        return Learning(Step(StepKind.QUIZ, attempt_id=open_attempt), going_on, set(), finished, [])
    outlook = Outlook.of(member)
    at_quiz = [row for row in going_on if row.is_at_quiz]
    held_up = {row.course.pk for row in at_quiz} - _with_open_quiz(at_quiz, member, outlook)
    step = _step_on(going_on, held_up) or _step_anew(member, taken, finished, outlook)
    if step.row is not None:
        training = _as_training(step.row.course)
        late = outlook.late_period_for(step.row.course.subject)
        step = replace(step, completes=outlook.completes(**training), late=late)
    pages = {row.course.subject: row.course.public_path for row in finished}
    renewals = [(renewal, pages.get(renewal.subject, "")) for renewal in outlook.renewals()]
    return Learning(step, going_on, held_up, finished, renewals)


def _latest_enrolments(member: Member) -> dict[int, Enrolment]:
    """The member's last way through each course, newest first, with the attempt that is open."""
    attempts = Attempt.objects.filter(sitting__enrolment=OuterRef("pk"), status=Attempt.Status.OPEN)
    newest = (
        Enrolment.objects.of(member)
        .filter(course__live=True)
        .select_related("course__quiz", "record__period", "record__reversal")
        .annotate(open_attempt=Subquery(attempts.values("pk")[:1]))
    )
    found: dict[int, Enrolment] = {}
    for enrolment in newest[: SHOWN * 2]:
        found.setdefault(enrolment.course_id, enrolment)
    return dict(list(found.items())[:SHOWN])


def _rows(member: Member, taken: dict[int, Enrolment]) -> list[CourseRow]:
    courses = [enrolment.course for enrolment in taken.values()]
    progress = progress_from(courses, taken, member)
    return [CourseRow(course, progress[course.pk]) for course in courses]


def _with_open_quiz(rows: list[CourseRow], member: Member, outlook: Outlook) -> set[int]:
    """The courses whose final quiz would start if the member pressed its button now."""
    quizzes = {row.course.pk: row.course.quiz for row in rows if row.course.quiz and _is_in_season(row.course, outlook)}
    startable = startable_by(member, quizzes.values())
    return {pk for pk, quiz in quizzes.items() if quiz.pk in startable}


def _is_in_season(course: CoursePage, outlook: Outlook) -> bool:
    """What `CoursePage.season_obstacle` decides of who has no attempt going on, without a query."""
    return course.is_open_in(outlook.period_for(course.subject).half)


def _step_on(going_on: list[CourseRow], held_up: set[int]) -> Step | None:
    """On with what was begun: the next lesson, or the quiz while it can be started."""
    for row in going_on:
        if row.progress.next_lesson:
            return Step(StepKind.LESSON, row)
        if row.is_at_quiz and row.course.pk not in held_up:
            return Step(StepKind.START_QUIZ, row)
    return None


def _as_training(course: CoursePage) -> dict[str, Any]:
    """What the ledger would say of the course, for the outlook."""
    return {"subject": course.subject, "field": course.field, "lesson_hours": course.lesson_hours}


def _step_anew(member: Member, taken: dict[int, Enrolment], finished: list[CourseRow], outlook: Outlook) -> Step:
    """A new course: one that completes what the half still asks before one that helps, and those before the others.

    Who owes nothing any more only needs the compulsory ones.
    """
    done = any(row.progress.counts_now for row in finished) and not outlook.owes
    offered = CoursePage.objects.live().ready().shelved_for(*ancestors_of(member.village_id)).exclude(pk__in=taken)
    offered = offered.filter(counts_in__in=[CoursePage.Half.ANY, *outlook.halves])
    if done:
        offered = offered.filter(compulsory=True)
    most = SHOWN if len(outlook.halves) == 1 else LOOKED_AT
    first = offered.order_by("-compulsory", "title", "pk")[:most]
    if fresh := [course for course in first if _is_in_season(course, outlook)][:SHOWN]:
        best = max(fresh, key=lambda course: _use(outlook, course))  # of equals the first
        return Step(StepKind.COURSE, CourseRow(best, best.progress_of(None)))
    again = [] if done else [row for row in finished if not row.progress.counts_now]
    again = [row for row in again if _is_in_season(row.course, outlook)]
    ready = set(CoursePage.objects.ready().filter(pk__in=[r.course.pk for r in again]).values_list("pk", flat=True))
    if repeatable := [row for row in reversed(again) if row.course.pk in ready]:
        return Step(StepKind.COURSE, max(repeatable, key=lambda row: _use(outlook, row.course)))
    return Step(StepKind.CERTIFICATES if finished and not outlook.owes else StepKind.CATALOGUE)


def _use(outlook: Outlook, course: CoursePage) -> tuple[bool, bool, bool]:
    """What ranks courses: what the half before still takes is the most urgent, where the course brings it on."""
    training = _as_training(course)
    completes, helps = outlook.completes(**training), outlook.helps(**training)
    return helps and outlook.late_period_for(course.subject) is not None, completes, helps
