"""The officers' runs: how far one is, going on with it, and what came of it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from certificates.batches import PRINT_LIMIT, certificates_of, order_again, outdated, start_print_run, still_due
from certificates.errors import CertificateError
from certificates.models import Certificate, Run
from certificates.region_views import file_name, zip_response
from certificates.tasks import begin_run, order_run
from cms.private_files import private_storage
from members.decorators import OfficerRequest, officer_required
from regions.scope import Scope
from training.models import TrainingRecord


def _find(request: OfficerRequest, uuid: UUID) -> Run:
    """My own run, as long as I may still see everybody in it; otherwise 404."""
    run = get_object_or_404(Run.objects.of(request.user), uuid=uuid)
    if _seen(run, request.scope).count() != run.total:
        raise Http404
    return run


def _seen(run: Run, scope: Scope) -> QuerySet[Certificate] | QuerySet[TrainingRecord]:
    if run.is_issue:
        return TrainingRecord.objects.within(scope).filter(pk__in=run.items)
    return Certificate.objects.within(scope).filter(pk__in=run.items)


def _show(request: OfficerRequest, run: Run) -> HttpResponse:
    """The page, or its inner part for htmx, which goes on with the run until it is finished."""
    context: dict[str, object] = {"run": run}
    if run.is_finished and run.is_issue:
        context |= {"ready": certificates_of(run).count(), "due": still_due(run).count(), "print_limit": PRINT_LIMIT}
    elif run.file:
        context["outdated"] = outdated(run)
    part = "certificates/run_progress.html" if request.headers.get("HX-Request") else "certificates/run.html"
    return render(request, part, context)


@officer_required
@never_cache
@require_safe
def run(request: OfficerRequest, uuid: UUID) -> HttpResponse:
    """How far my run is, and its result."""
    return _show(request, _find(request, uuid))


@officer_required
@never_cache
@require_POST
def go_on(request: OfficerRequest, uuid: UUID) -> HttpResponse:
    """Go on where it was left, if nobody is at it; then how far it is."""
    found = _find(request, uuid)
    order_run(found)
    if not request.headers.get("HX-Request"):
        return redirect("certificates:run", uuid=uuid)
    found.refresh_from_db()
    return _show(request, found)


@officer_required
@never_cache
@require_POST
def again(request: OfficerRequest, uuid: UUID) -> HttpResponse:
    """Order anew what a failed run of mine has left undone."""
    found = _find(request, uuid)
    if not found.has_failed:
        return redirect("certificates:run", uuid=uuid)
    try:
        ordered = order_again(run=found, by=request.user)
    except CertificateError as refusal:
        messages.error(request, str(refusal))
        return redirect("certificates:run", uuid=uuid)
    begin_run(ordered)
    return redirect("certificates:run", uuid=ordered.uuid)


@officer_required
@never_cache
@require_safe
def run_file(request: OfficerRequest, uuid: UUID) -> HttpResponseBase:
    """The file for the printer, once it is made and while all that it holds may be printed."""
    found = _find(request, uuid)
    if not found.file or outdated(found):
        return redirect("certificates:run", uuid=uuid)
    name = file_name(request, found.requested_at, "pdf")
    return FileResponse(private_storage().open(found.file), content_type="application/pdf", filename=name)


@officer_required
@never_cache
@require_safe
def run_zip(request: OfficerRequest, uuid: UUID) -> HttpResponseBase:
    """The certificates of a run as a ZIP; of one that goes on, those that are there."""
    found = _find(request, uuid)
    return zip_response(certificates_of(found), name=file_name(request, found.requested_at, "zip"))


@officer_required
@require_POST
def print_issued(request: OfficerRequest, uuid: UUID) -> HttpResponse:
    """Order one file of what a run has issued."""
    found = _find(request, uuid)
    chosen = list(certificates_of(found).values_list("pk", flat=True)[: PRINT_LIMIT + 1])
    try:
        printed = start_print_run(certificates=chosen, by=request.user, about=found.about)
    except CertificateError:  # the page says why, and shows no button
        return redirect("certificates:run", uuid=uuid)
    begin_run(printed)
    return redirect("certificates:run", uuid=printed.uuid)
