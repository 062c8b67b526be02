"""The product's settings with the few differences a test run needs."""

from lms.settings import *  # noqa: F403
from lms.settings import DATA_DIR, STORAGES

# Fast to hash, and no manifest to collect first; everything else stays as in production.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
STORAGES["private"]["OPTIONS"]["location"] = str(DATA_DIR / "test-private")
MEDIA_ROOT = DATA_DIR / "test-media"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Tests that want the real worker ask for the `background` fixture; the others run tasks in-process.
CELERY_TASK_ALWAYS_EAGER = True
