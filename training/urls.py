"""Addresses of the room."""

from django.urls import URLPattern, URLResolver, path

from training import policy_views

app_name = "training"
urlpatterns: list[URLPattern | URLResolver] = [
    path("kebijakan/", policy_views.policies, name="policies"),
    path("kebijakan/baru/", policy_views.new, name="policy_new"),
    path("kebijakan/<int:pk>/", policy_views.edit, name="policy"),
    path("kebijakan/<int:pk>/cabut/", policy_views.withdraw, name="policy_withdraw"),
]
