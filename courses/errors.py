"""Why the room refuses something; `message` is what the view shows."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class CourseRefusal(Exception):  # noqa: N818, refusals read as what happened
    """Any refusal of this room."""

    message: str | Promise = _("Maaf, itu belum dapat dilakukan.")

    def __str__(self) -> str:
        return str(self.message)


class AlreadyFinished(CourseRefusal):
    """The course counts already in the running period."""

    message = _("Anda sudah menyelesaikan kursus ini pada semester ini. Kursus dapat diulang semester depan.")


class NotOffered(CourseRefusal):
    """The course or lesson is not published."""

    message = _("Kursus ini sedang tidak dibuka.")


class NotReady(CourseRefusal):
    """The course has no published lesson, or no final quiz that could be started."""

    message = _("Materi atau kuis kursus ini masih disiapkan pelatih. Coba lagi nanti, atau pilih kursus lain.")


class NotEnrolled(CourseRefusal):
    """The quiz was asked for before the course was started."""

    message = _("Mulai kursusnya lebih dahulu, lalu selesaikan materinya.")


class LessonsLeft(CourseRefusal):
    """The quiz was asked for while lessons are not done."""

    def __init__(self, left: int) -> None:
        self.message = _("Selesaikan %d materi lagi sebelum memulai kuis.") % left
        super().__init__()


class NoQuiz(CourseRefusal):
    """The course has no final quiz yet."""

    message = _("Kuis kursus ini belum disiapkan oleh pelatih.")


class OutOfSeason(CourseRefusal):
    """The course counts in one half of the year only, and finished now it would count in the other."""

    def __init__(self, obstacle: str) -> None:
        self.message = obstacle
        super().__init__()


class QuizBusy(CourseRefusal):
    """The same quiz is being taken for another course."""

    message = _("Kuis ini sedang Anda kerjakan untuk kursus lain. Selesaikan dahulu kuis itu.")
