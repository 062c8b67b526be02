"""Every address of the product; docs: the contract of addresses in README.md."""

from django.urls import URLPattern, URLResolver, include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("cms/", include(wagtailadmin_urls)),
    path("", include("regions.urls")),
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
