"""What other rooms' pages show of a quiz, and the verdict of a result."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from members.models import Member
from quizzes.clocks import day_and_clock
from quizzes.models import Quiz
from quizzes.rounds import Turn
from quizzes.summaries import Panel, Result
from regions.templatetags.regions import local_time

register = template.Library()


def plain_score(score: Decimal | None) -> str:
    """A score without useless zeros: `80`, `66,67`."""
    if score is None:
        return ""
    return number_format(score.normalize() if score % 1 else score.to_integral_value())


@register.inclusion_tag("quizzes/panel.html")
def quiz_panel(member: Member, quiz: Quiz, start_url: str = "", since: datetime | None = None) -> dict[str, Any]:
    """The rules of the quiz, the member's attempts and what to do next.

    With `start_url`, which takes a POST and calls `start_attempt`, it offers the start while one is possible. `since`
    leaves attempts of an earlier cycle out. Two queries.
    """
    panel = Panel(member=member, quiz=quiz, since=since)
    code = member.village_id
    return {
        "panel": panel,
        "start_url": start_url,
        "rows": [
            {"attempt": a, "score": plain_score(a.score), "when": day_and_clock(a.finished_at, code)}
            for a in panel.shown
            if a.finished_at
        ],
        "deadline_clock": local_time(panel.open.deadline_at, code) if panel.open else "",
        "opens_text": _wait_text(panel.opens_at, code),
    }


def _wait_text(opens_at: datetime | None, code: str) -> str:
    if opens_at is None:
        return _("Hubungi pelatih Anda.")
    return _("Pelajari lagi materinya. Kesempatan baru dibuka %s.") % day_and_clock(opens_at, code)


@register.inclusion_tag("quizzes/verdict.html")
def quiz_verdict(result: Result, back: str = "") -> dict[str, Any]:
    """Score, verdict and the next step of a finished attempt; without `back` the page has a better next step."""
    attempt = result.attempt
    return {
        "attempt": attempt,
        "back": back,
        "score": plain_score(attempt.score),
        "tone": "ok" if attempt.passed else "soon",
        "progress_label": _("Jawaban benar"),
        "progress_text": _("%(right)d dari %(total)d") % {"right": result.right, "total": result.total},
        "next_step": _next_step(result),
        "may_retry": _may_retry(result) and bool(attempt.return_path),  # where the quiz may be started
    }


def _may_retry(result: Result) -> bool:
    """Whether the quiz is still to be passed and a try is left now."""
    return not (result.attempt.passed or result.passed_later) and isinstance(result.turn, Turn)


def _next_step(result: Result) -> str:
    if result.attempt.passed:
        return _("Selamat! Hasil ini sudah dicatat.")
    if result.passed_later:
        return _("Anda sudah lulus pada percobaan sesudah ini.")
    if isinstance(result.turn, Turn):
        return _("Masih ada %d kesempatan. Soalnya akan diundi lagi.") % result.turn.left
    return _wait_text(result.turn.opens_at, result.attempt.member.village_id)
