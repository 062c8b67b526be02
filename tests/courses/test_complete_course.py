"""From the last lesson to the ledger: when the quiz opens, and that a course counts once a period."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from courses.errors import AlreadyFinished, LessonsLeft, NoQuiz, NotEnrolled, NotOffered, OutOfSeason, QuizBusy
from courses.models import CoursePage, Enrolment, LessonPage, Sitting, SyllabusItem
from courses.services import complete_course, complete_lesson, enrol, repair_completions, start_quiz
from quizzes.errors import AttemptsUsedUp
from quizzes.models import Attempt
from quizzes.services import save_answer, start_attempt
from tests.cast import Cast
from tests.courses.helpers import answer_all, finish_lessons, pass_course, right_choice, sit
from tests.factories import PeriodFactory, QuizFactory, TrainingRecordFactory, make_course, make_lesson
from training.exemption_services import ask_extension, grant_extension
from training.models import Period, Policy, TrainingRecord
from training.periods import current_period
from training.services import open_period, reverse_training

pytestmark = pytest.mark.usefixtures("course_once")


def test_the_quiz_starts_after_the_last_lesson(cast: Cast, course: CoursePage):
    finish_lessons(cast.member, course)
    attempt = start_quiz(member=cast.member, course=course)
    assert attempt.quiz == course.quiz
    assert Sitting.objects.get(attempt=attempt).enrolment == Enrolment.objects.get()


def test_starting_again_leads_to_the_open_attempt(cast: Cast, course: CoursePage):
    finish_lessons(cast.member, course)
    first = start_quiz(member=cast.member, course=course)
    assert start_quiz(member=cast.member, course=course) == first
    assert Sitting.objects.count() == 1


def test_the_quiz_is_closed_before_the_course_is_started(cast: Cast, course: CoursePage):
    with pytest.raises(NotEnrolled):
        start_quiz(member=cast.member, course=course)


def test_the_quiz_is_closed_while_lessons_are_left(cast: Cast, course: CoursePage, lessons: list[LessonPage]):
    complete_lesson(member=cast.member, lesson=lessons[0])
    with pytest.raises(LessonsLeft, match="1 materi"):
        start_quiz(member=cast.member, course=course)


def test_a_lesson_added_later_has_to_be_done_too(cast: Cast, course: CoursePage):
    finish_lessons(cast.member, course)
    make_lesson(course, "Baru")
    with pytest.raises(LessonsLeft):
        start_quiz(member=cast.member, course=course)


def test_there_may_be_no_quiz_yet(cast: Cast, course: CoursePage):
    finish_lessons(cast.member, course)
    course.quiz = None
    course.save()
    with pytest.raises(NoQuiz):
        start_quiz(member=cast.member, course=course)


def test_the_quiz_keeps_to_its_half_of_the_year(cast: Cast, course: CoursePage):
    finish_lessons(cast.member, course)
    half = current_period(cast.member.village_id).half
    course.counts_in = 3 - half
    course.save()
    with pytest.raises(OutOfSeason):
        start_quiz(member=cast.member, course=course)
    course.counts_in = half
    course.save()
    assert start_quiz(member=cast.member, course=course)


def test_the_quiz_of_an_unpublished_course_is_closed(cast: Cast, course: CoursePage):
    finish_lessons(cast.member, course)
    course.unpublish()
    with pytest.raises(NotOffered):
        start_quiz(member=cast.member, course=course)


def test_one_attempt_never_serves_two_courses(cast: Cast, course: CoursePage):
    twin = make_course("Kembar", quiz=course.quiz)
    for each in (course, twin):
        finish_lessons(cast.member, each)
    attempt = start_quiz(member=cast.member, course=course)
    with pytest.raises(QuizBusy):
        start_quiz(member=cast.member, course=twin)
    assert Sitting.objects.get(attempt=attempt).enrolment.course == course


def test_attempts_run_out(cast: Cast):
    course = make_course(quiz=QuizFactory(draw=3, max_attempts=1))
    finish_lessons(cast.member, course)
    sit(cast.member, course, right=False)
    with pytest.raises(AttemptsUsedUp):
        start_quiz(member=cast.member, course=course)


def let_time_run_out(attempt: Attempt) -> None:
    """Two hours have passed since the start, and nobody submitted."""
    now = timezone.now()
    times = {"started_at": now - timedelta(hours=2), "deadline_at": now - timedelta(hours=1)}
    Attempt.objects.filter(pk=attempt.pk).update(**times)
    Enrolment.objects.filter(member=attempt.member).update(started_at=times["started_at"])


def test_a_passed_course_starts_no_other_attempt(cast: Cast, course: CoursePage):
    pass_course(cast.member, course)  # its row of the ledger is still on its way
    with pytest.raises(AlreadyFinished):
        start_quiz(member=cast.member, course=course)
    assert Attempt.objects.count() == 1


def test_nor_does_one_that_the_clock_finds_passed(cast: Cast, course: CoursePage, django_capture_on_commit_callbacks):
    finish_lessons(cast.member, course)
    attempt = start_quiz(member=cast.member, course=course)
    for answer in attempt.answers.all():
        save_answer(attempt=attempt, position=answer.position, chosen=right_choice(answer))
    let_time_run_out(attempt)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(AlreadyFinished):
        start_quiz(member=cast.member, course=course)
    assert Attempt.objects.get().passed
    assert Enrolment.objects.get().record
    with pytest.raises(AlreadyFinished):
        start_quiz(member=cast.member, course=course)


def test_an_overdue_attempt_stays_finished_when_none_is_left(cast: Cast):
    course = make_course(quiz=QuizFactory(max_attempts=1))
    finish_lessons(cast.member, course)
    let_time_run_out(start_quiz(member=cast.member, course=course))
    with pytest.raises(AttemptsUsedUp):
        start_quiz(member=cast.member, course=course)
    assert not Attempt.objects.get().is_open


def test_a_pass_enters_the_ledger_as_a_snapshot(cast: Cast, course: CoursePage):
    SyllabusItem.objects.create(course=course, title="Dari Hansip ke Linmas", lesson_hours="0.5")
    attempt = pass_course(cast.member, course)
    record = complete_course(attempt=attempt)
    assert record is not None
    assert record.source == f"course:{course.pk}:{cast.member.pk}:{record.period.code}"
    assert (record.member, record.kind, record.score) == (cast.member, TrainingRecord.Kind.ONLINE, attempt.score)
    assert (record.title, record.lesson_hours, record.organiser) == (course.title, Decimal(4), course.trainer)
    assert (record.field, record.subject) == ("pelindungan_masyarakat", f"course:{course.pk}")
    assert record.syllabus == [{"title": "Dari Hansip ke Linmas", "lesson_hours": 0.5}]
    assert record.completed_at == attempt.finished_at
    assert record.course_revision is None  # it was published without one
    enrolment = Enrolment.objects.get()
    assert (enrolment.record, enrolment.finished_at) == (record, attempt.finished_at)


def test_the_longest_title_fits_the_ledger(cast: Cast, course: CoursePage):
    course.title = ("Pelatihan dasar " * 16)[:255]
    course.save()
    record = complete_course(attempt=pass_course(cast.member, course))
    assert record
    assert record.title == course.title
    record.clean_fields(exclude=["syllabus"])  # SQLite holds longer texts than the column says


def test_finishing_the_attempt_is_enough(cast: Cast, course: CoursePage, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        pass_course(cast.member, course)
    assert TrainingRecord.objects.get().member == cast.member


def test_completing_twice_counts_once(cast: Cast, course: CoursePage):
    attempt = pass_course(cast.member, course)
    assert complete_course(attempt=attempt) == complete_course(attempt=attempt)
    assert TrainingRecord.objects.count() == 1


def test_editing_the_course_later_changes_no_record(cast: Cast, course: CoursePage):
    record = complete_course(attempt=pass_course(cast.member, course))
    course.title = "Judul lain"
    course.save_revision().publish()
    assert record is not None
    assert TrainingRecord.objects.get(pk=record.pk).title == "Dasar Hukum"


def test_a_retake_in_a_new_period_counts_again(cast: Cast, course: CoursePage):
    first = complete_course(attempt=pass_course(cast.member, course))
    earlier = TrainingRecordFactory(member=cast.member, period=PeriodFactory(year=2020, half=1))
    Enrolment.objects.update(record=earlier)
    assert first is not None
    TrainingRecord.objects.filter(pk=first.pk)._raw_delete(using="default")
    second = complete_course(attempt=pass_course(cast.member, course))
    assert second is not None
    assert second != earlier
    assert Enrolment.objects.filter(record__isnull=False).count() == 2


def test_a_failed_attempt_counts_nothing(cast: Cast, course: CoursePage):
    finish_lessons(cast.member, course)
    attempt = sit(cast.member, course, right=False)
    assert complete_course(attempt=attempt) is None
    assert not TrainingRecord.objects.exists()
    assert Enrolment.objects.get().finished_at is None


def test_an_open_attempt_counts_nothing(cast: Cast, course: CoursePage):
    finish_lessons(cast.member, course)
    assert complete_course(attempt=start_quiz(member=cast.member, course=course)) is None


def test_a_pass_that_no_course_started_counts_nothing(cast: Cast, course: CoursePage):
    enrol(member=cast.member, course=course)
    attempt = answer_all(start_attempt(member=cast.member, quiz=course.quiz))
    assert attempt.passed
    assert complete_course(attempt=attempt) is None
    assert not TrainingRecord.objects.exists()


def test_repair_enters_what_a_lost_task_left(cast: Cast, course: CoursePage):
    pass_course(cast.member, course)
    finish_lessons(cast.other_member, course)
    sit(cast.other_member, course, right=False)
    assert repair_completions() == (1, 0)
    assert repair_completions() == (0, 0)
    assert TrainingRecord.objects.get().member == cast.member


def test_one_that_cannot_be_entered_leaves_the_others_alone(cast: Cast, course: CoursePage):
    code = current_period(cast.member.village_id).code
    TrainingRecordFactory(member=cast.neighbour_member, source=f"course:{course.pk}:{cast.member.pk}:{code}")
    pass_course(cast.member, course)
    pass_course(cast.other_member, course)
    assert repair_completions() == (1, 1)
    assert TrainingRecord.objects.filter(member=cast.other_member).exists()


def test_after_its_record_was_taken_back_the_course_counts_again(cast: Cast, course: CoursePage):
    first = complete_course(attempt=pass_course(cast.member, course))
    assert first is not None
    with pytest.raises(AlreadyFinished):
        enrol(member=cast.member, course=course)
    reverse_training(record=first, reason="Dikerjakan orang lain", by=cast.district_officer)
    second = complete_course(attempt=pass_course(cast.member, course))
    assert second is not None
    assert second.source == f"{first.source}:2"
    assert list(TrainingRecord.objects.standing()) == [second]
    reverse_training(record=second, reason="Lagi", by=cast.district_officer)
    third = complete_course(attempt=pass_course(cast.member, course))
    assert third is not None
    assert third.source == f"{first.source}:3"


# --- while the half before is still owed ------------------------------------------------------

DECEMBER, JANUARY = (datetime(2098, 12, 20, 3, tzinfo=UTC), datetime(2099, 1, 5, 3, tzinfo=UTC))


@pytest.fixture
def owing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """The half before asks two trainings and leaves two weeks of grace; sets the clock."""
    Policy.objects.create(region_id="00", per_half=2, per_year=4, grace_days=14)
    open_period(period=PeriodFactory(year=2098, half=2), now=DECEMBER)
    set_clock = lambda now: monkeypatch.setattr("django.utils.timezone.now", lambda: now)  # noqa: E731
    set_clock(DECEMBER)
    return set_clock


def learn(cast: Cast, course: CoursePage) -> TrainingRecord:
    record = complete_course(attempt=pass_course(cast.member, course))
    assert record is not None
    return record


def test_taken_again_in_grace_the_course_adds_to_the_running_half(cast: Cast, course: CoursePage, owing):
    first = learn(cast, course)
    owing(JANUARY)
    again = learn(cast, course)
    assert (first.period.code, again.period.code) == ("2098-2", "2099-1")
    assert again.source == f"course:{course.pk}:{cast.member.pk}:2099-1"
    assert course.progress_of(cast.member).counts_now
    with pytest.raises(AlreadyFinished):
        enrol(member=cast.member, course=course)
    other = learn(cast, make_course("Dapur Umum"))
    assert other.period.code == "2098-2"  # the grace is for what the half does not hold yet


def test_a_course_of_one_half_is_open_while_it_counts_for_that_half(cast: Cast, course: CoursePage, owing):
    course.counts_in = 2
    course.save()
    owing(JANUARY)  # in the days of grace
    finish_lessons(cast.member, course)
    assert start_quiz(member=cast.member, course=course)
    other = make_course("Dapur Umum")
    other.counts_in = 1
    other.save()
    finish_lessons(cast.member, other)
    with pytest.raises(OutOfSeason, match="dihitung untuk Semester II 2098, kursus ini hanya untuk Semester I\\."):
        start_quiz(member=cast.member, course=other)
    owing(JANUARY + timedelta(days=14))
    with pytest.raises(OutOfSeason):
        start_quiz(member=cast.member, course=course)


def test_who_began_in_the_last_evening_of_grace_may_finish_and_is_booked_by_the_clock(
    cast: Cast, course: CoursePage, owing
):
    course.counts_in = 2
    course.save()
    owing(datetime(2099, 1, 14, 15, 55, tzinfo=UTC))  # 23.55 WITA
    finish_lessons(cast.member, course)
    attempt = start_quiz(member=cast.member, course=course)
    owing(datetime(2099, 1, 14, 16, 5, tzinfo=UTC))
    assert course.season_obstacle(cast.member) == ""
    assert start_quiz(member=cast.member, course=course) == attempt
    record = complete_course(attempt=answer_all(attempt))
    assert record is not None
    assert record.period.code == "2099-1"


def test_a_course_of_the_running_half_may_still_pay_the_half_before(cast: Cast, course: CoursePage, owing):
    Policy.objects.update(grace_days=0)
    owing(JANUARY)
    assert learn(cast, course).period.code == "2099-1"
    assert course.progress_of(cast.member).counts_now
    late = Period.objects.get(year=2098, half=2)
    asked = ask_extension(
        member=cast.member, period=late, until=date(2099, 1, 31), reason="Melaut", by=cast.member.user
    )
    grant_extension(extension=asked, by=cast.village_officer)
    assert not course.progress_of(cast.member).counts_now
    assert learn(cast, course).period == late
    with pytest.raises(AlreadyFinished):
        enrol(member=cast.member, course=course)
