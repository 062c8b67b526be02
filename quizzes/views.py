"""An attempt on the screen: one question at a time, the check before the end, the result."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from members.decorators import MemberRequest, member_required
from quizzes.clocks import milliseconds, minutes_left
from quizzes.errors import AttemptClosed, BadChoice, QuizRefusal, StaleAnswer, TimeUp
from quizzes.forms import AnswerForm
from quizzes.models import Answer, Attempt
from quizzes.services import save_answer, submit_attempt
from quizzes.summaries import Result, Sheet
from regions.templatetags.regions import local_time

LEARNING = "/belajar/"


def _own(request: MemberRequest, attempt_id: UUID) -> Attempt:
    """The member's own attempt, finished if its time is over; anybody else's is a 404."""
    attempt = get_object_or_404(Attempt.objects.of(request.member).select_related("quiz"), pk=attempt_id)
    return submit_attempt(attempt=attempt) if attempt.is_overdue(timezone.now()) else attempt


@never_cache
@member_required
@require_safe
def resume(request: MemberRequest, attempt_id: UUID) -> HttpResponse:
    """Where to go on: the first question without an answer, the check when all have one, the result after the end."""
    attempt = _own(request, attempt_id)
    if not attempt.is_open:
        return redirect("quizzes:result", attempt.pk)
    sheet = Sheet(attempt)
    if not sheet.unanswered:
        return redirect("quizzes:review", attempt.pk)
    return redirect("quizzes:question", attempt.pk, sheet.unanswered[0])


@never_cache
@member_required
def question(request: MemberRequest, attempt_id: UUID, position: int) -> HttpResponse:
    """One question; POST saves its answer."""
    attempt = _own(request, attempt_id)
    if request.method == "POST":
        return _answer(request, attempt, position)
    if not attempt.is_open:
        return redirect("quizzes:result", attempt.pk)
    sheet = Sheet(attempt)
    if not 1 <= position <= sheet.total:
        raise Http404
    return render(request, "quizzes/question.html", _context(request, attempt, sheet) | {"current": position})


@never_cache
@member_required
@require_safe
def review(request: MemberRequest, attempt_id: UUID) -> HttpResponse:
    """The check before the end: what has no answer yet."""
    attempt = _own(request, attempt_id)
    if not attempt.is_open:
        return redirect("quizzes:result", attempt.pk)
    return render(request, "quizzes/review.html", _context(request, attempt, Sheet(attempt)))


@never_cache
@member_required
def submit(request: MemberRequest, attempt_id: UUID) -> HttpResponse:
    """End the attempt by POST, any number of times; a GET, on the way back from the log-in page, shows the check."""
    if request.method != "POST":
        return redirect("quizzes:review", attempt_id)
    attempt = submit_attempt(attempt=_own(request, attempt_id))
    return redirect("quizzes:result", attempt.pk)


@never_cache
@member_required
@require_safe
def result(request: MemberRequest, attempt_id: UUID) -> HttpResponse:
    """Score, verdict and explanations of a finished attempt; an open one is not shown here."""
    attempt = _own(request, attempt_id)
    if attempt.is_open:
        return redirect("quizzes:attempt", attempt.pk)
    context = {"result": Result(attempt), "back": attempt.return_path or LEARNING, "village": request.member.village_id}
    return render(request, "quizzes/result.html", context)


def _context(request: MemberRequest, attempt: Attempt, sheet: Sheet) -> dict[str, Any]:
    now = timezone.now()
    return {
        "attempt": attempt,
        "sheet": sheet,
        "back": attempt.return_path or LEARNING,
        "deadline_clock": local_time(attempt.deadline_at, request.member.village_id),
        "time_left": minutes_left(attempt.deadline_at, now),
        "deadline_ms": milliseconds(attempt.deadline_at),
        "closes_ms": milliseconds(attempt.closes_at),
        "now_ms": milliseconds(now),
    }


def _answer(request: MemberRequest, attempt: Attempt, position: int) -> HttpResponse:
    """Save one answer; a script gets JSON, a plain form goes on to where its button points."""
    if not _is_script(request) and _is_blank(request):
        return _go_on(request, attempt)
    try:
        answer = _save(request, attempt, position)
    except QuizRefusal as refusal:
        return _refused(request, attempt, position, refusal)
    if _is_script(request):
        return JsonResponse(_stored(request, answer, state="saved"))
    return _go_on(request, attempt)


def _save(request: MemberRequest, attempt: Attempt, position: int) -> Answer:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        raise BadChoice
    return save_answer(attempt=attempt, position=position, **form.cleaned_data)


def _is_blank(request: HttpRequest) -> bool:
    """A plain form without a choice, from a page that showed no answer either: somebody only leafs through."""
    return "chosen" not in request.POST and request.POST.get("sequence") == "1"


def _is_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "") == "application/json"


def _stored(request: MemberRequest, answer: Answer, **extra: str) -> dict[str, Any]:
    """What the browser may know of a stored answer: never whether it is right."""
    saved = local_time(answer.saved_at, request.member.village_id)
    now = milliseconds(timezone.now())
    return {"chosen": answer.chosen, "sequence": answer.sequence, "saved": saved, "now": now} | extra


def _refused(request: MemberRequest, attempt: Attempt, position: int, refusal: QuizRefusal) -> HttpResponse:
    is_over = isinstance(refusal, TimeUp | AttemptClosed)
    if not _is_script(request):
        messages.warning(request, str(refusal))
        if is_over or position > attempt.answers.count():
            return redirect("quizzes:attempt", attempt.pk)
        return redirect("quizzes:question", attempt.pk, position)
    if isinstance(refusal, StaleAnswer):
        return JsonResponse(_stored(request, refusal.answer, state="stale", message=str(refusal)), status=409)
    state = "over" if is_over else "bad"
    return JsonResponse({"state": state, "message": str(refusal)}, status=409 if is_over else 400)


def _go_on(request: MemberRequest, attempt: Attempt) -> HttpResponse:
    target = request.POST.get("go", "")
    if target.isdecimal() and len(target) <= 3:
        return redirect("quizzes:question", attempt.pk, int(target))
    return redirect("quizzes:review", attempt.pk)
