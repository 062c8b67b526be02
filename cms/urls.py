"""Addresses of the room."""

from django.urls import URLPattern, URLResolver, path

from cms import media

app_name = "cms"
urlpatterns: list[URLPattern | URLResolver] = [
    path("media/<path:path>", media.serve, name="media"),
]
