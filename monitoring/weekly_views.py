"""The officer's own choice of the weekly report."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from members.decorators import OfficerRequest, officer_required
from members.models import RoleGrant, User
from monitoring.errors import NoProvenEmail
from monitoring.models import WeeklyChoice
from monitoring.weekly import can_receive, choose_weekly, grants_of


@officer_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def weekly(request: OfficerRequest) -> HttpResponse:
    """Which of my regions' reports come each Monday."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  # officer_required let nobody else in
    grants = grants_of(user)
    if request.method == "POST":
        asked = set(request.POST.getlist("peran"))
        return _choose(request, user, [grant for grant in grants if str(grant.pk) in asked])
    chosen = set(WeeklyChoice.objects.filter(grant__user=user).values_list("grant", flat=True))
    context = {
        "rows": [(grant, grant.pk in chosen) for grant in grants],
        "email": user.email,
        "can_receive": can_receive(user),
    }
    return render(request, "monitoring/weekly.html", context)


def _choose(request: OfficerRequest, user: User, grants: list[RoleGrant]) -> HttpResponse:
    try:
        count = choose_weekly(user=user, grants=grants)
    except NoProvenEmail as refusal:
        messages.error(request, str(refusal))
    else:
        done = _("Mulai Senin depan %(n)d laporan dikirim ke %(email)s.") % {"n": count, "email": user.email}
        messages.success(request, done if count else _("Tidak ada laporan yang dikirim lagi."))
    return redirect("monitoring:weekly")
