"""The guard of the public lookups: nobody may ask too often, and no cache, index or next page learns the answer."""

import ipaddress
import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

# Generous, because a whole village may share one address of a mobile network; a token has 128 bits anyway.
PER_MINUTE = 60
WINDOW = 60  # seconds


def _minute() -> int:
    return int(time.time() // WINDOW)


def _key(request: HttpRequest) -> str:
    """The counter of this client in this minute; the address itself is not kept (an IPv6 client is its /64)."""
    address = get_adapter().get_client_ip(request)
    if ":" in address:
        address = str(ipaddress.ip_network(f"{address}/64", strict=False))
    digest = salted_hmac("certificates.lookups", address, algorithm="sha256").hexdigest()[:32]
    return f"verification:{digest}:{_minute()}"


def is_too_often(request: HttpRequest) -> bool:
    """Count one lookup; whether this client had its share of the minute before."""
    key = _key(request)
    asked: int = cache.get(key, 0)
    if asked < PER_MINUTE:
        cache.set(key, asked + 1, WINDOW)
    return asked >= PER_MINUTE


def public_lookup(view: View[P]) -> View[P]:
    """A page that anybody may ask about one certificate: limited, not cached, not indexed, no referrer."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        # The empty form is no question yet.
        asks = request.method == "POST" or bool(kwargs)
        if asks and is_too_often(request):
            response = render(request, "429.html", status=429)
            response["Retry-After"] = str(WINDOW)
        else:
            response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        if kwargs:
            # Only where the address carries the code: under no-referrer a browser sends `Origin: null` with a form,
            # and CSRF protection refuses it.
            response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return cast(View[P], guarded)
