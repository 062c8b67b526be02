"""The guard of the public lookups: nobody may ask too often, and no cache, index or next page learns the answer."""

import ipaddress
import time
from collections.abc import Callable
from functools import wraps
from random import SystemRandom
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
TRIES = 5  # for a ticket that nobody takes at the same moment
WINDOW = 60  # seconds
_DICE = SystemRandom()


def _minute() -> int:
    return int(time.time() // WINDOW)


def _key(request: HttpRequest) -> str:
    """The name of this client in this minute; the address itself is not kept (an IPv6 client is its /64)."""
    address = get_adapter().get_client_ip(request)
    if ":" in address:
        address = str(ipaddress.ip_network(f"{address}/64", strict=False))
    digest = salted_hmac("certificates.lookups", address, algorithm="sha256").hexdigest()[:32]
    return f"verification:{digest}:{_minute()}"


def is_too_often(request: HttpRequest) -> bool:
    """Take one of this client's tickets for the minute; whether none was left.

    Each is a key of its own: to add one is atomic in every cache, to count one up is not in the database's.
    """
    key = _key(request)
    tickets = [f"{key}:{number}" for number in range(PER_MINUTE)]
    taken = cache.get_many(tickets)
    free = [ticket for ticket in tickets if ticket not in taken]
    # In any order, so that who asks at the same moment tries for another one.
    tried = _DICE.sample(free, min(len(free), TRIES))
    if any(cache.add(ticket, 1, WINDOW) for ticket in tried):
        return False
    # Where nothing can be written, e.g. on a full disk, nobody has them: whoever asks is answered.
    return not tried or bool(cache.get_many(tried))


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
