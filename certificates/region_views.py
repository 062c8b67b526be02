"""The officers' pages: the certificates of my region, all of them as a ZIP, or as one file for the printer."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from certificates.batches import PRINT_LIMIT, ZIP_LIMIT, start_print_run, zip_parts
from certificates.errors import CertificateError
from certificates.models import Certificate, PrintRun
from certificates.region_filters import CertificateFilter
from certificates.tasks import finish_print_run
from certificates.validity import look_up
from cms.private_files import private_storage
from members.decorators import OfficerRequest, officer_required

PAGE_SIZE = 25


def _filtered(request: OfficerRequest) -> CertificateFilter:
    certificates = Certificate.objects.within(request.scope)
    asked = request.POST if request.method == "POST" else request.GET
    return CertificateFilter(asked, queryset=certificates, scope=request.scope)


def _printable(filters: CertificateFilter) -> QuerySet[Certificate]:
    """Of what is filtered, what is worth a sheet of paper: filed, and not declared void or replaced.

    Nothing where a filter cannot be understood: that would be everything. What has expired was true, and is printed.
    """
    found: QuerySet[Certificate] = filters.qs if filters.form.is_valid() else filters.qs.none()
    return found.filter(status=Certificate.Status.VALID).exclude(file="").order_by("issuer", "year", "sequence")


@officer_required
@never_cache
@require_safe
def region_list(request: OfficerRequest) -> HttpResponse:
    """Certificates of my region, the newest first."""
    filters = _filtered(request)
    page = Paginator(filters.qs.select_related("record__village__parent"), PAGE_SIZE).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    look_up(page.object_list)
    context = {
        "filter": filters,
        "page_obj": page,
        "zip_limit": ZIP_LIMIT,
        "is_filtered": any(request.GET.get(name) for name in filters.filters),
        "printable": _printable(filters).count(),
        "print_limit": PRINT_LIMIT,
        "asked": [(name, request.GET[name]) for name in filters.filters if request.GET.get(name)],
    }
    return render(request, "certificates/region_list.html", context)


@officer_required
@never_cache
@require_safe
def region_zip(request: OfficerRequest) -> HttpResponseBase:
    """The PDFs of exactly what is filtered and valid, written while they are read."""
    chosen = _printable(_filtered(request))
    if chosen.count() > ZIP_LIMIT:
        messages.error(request, _("Terlalu banyak untuk satu ZIP (lebih dari 10.000). Saring dulu."))
        return redirect(f"{reverse('certificates:region')}?{request.GET.urlencode()}")
    certificates = chosen.iterator(chunk_size=100)
    response = StreamingHttpResponse(zip_parts(certificates), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="sertifikat.zip"'
    return response


@officer_required
@require_POST
def order_print(request: OfficerRequest) -> HttpResponse:
    """Order one file of exactly what is filtered and valid."""
    chosen = _printable(_filtered(request)).values_list("pk", flat=True)[: PRINT_LIMIT + 1]
    try:
        run = start_print_run(certificates=list(chosen), by=request.user)
    except CertificateError as refusal:
        messages.error(request, str(refusal))
        asked = request.POST.copy()
        asked.pop("csrfmiddlewaretoken", None)
        return redirect(f"{reverse('certificates:region')}?{asked.urlencode()}")
    finish_print_run.delay_on_commit(run.pk)  # type: ignore[attr-defined]  # not in celery-types
    return redirect("certificates:print_run", uuid=run.uuid)


def _find(request: OfficerRequest, uuid: UUID) -> PrintRun:
    """My own run, as long as I may still see everybody on it; otherwise 404."""
    run = get_object_or_404(PrintRun, uuid=uuid, requested_by=request.user)
    if Certificate.objects.within(request.scope).filter(pk__in=run.certificates).count() != run.total:
        raise Http404
    return run


@officer_required
@never_cache
@require_safe
def print_run(request: OfficerRequest, uuid: UUID) -> HttpResponse:
    """How far my print file is; htmx asks for the inner part again until it is made."""
    part = "certificates/print_progress.html" if request.headers.get("HX-Request") else "certificates/print_run.html"
    return render(request, part, {"run": _find(request, uuid)})


@officer_required
@never_cache
@require_safe
def print_file(request: OfficerRequest, uuid: UUID) -> HttpResponseBase:
    """The file itself, once it is made."""
    run = _find(request, uuid)
    if not run.file:
        return redirect("certificates:print_run", uuid=run.uuid)
    return FileResponse(private_storage().open(run.file), content_type="application/pdf", filename="sertifikat.pdf")
