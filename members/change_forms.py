"""Forms of what officers change about a membership."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from members.changes import latest_event_id, possible_days
from members.corrections import Correction, date_problems
from members.errors import AlreadyThere, DayImpossible, NothingCorrected
from members.forms import PhoneField
from members.models import Member, MemberEvent, Squad
from regions.models import Region
from regions.widgets import VillageField, VillageStepsMixin

DATE_WORDS = {"required": _("Isi tanggalnya."), "invalid": _("Tulis tanggal seperti 17/08/2026.")}


def _day_input() -> forms.DateInput:
    """The browser's own date picker; without one, a text in any of our date formats."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def _reason(hint: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Alasan"),
        max_length=500,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tuliskan alasannya.")},
    )


class ChangeForm(forms.Form):
    """What all of them have: about whom, and why. Nothing is filled in beforehand."""

    reason = _reason(_("Disimpan di riwayat dan dibaca petugas lain, tidak dikirim kepada anggota."))

    use_required_attribute = False

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        self.member = member
        super().__init__(*args, **kwargs)


class DatedChangeForm(ChangeForm):
    """What is so from a day on, and not from the beginning."""

    on = forms.DateField(
        label=_("Per tanggal"),
        widget=_day_input(),
        error_messages=DATE_WORDS,
    )
    field_order = ["on", "reason"]

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, member=member, **kwargs)
        self.first_day, self.last_day = possible_days(member)
        facts = {"first": date_format(self.first_day, "j F Y")}
        self.fields["on"].help_text = _("Dari %(first)s sampai hari ini.") % facts

    def clean_on(self) -> date:
        """A day since joining and the last change, until today in the village."""
        day: date = self.cleaned_data["on"]
        if not self.first_day <= day <= self.last_day:
            raise forms.ValidationError(str(DayImpossible(self.first_day, self.last_day)))
        return day


class EndForm(DatedChangeForm):
    """Why somebody serves no longer."""

    kind = forms.ChoiceField(
        label=_("Mengapa berakhir?"),
        choices=[(kind.value, kind.label) for kind in MemberEvent.ENDINGS],
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih salah satu.")},
    )
    field_order = ["kind", "on", "reason"]


class ReturnForm(DatedChangeForm):
    """Since when somebody serves again."""


class MoveForm(VillageStepsMixin, DatedChangeForm):
    """Where somebody moves."""

    village = VillageField(label=_("Pindah ke desa atau kelurahan"))
    field_order = ["village", "on", "reason"]

    def clean_village(self) -> Region:
        """Another one than now."""
        village: Region = self.cleaned_data["village"]
        if village.pk == self.member.village_id:
            raise forms.ValidationError(str(AlreadyThere()))
        return village


class DataForm(ChangeForm):
    """What is written about a verified member, to be put right."""

    name = forms.CharField(
        label=_("Nama lengkap"),
        max_length=100,
        help_text=_("Seperti di KTP, tanpa gelar."),
        error_messages={"required": _("Tulis nama lengkap.")},
    )
    birth_date = forms.DateField(
        label=_("Tanggal lahir"),
        widget=_day_input(),
        error_messages={"required": _("Isi tanggal lahir."), "invalid": _("Tulis tanggal seperti 17/08/1985.")},
    )
    sex = forms.ChoiceField(label=_("Jenis kelamin"), choices=Member.Sex.choices, widget=forms.RadioSelect)
    phone = PhoneField(label=_("Nomor HP"), required=False)
    squad = forms.ModelChoiceField(
        Squad.objects.all(), label=_("Regu"), required=False, empty_label=_("Belum ditentukan")
    )
    joined_on = forms.DateField(
        label=_("Anggota sejak"),
        help_text=_("Tanggal SK. Menentukan mulai semester mana ia wajib berlatih."),
        widget=_day_input(),
        error_messages=DATE_WORDS,
    )
    married = forms.BooleanField(
        label=_("Saat bergabung belum cukup umur, tetapi sudah menikah"),
        required=False,
        help_text=_("Hanya untuk yang bergabung di bawah usia minimum. Dicatat atas nama Anda."),
    )
    reason = _reason(_("Misalnya: salah ketik, sesuai KTP. Disimpan di riwayat bersama data lama."))
    seen = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ["name", "birth_date", "sex", "phone", "squad", "joined_on", "married", "reason"]

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        """The member as they stand; `seen` remembers what that was."""
        now = vars(Correction.of(member)) | {"phone": member.phone.as_national if member.phone else ""}
        kwargs["initial"] = now | {"seen": latest_event_id(member)} | kwargs.get("initial", {})
        super().__init__(*args, member=member, **kwargs)

    def clean_name(self) -> str:
        """One space between words."""
        return " ".join(self.cleaned_data["name"].split())

    def clean(self) -> dict[str, Any]:
        """Something changes, and the dates are such that somebody can have joined."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return data
        if self.correction().texts() == Correction.of(self.member).texts():
            self.add_error(None, str(NothingCorrected()))
        for field, problem in date_problems(self.member, self.correction(), married=data["married"]).items():
            self.add_error(field, str(problem))
        return data

    def correction(self) -> Correction:
        """What should stand."""
        return Correction(**{name: self.cleaned_data[name] for name in Correction.__dataclass_fields__})
