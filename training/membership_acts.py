"""The four things an officer may do to a membership, each with its form, what it would mean, and the deed."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.access import Access
from members.change_forms import ChangeForm, DataForm, EndForm, MoveForm, ReturnForm
from members.changes import own_account
from members.corrections import Correction, loses_phone
from members.models import Member, MemberEvent, User
from members.records import Changed, differences, in_words
from training import membership
from training.prospects import Prospect, prospects
from training.telling import has_inbox

Status, Kind = Member.Status, MemberEvent.Kind


class Act:
    """One of the four, for one member and one officer; what is asked is in `form`, once it was made and is valid."""

    form_class: type[ChangeForm] = ChangeForm
    title: str | Promise = ""
    lead: str | Promise = ""
    button: str | Promise = ""
    icon = "pencil-square"
    is_grave = False

    form: ChangeForm

    def __init__(self, *, member: Member, by: User, access: Access) -> None:
        self.member, self.by, self.access = member, by, access

    def make_form(self, data: Mapping[str, Any] | None = None) -> ChangeForm:
        """The empty form, or one that was sent."""
        return self.form_class(data, member=self.member)

    @property
    def is_open(self) -> bool:
        """Whether it can be done to the member as they are."""
        return self.member.status == Status.ACTIVE

    @property
    def asked(self) -> dict[str, Any]:
        """What the form says."""
        return self.form.cleaned_data

    def changed(self) -> list[Changed]:
        """What would be written otherwise, line by line."""
        return []

    def facts(self) -> list[tuple[str, str]]:
        """What was said, to be read once more."""
        return [(_("Per tanggal"), date_format(self.asked["on"], "j F Y"))]

    def after(self) -> Member:
        """The member as they would be, unsaved."""
        return copy(self.member)

    def prospects(self) -> list[Prospect]:
        """What the halves would make of it."""
        return prospects(before=self.member, after=self.after(), scope=self.access.officer_scope)

    def effects(self) -> list[str]:
        """What else would happen, a sentence each."""
        return []

    def warnings(self) -> list[str]:
        """What to look at before."""
        return []

    def perform(self) -> str:
        """Do it; what to say afterwards. Raises the refusals of the service."""
        raise NotImplementedError

    def _told(self) -> str:
        """Whether the member reads of it, or has to be told."""
        if has_inbox(self.member):
            return _("%(name)s diberi tahu lewat pemberitahuan di akunnya.") % {"name": self.member.name}
        return _("%(name)s tidak punya akun; sampaikan secara langsung.") % {"name": self.member.name}

    def _history_stays(self) -> str:
        return _("Semester yang sudah lewat, pelatihan dan sertifikatnya tetap seperti tercatat.")


class End(Act):
    """The end of a membership."""

    form_class = EndForm
    icon = "arrow-right-start-on-rectangle"
    title, is_grave = gettext_lazy("Akhiri keanggotaan"), True
    lead = gettext_lazy("Mengundurkan diri, pensiun karena usia, meninggal dunia, atau diberhentikan.")
    button = gettext_lazy("Akhiri keanggotaan")

    def facts(self) -> list[tuple[str, str]]:
        """With the reason why it ends."""
        return [(_("Berakhir karena"), str(Kind(self.asked["kind"]).label)), *super().facts()]

    def after(self) -> Member:
        """Not serving."""
        member = super().after()
        member.status = Status.INACTIVE
        return member

    def effects(self) -> list[str]:
        """For who died their account is closed unless it holds a role, and nobody is written to."""
        rest = [_("Pengingat berhenti."), self._history_stays()]
        if self.asked["kind"] == Kind.DIED:
            return [*self._of_the_dead(), *rest]
        return [
            self._told(),
            *rest,
            _("Ia tidak dapat mengikuti kursus lagi, tetapi tetap dapat membuka sertifikatnya."),
        ]

    def _of_the_dead(self) -> list[str]:
        if self.member.user is None:
            return []
        if own_account(self.member):
            return [_("Akunnya ditutup, dan tidak ada pesan yang dikirim kepadanya.")]
        return [_("Akunnya memegang peran, jadi tidak ikut ditutup: minta admin mencabutnya.")]

    def perform(self) -> str:
        """It ends."""
        asked = {name: self.asked[name] for name in ("kind", "on", "reason")}
        membership.end_service(member=self.member, by=self.by, **asked)
        return _("Keanggotaan %(name)s dicatat berakhir.") % {"name": self.member.name}


class Return(Act):
    """The way back."""

    form_class = ReturnForm
    icon = "arrow-uturn-left"
    title = button = gettext_lazy("Aktifkan kembali")
    lead = gettext_lazy("Ia bertugas lagi, atau keanggotaannya diakhiri karena keliru. Nomor anggotanya tetap.")

    @property
    def is_open(self) -> bool:
        """For who left."""
        return self.member.status == Status.INACTIVE

    def after(self) -> Member:
        """Serving."""
        member = super().after()
        member.status = Status.ACTIVE
        return member

    def effects(self) -> list[str]:
        """The member hears of it."""
        return [self._told(), self._history_stays()]

    def perform(self) -> str:
        """They serve again."""
        membership.reinstate(member=self.member, by=self.by, on=self.asked["on"], reason=self.asked["reason"])
        return _("%(name)s aktif kembali.") % {"name": self.member.name}


class Move(Act):
    """Another village: at once within the officer's reach, elsewhere as a request."""

    form_class = MoveForm
    icon = "arrows-right-left"
    title = gettext_lazy("Pindah ke desa lain")
    lead = gettext_lazy("Di dalam wilayah Anda langsung berlaku; ke wilayah lain menunggu diterima petugas di sana.")

    @property
    def is_direct(self) -> bool:
        """Whether the officer serves over both villages."""
        return self.access.officer_scope.covers(self.asked["village"].pk)

    @property
    def button(self) -> str:  # type: ignore[override]
        """By what it does."""
        return _("Pindahkan") if self.is_direct else _("Kirim permintaan")

    def facts(self) -> list[tuple[str, str]]:
        """With both villages."""
        villages = [(_("Dari"), self.member.village.full_name), (_("Ke"), self.asked["village"].full_name)]
        return [*villages, *super().facts()]

    def after(self) -> Member:
        """In the other village."""
        member = super().after()
        member.village = self.asked["village"]
        return member

    def effects(self) -> list[str]:
        """The member hears of it once it is done."""
        if self.is_direct:
            return [self._told(), _("Nomor anggotanya tetap."), self._history_stays()]
        return [
            _("Petugas %(village)s diberi tahu dan menjawab; sampai diterima, ia tetap anggota desa sekarang.")
            % {"village": self.asked["village"].full_name},
            _("Perubahan di atas baru berlaku bila diterima."),
            self._history_stays(),
        ]

    def perform(self) -> str:
        """Moved or asked."""
        asked = {name: self.asked[name] for name in ("village", "on", "reason")}
        names = {"name": self.member.name, "village": self.asked["village"].display_name}
        if self.is_direct:
            membership.move_member(member=self.member, by=self.by, **asked)
            return _("%(name)s sekarang anggota %(village)s.") % names
        membership.ask_move(member=self.member, by=self.by, **asked)
        return _("Permintaan terkirim. %(name)s tetap di sini sampai petugas %(village)s menerimanya.") % names


class Correct(Act):
    """Wrong data, for serving members and for those who left."""

    form_class = DataForm
    title = gettext_lazy("Perbaiki data")
    lead = gettext_lazy(
        "Nama, tanggal lahir, jenis kelamin, nomor HP, regu, atau tanggal bergabung yang salah tercatat."
    )
    button = gettext_lazy("Simpan perbaikan")

    @property
    def is_open(self) -> bool:
        """For whoever was verified once."""
        return self.member.status in (Status.ACTIVE, Status.INACTIVE)

    @property
    def correction(self) -> Correction:
        """What should stand."""
        assert isinstance(self.form, DataForm)  # noqa: S101
        return self.form.correction()

    def _differences(self) -> list[dict[str, str]]:
        return differences(Correction.of(self.member).texts(), self.correction.texts())

    def changed(self) -> list[Changed]:
        """Old beside new."""
        return in_words(self._differences())

    def facts(self) -> list[tuple[str, str]]:
        """All is said by what changes."""
        return []

    def after(self) -> Member:
        """With what should stand."""
        member = super().after()
        for name, value in vars(self.correction).items():
            setattr(member, name, value)
        return member

    def prospects(self) -> list[Prospect]:
        """Of the fields only the day of joining weighs."""
        return super().prospects() if self.correction.joined_on != self.member.joined_on else []

    def effects(self) -> list[str]:
        """What follows from which field."""
        fields = {change["field"] for change in self._differences()}
        found = [self._told()]
        if "joined_on" not in fields:
            found.append(_("Kewajiban berlatih tidak berubah: yang menentukan keanggotaan, bukan data ini."))
        if "name" in fields:
            found.append(_("Sertifikat yang sudah terbit tetap memuat nama lama."))
        if loses_phone(self.member, self.correction):
            found.append(self._log_in_by_number())
        return [*found, _("Data lama tetap terbaca di riwayat.")]

    def _log_in_by_number(self) -> str:
        why = _("Nomor HP itu dipakai akun lain.") if self.correction.phone else _("Tanpa nomor HP.")
        how = _("Akunnya tidak dapat dibuka dengan nomor HP lagi: ia masuk dengan nomor anggota %(number)s.")
        return f"{why} {how % {'number': self.member.number}}"

    def warnings(self) -> list[str]:
        """Where the NIK says otherwise: never a refusal."""
        after, nik = self.after(), self.member.nik
        if nik is None or (after.birth_date, after.sex) == (self.member.birth_date, self.member.sex):
            return []
        is_female = after.sex == Member.Sex.FEMALE
        return nik.mismatches(birth_date=after.birth_date, is_female=is_female, village_code=after.village_id)

    def perform(self) -> str:
        """Put right."""
        asked = {name: self.asked[name] for name in ("reason", "married", "seen")}
        membership.correct_member(member=self.member, by=self.by, correction=self.correction, **asked)
        return _("Data %(name)s diperbaiki.") % {"name": self.correction.name}


ACTS: dict[str, type[Act]] = {"berhenti": End, "aktifkan": Return, "pindah": Move, "data": Correct}
