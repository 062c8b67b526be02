"""The filters of the officers' list of certificates; every view of the list is an address that can be shared."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certificates.course_choices import Choice
from certificates.models import Certificate
from members.filters import region_choices
from regions.scope import Scope
from training.models import Period, TrainingRecord

# As the rows call them. "Kedaluwarsa" is read off the policy of today, so no query finds it.
STATUSES = [
    (Certificate.Status.VALID, gettext_lazy("Berlaku")),
    (Certificate.Status.REVOKED, gettext_lazy("Dicabut")),
    (Certificate.Status.SUPERSEDED, gettext_lazy("Diganti")),
]


class _TrainingFilter(django_filters.FilterSet):
    """What can be asked of a training, whether or not it has its certificate; `record` leads to it."""

    record = ""

    cari = django_filters.CharFilter(method="search", label=gettext_lazy("Nama atau nomor"))
    kursus = django_filters.ChoiceFilter(
        method="of_course", label=gettext_lazy("Kursus"), empty_label=gettext_lazy("Semua kursus")
    )
    pelatihan = django_filters.CharFilter(method="of_title", label=gettext_lazy("Judul memuat"))
    wilayah = django_filters.ChoiceFilter(
        method="in_region", label=gettext_lazy("Wilayah"), empty_label=gettext_lazy("Semua wilayah saya")
    )
    periode = django_filters.ChoiceFilter(
        method="of_period", label=gettext_lazy("Periode"), empty_label=gettext_lazy("Semua periode")
    )

    def __init__(self, *args: Any, scope: Scope, courses: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["periode"].extra["choices"] = [(period.code, str(period)) for period in Period.objects.all()[:12]]
        self.filters["kursus"].extra["choices"] = courses
        chosen = (self.data or {}).get("wilayah", "")
        choices = region_choices(scope, chosen if scope.covers(chosen) else "")
        if {code for code, _name in choices} - set(scope.prefixes):
            self.filters["wilayah"].extra["choices"] = choices
        else:
            del self.filters["wilayah"]

    def found(self) -> QuerySet[Any]:
        """What is filtered; nothing where a filter cannot be understood: that would be everything."""
        filtered: QuerySet[Any] = self.qs if self.form.is_valid() else self.queryset.none()
        return filtered

    def in_words(self) -> str:
        """What was asked, as a title; a name that was searched for stays out of it."""
        asked = self.form.cleaned_data if self.form.is_valid() else {}
        parts = [
            dict(self.filters[name].extra["choices"]).get(asked[name], "")
            for name in ("wilayah", "periode", "kursus")
            if asked.get(name)
        ]
        if asked.get("pelatihan"):
            parts.append(f"“{asked['pelatihan']}”")
        if asked.get("cari"):
            parts.append(_("hasil pencarian"))
        return " · ".join(parts)[:200]

    def search(self, found: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """By a part of the holder's name or the beginning of a number; `name` is the filter's."""
        return found.filter(self._holder(" ".join(value.split())))

    def _holder(self, text: str) -> Q:
        number = text.replace(" ", "").upper()
        member = f"{self.record}member"
        return Q(**{f"{member}__name__icontains": text}) | Q(**{f"{member}__number__startswith": number})

    def of_course(self, found: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Of one course, whatever it was called; `name` is the filter's."""
        return found.filter(**{f"{self.record}subject": value})

    def of_title(self, found: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """By a part of the training's title, as trainings elsewhere need; `name` is the filter's."""
        return found.filter(**{f"{self.record}title__icontains": value})

    def in_region(self, found: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Of trainings at or under one region; `name` is the filter's."""
        return found.filter(Scope.of(value).q(f"{self.record}village__code"))

    def of_period(self, found: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Of trainings that count in one half; `name` is the filter's."""
        year, half = value.split("-")
        return found.filter(**{f"{self.record}period__year": year, f"{self.record}period__half": half})


class CertificateFilter(_TrainingFilter):
    """Search and filters of the certificates in a scope."""

    record = "record__"
    status = django_filters.ChoiceFilter(
        choices=STATUSES, label=gettext_lazy("Status"), empty_label=gettext_lazy("Semua status")
    )

    class Meta:
        model = Certificate
        fields: list[str] = []

    def _holder(self, text: str) -> Q:
        return super()._holder(text) | Q(number__startswith=text.replace(" ", "").upper())


class DueFilter(_TrainingFilter):
    """The same over trainings whose certificate is still to be issued; they have no status yet."""

    class Meta:
        model = TrainingRecord
        fields: list[str] = []

    def found(self) -> QuerySet[Any]:
        """What is filtered; nothing where only certificates of one status are asked for."""
        filtered = super().found()
        return filtered.none() if (self.data or {}).get("status") else filtered
