"""The officers' list: the certificates of my region, what is still to be issued, and all of it at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from certificates.batches import ISSUE_LIMIT, PRINT_LIMIT, start_issue_run, start_print_run
from certificates.course_choices import Choice, course_choices
from certificates.errors import CertificateError
from certificates.models import Certificate, Run
from certificates.region_filters import CertificateFilter, DueFilter
from certificates.services import due
from certificates.tasks import begin_run
from certificates.validity import look_up
from certificates.zips import ZIP_LIMIT, zip_parts
from members.decorators import OfficerRequest, officer_required
from regions.timezones import local_date
from training.models import TrainingRecord

PAGE_SIZE = 25
RECENT = 5  # runs shown above the list


def _filtered(request: OfficerRequest, courses: Sequence[Choice]) -> CertificateFilter:
    certificates = Certificate.objects.within(request.scope)
    asked = request.POST if request.method == "POST" else request.GET
    return CertificateFilter(asked, queryset=certificates, scope=request.scope, courses=courses)


def _printable(filters: CertificateFilter) -> QuerySet[Certificate]:
    """Of what is filtered, what is worth a sheet of paper: filed, and not declared void or replaced.

    What has expired was true, and is printed.
    """
    valid = filters.found().filter(status=Certificate.Status.VALID)
    return valid.exclude(file="").order_by("issuer", "year", "sequence")


def _due(request: OfficerRequest, courses: Sequence[Choice]) -> QuerySet[TrainingRecord]:
    """Of what is filtered, the trainings that have no certificate yet, or one without its file; in their order."""
    records = TrainingRecord.objects.within(request.scope)
    asked = request.POST if request.method == "POST" else request.GET
    return due(DueFilter(asked, queryset=records, scope=request.scope, courses=courses).found()).order_by("pk")


@officer_required
@never_cache
@require_safe
def region_list(request: OfficerRequest) -> HttpResponse:
    """Certificates of my region, the newest first."""
    courses = course_choices(request.scope)
    filters = _filtered(request, courses)
    found = filters.found().select_related("record__village__parent")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    look_up(page.object_list)
    runs = list(Run.objects.of(request.user)[:RECENT])
    context = {
        "filter": filters,
        "page_obj": page,
        "zip_limit": ZIP_LIMIT,
        "is_filtered": any(request.GET.get(name) for name in filters.filters),
        "printable": _printable(filters).count(),
        "print_limit": PRINT_LIMIT,
        "due": _due(request, courses)[: ISSUE_LIMIT + 1].count(),
        "issue_limit": ISSUE_LIMIT,
        "runs": runs,
        "is_at_work": any(not run.is_finished for run in runs),
        "home": request.access.home_region_code,
        "asked": [(name, request.GET[name]) for name in filters.filters if request.GET.get(name)],
    }
    return render(request, "certificates/region_list.html", context)


@officer_required
@never_cache
@require_safe
def region_zip(request: OfficerRequest) -> HttpResponseBase:
    """The PDFs of exactly what is filtered and valid, written while they are read."""
    chosen = _printable(_filtered(request, course_choices(request.scope)))
    if chosen.count() > ZIP_LIMIT:
        messages.error(request, _("Terlalu banyak untuk satu ZIP (lebih dari 10.000). Saring dulu."))
        return redirect(f"{reverse('certificates:region')}?{request.GET.urlencode()}")
    return zip_response(chosen, name=file_name(request, timezone.now(), "zip"))


def file_name(request: OfficerRequest, moment: datetime, kind: str) -> str:
    """`sertifikat-63.11.01-2026-11-23.zip`: of the officer's region, by its day."""
    code = request.access.home_region_code
    return f"sertifikat-{code}-{local_date(moment, code):%Y-%m-%d}.{kind}"


def zip_response(certificates: QuerySet[Certificate], *, name: str) -> HttpResponseBase:
    """The files of these certificates, streamed."""
    parts = zip_parts(certificates.select_related("record").iterator(chunk_size=100))
    response = StreamingHttpResponse(parts, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@officer_required
@require_POST
def order_issue(request: OfficerRequest) -> HttpResponse:
    """Order the certificates of exactly what is filtered and due."""
    courses = course_choices(request.scope)
    records = list(_due(request, courses).values_list("pk", flat=True)[: ISSUE_LIMIT + 1])
    try:
        run = start_issue_run(records=records, by=request.user, about=_filtered(request, courses).in_words())
    except CertificateError as refusal:
        return _refuse(request, refusal)
    return _begin(run)


@officer_required
@require_POST
def order_print(request: OfficerRequest) -> HttpResponse:
    """Order one file of exactly what is filtered and valid."""
    filters = _filtered(request, course_choices(request.scope))
    chosen = list(_printable(filters).values_list("pk", flat=True)[: PRINT_LIMIT + 1])
    try:
        run = start_print_run(certificates=chosen, by=request.user, about=filters.in_words())
    except CertificateError as refusal:
        return _refuse(request, refusal)
    return _begin(run)


def _begin(run: Run) -> HttpResponse:
    begin_run(run)
    return redirect("certificates:run", uuid=run.uuid)


def _refuse(request: OfficerRequest, refusal: CertificateError) -> HttpResponse:
    """Back to the list as it was filtered, with the reason."""
    messages.error(request, str(refusal))
    asked = request.POST.copy()
    asked.pop("csrfmiddlewaretoken", None)
    return redirect(f"{reverse('certificates:region')}?{asked.urlencode()}")
