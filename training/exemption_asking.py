"""Asking for an exemption, in three screens of one address: for whom, why and how long, and a look before it is sent.

Each screen carries what the others hold, so nothing typed or ticked is lost and no script is needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from members.decorators import OfficerRequest, officer_required
from members.filters import MemberFilter
from members.models import Member
from training.errors import TrainingRefused
from training.excusal import excusals
from training.exemption_forms import ExemptionForm
from training.exemption_services import ask_exemption
from training.models import Exemption
from training.request_access import as_uuid, officer_of

PAGE_SIZE = 25
ALL_OF_PAGE = "semua-"  # the button that ticks everybody on page so and so
MOST = 200  # members in one request: as many as a form carries safely


@dataclass(frozen=True)
class Choice:
    """The members that are ticked so far; `lost` counts those that are no active members of the region."""

    members: list[Member]
    lost: int = 0

    @classmethod
    def of(cls, request: OfficerRequest) -> Choice:
        """Those of a POST, or of `?anggota=`, where a member of somebody else's region is a 404."""
        asked = {uuid for text in (request.POST or request.GET).getlist("anggota") if (uuid := as_uuid(text))}
        if not asked:
            return cls([])
        found = Member.objects.within(request.scope).active().filter(uuid__in=asked)
        members = list(found.select_related("village__parent").order_by("name", "pk"))
        lost = len(asked) - len(members)
        if lost and request.method != "POST":
            raise Http404
        return cls(members, lost)


@officer_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def exemption_new(request: OfficerRequest) -> HttpResponse:
    """One or many members of the officer's region; the step is named by the button that was pressed."""
    choice, step = Choice.of(request), request.POST.get("langkah", "")
    if choice.lost:
        text = _("%(n)d anggota tidak aktif di wilayah Anda dan dikeluarkan dari pilihan. Periksa lagi.")
        messages.error(request, text % {"n": choice.lost})
        step = "isi" if step in ("periksa", "ajukan") else step
    if step in ("isi", "periksa", "ajukan") and (problem := _problem(choice)):
        messages.error(request, problem)
        step = ""
    if step == "isi" or (request.method != "POST" and choice.members):
        return _write(request, choice)
    if step in ("periksa", "ajukan"):
        return _check_or_ask(request, choice, step)
    return _choose(request, choice, step)


def _problem(choice: Choice) -> str:
    if not choice.members:
        return _("Centang paling sedikit satu anggota, lalu lanjutkan.")
    if len(choice.members) > MOST:
        return _("Paling banyak %(n)d anggota dalam satu permohonan. Bagi menjadi beberapa.") % {"n": MOST}
    return ""


def _carried(request: OfficerRequest) -> list[tuple[str, str]]:
    """What was typed into the form, to be carried hidden by another screen."""
    return [(name, request.POST[name]) for name in ExemptionForm.base_fields if name in request.POST]


def _choose(request: OfficerRequest, choice: Choice, step: str) -> HttpResponse:
    """The first screen: the region's active members with search and boxes to tick, a page at a time."""
    members = Member.objects.within(request.scope).active().select_related("village__parent", "squad")
    filters = MemberFilter(request.POST, queryset=members.order_by("name", "pk"), scope=request.scope)
    everyone = step.removeprefix(ALL_OF_PAGE) if step.startswith(ALL_OF_PAGE) else ""
    page = Paginator(filters.qs, PAGE_SIZE).get_page(everyone or request.POST.get("halaman", "1"))
    if everyone:
        choice = Choice(sorted({*choice.members, *page}, key=lambda member: (member.name, member.pk)))
    context = {
        "filters": filters,
        "search_fields": [filters.form[name] for name in ("cari", "wilayah", "regu") if name in filters.form.fields],
        "many_villages": "wilayah" in filters.form.fields,
        "carried": _carried(request),
        **_ticks(choice, page),
    }
    return render(request, "training/exemptions/choose.html", context)


def _ticks(choice: Choice, page: Page[Member]) -> dict[str, Any]:
    """The page's members with their ticks; those chosen on other pages are carried hidden."""
    chosen, shown = {member.pk for member in choice.members}, {member.pk for member in page}
    return {
        "page_obj": page,
        "boxes": [(member, member.pk in chosen) for member in page],
        "elsewhere": [member for member in choice.members if member.pk not in shown],
        "chosen": choice.members,
    }


def _write(request: OfficerRequest, choice: Choice, form: ExemptionForm | None = None) -> HttpResponse:
    """The second screen: why and how long."""
    form = form or ExemptionForm(initial=dict(_carried(request)))
    return render(request, "training/exemptions/write.html", {"form": form, "chosen": choice.members})


def _check_or_ask(request: OfficerRequest, choice: Choice, step: str) -> HttpResponse:
    """The third screen: whom it concerns and what it would excuse; then the deed."""
    form = ExemptionForm(request.POST)
    if not form.is_valid():
        return _write(request, choice, form)
    if step == "ajukan" and (response := _ask(request, choice, form)):
        return response
    asked_before = _asked_before(choice, form)
    left = [member for member in choice.members if member.pk not in asked_before]
    rows = excusals([form.exemption_for(member) for member in left])
    context = {
        "form": form,
        "rows": rows,
        "in_vain": [row for row in rows if not row.halves],
        "kind": Exemption.Kind(form.cleaned_data["kind"]).label,
        "asked_before": [member for member in choice.members if member.pk in asked_before],
        "carried": _carried(request),
    }
    return render(request, "training/exemptions/check.html", context)


def _asked_before(choice: Choice, form: ExemptionForm) -> set[int]:
    """Who has the same request waiting or granted already."""
    days = {name: form.cleaned_data[name] for name in ("starts_on", "ends_on")}
    same = Exemption.objects.in_play().filter(member__in=choice.members, **days)
    return set(same.values_list("member_id", flat=True))


def _ask(request: OfficerRequest, choice: Choice, form: ExemptionForm) -> HttpResponse | None:
    """Ask for all of them and go to the list; None where it was refused, with the refusal as a message."""
    try:
        asked = ask_exemption(members=choice.members, by=officer_of(request), **form.cleaned_data)
    except TrainingRefused as refusal:
        messages.error(request, str(refusal))
        return None
    n = len(asked)
    text = ngettext(
        "Dispensasi diajukan untuk %(n)d anggota dan menunggu keputusan.",
        "Dispensasi diajukan untuk %(n)d anggota dan menunggu keputusan.",
        n,
    )
    messages.success(request, text % {"n": n})
    return redirect("training:exemption", uuid=asked[0].uuid) if n == 1 else redirect(reverse("training:exemptions"))
