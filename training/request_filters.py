"""Search and filters of the lists of exemptions and extensions; every view of them is an address to share."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.access import Access
from members.filters import FOR_ME, for_me_tab, offers_a_choice, region_choices
from regions.scope import Scope
from training.models import Exemption, Extension
from training.models.exemption import Decision

_TABS = [
    (Decision.WAITING, gettext_lazy("Menunggu")),
    (Decision.GRANTED, gettext_lazy("Disetujui")),
    (Decision.REFUSED, gettext_lazy("Ditolak")),
    (Decision.WITHDRAWN, gettext_lazy("Dicabut")),
]


class RequestFilter(django_filters.FilterSet):
    """By the member's name or number and by region; the status has tabs with figures of its own."""

    cari = django_filters.CharFilter(method="search", label=gettext_lazy("Nama atau nomor anggota"))
    wilayah = django_filters.ChoiceFilter(
        method="in_region", label=gettext_lazy("Wilayah"), empty_label=gettext_lazy("Semua")
    )
    status = django_filters.ChoiceFilter(
        choices=[*Decision.choices, (FOR_ME, "")], method="keep", widget=forms.HiddenInput
    )

    class Meta:
        model: Any = None
        fields: list[str] = []

    def __init__(self, *args: Any, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.access, scope = access, access.officer_scope
        chosen = (self.data or {}).get("wilayah", "")
        choices = region_choices(scope, chosen if scope.covers(chosen) else "")
        if offers_a_choice(choices, scope):
            self.filters["wilayah"].extra["choices"] = choices
        else:
            del self.filters["wilayah"]

    def search(self, requests: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """By a part of the name or the beginning of the number; `name` is the filter's."""
        text = " ".join(value.split())
        number = Q(member__number__startswith=text.replace(" ", ""))
        return requests.filter(Q(member__name__icontains=text) | number)

    def in_region(self, requests: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Requests for members at or under one region; `name` is the filter's."""
        return requests.filter(Scope.of(value).q("member__village__code"))

    def keep(self, requests: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """All of them: the search form carries the status along, the list alone is cut by it."""
        return requests

    @property
    def asked_status(self) -> str:
        """The status asked for; nothing where the address names none that exists."""
        asked = (self.data or {}).get("status", "")
        return asked if asked in (*Decision.values, FOR_ME) else ""

    @property
    def listed(self) -> QuerySet[Any]:
        """What the list shows: what waits first and longest, then the newest."""
        if self.asked_status == FOR_ME:
            return self.for_me
        requests: QuerySet[Any] = self.qs.filter(status=self.asked_status) if self.asked_status else self.qs
        waiting_first = Case(When(status=Decision.WAITING, then=Value(0)), default=Value(1))
        waits_since = Case(When(status=Decision.WAITING, then="pk"), default=None, output_field=IntegerField())
        return requests.order_by(waiting_first, waits_since, "-pk")

    @property
    def for_me(self) -> QuerySet[Any]:
        """What waits for a decision of whoever looks, longest first."""
        decidable: QuerySet[Any] = self.qs.waiting().decidable_by(self.access)
        return decidable.order_by("pk")

    def tabs(self) -> list[dict[str, Any]]:
        """The statuses with their figures, in one query."""
        counts = self.qs.order_by().aggregate(
            all=Count("pk"), **{status.value: Count("pk", filter=Q(status=status)) for status, _label in _TABS}
        )
        tabs = [{"status": "", "label": _("Semua"), "count": counts["all"], "current": not self.asked_status}]
        for status, label in _TABS:
            if counts[status.value] or status in (self.asked_status, Decision.WAITING):
                current = self.asked_status == status
                tabs.append({"status": status.value, "label": label, "count": counts[status.value], "current": current})
        if self.asked_status == FOR_ME:
            tabs.append(for_me_tab(self.for_me.count()))
        return tabs


class ExemptionFilter(RequestFilter):
    """Exemptions, by their kind as well."""

    jenis = django_filters.ChoiceFilter(
        field_name="kind",
        choices=Exemption.Kind.choices,
        label=gettext_lazy("Jenis"),
        empty_label=gettext_lazy("Semua"),
    )

    class Meta:
        model = Exemption
        fields: list[str] = []


class ExtensionFilter(RequestFilter):
    """Extensions."""

    class Meta:
        model = Extension
        fields: list[str] = []
