"""Where the cache, the sessions and the tasks live: in Redis, or in the database and the process themselves."""

from __future__ import annotations

from typing import Any


def background_settings(redis_url: str) -> dict[str, Any]:
    """Django's and Celery's settings for REDIS_URL; empty, the embedded default that needs no other service."""
    return {**(_in_redis(redis_url) if redis_url else _EMBEDDED), **_TASKS}


def _in_redis(url: str) -> dict[str, Any]:
    return {
        "CACHES": {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}},
        "SESSION_ENGINE": "django.contrib.sessions.backends.cached_db",
        "CELERY_BROKER_URL": url,
        "CELERY_TASK_ALWAYS_EAGER": False,
    }


_EMBEDDED = {
    "CACHES": {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "django_cache",
            # Django's 300 would throw away the counts of failed log-ins as soon as somebody tries many names.
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    },
    "CELERY_BROKER_URL": "memory://localhost",
    "CELERY_TASK_ALWAYS_EAGER": True,  # tasks run in-process, after commit
}
_TASKS = {
    "CELERY_TASK_EAGER_PROPAGATES": False,
    "CELERY_TASK_IGNORE_RESULT": True,
    "CELERY_TASK_ACKS_LATE": True,
    "CELERY_TASK_REJECT_ON_WORKER_LOST": True,
    "CELERY_TIMEZONE": "Asia/Jakarta",
    "CELERY_BEAT_SCHEDULE": {
        # Dropped where no worker took it before the next one comes.
        "run_periodic": {"task": "monitoring.tasks.run_periodic", "schedule": 300.0, "options": {"expires": 300}}
    },
    "CELERY_WORKER_HIJACK_ROOT_LOGGER": False,  # the worker's lines are scrubbed like everybody's
}
