"""Who may open the pages, and finding the report an address means."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import add_never_cache_headers

from members.access import Access
from members.models import User
from reports.models import ActivityReport
from reports.rights import may_write, review_scope, writing_scope

P = ParamSpec("P")


class ReportsRequest(HttpRequest):
    """A request of somebody who writes or reads reports."""

    access: Access
    user: User


ReportsView = Callable[Concatenate[ReportsRequest, P], HttpResponseBase]


def reports_access_required(view: ReportsView[P]) -> ReportsView[P]:
    """Active members and officers of any level; others get 403, strangers the log-in page. No cache keeps a page."""

    @login_required
    @wraps(view)
    def guarded(request: ReportsRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not (request.access.officer_scope or writing_scope(request.access)):
            raise PermissionDenied
        response = view(request, *args, **kwargs)
        if not response.has_header("Cache-Control"):  # photos and prints say themselves how long they keep
            add_never_cache_headers(response)
        return response

    return cast(ReportsView[P], guarded)  # the decorator's stubs know only HttpRequest


def find_report(request: ReportsRequest, pk: int) -> ActivityReport:
    """The report, if this person may see it; anybody else's does not exist."""
    reports = ActivityReport.objects.visible_to(request.access)
    return get_object_or_404(reports.select_related("village__parent", "reporter", "decided_by"), pk=pk)


def find_writable(request: ReportsRequest, pk: int) -> ActivityReport:
    """The report, if this person may also change it; who may only read it gets 403."""
    report = find_report(request, pk)
    if not may_write(request.access, village_code=report.village_id, reporter_id=report.reporter_id):
        raise PermissionDenied
    return report


def find_reviewable(request: ReportsRequest, pk: int) -> ActivityReport:
    """The report, if this person reviews its kecamatan; who may only read it gets 403."""
    report = find_report(request, pk)
    if not review_scope(request.access).covers(report.village_id):
        raise PermissionDenied
    return report
