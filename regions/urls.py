"""Addresses of the room."""

from django.urls import URLPattern, URLResolver, path

from regions import views

app_name = "regions"
urlpatterns: list[URLPattern | URLResolver] = [
    path("wilayah/desa/", views.villages, name="villages"),
    path("wilayah/<str:code>/", views.children, name="children"),
]
