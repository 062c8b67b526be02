"""Probes for whoever supervises the process. They name the part that fails and never show why to the public."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from redis import Redis

log = logging.getLogger("akademi.health")


def _database() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise RuntimeError("migrations are missing")


def _cache() -> None:
    cache.set("healthz", "ok", 10)
    if cache.get("healthz") != "ok":
        raise RuntimeError("the cache forgets")


def _storage() -> None:
    storage = storages["private"]
    storage.delete(storage.save("healthz/probe", ContentFile(b"ok")))


def _broker() -> None:
    if settings.REDIS_URL:
        Redis.from_url(settings.REDIS_URL, socket_timeout=2).ping()


CHECKS: dict[str, Callable[[], None]] = {
    "database": _database,
    "cache": _cache,
    "storage": _storage,
    "broker": _broker,
}


@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """The process answers; asks nothing else, so that a slow database does not get it killed."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Everything needed to serve works; 503 and the names of the parts that do not otherwise."""
    found = {}
    for name, check in CHECKS.items():
        try:
            check()
            found[name] = "ok"
        except Exception:
            log.exception("health check %s failed", name)
            found[name] = "failed"
    return JsonResponse(found, status=200 if set(found.values()) == {"ok"} else 503)
