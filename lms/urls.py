"""Every address of the product: the CMS and its files here, the rest in the rooms, whichever matches first."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.documents import urls as wagtaildocs_urls

from lms.health import live, ready
from lms.log_in import CmsLogIn
from members.cms_views import SettingsView

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz/live", live, name="healthz_live"),
    path("healthz/ready", ready, name="healthz_ready"),
    # One way to log in: Wagtail's own forms know no rate limit and no second factor.
    path("cms/login/", CmsLogIn.as_view()),
    path("_util/login/", RedirectView.as_view(url=settings.LOGIN_URL, query_string=True)),
    path("cms/account/", require_admin_access(SettingsView.as_view())),
    path("cms/", include(wagtailadmin_urls)),
    path("dokumen/", include(wagtaildocs_urls)),
    path("", include("cms.urls")),
    path("", include("regions.urls")),
    path("", include("members.account_urls")),
    path("", include("members.urls")),
    path("", include("notifications.urls")),
    path("", include("quizzes.urls")),
    path("", include("training.urls")),
    path("", include("reports.urls")),
    path("", include("certificates.urls")),
    path("", include("courses.urls")),
    path("", include("monitoring.urls")),
    path("", include(wagtail_urls)),
]
