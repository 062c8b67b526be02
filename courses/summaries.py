"""What the member's home shows: the courses going on and the one next step."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from courses.models import CoursePage, Enrolment
from courses.progress import CourseRow, progress_of
from members.models import Member
from quizzes.models import Attempt
from training.models import Period
from training.periods import current_period
from training.policies import ancestors_of

SHOWN = 12  # courses on the member's home; the catalogue has them all


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
    attempt: Attempt | None = None


@dataclass(frozen=True)
class Learning:
    """A member's courses, newest first, and their next step."""

    period: Period
    step: Step
    going_on: list[CourseRow]
    finished: list[CourseRow]


def learning_of(member: Member) -> Learning:
    """Everything the member's home says about courses, in a fixed number of queries."""
    period = current_period(member.village_id)
    taken = list(Enrolment.objects.of(member).values_list("course", flat=True)[: SHOWN * 2])
    own = CoursePage.objects.live().filter(pk__in=taken).select_related("quiz").in_bulk()
    offered = CoursePage.objects.live().shelved_for(*ancestors_of(member.village_id)).exclude(pk__in=taken)
    fresh = list(offered.order_by("-compulsory", "title")[:1])
    progress = progress_of(member, [*own.values(), *fresh])
    rows = [CourseRow(own[key], progress[key]) for key in dict.fromkeys(taken) if key in own]
    going_on = [row for row in rows if row.progress.is_open][:SHOWN]
    finished = [row for row in rows if row.progress.is_finished][:SHOWN]
    attempt = Attempt.objects.of(member).filter(status=Attempt.Status.OPEN, sitting__isnull=False).first()
    if attempt:
        step = Step(StepKind.QUIZ, attempt=attempt)
    else:
        step = _next_step(going_on, [CourseRow(course, progress[course.pk]) for course in fresh], finished, period)
    return Learning(period, step, going_on, finished)


def _next_step(going_on: list[CourseRow], fresh: list[CourseRow], finished: list[CourseRow], period: Period) -> Step:
    """What is open comes first, then what is compulsory; who has done their share is sent to the certificates."""
    for row in going_on:
        if row.progress.next_lesson:
            return Step(StepKind.LESSON, row)
        if row.is_takeable and row.course.is_open_in(period.half):
            return Step(StepKind.START_QUIZ, row)
    counted = [row for row in finished if row.progress.counts_in(period)]
    repeatable = [row for row in finished if not row.progress.counts_in(period)]
    for row in fresh:
        if row.course.compulsory or not counted:
            return Step(StepKind.COURSE, row)
    if repeatable and not counted:
        return Step(StepKind.COURSE, repeatable[-1])
    return Step(StepKind.CERTIFICATES if finished else StepKind.CATALOGUE)
