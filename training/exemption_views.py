"""Pages of exemptions: the list and its export, one request, and the decision of the level above."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.decorators import OfficerRequest, officer_required
from members.forms import ReasonForm
from members.spreadsheets import csv_response, list_as_xlsx
from regions.timezones import local_date
from training.errors import TrainingRefused
from training.excusal import Excusal, excusals, names_of
from training.exemption_services import (
    grant_exemption,
    grant_several,
    may_decide_exemption,
    refuse_exemption,
    withdraw_exemption,
)
from training.letter_looks import looks_at
from training.letter_services import may_attach
from training.models import Exemption
from training.models.exemption import Decision
from training.request_access import as_uuid, find_decidable_exemption, find_exemption, officer_of
from training.request_filters import ExemptionFilter
from training.telling import after_no, after_yes, reason_hint

PAGE_SIZE = 25
# The reason may tell of an illness: it stays on the page.
EXPORT_COLUMNS = (
    *("Nama", "Nomor anggota", "Desa/kelurahan", "Kecamatan", "Kode desa", "Jenis", "Mulai", "Sampai"),
    *("Nomor surat atau bukti", "Diajukan oleh", "Diajukan pada", "Status", "Diputuskan oleh", "Diputuskan pada"),
)


def _filtered(request: OfficerRequest) -> ExemptionFilter:
    exemptions = Exemption.objects.within(request.scope)
    people = exemptions.select_related("member__village__parent", "asked_by", "decided_by")
    return ExemptionFilter(request.GET, queryset=people, access=request.access)


@officer_required
@never_cache
@require_safe
def exemption_list(request: OfficerRequest) -> HttpResponse:
    """Requests of my region, those that wait first."""
    filters = _filtered(request)
    page = Paginator(filters.listed, PAGE_SIZE).get_page(request.GET.get("page"))
    waiting = [exemption.pk for exemption in page if exemption.is_waiting]
    decidable = Exemption.objects.decidable_by(request.access).filter(pk__in=waiting)
    context = {
        "filters": filters,
        "tabs": filters.tabs(),
        "page_obj": page,
        "decidable": set(decidable.values_list("pk", flat=True)),
        "many_villages": "wilayah" in filters.form.fields,
        "is_filtered": any(request.GET.get(name) for name in ("cari", "wilayah", "jenis", "status")),
    }
    return render(request, "training/exemptions/list.html", context)


def _export_rows(filters: ExemptionFilter) -> Iterator[tuple[object, ...]]:
    yield EXPORT_COLUMNS
    for exemption in filters.listed.iterator(chunk_size=2000):
        member, decided_at = exemption.member, exemption.decided_at
        yield (
            *(member.name, member.number, member.village.display_name, member.village.parent, member.village_id),
            *(exemption.get_kind_display(), exemption.starts_on, exemption.ends_on, exemption.document),
            *(exemption.asked_by, local_date(exemption.asked_at, member.village_id), exemption.get_status_display()),
            *(exemption.decided_by, decided_at and local_date(decided_at, member.village_id)),
        )


def _filename(request: OfficerRequest, ending: str) -> str:
    return f"dispensasi-{local_date(timezone.now(), request.access.home_region_code):%Y%m%d}.{ending}"


@officer_required
@require_safe
def exemptions_csv(request: OfficerRequest) -> HttpResponseBase:
    """Exactly what is filtered, as CSV."""
    return csv_response(_export_rows(_filtered(request)), filename=_filename(request, "csv"))


@officer_required
@require_safe
def exemptions_xlsx(request: OfficerRequest) -> HttpResponseBase:
    """Exactly what is filtered, as XLSX."""
    filters = _filtered(request)
    return list_as_xlsx(
        request,
        _export_rows(filters),
        count=filters.listed.count(),
        filename=_filename(request, "xlsx"),
        page=reverse("training:exemptions"),
    )


def _excusal_of(exemption: Exemption) -> Excusal:
    return excusals([exemption])[0]


@officer_required
@never_cache
@require_safe
def exemption_detail(request: OfficerRequest, uuid: UUID) -> HttpResponse:
    """One request with what it excuses, and what this officer may do with it."""
    exemption, user = find_exemption(request, uuid), officer_of(request)
    may_decide = may_decide_exemption(exemption=exemption, user=user)
    context = {
        "exemption": exemption,
        "excusal": _excusal_of(exemption),
        "may_decide": may_decide,
        "may_attach": may_attach(exemption=exemption, user=user),
        "is_asker": exemption.asked_by_id == user.pk,
        "looks": looks_at(exemption, scope=request.scope, with_reasons=may_decide) if exemption.letter else [],
        "letter_form": ReasonForm(label=_("Alasan membuka surat"), auto_id="letter_%s"),
        "is_granted": exemption.status == Decision.GRANTED,
    }
    return render(request, "training/exemptions/detail.html", context)


@officer_required
@require_POST
def exemption_grant(request: OfficerRequest, uuid: UUID) -> HttpResponse:
    """Say yes."""
    exemption = find_decidable_exemption(request, uuid)
    try:
        grant_exemption(exemption=exemption, by=officer_of(request))
    except TrainingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, after_yes(exemption.member))
    return redirect("training:exemption", uuid=uuid)


@officer_required
@require_POST
def exemption_grant_chosen(request: OfficerRequest) -> HttpResponse:
    """Grant the ticked rows of one page of the list, and go back to it as it was filtered."""
    chosen = [uuid for text in request.POST.getlist("pilih")[:PAGE_SIZE] if (uuid := as_uuid(text))]
    exemptions = Exemption.objects.within(request.scope).filter(uuid__in=chosen).select_related("member")
    outcome = grant_several(exemptions=exemptions.order_by("pk"), by=officer_of(request))
    if n := len(outcome.granted):
        messages.success(request, ngettext("%(n)d dispensasi disetujui.", "%(n)d dispensasi disetujui.", n) % {"n": n})
    for one, refusal in outcome.left:
        messages.error(request, f"{one.member.name}: {refusal}")
    if not chosen:
        messages.warning(request, _("Belum ada yang dicentang. Centang barisnya, lalu setujui."))
    return redirect(f"{reverse('training:exemptions')}?{request.GET.urlencode()}")


def _with_reason(
    request: OfficerRequest, exemption: Exemption, decide: Callable[..., Exemption], words: dict[str, Any]
) -> HttpResponse:
    """The page that asks for the reason of a refusal or a withdrawal, and the deed."""
    if request.method != "POST" and exemption.status != words["status"]:
        return redirect("training:exemption", uuid=exemption.uuid)
    form = ReasonForm(
        request.POST if request.method == "POST" else None, label=_("Alasan"), hint=reason_hint(exemption.member)
    )
    if request.method != "POST" or not form.is_valid():
        back = reverse("training:exemption", args=[exemption.uuid])
        trail = [(reverse("training:exemptions"), _("Dispensasi")), (back, exemption.member.name), ("", words["title"])]
        return render(request, "training/with_reason.html", {"form": form, "trail": trail, "back": back, **words})
    try:
        decide(exemption=exemption, by=officer_of(request), reason=form.cleaned_data["reason"])
    except TrainingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words["done"])
    return redirect("training:exemption", uuid=exemption.uuid)


@officer_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def exemption_refuse(request: OfficerRequest, uuid: UUID) -> HttpResponse:
    """Say no, with a reason."""
    exemption = find_decidable_exemption(request, uuid)
    name = {"name": exemption.member.name}
    words = {
        "status": Decision.WAITING,
        "title": _("Tolak dispensasi"),
        "what_happens": _("Kewajiban pelatihan %(name)s tetap. Permohonan baru boleh diajukan.") % name,
        "done": after_no(_("Ditolak."), exemption.member),
    }
    return _with_reason(request, exemption, refuse_exemption, words)


@officer_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def exemption_withdraw(request: OfficerRequest, uuid: UUID) -> HttpResponse:
    """Take a granted one back, with a reason, after reading what is owed again."""
    exemption = find_decidable_exemption(request, uuid)
    words = {
        "status": Decision.GRANTED,
        "title": _("Cabut dispensasi"),
        "what_happens": _what_withdrawing_does(exemption),
        "done": after_no(_("Dicabut."), exemption.member),
    }
    return _with_reason(request, exemption, withdraw_exemption, words)


def _what_withdrawing_does(exemption: Exemption) -> str:
    facts = {"name": exemption.member.name, "halves": names_of(_excusal_of(exemption).owed_without)}
    if not facts["halves"]:
        return _("Kewajiban %(name)s tidak berubah: dispensasi ini tidak membebaskan semester mana pun.") % facts
    return _("%(name)s wajib lagi pada %(halves)s, dan angka desanya dihitung ulang.") % facts
