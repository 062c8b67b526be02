"""The filters of the officers' list of certificates; every view of the list is an address that can be shared."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate
from members.filters import region_choices
from regions.scope import Scope
from training.models import Period

# "Kedaluwarsa" is read off the policy of today, so no query finds it.
STATUSES = [choice for choice in Certificate.Status.choices if choice[0] != Certificate.Status.EXPIRED]


class CertificateFilter(django_filters.FilterSet):
    """Search and filters of the certificates in a scope."""

    cari = django_filters.CharFilter(method="search", label=_("Nama atau nomor"))
    pelatihan = django_filters.CharFilter(field_name="record__title", lookup_expr="icontains", label=_("Pelatihan"))
    wilayah = django_filters.ChoiceFilter(method="in_region", label=_("Wilayah"), empty_label=_("Semua wilayah saya"))
    periode = django_filters.ChoiceFilter(method="of_period", label=_("Periode"), empty_label=_("Semua periode"))
    status = django_filters.ChoiceFilter(choices=STATUSES, label=_("Status"), empty_label=_("Semua status"))

    class Meta:
        model = Certificate
        fields: list[str] = []

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["periode"].extra["choices"] = [(period.code, str(period)) for period in Period.objects.all()[:12]]
        chosen = (self.data or {}).get("wilayah", "")
        choices = region_choices(scope, chosen if scope.covers(chosen) else "")
        if {code for code, _name in choices} - set(scope.prefixes):
            self.filters["wilayah"].extra["choices"] = choices
        else:
            del self.filters["wilayah"]

    def search(self, found: QuerySet[Certificate], name: str, value: str) -> QuerySet[Certificate]:
        """By a part of the holder's name, or the beginning of either number; `name` is the filter's."""
        text = " ".join(value.split())
        number = text.replace(" ", "").upper()
        holder = Q(record__member__name__icontains=text) | Q(record__member__number__startswith=number)
        return found.filter(holder | Q(number__startswith=number))

    def in_region(self, found: QuerySet[Certificate], name: str, value: str) -> QuerySet[Certificate]:
        """Of trainings at or under one region; `name` is the filter's."""
        return found.filter(Scope.of(value).q("record__village__code"))

    def of_period(self, found: QuerySet[Certificate], name: str, value: str) -> QuerySet[Certificate]:
        """Of trainings that count in one half; `name` is the filter's."""
        year, half = value.split("-")
        return found.filter(record__period__year=year, record__period__half=half)
