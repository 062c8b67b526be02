"""Forms of evidence: one entry, and the search of the list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.filters import FOR_ME, offers_a_choice, region_choices
from members.models import Member
from regions.scope import Scope
from regions.timezones import local_date
from training.evidence_rules import Details, problems_of
from training.fields import TrainingField
from training.models import Evidence, EvidenceQuerySet


class EvidenceForm(forms.Form):
    """One training elsewhere; what may be is said by `evidence_rules`, as for the import."""

    number = forms.CharField(
        label=_("Nomor anggota"),
        max_length=24,
        help_text=_("Ada di halaman Anggota."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Tulis nomor anggotanya.")},
    )
    title = forms.CharField(label=_("Nama pelatihan"), max_length=200, help_text=_("Seperti tertulis di sertifikat."))
    organiser = forms.CharField(
        label=_("Penyelenggara"), max_length=150, help_text=_("Misalnya BPBD Kabupaten Balangan, PMI, atau Kodim.")
    )
    field = forms.ChoiceField(label=_("Bidang"), choices=[("", _("Pilih bidang")), *TrainingField.choices])
    lesson_hours = forms.DecimalField(
        label=_("Jumlah JP"),
        localize=True,
        help_text=_("1 JP = 45 menit. Sehari penuh biasanya 8 JP."),
        error_messages={"invalid": _("Tulis angka, misalnya 8 atau 7,5.")},
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    completed_on = forms.DateField(
        label=_("Tanggal selesai"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("Tulis tanggal seperti 17/08/2025.")},
    )
    file = forms.FileField(
        label=_("Bukti: foto atau PDF"),
        help_text=_("Sertifikat, piagam, surat tugas, atau daftar hadir; paling besar 5 MB."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
        error_messages={
            "required": _("Pilih foto atau PDF buktinya."),
            "empty": _("Berkas ini kosong. Pilih berkas lain."),
        },
    )

    use_required_attribute = False

    def __init__(self, *args: Any, scope: Scope, member: Member | None, **kwargs: Any) -> None:
        """`member` is whom it is about; None where an officer of `scope` names them by number."""
        super().__init__(*args, **kwargs)
        self.scope, self.member = scope, member
        if member is not None:
            del self.fields["number"]
        for name, words in problems_of(Details(), today=local_date(timezone.now(), "")).items():
            self.fields[name].error_messages["required"] = words

    def clean_number(self) -> str:
        """The number of an active member of the officer's region."""
        number: str = self.cleaned_data["number"].replace(" ", "")
        self.member = Member.objects.within(self.scope).active().filter(number=number).first()
        if self.member is None:
            raise forms.ValidationError(_("Tidak ada anggota aktif bernomor ini di wilayah Anda. Periksa nomornya."))
        return number

    def clean(self) -> dict[str, Any]:
        """Ask the rules; a file that was chosen has to be chosen again, which the person is told."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        today = local_date(timezone.now(), self.member.village_id if self.member else "")
        self.show(problems_of(self.details, today=today))
        if self.errors and data.get("file"):
            self.add_error("file", _("Pilih lagi berkasnya: peramban tidak menyimpannya."))
        return data

    def show(self, problems: dict[str, str]) -> None:
        """Put what is wrong beside the fields that have no error of their own yet."""
        for name, words in problems.items():
            if name not in self.errors:
                self.add_error(name, words)

    @property
    def details(self) -> Details:
        """What was stated, single spaces between words."""
        data = self.cleaned_data
        title, organiser = (" ".join(str(data.get(name, "")).split()) for name in ("title", "organiser"))
        return Details(title, organiser, data.get("field", ""), data.get("lesson_hours"), data.get("completed_on"))


class EvidenceListForm(forms.Form):
    """What the list is filtered by; a value that makes no sense filters nothing."""

    cari = forms.CharField(label=_("Nama atau nomor anggota"), required=False, max_length=100)
    wilayah = forms.ChoiceField(label=_("Wilayah"), required=False)
    status = forms.ChoiceField(
        choices=[*Evidence.Status.choices, (FOR_ME, "")], required=False, widget=forms.HiddenInput
    )

    def __init__(self, data: QueryDict, *, scope: Scope) -> None:
        super().__init__(data)
        chosen = data.get("wilayah", "")
        choices = region_choices(scope, chosen if scope.covers(chosen) else "") if scope else []
        if offers_a_choice(choices, scope):
            self.fields["wilayah"] = forms.ChoiceField(
                label=_("Wilayah"), required=False, choices=[("", _("Semua")), *choices]
            )
        else:
            del self.fields["wilayah"]

    def asked(self, name: str) -> str:
        """The valid value of one filter, or nothing."""
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")

    def apply(self, evidence: EvidenceQuerySet) -> EvidenceQuerySet:
        """Filter by everything but the status, whose figures the list shows side by side."""
        if text := " ".join(self.asked("cari").split()):
            number = Q(member__number__startswith=text.replace(" ", ""))
            evidence = evidence.filter(Q(member__name__icontains=text) | number)
        if region := self.asked("wilayah"):
            evidence = evidence.within(Scope.of(region))
        return evidence
