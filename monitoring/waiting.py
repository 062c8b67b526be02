"""What waits for one officer in a region: a few seconds old at most, and never older than their own last act."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from members.access import Access
from members.models import Member
from regions.scope import Scope
from reports.summaries import waiting_review
from training.models import Exemption, Extension


@dataclass(frozen=True)
class Waiting:
    """Four numbers as HTML, for one officer and the region `code`."""

    code: str
    html: SafeString


def waiting_key(access: Access) -> str:
    """Where the numbers of the region that the officer looked at last are kept."""
    return f"monitoring:waiting:{access.user.pk}"


def waiting_in(code: str, access: Access) -> Waiting:
    """Count what waits in the region for this officer, in four queries, and keep it."""
    counted = Waiting(code, render_to_string("monitoring/waiting.html", _counts(Scope.of(code), access)))
    if settings.MONITORING_CACHE_SECONDS:
        cache.set(waiting_key(access), counted, settings.MONITORING_CACHE_SECONDS)
    return counted


def _counts(scope: Scope, access: Access) -> dict[str, int]:
    return {
        "reports": waiting_review(scope=scope),
        "members": Member.objects.within(scope).pending().count(),
        "exemptions": Exemption.objects.within(scope).waiting().decidable_by(access).count(),
        "extensions": Extension.objects.within(scope).waiting().decidable_by(access).count(),
    }


def forget_waiting(access: Access) -> None:
    """Count anew the next time: the officer has just done something."""
    cache.delete(waiting_key(access))
