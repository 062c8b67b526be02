"""Verification without the network: the page, the worker that keeps it, and the keys that prove."""

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from certificates.proofs import public_keys
from certificates.verdicts import offline_verdicts

# What the page needs; the worker keeps it, fetched without cookies, so that nobody's menu stays in the device.
_STATIC = ("css/app.css", "js/app.js", "js/offline.js", "django_htmx/htmx-2.min.js", "img/mark.svg")


@require_safe
@cache_control(no_store=True)  # what the device keeps is the stranger's page that the worker fetches
def offline(request: HttpRequest) -> HttpResponse:
    """Anybody: checks the signature in a QR code's address in the browser, also offline once it was opened."""
    context = {"keys": json.dumps(public_keys()["keys"]), "verdicts": offline_verdicts()}
    return render(request, "certificates/offline.html", context)


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; its text names what it keeps, so a change of that makes browsers fetch it anew."""
    files = [reverse("certificates:offline"), *map(static, _STATIC)]
    context = {"files": json.dumps(files), "kids": json.dumps([key["kid"] for key in public_keys()["keys"]])}
    return render(request, "certificates/worker.js", context, content_type="text/javascript; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=3600)
def keys(request: HttpRequest) -> HttpResponse:
    """The public keys, for anybody's program on anybody's page."""
    return JsonResponse(public_keys(), headers={"Access-Control-Allow-Origin": "*"})
