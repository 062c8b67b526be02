"""Addresses of the room."""

from django.urls import URLPattern, URLResolver, path

from reports.views import files, reading, writing

app_name = "reports"
urlpatterns: list[URLPattern | URLResolver] = [
    path("laporan/", reading.report_list, name="list"),
    path("laporan/ekspor.csv", files.export, name="export"),
    path("laporan/ekspor.xlsx", files.export_xlsx, name="export_xlsx"),
    path("laporan/baru/", writing.new_report, name="new"),
    path("laporan/<int:pk>/", reading.report_detail, name="report"),
    path("laporan/<int:pk>.pdf", files.pdf, name="pdf"),
    path("laporan/<int:pk>/ubah/", writing.edit_report, name="edit"),
    path("laporan/<int:pk>/foto/", writing.add_report_photos, name="photos"),
    path("laporan/<int:pk>/foto/<int:position>", files.photo, name="photo"),
    path("laporan/<int:pk>/kirim/", writing.send, name="send"),
    path("laporan/<int:pk>/hapus/", writing.discard, name="discard"),
    path("laporan/<int:pk>/verifikasi/", reading.verify, name="verify"),
    path("laporan/<int:pk>/kembalikan/", reading.send_back, name="return"),
]
