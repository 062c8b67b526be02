"""The list of members who have not met the requirement: its filters, its rows and its export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import quote

import django_filters
from django import forms
from django.conf import settings
from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Cast
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.filters import region_choices
from members.models import Member
from members.phones import national_form
from regions.models import Region
from regions.scope import Scope
from training.late import LateMembers
from training.models import Period, Standing
from training.models.standing import StandingQuerySet
from training.standing import StandingView, State

# The words of the address, in the order of the list.
STATES = {"terlambat": State.OVERDUE, "berisiko": State.AT_RISK, "belum": State.UNMET}
PORTION = 1000  # rows of an export read at once


class LateFilter(django_filters.FilterSet):
    """Search and region; state and period travel along unseen, for they are links."""

    cari = django_filters.CharFilter(method="search", label=gettext_lazy("Nama atau nomor anggota"))
    wilayah = django_filters.ChoiceFilter(
        method="in_region", label=gettext_lazy("Wilayah"), empty_label=gettext_lazy("Semua di wilayah ini")
    )
    keadaan = django_filters.CharFilter(method="keep", widget=forms.HiddenInput)
    periode = django_filters.CharFilter(method="keep", widget=forms.HiddenInput)

    class Meta:
        model = Standing
        fields: list[str] = []

    def __init__(self, *args: Any, region: Region, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if region.level == Region.Level.VILLAGE:
            del self.filters["wilayah"]
            return
        chosen = self.data.get("wilayah", "")
        choices = region_choices(region.scope, chosen if region.scope.covers(chosen) else "")
        self.filters["wilayah"].extra["choices"] = [(code, name) for code, name in choices if code != region.code]

    def search(self, standings: QuerySet[Standing], name: str, value: str) -> QuerySet[Standing]:
        """By a part of the member's name or the beginning of their number."""
        text = " ".join(value.split())
        return standings.filter(Q(member__name__icontains=text) | Q(member__number__startswith=text.replace(" ", "")))

    def in_region(self, standings: QuerySet[Standing], name: str, value: str) -> QuerySet[Standing]:
        """Members at or under one region."""
        return standings.filter(Scope.of(value).q("village__code"))

    def keep(self, standings: QuerySet[Standing], name: str, value: str) -> QuerySet[Standing]:
        """Filters nothing here."""
        return standings


@dataclass(frozen=True)
class Asked:
    """What an address asks for: everybody who matches its filters, and those of them in the chosen state."""

    late: LateMembers
    filters: LateFilter
    state: State | None

    @classmethod
    def of(cls, query: QueryDict, *, region: Region, period: Period) -> Asked:
        """Read off the address, at this moment."""
        late = LateMembers.load(region=region, period=period, now=timezone.now())
        filters = LateFilter(query, queryset=late.standings(), region=region)
        return cls(late, filters, STATES.get(query.get("keadaan", "")))

    @property
    def chosen(self) -> StandingQuerySet:
        """The standings the list shows."""
        found: StandingQuerySet = self.filters.qs
        return self.late.in_state(found, self.state) if self.state else found

    @property
    def is_readable(self) -> bool:
        """Whether every filter of the address means something: what does not is left out, and shows more people."""
        query = self.filters.data
        known = self.state is not None or not query.get("keadaan")
        return (
            known and self.filters.form.is_valid() and ("wilayah" in self.filters.filters or not query.get("wilayah"))
        )

    @property
    def words(self) -> str:
        """The choice in words that name nobody: `Desa Sirap, terlambat, pencarian nama atau nomor`."""
        chosen = self.filters.form.cleaned_data
        parts = [dict(self.filters.form.fields["wilayah"].choices)[code]] if (code := chosen.get("wilayah")) else []
        parts += [str(self.state.label)] if self.state else []
        parts += [_("pencarian nama atau nomor")] if chosen.get("cari") else []
        return ", ".join(map(str, parts)) or _("semua yang belum memenuhi")


@dataclass(frozen=True)
class LateRow:
    """One member of the list; the phone's links are empty where there is none, or no consent to WhatsApp."""

    member_id: int
    name: str
    number: str
    squad: str
    village_id: str
    view: StandingView
    phone: str
    accepts_whatsapp: bool
    late: LateMembers

    @property
    def sentence(self) -> str:
        """What they lack."""
        return self.late.sentence(self.view)

    @property
    def phone_text(self) -> str:
        """`0812-3456-7890`."""
        return national_form(self.phone)

    @property
    def whatsapp_url(self) -> str:
        """A chat with a reminder typed already; it names nobody, for the address leaves our house."""
        if not self.phone or not self.accepts_whatsapp:
            return ""
        text = _(
            "Salam, Bapak/Ibu. Kami dari %(region)s mengingatkan pelatihan Linmas %(period)s. %(sentence)s "
            "Pelatihan dapat diikuti di %(address)s. Terima kasih atas pengabdian Anda."
        ) % {
            "region": self.late.region.display_name,
            "period": self.late.period,
            "sentence": self.sentence,
            "address": f"{settings.BASE_URL}{reverse('courses:learn')}",
        }
        return f"https://wa.me/{self.phone.removeprefix('+')}?text={quote(text)}"


def with_people(standings: QuerySet[Standing]) -> QuerySet[Standing]:
    """The standings with what the list says of each member, as plain columns.

    Whole members would have their phones parsed, which takes longer than everything else together. Who has left or
    moved since a half that is over is not to be called about it.
    """
    still_here = Q(member__status=Member.Status.ACTIVE, member__village=F("village"))
    return standings.annotate(
        name=F("member__name"),
        number=F("member__number"),
        squad=F("member__squad__name"),
        phone=Case(When(still_here, then=Cast("member__phone", CharField())), default=Value("")),
        consent=F("member__whatsapp_consent_at"),
    )


def row_of(standing: Any, *, late: LateMembers) -> LateRow:
    """The row of a standing that comes from `with_people`."""
    return LateRow(
        member_id=standing.member_id,
        name=standing.name,
        number=standing.number or "",
        squad=standing.squad or "",
        village_id=standing.village_id,
        view=late.view(standing),
        phone=standing.phone or "",
        accepts_whatsapp=standing.consent is not None,
        late=late,
    )


class Places:
    """Villages and their kecamatan by code, each read once: a list names the same few over and over."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, str]] = {}

    def load(self, rows: Sequence[LateRow]) -> None:
        """Make the villages of these rows known, in at most one query."""
        new = {row.village_id for row in rows} - self._known.keys()
        for village in Region.objects.filter(pk__in=new).select_related("parent") if new else ():
            self._known[village.code] = (village.display_name, str(village.parent or ""))

    def of(self, row: LateRow) -> tuple[str, str]:
        """The village and the kecamatan, in words."""
        return self._known[row.village_id]


def export_rows(standings: QuerySet[Standing], *, late: LateMembers) -> Iterator[tuple[object, ...]]:
    """The list as rows of a spreadsheet, header first, read from the database in portions; never a NIK."""
    yield (
        *(_("Nama"), _("Nomor anggota"), _("Desa/kelurahan"), _("Kecamatan"), _("Kode desa"), _("Regu")),
        *(_("Keadaan"), _("Yang kurang"), _("Nomor HP"), _("Setuju WhatsApp")),
    )
    places, answers = Places(), {True: _("ya"), False: _("tidak")}
    words = {state: str(state.label) for state in STATES.values()}
    found = with_people(standings).iterator(chunk_size=PORTION)
    while portion := [row_of(standing, late=late) for standing in islice(found, PORTION)]:
        places.load(portion)
        for row in portion:
            yield (
                *(row.name, row.number, *places.of(row), row.village_id, row.squad),
                *(words[row.view.state], row.sentence, row.phone_text, answers[row.accepts_whatsapp]),
            )
