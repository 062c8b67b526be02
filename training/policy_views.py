"""The pages of policies: what holds here, and setting one for a half to come with a preview."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from members.decorators import OfficerRequest, officer_required, policy_officer_required
from regions.models import Region
from regions.timezones import local_date
from training.errors import PolicyGone, PolicyLooser, TrainingRefused
from training.models import Policy
from training.periods import current_period
from training.policies import PolicyBook, policy_for
from training.policy_forms import PolicyForm
from training.policy_services import coming_halves, has_begun, preview_policy, set_policy, withdraw_policy

PAGE_SIZE = 25


def _region(request: OfficerRequest, asked: str) -> Region:
    """The region asked for, or the officer's own; out of scope is 404."""
    regions = Region.objects.within(request.scope).select_related("parent")
    return get_object_or_404(regions, pk=asked or request.access.home_region_code)


@officer_required
@require_safe
def policies(request: OfficerRequest) -> HttpResponse:
    """What holds in a region of mine now and next, and every policy set within my scope, a page at a time."""
    region = _region(request, request.GET.get("wilayah", ""))
    period = current_period(region.code)
    sets, page = request.access.policy_scope, _page_of_policies(request)
    following, book = coming_halves()[0], PolicyBook.load()
    context = {
        "region": region,
        "period": period,
        "following": following,
        "holds": book.policy_for(region.code, period),
        "will_hold": book.policy_for(region.code, following),
        "days": book.reminder_days(region.code, period),
        "days_to_come": book.reminder_days(region.code, following),
        "page_obj": page,
        "rows": [(policy, sets.covers(policy.region_id), has_begun(policy)) for policy in page],
        "today": local_date(timezone.now(), region.code),
        "may_set": sets.covers(region.code) and region.level <= Region.Level.REGENCY,
    }
    return render(request, "training/policies.html", context)


def _page_of_policies(request: OfficerRequest) -> Page[Policy]:
    policies = Policy.objects.within(request.scope).select_related("region__parent").order_by("-starts_on", "region")
    return Paginator(policies, PAGE_SIZE).get_page(request.GET.get("page"))


@policy_officer_required
def new(request: OfficerRequest) -> HttpResponse:
    """A new policy of one of my regions; begins with what holds there now."""
    region = _region(request, request.GET.get("wilayah", ""))
    if region.level > Region.Level.REGENCY:
        return redirect("training:policies")
    holds = policy_for(region.code, current_period(region.code))
    draft = Policy(region=region, **{f: getattr(holds, f) for f in _INHERITED})
    draft.drafted = holds.compulsory
    if holds.region_id == region.code:
        draft.reminder_days = holds.reminder_days  # those above hold without being said again
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
    if has_begun(policy):
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
        try:
            if "preview" in request.POST:
                context["preview"] = preview_policy(policy=filled, courses=courses)
            else:
                set_policy(policy=filled, courses=courses)
                messages.success(request, _("Kebijakan disimpan."))
                return redirect("training:policies")
        except PolicyLooser as refusal:
            form.add_error(None, [str(refusal), *refusal.looser])
        except PolicyGone as refusal:
            form.add_error(None, str(refusal))
        except TrainingRefused as refusal:
            form.add_error("starts_on", str(refusal))
    status = 400 if request.method == "POST" and form.errors else 200
    return render(request, "training/policy_form.html", context, status=status)


@policy_officer_required
@require_POST
def withdraw(request: OfficerRequest, pk: int) -> HttpResponse:
    """End a policy with the running half, or drop one that has not begun."""
    try:
        ended = withdraw_policy(policy=_own(request, pk))
    except PolicyGone as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Kebijakan berakhir bersama semester ini.") if ended else _("Kebijakan dihapus."))
    return redirect("training:policies")
