"""Addresses of the room."""

from django.urls import URLPattern, URLResolver, path

from quizzes import views

app_name = "quizzes"
urlpatterns: list[URLPattern | URLResolver] = [
    path("kuis/<uuid:attempt_id>/", views.resume, name="attempt"),
    path("kuis/<uuid:attempt_id>/<int:position>/", views.question, name="question"),
    path("kuis/<uuid:attempt_id>/periksa/", views.review, name="review"),
    path("kuis/<uuid:attempt_id>/kumpulkan/", views.submit, name="submit"),
    path("kuis/<uuid:attempt_id>/hasil/", views.result, name="result"),
]
