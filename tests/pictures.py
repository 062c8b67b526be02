"""The pictures of README.md that need many members, drawn from the demo as `make run` shows it.

No part of the suite, by its name: a whole demo takes minutes. `make pictures` runs it.
"""

import subprocess
from io import StringIO

import pytest
from django.core.management import call_command

from certificates.models import Certificate
from lms.demo import MEMBER_EMAIL
from members.models import User
from tests.browser import DESKTOP, Browse, log_in
from tests.test_road import PICTURES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_demo_in_pictures(browse: Browse, regions: None):
    for command in ("load_regions", "demo"):
        call_command(command, stdout=StringIO())
    officer = browse(size=DESKTOP)
    log_in(officer, User.objects.get(email="kecamatan@contoh.id"))
    officer.goto("/pantau/63.11.01/")
    officer.screenshot(path=PICTURES / "pantau.png")

    member = User.objects.get(email=MEMBER_EMAIL)
    certificate = Certificate.objects.exclude(sha256="").get(record__member__user=member)
    phone = browse()
    log_in(phone, member)
    pdf = phone.request.get(f"/sertifikat/{certificate.uuid}.pdf").body()
    draw = ["pdftoppm", "-png", "-r", "72", "-f", "1", "-singlefile", "-", str(PICTURES / "sertifikat")]
    subprocess.run(draw, input=pdf, check=True)
