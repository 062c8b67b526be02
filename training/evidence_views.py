"""Pages of trainings elsewhere: the list, entering one, reading it, and an officer's decision."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import FileResponse, Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.access import Access
from members.filters import FOR_ME, for_me_tab
from members.models import Member
from regions.text import storable
from training.evidence_access import find_decidable, find_evidence
from training.evidence_errors import EvidenceInvalid, EvidenceRefused, FileRefused, OwnEvidence
from training.evidence_forms import EvidenceForm, EvidenceListForm
from training.evidence_rules import age_doubt, doubts_about, may_decide
from training.evidence_services import approve_evidence, approve_several, refuse_evidence, submit_evidence
from training.models import Evidence, EvidenceQuerySet
from training.request_access import PersonRequest, active_member, as_uuid, member_or_officer_required

PAGE_SIZE = 25
Status = Evidence.Status
_TABS = [
    (Status.SUBMITTED, gettext_lazy("Menunggu")),
    (Status.APPROVED, gettext_lazy("Disetujui")),
    (Status.REFUSED, gettext_lazy("Ditolak")),
]


def _tabs(evidence: EvidenceQuerySet, chosen: str) -> list[dict[str, Any]]:
    """The statuses with their figures, in one query."""
    counts = evidence.order_by().aggregate(
        all=Count("pk"), **{status.value: Count("pk", filter=Q(status=status)) for status, _label in _TABS}
    )
    tabs = [{"status": "", "label": _("Semua"), "count": counts["all"], "current": not chosen}]
    for status, label in _TABS:
        count = counts[status.value]
        tabs.append({"status": status.value, "label": label, "count": count, "current": chosen == status})
    return tabs


def _in_status(evidence: EvidenceQuerySet, status: str, access: Access) -> EvidenceQuerySet:
    """Those in the chosen status, who waits longest first; `FOR_ME` is what this person decides."""
    if status == FOR_ME:
        return evidence.waiting().decidable_by(access).order_by("pk")
    return evidence.filter(status=status).order_by("pk" if status == Status.SUBMITTED else "-pk")


@member_or_officer_required
@never_cache
@require_safe
def evidence_list(request: PersonRequest) -> HttpResponseBase:
    """My own for a member, those of the region for an officer; who waits longest comes first among the waiting."""
    scope = request.access.officer_scope
    form = EvidenceListForm(request.GET, scope=scope)
    evidence = form.apply(Evidence.objects.visible_to(request.access))
    status = form.asked("status")
    tabs = _tabs(evidence, status)
    if status:
        evidence = _in_status(evidence, status, request.access)
    paginator = Paginator(evidence.select_related("member__village__parent", "village__parent"), PAGE_SIZE)
    if status == FOR_ME:
        tabs.append(for_me_tab(paginator.count))
    context = {
        "form": form,
        "tabs": tabs,
        "page_obj": paginator.get_page(request.GET.get("page")),
        "is_officer": bool(scope),
        "chooses": bool(scope) and status in (Status.SUBMITTED, FOR_ME),
        "is_filtered": any(request.GET.get(name) for name in ("cari", "wilayah", "status")),
    }
    return render(request, "training/evidence/list.html", context)


def _whom(request: PersonRequest) -> Member | None:
    """Whom the form is about: the asked member, a member themselves; None where an officer names them by number."""
    own = active_member(request.access)
    asked = as_uuid(request.GET.get("anggota", ""))
    if own is not None and (asked == own.uuid or not request.access.officer_scope):
        return own
    if "anggota" in request.GET:
        return get_object_or_404(Member.objects.within(request.access.officer_scope).active(), uuid=asked)
    return None


def _stated_before(request: PersonRequest, member: Member | None) -> dict[str, Any]:
    """What a refused entry said, so that only the mistake has to be typed again."""
    asked = as_uuid(request.GET.get("ulang", ""))
    if asked is None or member is None:
        return {}
    before = Evidence.objects.visible_to(request.access).of(member).filter(uuid=asked)
    return dict(before.values("title", "organiser", "field", "lesson_hours", "completed_on").first() or {})


@member_or_officer_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PersonRequest) -> HttpResponseBase:
    """Enter one training, for oneself or as an officer for a member of the region."""
    member = _whom(request)
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    initial = _stated_before(request, member)
    form = EvidenceForm(*data, scope=request.access.officer_scope, member=member, initial=initial)
    if request.method == "POST" and form.is_valid() and (evidence := _submit(request, form)):
        messages.success(request, _("Tersimpan. Petugas memeriksa buktinya; hasilnya muncul di Pemberitahuan."))
        return redirect("training:evidence", uuid=evidence.uuid)
    return render(
        request, "training/evidence/new.html", {"form": form, "member": member, "own": active_member(request.access)}
    )


def _submit(request: PersonRequest, form: EvidenceForm) -> Evidence | None:
    """The new evidence, or None with the refusal shown in the form."""
    assert form.member is not None  # noqa: S101  # a valid form knows whom it is about
    upload = form.cleaned_data["file"]
    try:
        return submit_evidence(member=form.member, by=request.user, details=form.details, upload=upload)
    except EvidenceInvalid as refusal:
        form.show(refusal.problems)
    except FileRefused as refusal:
        form.add_error("file", str(refusal))
    except EvidenceRefused as refusal:
        form.add_error(None, str(refusal))
    return None


@member_or_officer_required
@never_cache
@require_safe
def detail(request: PersonRequest, uuid: UUID) -> HttpResponseBase:
    """One training with its evidence, and what this person may do with it."""
    evidence = find_evidence(request, uuid)
    is_officer = request.access.officer_scope.covers(evidence.current_village.pk)
    decides = is_officer and evidence.is_waiting
    may = may_decide(evidence, request.user)
    context = {
        "evidence": evidence,
        "doubts": doubts_about(evidence) if is_officer else [text for text in [age_doubt(evidence)] if text],
        "is_officer": is_officer,
        "may_decide": decides and may,
        "must_leave_it": str(OwnEvidence.message) if decides and not may else "",
        "is_mine": evidence.member.user_id == request.user.pk,
    }
    return render(request, "training/evidence/detail.html", context)


@member_or_officer_required
@require_safe
def file(request: PersonRequest, uuid: UUID) -> HttpResponseBase:
    """The photo or PDF, for whoever may see the evidence; kept in their own browser only."""
    evidence = find_evidence(request, uuid)
    if not evidence.file:
        raise Http404
    ending, kind = ("pdf", "application/pdf") if evidence.is_pdf else ("jpg", "image/jpeg")
    try:
        stored = evidence.file.open("rb")
    except FileNotFoundError as lost:
        raise Http404 from lost
    name = f"bukti-{evidence.completed_on:%Y-%m-%d}-{evidence.uuid.hex[:8]}.{ending}"
    response = FileResponse(stored, content_type=kind, filename=name)
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@member_or_officer_required
@require_POST
def approve(request: PersonRequest, uuid: UUID) -> HttpResponseBase:
    """Let it count."""
    evidence = find_decidable(request, uuid)
    try:
        approve_evidence(evidence=evidence, by=request.user)
        messages.success(request, _("Disetujui. Pelatihan ini sekarang dihitung."))
    except EvidenceRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("training:evidence", uuid=uuid)


@member_or_officer_required
@require_POST
def refuse(request: PersonRequest, uuid: UUID) -> HttpResponseBase:
    """Say no, with a reason."""
    evidence = find_decidable(request, uuid)
    try:
        refuse_evidence(evidence=evidence, by=request.user, reason=storable(request.POST.get("reason", ""))[:2000])
        messages.success(request, _("Ditolak. Anggota membaca alasannya dan dapat mencatat lagi."))
    except EvidenceRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("training:evidence", uuid=uuid)


@member_or_officer_required
@require_POST
def approve_chosen(request: PersonRequest) -> HttpResponseBase:
    """Approve the ticked rows of one page of the list."""
    chosen = [uuid for text in request.POST.getlist("pilih")[:PAGE_SIZE] if (uuid := as_uuid(text))]
    evidence = Evidence.objects.within(request.access.officer_scope).filter(uuid__in=chosen).order_by("pk")
    outcome = approve_several(evidence=evidence.select_related("member"), by=request.user)
    if n := len(outcome.approved):
        messages.success(request, ngettext("%(n)d pelatihan disetujui.", "%(n)d pelatihan disetujui.", n) % {"n": n})
    for one, refusal in outcome.refused:
        messages.error(request, f"{one.member.name}, {one.title}: {refusal}")
    if not chosen:
        messages.warning(request, _("Belum ada yang dipilih. Centang barisnya, lalu setujui."))
    return redirect(reverse("training:evidence_list") + "?status=submitted")
