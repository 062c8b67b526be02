"""Addresses of the room."""

from django.urls import URLPattern, URLResolver, path

from notifications import views

app_name = "notifications"
urlpatterns: list[URLPattern | URLResolver] = [
    path("pemberitahuan/", views.inbox, name="inbox"),
    path("pemberitahuan/dibaca/", views.read_all, name="read_all"),
    path("pemberitahuan/saluran/", views.channels, name="channels"),
    path("pemberitahuan/<int:pk>/", views.open_notice, name="open"),
]
