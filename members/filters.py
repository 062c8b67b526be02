"""The filters of the list of members; every view of the list is an address that can be shared."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from members.access import Access
from members.models import Member, Squad
from regions.lookups import CODE
from regions.models import Region
from regions.scope import NATION_CODE, Scope

FOR_ME = "saya"  # as a status in an address: what waits for a decision of whoever looks


def for_me_tab(count: int) -> dict[str, Any]:
    """The tab of a list that was asked for what waits for whoever looks."""
    return {"status": FOR_ME, "label": _("Menunggu Anda"), "count": count, "current": True}


def region_choices(scope: Scope, chosen: str) -> list[tuple[str, str]]:
    """The regions one step below the chosen one (or below the scope) by name, after the way back up.

    `chosen` is what an address or a form says; what is no code of a region chooses nothing.
    """
    chosen = chosen if CODE.fullmatch(chosen) else ""
    trail = [chosen[:length] for length in (2, 5, 8, 13) if len(chosen) >= length] if chosen else []
    above = trail[-2:] if len(trail) == 4 else trail[-1:]  # beside a chosen village, its neighbours
    parents = above or [prefix or NATION_CODE for prefix in scope.prefixes]
    near = Region.objects.within(scope).active().filter(Q(parent_id__in=parents) | Q(code__in=[*trail, *parents]))
    return [(region.pk, region.display_name) for region in near.exclude(pk=NATION_CODE).order_by("level", "name", "pk")]


def offers_a_choice(choices: list[tuple[str, str]], scope: Scope) -> bool:
    """Whether there is more to choose than the one region that somebody serves."""
    return len(choices) > 1 or bool({code for code, _name in choices} - set(scope.prefixes))


class MemberFilter(django_filters.FilterSet):
    """Search, filters and order of the members in a scope."""

    cari = django_filters.CharFilter(method="search", label=_("Nama atau nomor anggota"))
    status = django_filters.ChoiceFilter(
        method="in_status", choices=Member.Status.choices, label=_("Status"), empty_label=_("Semua")
    )
    wilayah = django_filters.ChoiceFilter(method="in_region", label=_("Wilayah"), empty_label=_("Semua"))
    regu = django_filters.ModelChoiceFilter(
        field_name="squad", queryset=Squad.objects.all(), label=_("Regu"), empty_label=_("Semua")
    )
    urut = django_filters.OrderingFilter(
        fields={"name": "nama", "number": "nomor", "registered_at": "daftar", "joined_on": "gabung"},
        choices=[
            ("nama", _("Nama A–Z")),
            ("nomor", _("Nomor anggota")),
            ("-daftar", _("Pendaftaran terbaru")),
            ("daftar", _("Pendaftaran terlama")),
            ("-gabung", _("Anggota terbaru")),
        ],
        label=_("Urutkan"),
        empty_label=None,
    )

    class Meta:
        model = Member
        fields: list[str] = []

    def __init__(self, *args: Any, scope: Scope, access: Access | None = None, **kwargs: Any) -> None:
        """Filter for somebody who sees the scope; `access` offers what waits for them, where they decide."""
        super().__init__(*args, **kwargs)
        self.access = access
        if access is not None and access.verifier_scope:
            self.filters["status"].extra["choices"] = [*Member.Status.choices, (FOR_ME, _("menunggu keputusan Anda"))]
        chosen = (self.data or {}).get("wilayah", "")
        choices = region_choices(scope, chosen if scope.covers(chosen) else "")
        if offers_a_choice(choices, scope):
            self.filters["wilayah"].extra["choices"] = choices
        else:
            del self.filters["wilayah"]

    def in_status(self, members: QuerySet[Member], name: str, value: str) -> QuerySet[Member]:
        """Members of one status, or those who wait for whoever looks; `name` is the filter's."""
        if value == FOR_ME and self.access is not None:
            decidable = Member.objects.decidable(scope=self.access.verifier_scope, by=self.access.user)
            return members.filter(pk__in=decidable)
        return members.filter(status=value)

    def search(self, members: QuerySet[Member], name: str, value: str) -> QuerySet[Member]:
        """By a part of the name or the beginning of the number; `name` is the filter's."""
        text = " ".join(value.split())
        return members.filter(Q(name__icontains=text) | Q(number__startswith=text.replace(" ", "")))

    def in_region(self, members: QuerySet[Member], name: str, value: str) -> QuerySet[Member]:
        """Members at or under one region; `name` is the filter's."""
        return members.filter(Scope.of(value).q("village__code"))
