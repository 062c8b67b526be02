"""Addresses of the room."""

from django.urls import URLPattern, URLResolver, path

from monitoring import compare_views, late_views, message_log_views, remind_views, views, weekly_views

app_name = "monitoring"
urlpatterns: list[URLPattern | URLResolver] = [
    path("pantau/", views.page, name="home"),
    path("pantau/bandingkan/", compare_views.compare, name="compare"),
    path("pantau/tiap-senin/", weekly_views.weekly, name="weekly"),
    path("pantau/<str:code>.json", views.figures_json, name="figures"),
    path("pantau/<str:code>.csv", views.figures_csv, name="table"),
    path("pantau/<str:code>.xlsx", views.figures_xlsx, name="table_xlsx"),
    path("pantau/<str:code>/laporan.pdf", views.report, name="report"),
    path("pantau/<str:code>/terlambat/", late_views.late_list, name="late"),
    path("pantau/<str:code>/terlambat/ingatkan/", remind_views.remind, name="remind"),
    path("pantau/<str:code>/terlambat.csv", late_views.late_csv, name="late_csv"),
    path("pantau/<str:code>/terlambat.xlsx", late_views.late_xlsx, name="late_xlsx"),
    path("pantau/<str:code>/pengingat/", message_log_views.message_log, name="message_log"),
    path("pantau/<str:code>/", views.page, name="region"),
]
