"""Enrolling and finishing lessons: what each step writes, and what it refuses."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.errors import AlreadyFinished, NotOffered, NotReady
from courses.models import CoursePage, Enrolment, LessonCompletion, LessonPage
from courses.services import complete_course, complete_lesson, enrol
from tests.cast import Cast
from tests.courses.helpers import pass_course
from tests.factories import PeriodFactory, TrainingRecordFactory, make_course, make_lesson
from training.models import TrainingRecord

pytestmark = pytest.mark.usefixtures("course_once")


def test_enrolling_twice_is_one_enrolment(cast: Cast, course: CoursePage):
    first, second = enrol(member=cast.member, course=course), enrol(member=cast.member, course=course)
    assert first == second
    assert Enrolment.objects.count() == 1


def test_a_course_that_is_not_published_takes_nobody(cast: Cast, course: CoursePage):
    course.unpublish()
    with pytest.raises(NotOffered):
        enrol(member=cast.member, course=course)


@pytest.mark.parametrize("missing", ["lessons", "published lessons", "quiz", "questions"])
def test_a_course_that_nobody_could_finish_takes_nobody(cast: Cast, missing: str):
    course = make_course("Kursus kosong", lessons=0)
    if missing == "published lessons":
        make_lesson(course, live=False)
    if missing == "quiz":
        make_lesson(course)
        CoursePage.objects.filter(pk=course.pk).update(quiz=None)
        course.refresh_from_db()
    if missing == "questions":
        make_lesson(course)
        course.quiz.bank.questions.first().delete()
        course.quiz.draw = 5
        course.quiz.save()
    assert not course.is_ready
    assert course not in CoursePage.objects.ready()
    with pytest.raises(NotReady):
        enrol(member=cast.member, course=course)
    assert not Enrolment.objects.exists()


def test_a_lesson_deeper_down_makes_no_course_ready(cast: Cast):
    course = make_course("Kursus tanpa materi", lessons=0)
    draft = make_lesson(course, live=False)
    deeper = LessonPage(title="Terlalu dalam", slug="terlalu-dalam")
    draft.add_child(instance=deeper)
    assert deeper.live
    assert not course.is_ready
    assert course not in CoursePage.objects.ready()
    draft.save_revision().publish()
    assert course.is_ready
    assert course in CoursePage.objects.ready()


def test_who_began_goes_on_when_the_quiz_is_taken_away(cast: Cast, course: CoursePage, lessons: list[LessonPage]):
    begun = enrol(member=cast.member, course=course)
    CoursePage.objects.filter(pk=course.pk).update(quiz=None)
    course.refresh_from_db()
    assert enrol(member=cast.member, course=course) == begun
    complete_lesson(member=cast.member, lesson=lessons[0])


def test_a_finished_course_waits_for_the_next_period(cast: Cast, course: CoursePage):
    complete_course(attempt=pass_course(cast.member, course))
    with pytest.raises(AlreadyFinished):
        enrol(member=cast.member, course=course)


def test_a_course_of_an_earlier_period_may_be_taken_again(cast: Cast, course: CoursePage):
    complete_course(attempt=pass_course(cast.member, course))
    earlier = TrainingRecordFactory(member=cast.member, period=PeriodFactory(year=2020, half=1))
    Enrolment.objects.update(record=earlier)
    TrainingRecord.objects.exclude(pk=earlier.pk)._raw_delete("default")
    again = enrol(member=cast.member, course=course)
    assert again.finished_at is None
    assert Enrolment.objects.of(cast.member).count() == 2
    assert course.progress_of(cast.member).count == 0  # the new way through starts at the first lesson
    assert LessonCompletion.objects.count() == 2  # the old one is kept


def test_a_lesson_is_done_once(cast: Cast, lessons: list[LessonPage]):
    first = complete_lesson(member=cast.member, lesson=lessons[0])
    assert complete_lesson(member=cast.member, lesson=lessons[0]) == first
    assert LessonCompletion.objects.count() == 1


def test_finishing_a_lesson_enrols(cast: Cast, course: CoursePage, lessons: list[LessonPage]):
    complete_lesson(member=cast.member, lesson=lessons[0])
    assert Enrolment.objects.of(cast.member).get().course == course


def test_a_lesson_that_is_not_published_cannot_be_done(cast: Cast, lessons: list[LessonPage]):
    lessons[0].unpublish()
    with pytest.raises(NotOffered):
        complete_lesson(member=cast.member, lesson=lessons[0])


def test_a_lesson_of_a_course_that_is_not_published_cannot_be_done(cast: Cast, course: CoursePage, lessons):
    course.unpublish()
    with pytest.raises(NotOffered):
        complete_lesson(member=cast.member, lesson=LessonPage.objects.get(pk=lessons[0].pk))


def test_progress_counts_published_lessons(cast: Cast, course: CoursePage, lessons: list[LessonPage]):
    complete_lesson(member=cast.member, lesson=lessons[0])
    progress = course.progress_of(cast.member)
    assert (progress.count, progress.total, progress.percent, progress.left) == (1, 2, 50, 1)
    assert progress.next_lesson == lessons[1]
    assert not progress.lessons_done
    make_lesson(course, "Draf", live=False)
    assert course.progress_of(cast.member).total == 2


def test_progress_is_each_members_own(cast: Cast, course: CoursePage, lessons: list[LessonPage]):
    complete_lesson(member=cast.member, lesson=lessons[0])
    assert course.progress_of(cast.other_member).count == 0
    assert course.progress_of(None).count == 0


def test_a_course_without_lessons_is_never_done(cast: Cast, course: CoursePage, lessons: list[LessonPage]):
    for lesson in lessons:
        lesson.unpublish()
    assert not course.progress_of(cast.member).lessons_done


def test_one_open_enrolment_by_constraint(cast: Cast, course: CoursePage):
    enrol(member=cast.member, course=course)
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.create(member=cast.member, course=course)


def test_one_completion_by_constraint(cast: Cast, lessons: list[LessonPage]):
    done = complete_lesson(member=cast.member, lesson=lessons[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        LessonCompletion.objects.create(enrolment=done.enrolment, lesson=lessons[0])


def test_an_enrolment_never_finishes_without_its_record(cast: Cast, course: CoursePage):
    enrolment = enrol(member=cast.member, course=course)
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.filter(pk=enrolment.pk).update(finished_at=timezone.now())
