"""Addresses of the room; the course pages are Wagtail's."""

from django.urls import URLPattern, URLResolver, path

from courses import views

app_name = "courses"
urlpatterns: list[URLPattern | URLResolver] = [
    path("belajar/", views.learn, name="learn"),
    path("belajar/kursus/<int:course_id>/mulai/", views.enrol_course, name="enrol"),
    path("belajar/kursus/<int:course_id>/kuis/", views.begin_quiz, name="start_quiz"),
    path("belajar/materi/<int:lesson_id>/selesai/", views.finish_lesson, name="complete_lesson"),
]
