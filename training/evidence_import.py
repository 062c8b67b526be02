"""Past trainings out of a spreadsheet: a verdict for each row, then all that are ready in one transaction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Member, User
from notifications.services import notify
from regions.scope import Scope
from regions.timezones import local_date
from training.deciders import deciders_for
from training.evidence_errors import ImportOvertaken
from training.evidence_rules import Details, problems_of
from training.evidence_services import waiting_for_import
from training.evidence_sheet import COLUMNS, SheetRow
from training.fields import TrainingField
from training.models import Evidence

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_HOURS = re.compile(r"(\d{1,3})(?:[.,](\d{1,3}))?(?: ?jp)?", re.ASCII | re.IGNORECASE)
_SHORTENED = re.compile(r"\d[.,]\d+E\+?\d+", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Judged:
    """One row with its verdict: whose it is, what it says, and what to mend; `known` when it is entered already."""

    row: SheetRow
    member: Member | None
    details: Details
    problems: tuple[str, ...] = ()
    known: bool = False

    @property
    def is_ready(self) -> bool:
        """Whether it will be saved."""
        return not self.problems and not self.known


@dataclass(frozen=True)
class Imported:
    """How many rows became evidence, and how many were left out."""

    created: int
    skipped: int


def judge_rows(
    rows: Sequence[SheetRow], *, scope: Scope, now: datetime | None = None, holding: bool = False
) -> list[Judged]:
    """A verdict for each row in two queries, whatever their number; members are found within the scope alone.

    With `holding` nobody moves them or ends their service until the transaction ends.
    """
    now = now or timezone.now()
    found = Member.objects.within(scope).active().filter(number__in={_number(row) for row in rows}).order_by("pk")
    members = {member.number: member for member in (found.select_for_update(no_key=True) if holding else found)}
    entered = Evidence.objects.in_play().filter(member__in=members.values())
    known = {
        (member, title.casefold(), day)
        for member, title, day in entered.values_list("member_id", "title", "completed_on")
    }
    first_lines: dict[tuple[int, str, date | None], int] = {}
    judged = []
    for row in rows:
        verdict = _judge(row, members.get(_number(row)), now)
        if verdict.member is not None and not verdict.problems:
            key = (verdict.member.pk, *verdict.details.key)
            first = first_lines.setdefault(key, row.line)
            twice = (_("Sama dengan baris %(line)s.") % {"line": first},) if first != row.line else ()
            verdict = Judged(row, verdict.member, verdict.details, twice, known=key in known)
        judged.append(verdict)
    return judged


def _number(row: SheetRow) -> str:
    return row.cells["number"].replace(" ", "").strip("'")


def _judge(row: SheetRow, member: Member | None, now: datetime) -> Judged:
    cells = row.cells
    details = Details(
        title=cells["title"],
        organiser=cells["organiser"],
        field=_field(cells["field"]),
        lesson_hours=_hours(cells["lesson_hours"]),
        completed_on=_day(cells["completed_on"]),
    )
    formulas = [COLUMNS[name] for name, text in cells.items() if text.startswith("=")]
    if formulas:
        text = _("Kolom %(columns)s berisi rumus. Salin kolomnya, tempel sebagai nilai, lalu unggah lagi.")
        return Judged(row, member, details, (text % {"columns": ", ".join(formulas)},))
    problems = problems_of(details, today=local_date(now, member.village_id if member else ""))
    words = [_unread(name, cells[name]) or f"{COLUMNS[name]}: {problem}" for name, problem in problems.items()]
    if member is None:
        words.insert(0, _unknown_member(_number(row)))
    return Judged(row, member, details, tuple(words))


def _unknown_member(number: str) -> str:
    if not number:
        return _("Isi nomor anggotanya.")
    if _SHORTENED.fullmatch(number):
        return _("Nomor anggota disingkat oleh Excel. Ubah format kolomnya menjadi Teks, lalu tulis lagi.")
    return _("Tidak ada anggota aktif bernomor %(number)s di wilayah Anda.") % {"number": number}


def _unread(name: str, text: str) -> str:
    """Words for a cell that says something we do not understand; empty where the rule's own words fit."""
    if not text:
        return ""
    if name == "field":
        choices = ", ".join(str(label) for label in TrainingField.labels)
        return _("Bidang “%(text)s” tidak dikenal. Pilih salah satu: %(choices)s.") % {"text": text, "choices": choices}
    if name == "completed_on" and _day(text) is None:
        return _("Tanggal “%(text)s” tidak terbaca. Tulis seperti 17/08/2025.") % {"text": text}
    if name == "lesson_hours" and _hours(text) is None:
        return _("JP “%(text)s” tidak terbaca. Tulis angka, misalnya 8 atau 7,5.") % {"text": text}
    return ""


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("&", " dan ").replace("_", " ").split())


def _field(text: str) -> str:
    folded = {_folded(str(label)): value for value, label in TrainingField.choices}
    return str(folded.get(_folded(text), ""))


def _hours(text: str) -> Decimal | None:
    found = _HOURS.fullmatch(text)
    return Decimal(f"{found[1]}.{found[2] or 0}") if found else None


def _day(text: str) -> date | None:
    try:
        if found := _DAY.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := _ISO_DAY.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass  # 31 February
    return None


@transaction.atomic
def import_evidence(*, rows: Sequence[SheetRow], by: User, scope: Scope, spreadsheet: str) -> Imported:
    """Enter every row that is ready, all or none; each waits for another officer, without a file but with the
    spreadsheet's name.

    The rows are judged anew, whatever the preview said. Raises ImportOvertaken when the same training was entered at
    the same moment.
    """
    ready = [verdict for verdict in judge_rows(rows, scope=scope, holding=True) if verdict.is_ready]
    evidence = [
        Evidence(
            member=verdict.member,
            village_id=verdict.member.village_id,
            entered_by=by,
            spreadsheet=spreadsheet[:150],
            **vars(verdict.details),
        )
        for verdict in ready
        if verdict.member is not None
    ]
    try:
        with transaction.atomic():
            Evidence.objects.bulk_create(evidence, batch_size=500)
    except IntegrityError as error:
        raise ImportOvertaken from error
    _tell_officers(evidence, by)
    return Imported(len(evidence), len(rows) - len(evidence))


def _tell_officers(evidence: Sequence[Evidence], by: User) -> None:
    """One notice an officer, however many rows."""
    if not evidence:
        return
    n = len(evidence)
    title = _("%(n)s pelatihan luar dari Excel menunggu keputusan") % {"n": n}
    path = reverse("training:evidence_list") + "?status=submitted"
    for officer in deciders_for({one.village_id for one in evidence}, but=[by.pk]):
        key = f"evidence:import:{evidence[0].uuid}"
        notify(user=officer, key=key, title=title, path=path, matter=waiting_for_import(by.pk))
