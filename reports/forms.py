"""The report's form. It never refuses to save a draft: what it cannot read is kept exactly as it was typed."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Member
from regions.text import storable
from regions.timezones import zone_of
from reports.models import LONGEST_ACTIVITY, ActivityReport

Kind = ActivityReport.Kind
_LAW_KINDS = Kind.choices[:7]  # Permendagri 26/2020 article 3(4)
KIND_CHOICES = [
    ("", _("Pilih jenis kegiatan")),
    (_("Tugas Satlinmas menurut Permendagri 26/2020"), _LAW_KINDS),
    (_("Kegiatan lain"), Kind.choices[7:]),
]
_PAIR = re.compile(r"^\s*(-?\d{1,3}(?:[.,]\d{1,15})?)\s*[;,\s]\s*(-?\d{1,3}(?:[.,]\d{1,15})?)\s*$", re.ASCII)
_TEXT_LIMIT = 6000


class CoordinatesField(forms.CharField):
    """`-2,3411, 115,5003` or as maps copy it, `-2.3411, 115.5003`: latitude and longitude within Indonesia."""

    def clean(self, value: Any) -> tuple[Decimal, Decimal] | None:
        """Both as decimals of six places (0.1 m), or None."""
        text = super().clean(value)
        if not text:
            return None
        pair = _PAIR.match(text)
        if not pair:
            raise forms.ValidationError(_("Tulis lintang dan bujur, misalnya -2.341100, 115.500300."))
        latitude, longitude = (round(Decimal(part.replace(",", ".")), 6) for part in pair.groups())
        if not (-11.5 <= latitude <= 6.5 and 94 <= longitude <= 142):
            raise forms.ValidationError(_("Titik ini di luar Indonesia. Periksa urutannya: lintang dulu, lalu bujur."))
        return latitude, longitude


class MembersField(forms.ModelMultipleChoiceField[Member]):
    """Members to tick off; somebody who left the list meanwhile is passed over, the other ticks stay."""

    def clean(self, value: Any) -> QuerySet[Member]:
        """The members that are still on the list."""
        wanted = [pk for pk in value or [] if str(pk).isascii() and str(pk).isdigit() and len(str(pk)) < 19]
        listed = self.queryset if self.queryset is not None else Member.objects.none()
        return listed.filter(pk__in=wanted)


def _text(label: Any, hint: Any = "", rows: int = 3, limit: int = _TEXT_LIMIT) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=limit, required=False, widget=forms.Textarea({"rows": rows})
    )


class ReportForm(forms.Form):
    """Every part of a report but its photos; `content()` is what the service stores."""

    # Needed for sending, not for saving: labels call only the others optional.
    NEEDED: ClassVar[frozenset[str]] = frozenset(
        {"kind", "start_date", "start_time", "end_time", "place", "members_present", "account", "result"}
    )
    MOMENTS = ("start_date", "start_time", "end_date", "end_time")
    TEXTS = ("kind", "basis", "place", "others_present", "account", "result", "obstacles", "follow_up")
    SECTIONS: ClassVar[list[tuple[Any, tuple[str, ...]]]] = [
        (_("Kegiatan"), ("kind", "start_date", "start_time", "end_time", "end_date", "place", "coordinates", "basis")),
        (_("Yang hadir"), ("members_present", "others_present")),
        (_("Isi laporan"), ("account", "result", "obstacles", "follow_up")),
    ]

    kind = forms.ChoiceField(label=_("Jenis kegiatan"), choices=KIND_CHOICES, required=False)
    start_date = forms.DateField(
        label=_("Tanggal"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    start_time = forms.TimeField(
        label=_("Jam mulai"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    end_time = forms.TimeField(
        label=_("Jam selesai"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    end_date = forms.DateField(
        label=_("Tanggal selesai"),
        required=False,
        help_text=_("Isi hanya bila selesai di hari lain, misalnya ronda yang lewat tengah malam."),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    place = forms.CharField(
        label=_("Tempat"), required=False, max_length=200, help_text=_("Misalnya: RT 03, pos kamling simpang tiga.")
    )
    coordinates = CoordinatesField(
        label=_("Titik koordinat"),
        required=False,
        max_length=60,
        help_text=_("Lintang, bujur. Boleh disalin dari aplikasi peta."),
    )
    basis = forms.CharField(
        label=_("Dasar"), required=False, max_length=300, help_text=_("Surat tugas atau jadwal, dengan nomornya.")
    )
    members_present = MembersField(
        label=_("Anggota Satlinmas yang hadir"),
        queryset=Member.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    others_present = _text(
        _("Pihak lain yang hadir"), _("Misalnya Babinsa, Bhabinkamtibmas, ketua RT, tokoh masyarakat."), 2
    )
    account = _text(_("Uraian kegiatan"), _("Satu pokok satu baris; nomornya dibuat otomatis."), 7)
    result = _text(_("Hasil"), _("Apa yang dicapai, keadaan sesudahnya."), 3)
    obstacles = _text(_("Kendala"), "", 2)
    follow_up = _text(_("Tindak lanjut"), _("Apa yang perlu dilakukan, oleh siapa, kapan."), 2)

    use_required_attribute = False

    def __init__(self, *args: Any, village_code: str, report: ActivityReport | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone_of(village_code)
        on_the_list = Q(village_id=village_code, status=Member.Status.ACTIVE)
        if report is not None:
            on_the_list |= Q(pk__in=report.presences.values("member_id"))
        members = self.fields["members_present"]
        assert isinstance(members, MembersField)  # noqa: S101
        members.queryset = Member.objects.filter(on_the_list).order_by("name", "pk")
        if not self.is_bound:
            self._mark_needed()

    def full_clean(self) -> None:
        """Clean as if everything were optional, then label what sending needs."""
        super().full_clean()
        self._mark_needed()

    def _mark_needed(self) -> None:
        for name in self.NEEDED:
            self.fields[name].required = True

    def clean(self) -> dict[str, Any]:
        """Put days and times together in the village's own zone."""
        cleaned: dict[str, Any] = super().clean() or {}
        start = self._moment("start_date", "start_time", cleaned.get("start_date"))
        end = self._moment("end_date", "end_time", cleaned.get("end_date") or cleaned.get("start_date"))
        if start and start.date() > timezone.now().astimezone(self.zone).date():
            text = _("Tanggal ini belum tiba. Laporan ditulis sesudah kegiatan berlangsung; periksa tanggalnya.")
            self.add_error("start_date", text)
            start = None
        if start and end and end < start:
            self.add_error(
                "end_time",
                _("Selesai lebih awal daripada mulai. Bila lewat tengah malam, isi juga tanggal selesainya."),
            )
            end = None
        if start and end and end - start > LONGEST_ACTIVITY:
            text = _("Lebih dari 7 hari sesudah mulai. Tulis satu laporan untuk setiap hari atau setiap kegiatan.")
            self.add_error("end_date", text)
            end = None
        return {**cleaned, "starts_at": start, "ends_at": end if start else None}

    def _moment(self, date_name: str, time_name: str, day: date | None) -> datetime | None:
        clock: time | None = self.cleaned_data.get(time_name)
        if day and clock:
            if not date(2000, 1, 1) <= day <= date(2100, 1, 1):
                self.add_error(date_name, _("Periksa tahunnya."))
                return None
            return datetime.combine(day, clock, self.zone)
        if clock and "start_date" not in self.errors and date_name not in self.errors:
            self.add_error("start_date", _("Isi juga tanggalnya."))
        if self.cleaned_data.get(date_name) and not clock and time_name not in self.errors:
            self.add_error(time_name, _("Isi juga jamnya."))
        return None

    def content(self) -> dict[str, Any]:
        """The columns of the report, with everything unreadable in `unfinished` as it was typed."""
        self.is_valid()
        cleaned = self.cleaned_data
        coordinates = cleaned.get("coordinates") or (None, None)
        content: dict[str, Any] = {name: cleaned.get(name, "") for name in self.TEXTS}
        content |= {name: cleaned.get(name) for name in ("starts_at", "ends_at")}
        content |= {"latitude": coordinates[0], "longitude": coordinates[1]}
        kept = {name for name in self.errors if name in self.fields and name != "members_present"}
        if not content["starts_at"]:
            kept |= {"start_date", "start_time"}
        if not content["ends_at"]:
            kept |= {"end_date", "end_time"}
        raw = {name: storable(str(self.data.get(name, ""))) for name in sorted(kept)}
        content["unfinished"] = {name: value for name, value in raw.items() if value}
        return content


def form_data(report: ActivityReport) -> dict[str, Any]:
    """The report as its form shows it; what could not be read lies over the columns."""
    zone = zone_of(report.village_id)
    data: dict[str, Any] = {name: getattr(report, name) for name in ReportForm.TEXTS}
    start = report.starts_at.astimezone(zone) if report.starts_at else None
    end = report.ends_at.astimezone(zone) if report.ends_at else None
    if start:
        data |= {"start_date": f"{start:%Y-%m-%d}", "start_time": f"{start:%H:%M}"}
    if end:
        data |= {"end_time": f"{end:%H:%M}"}
        if start is None or end.date() != start.date():
            data |= {"end_date": f"{end:%Y-%m-%d}"}
    if report.latitude is not None:
        data["coordinates"] = f"{report.latitude}, {report.longitude}"
    data["members_present"] = list(report.presences.values_list("member_id", flat=True))
    return {**data, **report.unfinished}


def form_for(report: ActivityReport, *, check: bool = False) -> ReportForm:
    """The form of a stored report; bound, and so with its errors, when something is unread or is to be checked."""
    data = form_data(report)
    how = {"data": data} if check or report.unfinished else {"initial": data}
    return ReportForm(**how, village_code=report.village_id, report=report)
