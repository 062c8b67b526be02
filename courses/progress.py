"""How far a member is in their courses: read in a fixed number of queries, however many courses there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from cms.percents import whole_percent
from courses.enrolments import Enrolment, LessonCompletion
from courses.lessons import LessonPage
from members.models import Member
from regions.timezones import local_date
from training.models import TrainingRecord
from training.periods import half_of
from training.services import late_half

if TYPE_CHECKING:
    from courses.pages import CoursePage

STEP = 4  # treebeard's characters a level: a lesson's path is its course's path and one step


def half_now(code: str) -> tuple[int, int]:
    """The year and half that run in the region: the current period, without asking the database for its row."""
    return half_of(local_date(timezone.now(), code))


@dataclass(frozen=True)
class Progress:
    """One member's latest way through one course; of a visitor it knows the lessons only."""

    lessons: Sequence[LessonPage]
    done: frozenset[int] = frozenset()
    enrolment: Enrolment | None = None
    counts_late: bool = False  # begun again now, it would count for the half before, which is still owed

    @property
    def total(self) -> int:
        """How many lessons are published."""
        return len(self.lessons)

    @property
    def count(self) -> int:
        """How many of them are done."""
        return sum(lesson.pk in self.done for lesson in self.lessons)

    @property
    def left(self) -> int:
        """How many are still to do."""
        return self.total - self.count

    @property
    def percent(self) -> int:
        """0–100, and 100 means all."""
        return whole_percent(self.count, self.total)

    @property
    def minutes(self) -> int:
        """Estimated reading time of all lessons."""
        return sum(lesson.minutes for lesson in self.lessons)

    @property
    def lessons_done(self) -> bool:
        """Whether every lesson is done, and there is one at all."""
        return self.total > 0 and self.left == 0

    @property
    def is_open(self) -> bool:
        """Whether the member has started and not finished."""
        return self.enrolment is not None and self.enrolment.finished_at is None

    @property
    def is_finished(self) -> bool:
        """Whether the member has passed the final quiz."""
        return self.enrolment is not None and self.enrolment.finished_at is not None

    @property
    def counts_now(self) -> bool:
        """Whether the finished course counts where it would count now: it can then not be begun again."""
        return not self.counts_late and self.enrolment is not None and _stands_now(self.enrolment)

    @property
    def next_lesson(self) -> LessonPage | None:
        """The first lesson that is not done."""
        return next((lesson for lesson in self.lessons if lesson.pk not in self.done), None)

    def number_of(self, lesson: LessonPage) -> int:
        """The lesson's place in the course, from 1; 0 for one that is not published."""
        keys = [other.pk for other in self.lessons]
        return keys.index(lesson.pk) + 1 if lesson.pk in keys else 0

    def beside(self, lesson: LessonPage) -> tuple[LessonPage | None, LessonPage | None]:
        """The lessons before and after this one."""
        number = self.number_of(lesson)
        if not number:
            return None, None
        before = self.lessons[number - 2] if number > 1 else None
        return before, self.lessons[number] if number < self.total else None


@dataclass(frozen=True)
class CourseRow:
    """One course in a list, and how far the reader is."""

    course: CoursePage
    progress: Progress

    @property
    def is_at_quiz(self) -> bool:
        """Whether the final quiz is what comes next."""
        return self.progress.is_open and self.progress.lessons_done


def progress_of(member: Member | None, courses: Sequence[CoursePage]) -> dict[int, Progress]:
    """Progress by course id: one query for a visitor, three for a member."""
    if member is None or not courses:
        return progress_from(courses, {})
    taken = Enrolment.objects.of(member).filter(course__in=[course.pk for course in courses])
    latest = {
        e.course_id: e for e in taken.select_related("record__period", "record__reversal").order_by("started_at", "pk")
    }
    return progress_from(courses, latest, member)


def progress_from(
    courses: Sequence[CoursePage], enrolments: Mapping[int, Enrolment], member: Member | None = None
) -> dict[int, Progress]:
    """The same from the member's enrolments by course id that were loaded already, with their records and periods."""
    lessons = _lessons_of(courses)
    done: defaultdict[int, set[int]] = defaultdict(set)
    if enrolments:
        completions = LessonCompletion.objects.filter(enrolment__in=[e.pk for e in enrolments.values()])
        for enrolment_id, lesson_id in completions.values_list("enrolment_id", "lesson_id"):
            done[enrolment_id].add(lesson_id)
    late = _counting_late(member, courses, enrolments) if member else set()
    found = {}
    for course in courses:
        enrolment = enrolments.get(course.pk)
        finished = frozenset(done[enrolment.pk]) if enrolment else frozenset()
        found[course.pk] = Progress(lessons[course.path], finished, enrolment, course.pk in late)
    return found


def _stands_now(enrolment: Enrolment) -> bool:
    """Whether it ended in a record that counts in the running half."""
    record = enrolment.record
    if record is None or record.is_reversed:
        return False
    return (record.period.year, record.period.half) == half_now(record.village_id)


def _counting_late(member: Member, courses: Sequence[CoursePage], enrolments: Mapping[int, Enrolment]) -> set[int]:
    """Courses that stand in the running half and would count for the half before if they were done again now.

    Asks the database only in the days in which a training may still count for the half before.
    """
    standing = {course.subject: course.pk for course in courses if course.pk in enrolments}
    standing = {subject: pk for subject, pk in standing.items() if _stands_now(enrolments[pk])}
    late = late_half(member, timezone.now()) if standing else None
    if late is None:
        return set()
    done = TrainingRecord.objects.standing().filter(member=member, period=late, subject__in=standing)
    return set(standing.values()) - {standing[subject] for subject in done.values_list("subject", flat=True)}


def _lessons_of(courses: Sequence[CoursePage]) -> defaultdict[str, list[LessonPage]]:
    under = Q(pk__in=[])
    for course in courses:
        under |= Q(path__startswith=course.path)
    by_course: defaultdict[str, list[LessonPage]] = defaultdict(list)
    if courses:
        for lesson in LessonPage.objects.live().filter(under).defer("body").order_by("path"):
            by_course[lesson.path[:-STEP]].append(lesson)
    return by_course
