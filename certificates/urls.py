"""Addresses of the room."""

from django.urls import URLPattern, URLResolver, path

from certificates import badge_views, offline_views, picture_views, region_views, run_views, signing_views, views

app_name = "certificates"
urlpatterns: list[URLPattern | URLResolver] = [
    path("sertifikat/", views.mine, name="mine"),
    path("sertifikat/wilayah/", region_views.region_list, name="region"),
    path("sertifikat/wilayah/unduh.zip", region_views.region_zip, name="zip"),
    path("sertifikat/wilayah/cetak/", region_views.order_print, name="order_print"),
    path("sertifikat/wilayah/terbit/", region_views.order_issue, name="order_issue"),
    path("sertifikat/proses/<uuid:uuid>/", run_views.run, name="run"),
    path("sertifikat/proses/<uuid:uuid>/lanjut/", run_views.go_on, name="go_on"),
    path("sertifikat/proses/<uuid:uuid>/lagi/", run_views.again, name="again"),
    path("sertifikat/proses/<uuid:uuid>/cetak/", run_views.print_issued, name="print_issued"),
    path("sertifikat/proses/<uuid:uuid>.pdf", run_views.run_file, name="run_file"),
    path("sertifikat/proses/<uuid:uuid>.zip", run_views.run_zip, name="run_zip"),
    path("sertifikat/<uuid:uuid>.pdf", views.pdf, name="pdf"),
    path("sertifikat/<uuid:uuid>.webp", picture_views.preview_file, name="preview"),
    path("sertifikat/<uuid:uuid>.badge.jwt", badge_views.badge, name="badge"),
    path("sertifikat/<uuid:uuid>/cabut/", views.revoke, name="revoke"),
    path("sertifikat/<uuid:uuid>/terbit-ulang/", views.reissue, name="reissue"),
    path("sertifikat/<uuid:uuid>/tanda-tangan/", signing_views.sign, name="sign"),
    path("verifikasi/", views.verify, name="verify"),
    path("verifikasi/luring/", offline_views.offline, name="offline"),
    path("verifikasi/sw.js", offline_views.worker, name="worker"),
    path(".well-known/jwks.json", offline_views.keys, name="keys"),
    path("verifikasi/status/<int:number>.jwt", badge_views.status, name="status_list"),
    path("verifikasi/<slug:token>/", views.verification, name="verification"),
    path("verifikasi/<slug:token>/gambar.png", picture_views.share_file, name="picture"),
    path("verifikasi/<slug:token>.json", views.verification_json, name="verification_json"),
]
