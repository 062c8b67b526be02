"""Settings of Akademi Linmas, driven by the environment; every variable is explained in .env.example.

Composition only: no rules live here, and no room imports from it.
"""

from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
import environ

from lms.background import background_settings
from lms.databases import database_settings
from lms.logs import logging_settings
from lms.mail import email_settings
from lms.secret_files import read_or_create_secret
from lms.security import content_policy

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))
DATA_DIR.mkdir(parents=True, exist_ok=True)
SECRETS_DIR = DATA_DIR / "secrets"

# --- Security ---------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or read_or_create_secret(SECRETS_DIR / "secret_key", size=48)
NIK_KEY = env.str("NIK_KEY", default="") or read_or_create_secret(SECRETS_DIR / "nik_key")
NIK_OLD_KEYS = env.list("NIK_OLD_KEYS", default=[])  # still open what they sealed, until rotate_nik_key is done
NIK_INDEX_KEY = env.str("NIK_INDEX_KEY", default="") or read_or_create_secret(SECRETS_DIR / "nik_index_key")
# The seal on every certificate: a PEM or PKCS#12 file with key and certificates. Empty: made once in SECRETS_DIR.
SEAL_FILE = env.str("SEAL_FILE", default="")
SEAL_PASSWORD = env.str("SEAL_PASSWORD", default="")
SEAL_RETIRED_DIR = env.str("SEAL_RETIRED_DIR", default=str(SECRETS_DIR / "seal-retired"))  # certificates, no keys
SEAL_TSA_URL = env.str("SEAL_TSA_URL", default="")  # RFC 3161; empty: no time stamp
# Roots of those who certify the signatures of officials: a PEM or DER file, or a folder of such. Empty: signatures are
# taken, but shown as not checked.
BSRE_ROOTS = env.str("BSRE_ROOTS", default="")
# Signs what the QR codes of certificates prove without the network; old keys still prove theirs.
QR_KEY = env.str("QR_KEY", default="") or read_or_create_secret(SECRETS_DIR / "qr_key")
QR_OLD_KEYS = env.list("QR_OLD_KEYS", default=[])
BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
BEHIND_TLS = BASE_URL.startswith("https://")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = [BASE_URL]
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_REDIRECT_EXEMPT = [r"^healthz/"]  # probes ask the process itself, behind the proxy
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = BEHIND_TLS
SECURE_HSTS_PRELOAD = BEHIND_TLS
SESSION_COOKIE_SECURE = BEHIND_TLS
CSRF_COOKIE_SECURE = BEHIND_TLS
CSRF_COOKIE_HTTPONLY = True
SILENCED_SYSTEM_CHECKS = []
if urlsplit(BASE_URL).hostname in ("127.0.0.1", "localhost", "::1"):
    # The embedded default answers plain HTTP on loopback only; any other address gets the full check.
    SILENCED_SYSTEM_CHECKS += ["security.W004", "security.W008", "security.W012", "security.W016"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CMS_PREFIX = "/cms/"
CONTENT_SECURITY_POLICY = content_policy(except_under=CMS_PREFIX, is_tls=BEHIND_TLS)

# --- Rooms and libraries ----------------------------------------------------------------------
INSTALLED_APPS = [
    "lms",
    "monitoring",
    "courses",
    "certificates",
    "reports",
    "training",
    "quizzes",
    "notifications",
    "members",
    "cms",
    "regions",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "members.cms_config.UsersConfig",  # wagtail.users
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_filters",
    "django_htmx",
    "heroicons",
    "phonenumber_field",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "lms.logs.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lms.security.HeaderMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "members.middleware.PersonalPageMiddleware",
    "members.middleware.AccessMiddleware",
    "lms.method_page.MethodPageMiddleware",
    "monitoring.middleware.OwnActMiddleware",
    "cms.list_queries.ListQueryMiddleware",
    "courses.cms_scope.ShelfGuardMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "courses.cms_collisions.CollisionMiddleware",  # last: it calls the view of a save itself
]

ROOT_URLCONF = "lms.urls"
WSGI_APPLICATION = "lms.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "cms.templatetags.icons"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Data -------------------------------------------------------------------------------------
DATABASES = {"default": database_settings(env, data_dir=DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Where the cache, the sessions and the tasks live.
REDIS_URL = env.str("REDIS_URL", default="")
vars().update(background_settings(REDIS_URL))
# In kB: each layout of a print leaves 0.3 MB behind, so a worker's process that holds more ends after its task.
CELERY_WORKER_MAX_MEMORY_PER_CHILD = env.int("WORKER_MEMORY_MB", default=300) * 1000
ISSUE_LANES = env.int("ISSUE_LANES", default=2 if REDIS_URL else 1)  # workers that share one run over certificates
ISSUING_SECONDS = env.int("ISSUING_SECONDS", default=60)  # of each run of the scheduler; the rest waits for the next

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Issued PDFs and evidence: served only by views that check who asks.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA_DIR / "private"), "base_url": None},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = env.str("MEDIA_URL_ROOT", default="/media/")
STATIC_ROOT = DATA_DIR / "static"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "cms.bundles.BundleFinder",  # css/app.css: one sheet out of the small ones
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]

# --- Language and time ------------------------------------------------------------------------
# Wagtail ships its Indonesian as id_ID, Django and allauth theirs as id: id-id finds both.
LANGUAGE_CODE = "id-id"
LANGUAGES = [("id-id", "Bahasa Indonesia")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["lms.formats"]
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Asia/Jakarta"
USE_TZ = True

# --- Accounts ---------------------------------------------------------------------------------
AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = ["members.backend.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "name", "email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PHONENUMBER_DEFAULT_REGION = "ID"
MEMBER_MIN_AGE = env.int("MEMBER_MIN_AGE", default=18)
MEMBER_MAX_AGE = env.int("MEMBER_MAX_AGE", default=60)  # older is a warning to the verifier: regions extend it
# Who may verify: officers of these levels whose region covers the village; the others only look.
MEMBER_VERIFIER_LEVELS = env.list("MEMBER_VERIFIER_LEVELS", default=["village", "district"])
ACCOUNT_ADAPTER = "members.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "members.account_forms.LoginForm",
    "signup": "members.account_forms.RegisterForm",
    "add_email": "members.account_forms.EmailForm",
    "reset_password": "members.account_forms.ResetForm",
}
ACCOUNT_USER_DISPLAY = "members.adapter.display_name"
ACCOUNT_LOGIN_METHODS = {"username", "email"}  # the form and the backend add the phone and the membership number
ACCOUNT_SIGNUP_FIELDS = ["email", "password1*", "password2*"]
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_EMAIL_VERIFICATION = "none"  # most members have no e-mail; the village's officer vouches for them
ACCOUNT_CHANGE_EMAIL = True  # one address, replaced only once its mailbox has answered
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_RATE_LIMITS = {"signup": "10/m/ip,60/h/ip"}  # whole villages share one address of a mobile network
SILENCED_SYSTEM_CHECKS += ["account.W001"]  # log-in by phone is our backend's, so no sign-up field needs to be required
MFA_TOTP_ISSUER = "Akademi Linmas"
LOGIN_URL = "/masuk/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

# --- E-mail -----------------------------------------------------------------------------------
vars().update(email_settings(env, default="consolemail://"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Akademi Linmas <tidak-dibalas@localhost>")

# --- Messages ---------------------------------------------------------------------------------
# Where WhatsApp and SMS go: https://…, or console: and file:///…/pesan.jsonl while developing. Empty: nowhere.
WHATSAPP_GATEWAY_URL = env.str("WHATSAPP_GATEWAY_URL", default="")
WHATSAPP_GATEWAY_TOKEN = env.str("WHATSAPP_GATEWAY_TOKEN", default="")
# Nothing is sent from the first hour until the second, by the clock of the village.
QUIET_FROM_HOUR = env.int("QUIET_FROM_HOUR", default=21)
QUIET_UNTIL_HOUR = env.int("QUIET_UNTIL_HOUR", default=6)
SENDING_SECONDS = env.int("SENDING_SECONDS", default=50)  # of each run; what is left waits for the next one
DELIVERY_LOG_DAYS = env.int("DELIVERY_LOG_DAYS", default=400)  # a whole year's reminders, and a month to look back
# What can be told: each topic lives in the room that knows its facts.
NOTIFICATION_TOPICS = {
    "reminder_open": "training.reminder_topics.OPEN",
    "reminder": "training.reminder_topics.BEFORE_END",
    "reminder_longer": "training.reminder_topics.AFTER_END",
    "reminder_late": "training.reminder_topics.LATE",
    "reminder_by_hand": "training.reminder_topics.BY_HAND",
    "digest_village": "training.digest_topics.VILLAGE",
    "digest_district": "training.digest_topics.DISTRICT",
}
REMINDER_HOUR = env.int("REMINDER_HOUR", default=8)  # local time from which the day's reminders are sent
REMIND_NOW_DAILY_LIMIT = env.int("REMIND_NOW_DAILY_LIMIT", default=2000)  # people an officer reminds by hand a day

# --- Logs -------------------------------------------------------------------------------------
LOGGING = logging_settings(env)

# --- Periods, figures and quizzes -------------------------------------------------------------
# Days after a period and its days of grace until run_periodic freezes its figures; 0: only `close_period` does.
PERIOD_CLOSE_DAYS = env.int("PERIOD_CLOSE_DAYS", default=30)
MONITORING_CACHE_SECONDS = env.int("MONITORING_CACHE_SECONDS", default=15)  # age of the figures of /pantau/; 0: none
QUIZ_GRACE_SECONDS = env.int("QUIZ_GRACE_SECONDS", default=5)  # for an answer that is under way at the deadline

# --- Wagtail ----------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Akademi Linmas"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAIL_WORKFLOW_ENABLED = False  # trainers publish on their own shelf
WAGTAILADMIN_COMMENTS_ENABLED = False
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
# The list of the machine has names that browsers do not know.
WAGTAIL_USER_TIME_ZONES = ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]
WAGTAILDOCS_EXTENSIONS = [
    *("csv", "docx", "odp", "ods", "odt", "pdf", "pptx", "txt", "xlsx"),
    *("m4a", "mp3", "mp4", "ogg", "webm"),
]
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []  # every document is downloaded, none opens on our address
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp", "svg"]
