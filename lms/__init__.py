"""Project composition: settings, addresses, Celery and WSGI. Nobody imports from here."""

from lms.celery import app as celery_app

__all__ = ["celery_app"]
