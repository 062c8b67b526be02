"""The import page: upload, a preview that says how to mend each row, then saving what is ready.

Between the two the rows are kept for their officer alone (`import_previews`). No evidence is written before it is
confirmed.
"""

from __future__ import annotations

from pathlib import PurePath

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.decorators import OfficerRequest, officer_required
from members.models import User
from training.evidence_errors import EvidenceRefused, PreviewGone, SheetRefused
from training.evidence_import import import_evidence, judge_rows
from training.evidence_sheet import example_workbook, read_sheet
from training.import_previews import drop_preview, keep_preview, preview_of

PREVIEW_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _officer(request: OfficerRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # officer_required let nobody else in
    return request.user


def _keep(request: OfficerRequest, upload: UploadedFile[bytes] | None) -> None:
    """Read the upload and keep its rows; raises SheetRefused."""
    if upload is None:
        raise SheetRefused(_("Pilih berkas .xlsx atau CSV."))
    rows = read_sheet(upload)
    name = PurePath(str(upload.name).replace("\0", "")).name[:150] or _("tanpa nama")
    keep_preview(officer=_officer(request), name=name, rows=rows)


@officer_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def import_page(request: OfficerRequest) -> HttpResponse:
    """The upload, or what was uploaded with a verdict for each row; `?lihat=masalah` shows what has to be mended."""
    if request.method == "POST":
        try:
            _keep(request, request.FILES.get("file"))
        except SheetRefused as refusal:
            return render(request, "training/evidence/import.html", {"error": str(refusal)})
        return redirect("training:evidence_import")
    preview = preview_of(_officer(request))
    if preview is None:
        return render(request, "training/evidence/import.html")
    judged = judge_rows(preview.rows, scope=request.scope)
    problems = [verdict for verdict in judged if not verdict.is_ready]
    only_problems = request.GET.get("lihat") == "masalah"
    page = Paginator(problems if only_problems else judged, PREVIEW_PAGE).get_page(request.GET.get("page"))
    context = {
        "preview": preview,
        "page_obj": page,
        "ready": len(judged) - len(problems),
        "problems": len(problems),
        "total": len(judged),
        "only_problems": only_problems,
    }
    return render(request, "training/evidence/import.html", context)


@officer_required
@require_POST
def save_import(request: OfficerRequest) -> HttpResponse:
    """Save the ready rows of the previewed spreadsheet, or throw the preview away."""
    preview = preview_of(_officer(request))
    if preview is None or preview.token != request.POST.get("token"):
        messages.error(request, str(PreviewGone()))
        return redirect("training:evidence_import")
    if "discard" in request.POST:
        drop_preview(_officer(request))
        return redirect("training:evidence_import")
    try:
        done = import_evidence(rows=preview.rows, by=_officer(request), scope=request.scope, spreadsheet=preview.name)
    except EvidenceRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("training:evidence_import")
    drop_preview(_officer(request))
    text = _("%(created)s pelatihan tersimpan, %(skipped)s baris dilewati. Petugas lain yang menyetujui.")
    messages.success(request, text % {"created": done.created, "skipped": done.skipped})
    return redirect(reverse("training:evidence_list") + "?status=submitted")


@officer_required
@require_safe
def example(request: OfficerRequest) -> HttpResponse:
    """The empty table to fill in."""
    response = HttpResponse(example_workbook(), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="contoh-pelatihan-luar.xlsx"'
    return response
