"""Writing a report: the form, its photos, sending, throwing a draft away."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from regions.models import Region
from regions.text import storable
from regions.timezones import abbreviation, local_date, zone_of
from reports.completeness import missing_parts
from reports.errors import ReportIncomplete, ReportRefused
from reports.forms import ReportForm, form_for
from reports.models import MAX_PHOTOS, ActivityReport
from reports.photo_services import AddedPhotos, add_photos, remove_photo
from reports.rights import position_in, writing_scope
from reports.services import discard_draft, save_draft, send_report, start_draft
from reports.views.access import ReportsRequest, find_writable, reports_access_required


@reports_access_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_report(request: ReportsRequest) -> HttpResponseBase:
    """An empty form; the first saving makes the draft, the same form sent twice makes one, an empty one none."""
    villages = list(Region.objects.within(writing_scope(request.access)).select_related("parent").order_by("code"))
    if not villages:
        raise PermissionDenied
    asked = request.POST.get("village") or request.GET.get("desa", "")
    chosen = next((village for village in villages if village.code == asked), None)
    if chosen is None and len(villages) > 1:
        return render(request, "reports/choose_village.html", {"villages": villages})
    village = chosen or villages[0]
    initial = _initial(request, village)
    key = _uuid(request.POST.get("draft_key", "")) or uuid.uuid4()
    if request.method == "POST" and not _is_blank(request, village, initial):
        position = position_in(request.access, village.code)
        return _store(request, start_draft(by=request.user, village=village, position=position, draft_key=key))
    form = ReportForm(initial=initial, village_code=village.code)
    if request.POST.get("next") == "review":
        form = ReportForm(request.POST, village_code=village.code)
        _show_missing(form, _missing_of_nothing(form))
    elif request.method == "POST":
        messages.info(request, _("Belum ada yang ditulis, jadi belum ada draf yang disimpan."))
    return _form_page(request, form, village, draft_key=key)


def _initial(request: ReportsRequest, village: Region) -> dict[str, Any]:
    """What a new form starts with: today, and oneself."""
    initial: dict[str, Any] = {"start_date": f"{local_date(timezone.now(), village.code):%Y-%m-%d}"}
    if request.access.member is not None and request.access.member.village_id == village.code:
        initial["members_present"] = [request.access.member.pk]
    return initial


def _is_blank(request: ReportsRequest, village: Region, initial: dict[str, Any]) -> bool:
    """Whether a new form came back as it was given; the script asks for an empty draft to put photos in."""
    if request.headers.get("X-Draft") == "1" or request.FILES:
        return False
    form = ReportForm(request.POST, village_code=village.code)
    content = form.content()
    typed = content.pop("unfinished")
    members = {member.pk for member in form.cleaned_data["members_present"]}
    return (
        not any(content.values())
        and typed.items() <= {"start_date": initial["start_date"]}.items()
        and members <= set(initial.get("members_present", []))
    )


def _missing_of_nothing(form: ReportForm) -> dict[str, str]:
    """What an untouched form lacks for sending, without a draft to ask."""
    missing = missing_parts(ActivityReport(**form.content()), now=timezone.now())
    if form.cleaned_data["members_present"]:
        missing.pop("members_present", None)
    return missing


@reports_access_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_report(request: ReportsRequest, pk: int) -> HttpResponseBase:
    """The form of a draft or a returned report; `?periksa=1` shows what is missing for sending."""
    report = find_writable(request, pk)
    if request.method == "POST":
        return _store(request, report)
    if not report.is_editable:
        return redirect("reports:report", pk=pk)
    checks = "periksa" in request.GET
    form = form_for(report, check=checks)
    if checks:
        _show_missing(form, missing_parts(report, now=timezone.now()))
    return _form_page(request, form, report.village, report=report)


def _show_missing(form: ReportForm, missing: dict[str, str]) -> None:
    """Beside what the form says: where that names what is wrong with a day, the hours are not called unreadable."""
    told = {*form.errors}
    if told & {*form.MOMENTS}:
        told |= {name for name in form.MOMENTS if form[name].value()}
    for field, text in missing.items():
        if field not in told:
            form.add_error(field, text)


def _form_page(
    request: ReportsRequest,
    form: ReportForm,
    village: Region,
    report: ActivityReport | None = None,
    draft_key: uuid.UUID | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "sections": [(title, [form[name] for name in names]) for title, names in form.SECTIONS],
        "report": report,
        "village": village,
        "zone": abbreviation(zone_of(village.code)),
        "draft_key": draft_key or (report.draft_key if report else ""),
        "photos": report.photos.all() if report else [],
        "max_photos": MAX_PHOTOS,
    }
    return render(request, "reports/form.html", context)


def _store(request: ReportsRequest, report: ActivityReport) -> HttpResponseBase:
    """Save everything that was typed and chosen, then go where the pressed button leads."""
    by_script = request.headers.get("X-Draft") == "1"
    form = ReportForm(request.POST, village_code=report.village_id, report=report)
    content = form.content()
    try:
        # Photos first: they are kept even where the text has to be asked for once more.
        outcome = add_photos(report=report, uploads=request.FILES.getlist("photos"))
        saved = save_draft(
            report=report,
            by=request.user,
            content=content,
            members=form.cleaned_data["members_present"],
            captions=_captions(request),
            revision=_number(request.POST.get("revision", "")),
        )
    except ReportRefused as refusal:
        return _refused(request, report, form, refusal, by_script=by_script)
    if by_script:
        return _saved_json(saved)
    _tell_photos(request, outcome)
    return _go_on(request, saved, has_refusals=bool(outcome.refused))


def _refused(
    request: ReportsRequest, report: ActivityReport, form: ReportForm, refusal: ReportRefused, *, by_script: bool
) -> HttpResponseBase:
    """Say why it was not saved, with everything that was typed still in the form."""
    if by_script:
        return JsonResponse({"message": str(refusal)}, status=409)
    report.refresh_from_db()
    messages.error(request, str(refusal))
    if not report.is_editable:
        return redirect("reports:report", pk=report.pk)
    return _form_page(request, form, report.village, report=report)


def _saved_json(report: ActivityReport) -> JsonResponse:
    """What the script that saves by itself needs to go on with the same draft."""
    at = report.updated_at.astimezone(zone_of(report.village_id))
    return JsonResponse(
        {
            "id": report.pk,
            "action": reverse("reports:edit", kwargs={"pk": report.pk}),
            "photos": reverse("reports:photos", kwargs={"pk": report.pk}),
            "revision": report.revision,
            "message": _("Tersimpan pukul %(time)s") % {"time": f"{at:%H.%M}"},
        }
    )


def _go_on(request: ReportsRequest, report: ActivityReport, *, has_refusals: bool) -> HttpResponseBase:
    if position := _number(request.POST.get("remove_photo", "")):
        try:
            remove_photo(report=report, position=position)
            messages.success(request, _("Foto dihapus. Isian lain tersimpan."))
        except ReportRefused as refusal:
            messages.error(request, str(refusal))
    elif request.POST.get("next") == "review" and not has_refusals:
        if missing_parts(report, now=timezone.now()):
            return redirect(reverse("reports:edit", kwargs={"pk": report.pk}) + "?periksa=1")
        return redirect("reports:report", pk=report.pk)
    else:
        messages.success(request, _("Draf tersimpan."))
    return redirect("reports:edit", pk=report.pk)


def _tell_photos(request: ReportsRequest, outcome: AddedPhotos) -> None:
    if n := len(outcome.added):
        messages.success(request, ngettext("%(n)d foto ditambahkan.", "%(n)d foto ditambahkan.", n) % {"n": n})
    for refusal in outcome.refused:
        messages.error(request, _("Foto %(name)s: %(reason)s") % {"name": refusal.name, "reason": refusal})


@reports_access_required
@require_POST
def add_report_photos(request: ReportsRequest, pk: int) -> HttpResponseBase:
    """Take photos from the script that sends them one by one; answers with the part of the form that shows them."""
    report = find_writable(request, pk)
    try:
        outcome = add_photos(report=report, uploads=request.FILES.getlist("photos"))
    except ReportRefused as refusal:
        return HttpResponse(str(refusal), status=409, content_type="text/plain; charset=utf-8")
    context = {"report": report, "photos": report.photos.all(), "refused": outcome.refused, "max_photos": MAX_PHOTOS}
    return render(request, "reports/_photos_form.html", context)


@reports_access_required
@require_POST
def send(request: ReportsRequest, pk: int) -> HttpResponseBase:
    """Hand the report to the kecamatan."""
    report = find_writable(request, pk)
    try:
        sent = send_report(report=report, by=request.user)
    except ReportIncomplete:
        return redirect(reverse("reports:edit", kwargs={"pk": pk}) + "?periksa=1")
    messages.success(
        request,
        _("Laporan terkirim ke %(district)s dengan nomor %(number)s.")
        % {"district": report.village.parent.display_name if report.village.parent else "", "number": sent.number},
    )
    return redirect("reports:report", pk=pk)


@reports_access_required
@require_POST
def discard(request: ReportsRequest, pk: int) -> HttpResponseBase:
    """Throw a draft away that was never sent."""
    report = find_writable(request, pk)
    try:
        discard_draft(report=report)
    except ReportRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("reports:report", pk=pk)
    messages.success(request, _("Draf dihapus."))
    return redirect("reports:list")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _captions(request: ReportsRequest) -> dict[int, str]:
    captions = {}
    for position in range(1, MAX_PHOTOS + 1):
        caption = request.POST.get(f"caption-{position}")
        if caption is not None:
            captions[position] = storable(caption)
    return captions
