"""Addresses of the room; logging in and out is in account_urls.py."""

from django.urls import URLPattern, URLResolver, path

from members import account_views, officer_views

app_name = "members"
urlpatterns: list[URLPattern | URLResolver] = [
    path("akun/", account_views.account, name="account"),
    path("akun/persetujuan/", account_views.consent, name="consent"),
    path("akun/perbaiki/", account_views.correct, name="correct"),
    path("anggota/", officer_views.members, name="members"),
    path("anggota/ekspor/", officer_views.export, name="export"),
    path("anggota/ekspor.xlsx", officer_views.export_xlsx, name="export_xlsx"),
    path("anggota/tambah/", officer_views.add, name="add"),
    path("anggota/<int:pk>/", officer_views.member, name="member"),
    path("anggota/<int:pk>/verifikasi/", officer_views.verify, name="verify"),
    path("anggota/<int:pk>/tolak/", officer_views.refuse, name="refuse"),
    path("anggota/<int:pk>/nik/", officer_views.nik, name="nik"),
    path("anggota/<int:pk>/sandi/", officer_views.password_link, name="password_link"),
]
