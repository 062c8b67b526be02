"""Search and filters of the list; every view of it has an address that can be shared."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from members.access import Access
from members.filters import FOR_ME
from regions.models import Region
from regions.scope import NATION_CODE, Scope
from reports.models import ActivityReport, ActivityReportQuerySet

_MONTH, _HALF = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])", re.ASCII), re.compile(r"(20\d\d)-([12])", re.ASCII)


def days_of(code: str) -> tuple[date, date]:
    """First and last day of a month `2026-11` or of a half `2026-2`; raises ValueError for anything else."""
    if found := _MONTH.fullmatch(code):
        first = date(int(found[1]), int(found[2]), 1)
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    if found := _HALF.fullmatch(code):
        year = int(found[1])
        return (date(year, 1, 1), date(year, 6, 30)) if found[2] == "1" else (date(year, 7, 1), date(year, 12, 31))
    raise ValueError(code)


def name_of(code: str) -> str:
    """`November 2026` or `Semester II 2026`."""
    first, _last = days_of(code)
    if _MONTH.fullmatch(code):
        return date_format(first, "F Y")
    return f"Semester {'I' if first.month == 1 else 'II'} {first.year}"


def _is_period(code: str) -> bool:
    return bool(_MONTH.fullmatch(code) or _HALF.fullmatch(code))


def _period_choices(asked: str) -> list[Any]:
    """The last four halves and twelve months, newest first; an older one when it is asked for."""
    today = timezone.localdate()
    months = [divmod(today.year * 12 + today.month - 1 - n, 12) for n in range(12)]
    halves = [divmod(today.year * 2 + (today.month > 6) - n, 2) for n in range(4)]
    month_codes, half_codes = [f"{y}-{m + 1:02}" for y, m in months], [f"{y}-{h + 1}" for y, h in halves]
    older = [asked] if _is_period(asked) and asked not in month_codes + half_codes else []
    return [
        ("", _("Semua")),
        *((code, name_of(code)) for code in older),
        (_("Semester"), [(code, name_of(code)) for code in half_codes]),
        (_("Bulan"), [(code, name_of(code)) for code in month_codes]),
    ]


def _region_choices(scope: Scope, asked: str) -> list[tuple[str, Any]]:
    """The way down: the asked region with its ancestors within the scope, and its children."""
    here = [asked] if asked and scope.covers(asked) else [prefix or NATION_CODE for prefix in scope.prefixes]
    above = [code for n in (2, 5, 8) if (code := asked[:n]) and code != asked and scope.covers(code)]
    regions = Region.objects.filter(Q(pk__in=[*here, *above]) | Q(parent_id__in=here)).exclude(pk=NATION_CODE)
    return [
        ("", _("Semua")),
        *((region.code, region.display_name) for region in regions.order_by("level", "name")),
    ]


class ReportListForm(forms.Form):
    """What the list is filtered by; a value that makes no sense filters nothing."""

    cari = forms.CharField(label=_("Cari"), required=False, max_length=100)
    status = forms.ChoiceField(
        choices=[*ActivityReport.Status.choices, (FOR_ME, "")], required=False, widget=forms.HiddenInput
    )
    jenis = forms.ChoiceField(
        label=_("Jenis"), choices=[("", _("Semua")), *ActivityReport.Kind.choices], required=False
    )
    wilayah = forms.ChoiceField(label=_("Wilayah"), required=False)
    periode = forms.ChoiceField(label=_("Waktu"), required=False)

    def __init__(self, data: QueryDict, *, scope: Scope) -> None:
        super().__init__(data)
        regions = _region_choices(scope, data.get("wilayah", ""))
        self._offer("periode", _period_choices(data.get("periode", "")))
        self._offer("wilayah", regions)
        if len(regions) < 3:  # nothing to choose between
            del self.fields["wilayah"]

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = choices

    def _asked(self, name: str) -> Any:
        self.is_valid()
        return self.cleaned_data.get(name) or ""

    @property
    def asked_status(self) -> str:
        """The asked status, or nothing."""
        return str(self._asked("status"))

    def apply(self, reports: ActivityReportQuerySet) -> ActivityReportQuerySet:
        """Filter by everything but the status, whose figures the list shows side by side."""
        if text := self._asked("cari"):
            reports = reports.filter(
                Q(number__icontains=text)
                | Q(place__icontains=text)
                | Q(account__icontains=text)
                | Q(reporter_name__icontains=text)
            )
        if kind := self._asked("jenis"):
            reports = reports.filter(kind=kind)
        if region := self._asked("wilayah"):
            reports = reports.within(Scope.of(region))
        if period := self._asked("periode"):
            reports = reports.filter(activity_date__range=days_of(period))
        return reports

    def chosen(self, reports: ActivityReportQuerySet, access: Access) -> ActivityReportQuerySet:
        """Those in the asked status; `FOR_ME` is what this person reviews, who waits longest first."""
        if self.asked_status == FOR_ME:
            return reports.waiting().reviewable_by(access).order_by("sent_at", "pk")
        return reports.filter(status=self.asked_status) if self.asked_status else reports
