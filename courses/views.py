"""The member's home and the steps of learning; pages themselves are served by Wagtail.

A step is a POST. A GET, as after logging in on the way, leads to the page with its button.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courses.errors import CourseRefusal
from courses.models import CoursePage, LessonPage
from courses.services import complete_lesson, enrol, start_quiz
from courses.summaries import learning_of
from members.decorators import MemberRequest, member_required
from members.models import Member
from quizzes.errors import QuizRefusal


@login_required
@require_safe
def learn(request: HttpRequest) -> HttpResponse:
    """My learning; who is not an active member reads where their registration stands."""
    member = request.access.member  # type: ignore[attr-defined]
    if member is None or member.status != Member.Status.ACTIVE:
        return render(request, "courses/waiting.html", {"member": member, "Status": Member.Status})
    return render(request, "courses/learn.html", {"member": member, "learning": learning_of(member)})


def _press_again(request: HttpRequest, page: CoursePage | LessonPage) -> HttpResponse:
    """To the page with the button: pressed before the log-in, or by a reload, it has done nothing."""
    messages.warning(request, _("Belum tercatat. Tekan tombolnya sekali lagi."))
    return redirect(page.public_path)


@member_required
def enrol_course(request: MemberRequest, course_id: int) -> HttpResponse:
    """Begin the course, or go on with it, at the first lesson that is not done."""
    course = get_object_or_404(CoursePage.objects.live(), id=course_id)
    if request.method != "POST":
        return _press_again(request, course)
    try:
        enrol(member=request.member, course=course)
    except CourseRefusal as refusal:
        messages.error(request, str(refusal))
        return redirect(course.public_path)
    lesson = course.progress_of(request.member).next_lesson
    return redirect((lesson or course).get_url(request))


@member_required
def finish_lesson(request: MemberRequest, lesson_id: int) -> HttpResponse:
    """Mark the lesson as done and go to the next one, or to the course when it was the last."""
    lesson = get_object_or_404(LessonPage.objects.live(), id=lesson_id)
    course = lesson.course
    if request.method != "POST":
        return _press_again(request, lesson)
    try:
        complete_lesson(member=request.member, lesson=lesson)
    except CourseRefusal as refusal:
        messages.error(request, str(refusal))
        return redirect(lesson.public_path)
    _before, after = course.progress_of(request.member).beside(lesson)
    return redirect((after or course).get_url(request))


@member_required
def begin_quiz(request: MemberRequest, course_id: int) -> HttpResponse:
    """Start the final quiz, or go back to the attempt that is open."""
    course = get_object_or_404(CoursePage.objects.live(), id=course_id)
    if request.method != "POST":
        return _press_again(request, course)
    try:
        attempt = start_quiz(member=request.member, course=course)
    except (CourseRefusal, QuizRefusal) as refusal:
        messages.error(request, str(refusal))
        return redirect(course.public_path)
    return redirect("quizzes:attempt", attempt.pk)
