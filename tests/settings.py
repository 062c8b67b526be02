"""The product's settings with the few differences a test run needs."""

import os

from lms.background import background_settings
from lms.settings import *  # noqa: F403
from lms.settings import DATA_DIR, DATABASES, REDIS_URL, STORAGES

# Each of several test processes has a Redis database of its own, after the one that REDIS_URL names.
PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "")
if REDIS_URL and PROCESS:
    server, _, number = REDIS_URL.rpartition("/")
    REDIS_URL = f"{server}/{int(number) + 1 + int(PROCESS.removeprefix('gw'))}"
    vars().update(background_settings(REDIS_URL))

# No commit waits for the disk: what a test writes need not outlive a power cut.
OPTIONS = DATABASES["default"].setdefault("OPTIONS", {})
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    OPTIONS["init_command"] += "PRAGMA synchronous=OFF;"
else:
    OPTIONS["options"] = "-c synchronous_commit=off"

# Fast to hash, and no manifest to collect first; everything else stays as in production.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
STORAGES["private"]["OPTIONS"]["location"] = str(DATA_DIR / f"test-private{PROCESS}")
MEDIA_ROOT = DATA_DIR / f"test-media{PROCESS}"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Tests that want the real worker ask for the `background` fixture; the others run tasks in-process. The worker itself
# hands on what its tasks order, as in production.
CELERY_TASK_ALWAYS_EAGER = not os.environ.get("TEST_WORKER")
CELERY_WORKER_LOST_WAIT = 1.0  # seconds until a killed process is noticed; some tests kill one
# What a test has just written it sees at once; the tests of the board turn this on.
MONITORING_CACHE_SECONDS = 0
