"""Why the room refuses something; `message` is what the view shows."""

from __future__ import annotations

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quizzes.models import Answer, Attempt, Quiz


class QuizRefusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """Any refusal of this room."""

    message: str | Promise = ""

    def __str__(self) -> str:
        return str(self.message)


class AnotherAttemptOpen(QuizRefusal):
    """The member is sitting another quiz; one attempt at a time."""

    message = _("Anda masih mengerjakan kuis lain. Selesaikan dulu kuis itu, lalu mulai yang ini.")

    def __init__(self, attempt: Attempt) -> None:
        super().__init__(attempt.pk)
        self.attempt = attempt


class AttemptsUsedUp(QuizRefusal):
    """No attempt is left in this round; `opens_at` is when the next round opens, None for never."""

    def __init__(self, quiz: Quiz, opens_at: datetime | None) -> None:
        super().__init__(quiz.pk)
        self.opens_at = opens_at

    @property
    def message(self) -> str | Promise:  # type: ignore[override]
        """Says whether it is worth coming back."""
        if self.opens_at is None:
            return _("Semua kesempatan sudah terpakai. Hubungi pelatih Anda.")
        return _("Semua kesempatan sudah terpakai. Pelajari lagi materinya, lalu coba lagi nanti.")


class QuizNotReady(QuizRefusal):
    """The bank has fewer questions in use than the quiz draws."""

    message = _("Kuis ini belum siap: soalnya belum cukup. Beri tahu pelatih Anda.")


class AttemptClosed(QuizRefusal):
    """The attempt was finished before this answer came; the answer is kept as late."""

    message = _("Kuis ini sudah dikumpulkan. Jawaban ini dicatat sebagai terlambat dan tidak dinilai.")


class TimeUp(QuizRefusal):
    """The time was over before this answer came; the answer is kept as late."""

    message = _("Waktu sudah habis. Jawaban ini dicatat sebagai terlambat dan tidak dinilai.")


class BadChoice(QuizRefusal):
    """The choice does not belong to the question, or there are too many."""

    message = _("Pilihan ini tidak ada pada soal. Muat ulang halaman, lalu pilih lagi.")


class StaleAnswer(QuizRefusal):
    """A newer answer to the same question, from another tab or device, is already saved."""

    message = _("Soal ini sudah dijawab lebih baru di tab atau perangkat lain; jawaban itu yang tersimpan.")

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.pk)
        self.answer = answer
