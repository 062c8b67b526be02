"""What may be entered as evidence, and who may decide: the rules that the form, the import and the services share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _

from members.models import User
from training.fields import TrainingField
from training.models.evidence import FIRST_DAY, MOST_HOURS, Evidence


@dataclass(frozen=True)
class Details:
    """What a person states about a training; None is what they left out."""

    title: str = ""
    organiser: str = ""
    field: str = ""
    lesson_hours: Decimal | None = None
    completed_on: date | None = None

    @property
    def key(self) -> tuple[str, date | None]:
        """Two entries of one member with the same key are the same training."""
        return self.title.casefold(), self.completed_on


def problems_of(details: Details, *, today: date) -> dict[str, str]:
    """Field by field what is wrong and how to mend it; `today` is the village's own."""
    found = {
        "title": _text_problem(details.title, 200, _("Tulis nama pelatihannya.")),
        "organiser": _text_problem(details.organiser, 150, _("Tulis siapa penyelenggaranya.")),
        "field": "" if details.field in TrainingField.values else _("Pilih salah satu bidang."),
        "lesson_hours": _hours_problem(details.lesson_hours),
        "completed_on": _day_problem(details.completed_on, today),
    }
    return {field: problem for field, problem in found.items() if problem}


def _text_problem(text: str, limit: int, missing: str) -> str:
    if not text.strip():
        return missing
    return _("Terlalu panjang: paling banyak %(limit)s huruf.") % {"limit": limit} if len(text) > limit else ""


def _hours_problem(hours: Decimal | None) -> str:
    if hours is None:
        return _("Tulis jumlah JP, misalnya 8.")
    if not 0 < hours <= MOST_HOURS or hours != round(hours, 1):
        return _("Isi JP lebih dari 0 sampai 99,5, paling rinci satu angka di belakang koma.")
    return ""


def _day_problem(day: date | None, today: date) -> str:
    if day is None:
        return _("Isi tanggal selesainya.")
    if day > today:
        return _("Tanggal ini belum lewat. Catat pelatihan sesudah selesai.")
    return _("Periksa tahunnya: paling awal tahun 2000.") if day < FIRST_DAY else ""


def doubts_about(evidence: Evidence) -> list[str]:
    """What an officer should look at before deciding; nothing of it forbids the approval."""
    found = [text] if (text := age_doubt(evidence)) else []
    if not evidence.file:
        found.append(_("Tanpa berkas bukti: dicatat dari berkas %(name)s.") % {"name": evidence.spreadsheet})
    elif Evidence.objects.filter(upload_digest=evidence.upload_digest).exclude(pk=evidence.pk).exists():
        found.append(_("Berkas yang sama juga dipakai sebagai bukti pada catatan lain. Bandingkan isinya."))
    return found


def age_doubt(evidence: Evidence) -> str:
    """A warning where the member was too young to serve on that day; they may have married early."""
    if evidence.member.age_on(evidence.completed_on) >= settings.MEMBER_MIN_AGE:
        return ""
    text = _("Pada tanggal itu anggota ini belum berusia %(age)s tahun. Periksa tanggalnya.")
    return text % {"age": settings.MEMBER_MIN_AGE}


def may_decide(evidence: Evidence, by: User) -> bool:
    """The one rule: whoever entered it, and whoever it is about, leaves the decision to somebody else.

    That the decider is an officer of the village or above is asked where evidence is looked up (`.within(scope)`), and
    once more when it is decided. So a village with one officer who entered it turns to the kecamatan.
    """
    return by.pk not in (evidence.entered_by_id, evidence.member.user_id)
