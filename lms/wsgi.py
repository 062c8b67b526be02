"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
application = get_wsgi_application()
# Every address, view and template tag is loaded before gunicorn forks, once for all workers; else the first visitor of
# each worker waits for it. Nothing of it may ask the database: no two processes can talk over one connection.
reverse("healthz_live")
engines.all()
