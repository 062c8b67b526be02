"""What the village picker asks the server: public lists that hold nothing about anybody."""

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from regions.models import Region
from regions.search import find_villages

HOUR = 3600  # seconds; the list changes a few times a year


@require_safe
@cache_control(public=True, max_age=HOUR)
def villages(request: HttpRequest) -> JsonResponse:
    """Up to ten villages that `?q=` may mean; nothing for fewer than two letters."""
    hits = find_villages(request.GET.get("q", ""))
    return JsonResponse({"results": [{"code": hit.pk, "name": hit.choice_name, "place": hit.place} for hit in hits]})


@require_safe
@cache_control(public=True, max_age=HOUR)
def children(request: HttpRequest, code: str) -> JsonResponse:
    """The active regions directly under one, `00` for the provinces."""
    region = get_object_or_404(Region.objects.active(), pk=code)
    found = Region.objects.children_of(region.pk)
    return JsonResponse({"children": [{"code": child.pk, "name": child.choice_name} for child in found]})
