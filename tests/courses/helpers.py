"""Shortcuts through a course, by the same services that the views call."""

from courses.models import CoursePage, LessonPage
from courses.services import complete_lesson, start_quiz
from members.models import Member
from quizzes.models import Answer, Attempt
from quizzes.services import save_answer, submit_attempt

# What the CMS sends for a page.
COURSE_FORM = {
    "title": "Kursus baru",
    "slug": "kursus-baru",
    "summary": "Ringkasan.",
    "goal": "Tujuan.",
    "trainer": "Satpol PP",
    "lesson_hours": "2",
    "field": CoursePage.Field.PROTECTION,
    "counts_in": "0",
    "cover_alt": "",
    "syllabus-TOTAL_FORMS": "0",
    "syllabus-INITIAL_FORMS": "0",
    "syllabus-MIN_NUM_FORMS": "0",
    "syllabus-MAX_NUM_FORMS": "1000",
}
LESSON_FORM = {
    "title": "Materi baru",
    "slug": "materi-baru",
    "minutes": "5",
    "body-count": "1",
    "body-0-deleted": "",
    "body-0-order": "0",
    "body-0-type": "heading",
    "body-0-value": "Isi pratinjau",
}


def finish_lessons(member: Member, course: CoursePage) -> None:
    """Mark every lesson as done."""
    for lesson in LessonPage.objects.child_of(course).live():
        complete_lesson(member=member, lesson=lesson)


def right_choice(answer: Answer) -> list[str]:
    """The ids of the right choices, as the snapshot knows them."""
    return [choice["id"] for choice in answer.snapshot["choices"] if choice["correct"]]


def sit(member: Member, course: CoursePage, *, right: bool = True) -> Attempt:
    """Take the final quiz, all right or all left empty."""
    return answer_all(start_quiz(member=member, course=course), right=right)


def answer_all(attempt: Attempt, *, right: bool = True) -> Attempt:
    """Answer and hand in."""
    for answer in attempt.answers.all() if right else []:
        save_answer(attempt=attempt, position=answer.position, chosen=right_choice(answer))
    return submit_attempt(attempt=attempt)


def pass_course(member: Member, course: CoursePage) -> Attempt:
    """Everything from the first lesson to the passed quiz; the ledger follows after commit."""
    finish_lessons(member, course)
    return sit(member, course)
