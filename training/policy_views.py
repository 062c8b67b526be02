"""The pages of policies: what holds here, and setting one for a half to come with a preview."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from members.decorators import OfficerRequest, officer_required, policy_officer_required
from regions.models import Region
from regions.timezones import local_date
from training.errors import PolicyLooser, TrainingRefused
from training.models import Policy
from training.periods import current_period
from training.policies import PolicyBook, policy_for
from training.policy_forms import PolicyForm
from training.policy_services import coming_halves, preview_policy, set_policy, withdraw_policy

SHOWN = 50


def _region(request: OfficerRequest, asked: str) -> Region:
    """The region asked for, or the officer's own; out of scope is 404."""
    regions = Region.objects.within(request.scope).select_related("parent")
    return get_object_or_404(regions, pk=asked or request.access.home_region_code)


@officer_required
@require_safe
def policies(request: OfficerRequest) -> HttpResponse:
    """What holds in a region of mine now and next, and every policy set within my scope."""
    region = _region(request, request.GET.get("wilayah", ""))
    period = current_period(region.code)
    following, book = coming_halves(region.code)[0], PolicyBook.load()
    context = {
        "region": region,
        "period": period,
        "following": following,
        "holds": book.policy_for(region.code, period),
        "will_hold": book.policy_for(region.code, following),
        "policies": _set_within(request)[:SHOWN],
        "today": local_date(timezone.now(), region.code),
        "may_set": request.access.policy_scope.covers(region.code),
    }
    return render(request, "training/policies.html", context)


def _set_within(request: OfficerRequest) -> QuerySet[Policy]:
    policies = Policy.objects.within(request.scope).select_related("region__parent").prefetch_related("courses")
    return policies.order_by("-starts_on", "region")


@policy_officer_required
def new(request: OfficerRequest) -> HttpResponse:
    """A new policy of one of my regions; begins with what holds there now."""
    region = _region(request, request.GET.get("wilayah", ""))
    if region.level > Region.Level.REGENCY:
        return redirect("training:policies")
    holds = policy_for(region.code, current_period(region.code))
    draft = Policy(region=region, **{f: getattr(holds, f) for f in _INHERITED})
    draft.drafted = holds.compulsory
    return _form(request, draft)


_INHERITED = (
    *("per_year", "per_half", "hours_per_half", "training_fields", "limits"),
    *("at_risk_days", "grace_days", "exempt_days"),
)


def _own(request: OfficerRequest, pk: int) -> Policy:
    policies = Policy.objects.within(request.scope).select_related("region").prefetch_related("courses")
    return get_object_or_404(policies, pk=pk)


@policy_officer_required
def edit(request: OfficerRequest, pk: int) -> HttpResponse:
    """A policy that has not begun; one that has is shown in the list and not edited."""
    policy = _own(request, pk)
    if policy.starts_on <= local_date(timezone.now(), policy.region_id):
        messages.info(
            request, _("Kebijakan yang sudah berlaku tidak diubah. Buat yang baru untuk semester berikutnya.")
        )
        return redirect("training:policies")
    return _form(request, policy)


def _form(request: OfficerRequest, policy: Policy) -> HttpResponse:
    """Show, preview or save the form."""
    form = PolicyForm(request.POST or None, instance=policy, region=policy.region)
    context: dict[str, object] = {"form": form, "policy": policy, "region": policy.region}
    if request.method == "POST" and form.is_valid():
        filled, courses = form.policy(), form.courses()
        if "preview" in request.POST:
            context["preview"] = preview_policy(policy=filled, courses=courses)
        else:
            try:
                set_policy(policy=filled, courses=courses)
            except PolicyLooser as refusal:
                form.add_error(None, [str(refusal), *refusal.looser])
            except TrainingRefused as refusal:
                form.add_error("starts_on", str(refusal))
            else:
                messages.success(request, _("Kebijakan disimpan."))
                return redirect("training:policies")
    status = 400 if request.method == "POST" and form.errors else 200
    return render(request, "training/policy_form.html", context, status=status)


@policy_officer_required
@require_POST
def withdraw(request: OfficerRequest, pk: int) -> HttpResponse:
    """End a policy with the running half, or drop one that has not begun."""
    if withdraw_policy(policy=_own(request, pk)) is None:
        messages.success(request, _("Kebijakan dihapus."))
    else:
        messages.success(request, _("Kebijakan berakhir bersama semester ini."))
    return redirect("training:policies")
