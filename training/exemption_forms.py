"""Forms of exemptions, extensions and reversals."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from members.models import Member
from training.errors import BadDates, ExtensionOutOfRange, TooLong
from training.exemption_services import LONGEST_EXEMPTION
from training.models import Exemption, Period
from training.owed import latest_day

DATE_WORDS = {"required": _("Isi tanggalnya."), "invalid": _("Tulis tanggal seperti 17/08/2026.")}


def _date_input() -> forms.DateInput:
    """The browser's own date picker; without one, a text in any of our date formats."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class ExemptionForm(forms.Form):
    """Why and how long; for whom is chosen beside it."""

    kind = forms.ChoiceField(
        label=_("Jenis"),
        choices=Exemption.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih salah satu.")},
    )
    starts_on = forms.DateField(label=_("Mulai"), widget=_date_input(), error_messages=DATE_WORDS)
    ends_on = forms.DateField(
        label=_("Sampai"), widget=_date_input(), help_text=_("Hari terakhir, ikut dihitung."), error_messages=DATE_WORDS
    )
    reason = forms.CharField(
        label=_("Alasan"),
        max_length=500,
        help_text=_("Secukupnya. Jangan tulis nama penyakit bila tidak perlu."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis alasannya.")},
    )
    document = forms.CharField(
        label=_("Nomor surat atau bukti"),
        max_length=150,
        required=False,
        help_text=_("Misalnya nomor surat dokter atau surat tugas."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    use_required_attribute = False

    def clean(self) -> dict[str, Any]:
        """The dates fit together, by the rules of the service."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        if starts_on and ends_on:
            if ends_on < starts_on:
                self.add_error("ends_on", str(BadDates.message))
            elif ends_on - starts_on > LONGEST_EXEMPTION:
                self.add_error("ends_on", str(TooLong.message))
        return data

    def exemption_for(self, member: Member) -> Exemption:
        """What would be asked for this member, unsaved."""
        return Exemption(member=member, **self.cleaned_data)


class HalfField(forms.ModelChoiceField[Period]):
    """A choice of halves, each with the last day it can be extended to."""

    def label_from_instance(self, period: Period) -> str:
        """`Semester II 2026 (paling lama sampai 31 Maret 2027)`."""
        facts = {"period": period, "day": date_format(latest_day(period), "j F Y")}
        return str(_("%(period)s (paling lama sampai %(day)s)")) % facts


class ExtensionForm(forms.Form):
    """Until when, and why."""

    period = HalfField(
        label=_("Untuk semester"),
        queryset=Period.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Pilih semesternya."), "invalid_choice": _("Pilih semester dari daftar.")},
    )
    until = forms.DateField(label=_("Minta waktu sampai"), widget=_date_input(), error_messages=DATE_WORDS)
    reason = forms.CharField(
        label=_("Alasan"),
        max_length=500,
        help_text=_("Apa yang menghalangi Anda menyelesaikan pelatihan tepat waktu."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis alasannya.")},
    )

    use_required_attribute = False

    def __init__(self, *args: Any, periods: list[Period], **kwargs: Any) -> None:
        """`periods` are the halves that may be extended, at least one."""
        super().__init__(*args, **kwargs)
        field = self.fields["period"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = Period.objects.filter(pk__in=[period.pk for period in periods])
        self.initial.setdefault("period", periods[0].pk)

    def clean(self) -> dict[str, Any]:
        """The day lies after the half and not too far."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        period, until = data.get("period"), data.get("until")
        if period and until and not period.last_day < until <= latest_day(period):
            self.add_error("until", str(ExtensionOutOfRange.message))
        return data
