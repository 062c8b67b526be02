"""allauth's pages at our addresses; their names are allauth's own, so they have no namespace."""

from allauth.account import views
from django.urls import URLPattern, URLResolver, include, path, re_path

from members.account_views import change_email, register

urlpatterns: list[URLPattern | URLResolver] = [
    path("masuk/", views.login, name="account_login"),
    path("daftar/", register, name="account_signup"),
    path("keluar/", views.logout, name="account_logout"),
    path("masuk/lupa/", views.password_reset, name="account_reset_password"),
    path("masuk/lupa/terkirim/", views.password_reset_done, name="account_reset_password_done"),
    path("masuk/lupa/selesai/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^masuk/lupa/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("akun/nonaktif/", views.account_inactive, name="account_inactive"),
    path("akun/konfirmasi/", views.reauthenticate, name="account_reauthenticate"),
    path("akun/email/", change_email, name="account_email"),
    path("akun/email/terkirim/", views.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^akun/email/konfirmasi/(?P<key>[-:\w]+)/$", views.confirm_email, name="account_confirm_email"),
    path("akun/sandi/", views.password_change, name="account_change_password"),
    path("akun/sandi/buat/", views.password_set, name="account_set_password"),
    path("akun/dua-langkah/", include("allauth.mfa.urls")),
]
