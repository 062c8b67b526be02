"""Addresses of the room."""

from django.urls import URLPattern, URLResolver, path

from monitoring import views

app_name = "monitoring"
urlpatterns: list[URLPattern | URLResolver] = [
    path("pantau/", views.page, name="home"),
    path("pantau/<str:code>.json", views.figures_json, name="figures"),
    path("pantau/<str:code>.csv", views.figures_csv, name="table"),
    path("pantau/<str:code>.xlsx", views.figures_xlsx, name="table_xlsx"),
    path("pantau/<str:code>/", views.page, name="region"),
]
