"""The officer's pages: members of my region, the verification queue, one member, registration on paper."""

from collections.abc import Iterator

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from members.checks import findings
from members.decorators import OfficerRequest, officer_required
from members.errors import MemberError, NotYetJoined
from members.filters import MemberFilter
from members.forms import PaperForm, ReasonForm, VerifyForm
from members.models import Member, MoveRequest, User
from members.services import issue_password_key, refuse_member, register_member, reveal_nik, verify_member
from members.spreadsheets import csv_response, list_as_xlsx
from regions.timezones import local_date

PAGE_SIZE = 25
QUEUE_SHOWN = 5
DECIDED = "diputuskan"  # in the address of a member's page right after the decision
EXPORT_COLUMNS = (
    *("Nomor anggota", "Nama", "Jenis kelamin", "Tanggal lahir", "Nomor HP", "Regu", "Status"),
    *("Terdaftar", "Anggota sejak", "Desa/kelurahan", "Kecamatan", "Kode desa"),
)


def _filtered(request: OfficerRequest) -> MemberFilter:
    members = Member.objects.within(request.scope).select_related("village__parent", "squad")
    return MemberFilter(
        request.GET, queryset=members.order_by("name", "pk"), scope=request.scope, access=request.access
    )


def _visible(request: OfficerRequest, pk: int) -> Member:
    """A member of the officer's region; a neighbour's is 404."""
    members = Member.objects.within(request.scope)
    return get_object_or_404(members.select_related("village__parent__parent", "squad", "user", "decided_by"), pk=pk)


def _decidable(request: OfficerRequest, pk: int) -> Member:
    """A member about whom this officer decides; who only looks gets 403."""
    member = _visible(request, pk)
    if not request.access.verifier_scope.covers(member.village_id):
        raise PermissionDenied
    return member


def _next_waiting(request: OfficerRequest) -> Member | None:
    """Who has waited longest for a decision of this officer."""
    waiting = Member.objects.decidable(scope=request.access.verifier_scope, by=_officer(request))
    return waiting.select_related("village__parent").order_by("registered_at", "pk").first()


def _after_decision(member: Member) -> HttpResponse:
    """The decided member's page, which leads on to the next one."""
    return redirect(f"{reverse('members:member', args=[member.pk])}?{DECIDED}=1")


def _officer(request: OfficerRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # officer_required let nobody else in
    return request.user


@officer_required
@never_cache
def members(request: OfficerRequest) -> HttpResponse:
    """The members of my region, with those who wait for verification first."""
    filters = _filtered(request)
    page = Paginator(filters.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    waiting = Member.objects.within(request.scope).pending().select_related("village__parent")
    context = {
        "filters": filters,
        "page_obj": page,
        "queue": waiting.order_by("registered_at")[:QUEUE_SHOWN] if not request.GET else [],
        "queue_count": waiting.count(),
        "many_villages": "wilayah" in filters.form.fields,
        "can_register": bool(request.access.verifier_scope),
    }
    return render(request, "members/members.html", context)


def _export_rows(filters: MemberFilter) -> Iterator[tuple[object, ...]]:
    yield EXPORT_COLUMNS
    for member in filters.qs.iterator(chunk_size=2000):
        yield (
            *(member.number, member.name, member.get_sex_display(), member.birth_date),
            *(member.phone.as_national if member.phone else "", member.squad, member.get_status_display()),
            *(local_date(member.registered_at, member.village_id), member.joined_on),
            *(member.village.display_name, member.village.parent, member.village_id),
        )


def _filename(request: OfficerRequest, ending: str) -> str:
    return f"anggota-{local_date(timezone.now(), request.access.home_region_code):%Y%m%d}.{ending}"


@officer_required
@require_safe
def export(request: OfficerRequest) -> HttpResponseBase:
    """Exactly what is filtered, as CSV; never a NIK."""
    return csv_response(_export_rows(_filtered(request)), filename=_filename(request, "csv"))


@officer_required
@require_safe
def export_xlsx(request: OfficerRequest) -> HttpResponseBase:
    """The same as XLSX."""
    filters = _filtered(request)
    return list_as_xlsx(
        request,
        _export_rows(filters),
        count=filters.qs.count(),
        filename=_filename(request, "xlsx"),
        page=reverse("members:members"),
    )


def _render_member(request: OfficerRequest, member: Member, **extra: object) -> HttpResponse:
    may_decide = request.access.verifier_scope.covers(member.village_id)
    today = local_date(timezone.now(), member.village_id)
    was_decided = DECIDED in request.GET and may_decide
    found = findings(member, scope=request.scope)
    moves = MoveRequest.objects.visible_to(request.access).waiting().filter(member=member)
    context = {
        "member": member,
        "findings": found,
        "is_blocked": any(finding.tone == "late" for finding in found),
        "events": member.events.select_related("by"),
        "may_decide": may_decide,
        "is_own": member.user_id == _officer(request).pk,
        "waiting_move": moves.select_related("to_village").first() if member.number else None,
        "is_pending": member.status == Member.Status.PENDING,
        "verify_form": VerifyForm(member=member),
        "nik_form": ReasonForm(label=_("Alasan membuka NIK"), auto_id="nik_%s") if may_decide else None,
        "age": member.age_on(today),
        "was_decided": was_decided,
        "next_waiting": _next_waiting(request) if was_decided else None,
        **extra,
    }
    return render(request, "members/member.html", context)


@officer_required
@never_cache
def member(request: OfficerRequest, pk: int) -> HttpResponse:
    """One member: their data, what to look at, the decision."""
    return _render_member(request, _visible(request, pk))


@officer_required
@require_POST
def verify(request: OfficerRequest, pk: int) -> HttpResponse:
    """Accept a registration, with the day the membership began."""
    pending = _decidable(request, pk)
    form = VerifyForm(request.POST, member=pending)
    if not form.is_valid():
        return _render_member(request, pending, verify_form=form)
    try:
        verified = verify_member(member=pending, by=_officer(request), joined_on=form.day)
    except NotYetJoined as error:
        form.add_error("joined_on", str(error))
        return _render_member(request, pending, verify_form=form)
    except MemberError as error:
        messages.error(request, str(error))
        return redirect("members:member", pk=pk)
    text = _("%(name)s sekarang anggota aktif dengan nomor %(number)s.")
    messages.success(request, text % {"name": verified.name, "number": verified.number})
    return _after_decision(verified)


@officer_required
@never_cache
def refuse(request: OfficerRequest, pk: int) -> HttpResponse:
    """Refuse a registration: what will happen, the reason, then the deed."""
    member = _decidable(request, pk)
    form = ReasonForm(request.POST or None, label=_("Alasan penolakan"), hint=_("Akan dibaca oleh pendaftar."))
    if request.method != "POST" or not form.is_valid():
        return render(request, "members/refuse.html", {"member": member, "form": form})
    try:
        refuse_member(member=member, by=_officer(request), reason=form.cleaned_data["reason"])
    except MemberError as error:
        messages.error(request, str(error))
        return redirect("members:member", pk=pk)
    messages.success(request, _("Pendaftaran %(name)s ditolak. Alasannya disampaikan.") % {"name": member.name})
    return _after_decision(member)


@officer_required
@never_cache
@require_POST
@sensitive_variables("nik")
def nik(request: OfficerRequest, pk: int) -> HttpResponse:
    """Show the NIK once, after the reason is written down."""
    member = _decidable(request, pk)
    form = ReasonForm(request.POST, label=_("Alasan membuka NIK"), auto_id="nik_%s")
    if not form.is_valid():
        return _render_member(request, member, nik_form=form)
    try:
        nik = reveal_nik(member=member, by=_officer(request), reason=form.cleaned_data["reason"])
    except MemberError as error:
        messages.error(request, str(error))
        return redirect("members:member", pk=pk)
    return _render_member(request, member, nik=nik.digits)


@officer_required
@never_cache
@require_POST
def password_link(request: OfficerRequest, pk: int) -> HttpResponse:
    """A link with which a member without e-mail chooses a new password; shown once, written down."""
    member = _decidable(request, pk)
    try:
        key = issue_password_key(member=member, by=_officer(request))
    except MemberError as error:
        messages.error(request, str(error))
        return redirect("members:member", pk=pk)
    address = reverse("account_reset_password_from_key", kwargs=key)
    return _render_member(request, member, password_link=f"{settings.BASE_URL}{address}")


@officer_required
@never_cache
@sensitive_post_parameters()
def add(request: OfficerRequest) -> HttpResponse:
    """Register somebody who applied on paper; they wait for verification like anybody else."""
    scope = request.access.verifier_scope
    if not scope:
        raise PermissionDenied
    form = PaperForm(request.POST or None, scope=scope)
    if request.method == "POST" and form.is_valid():
        member = register_member(data=form.personal_data(), by=_officer(request), note=form.note)
        messages.success(
            request, _("Pendaftaran %(name)s tersimpan. Periksa, lalu verifikasi.") % {"name": member.name}
        )
        return redirect("members:member", pk=member.pk)
    return render(request, "members/add.html", {"form": form})
