"""Addresses of the room."""

from django.urls import URLPattern, URLResolver, path

from certificates import views

app_name = "certificates"
urlpatterns: list[URLPattern | URLResolver] = [
    path("sertifikat/", views.mine, name="mine"),
    path("sertifikat/<uuid:uuid>.pdf", views.pdf, name="pdf"),
    path("sertifikat/<uuid:uuid>/cabut/", views.revoke, name="revoke"),
    path("verifikasi/", views.verify, name="verify"),
    path("verifikasi/<slug:token>/", views.verification, name="verification"),
    path("verifikasi/<slug:token>.json", views.verification_json, name="verification_json"),
]
