"""The list, one report, and the kecamatan's decision about it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from members.filters import FOR_ME, for_me_tab
from regions.text import storable
from regions.timezones import abbreviation
from reports.errors import ReportRefused
from reports.filters import ReportListForm
from reports.models import ActivityReport, ActivityReportQuerySet
from reports.rights import may_write, review_scope, writing_scope
from reports.services import return_report, verify_report
from reports.sharing import share_text
from reports.views.access import ReportsRequest, find_report, find_reviewable, reports_access_required

PAGE_SIZE = 25
DECIDED = "diputuskan"  # in the address after a decision
Status = ActivityReport.Status
_TABS = [
    (Status.SENT, gettext_lazy("Menunggu")),
    (Status.RETURNED, gettext_lazy("Dikembalikan")),
    (Status.VERIFIED, gettext_lazy("Diverifikasi")),
    (Status.DRAFT, gettext_lazy("Draf")),
]


def filtered(request: ReportsRequest) -> tuple[ReportListForm, ActivityReportQuerySet]:
    """The list's form and what it leaves of the visible reports, before the status is chosen."""
    form = ReportListForm(request.GET, scope=request.access.officer_scope)
    return form, form.apply(ActivityReport.objects.visible_to(request.access))


def _tabs(reports: ActivityReportQuerySet, chosen: str) -> list[dict[str, Any]]:
    """The statuses with their figures, in one query."""
    counts = reports.order_by().aggregate(
        all=Count("pk"), **{status.value: Count("pk", filter=Q(status=status)) for status, _label in _TABS}
    )
    tabs = [{"status": "", "label": _("Semua"), "count": counts["all"], "current": not chosen}]
    for status, label in _TABS:
        if counts[status.value] or chosen == status:
            tabs.append(
                {"status": status.value, "label": label, "count": counts[status.value], "current": chosen == status}
            )
    return tabs


@reports_access_required
@require_safe
def report_list(request: ReportsRequest) -> HttpResponseBase:
    """Own reports for a member, those of the region for an officer."""
    form, reports = filtered(request)
    tabs = _tabs(reports, form.asked_status)
    unsent = sum(tab["count"] for tab in tabs if tab["status"] in ActivityReport.EDITABLE)
    reports = form.chosen(reports, request.access).select_related("village__parent")
    page = Paginator(reports, PAGE_SIZE).get_page(request.GET.get("page"))
    if form.asked_status == FOR_ME:
        tabs.append(for_me_tab(page.paginator.count))
    context = {
        "form": form,
        "tabs": tabs,
        "unsent": unsent,
        "submitted": tabs[0]["count"] - unsent,
        "page_obj": page,
        "writes": bool(writing_scope(request.access)),
        "is_officer": bool(request.access.officer_scope),
        "is_filtered": any(request.GET.get(name) for name in (*form.fields, "wilayah")),
    }
    return render(request, "reports/list.html", context)


@reports_access_required
@require_safe
def report_detail(request: ReportsRequest, pk: int) -> HttpResponseBase:
    """One report with what this person may do with it."""
    report = find_report(request, pk)
    may_change = may_write(request.access, village_code=report.village_id, reporter_id=report.reporter_id)
    reviews = review_scope(request.access).covers(report.village_id) and report.reporter_id != request.user.pk
    was_decided = DECIDED in request.GET and bool(review_scope(request.access))
    context = {
        "report": report,
        "presences": report.presences.all(),
        "photos": report.photos.all(),
        "events": report.events.all(),
        "may_change": may_change and report.is_editable,
        "may_review": reviews and report.status == Status.SENT,
        "share_text": share_text(report),
        "zone": abbreviation(report.zone),
        "was_decided": was_decided,
        **(_next_waiting(request) if was_decided else {}),
    }
    return render(request, "reports/detail.html", context)


def _next_waiting(request: ReportsRequest) -> dict[str, Any]:
    """What has waited longest for this officer, and how many wait."""
    waiting = ActivityReport.objects.waiting().reviewable_by(request.access)
    return {
        "next_waiting": waiting.select_related("village").order_by("sent_at", "pk").first(),
        "waiting_count": waiting.count(),
    }


def _after_decision(report: ActivityReport) -> HttpResponseBase:
    """The decided report's page, which leads on to the next one."""
    return redirect(f"{reverse('reports:report', args=[report.pk])}?{DECIDED}=1")


@reports_access_required
@require_POST
def verify(request: ReportsRequest, pk: int) -> HttpResponseBase:
    """Accept a sent report."""
    report = find_reviewable(request, pk)
    try:
        verify_report(report=report, by=request.user, revision=_revision(request))
        messages.success(request, _("Laporan %(number)s diverifikasi.") % {"number": report.number})
    except ReportRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("reports:report", pk=pk)
    return _after_decision(report)


@reports_access_required
@require_POST
def send_back(request: ReportsRequest, pk: int) -> HttpResponseBase:
    """Return a sent report with a reason."""
    report = find_reviewable(request, pk)
    reason = storable(request.POST.get("reason", ""))[:2000]
    try:
        return_report(report=report, by=request.user, reason=reason, revision=_revision(request))
        messages.success(request, _("Laporan dikembalikan. Pelapor diberi tahu alasannya."))
    except ReportRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("reports:report", pk=pk)
    return _after_decision(report)


def _revision(request: ReportsRequest) -> int | None:
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
