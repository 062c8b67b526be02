"""A NUL in a form: no keyboard types one and PostgreSQL stores none, so none may reach a query.

One in an address is refused for all: tests/lms/test_headers.py.
"""

import pytest
from django.test import Client

from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("cast_once")
CODE = "63\0xx"  # begins as a region of whoever may see the nation does
FORMS = (
    ("/dispensasi/baru/", {"wilayah": CODE, "cari": "a\0b", "anggota": "a\0b", "regu": "1\0", "halaman": "1\0"}),
    ("/anggota/tambah/", {"village": CODE, "village_text": "a\0b", "name": "a\0b", "squad": "1\0", "nik": "99\0"}),
    ("/pelatihan-luar/baru/", {"number": "LM\0", "title": "a\0b", "field": "\0"}),
    ("/pelatihan-luar/setujui/", {"pilih": "a\0b"}),
    ("/kebijakan/baru/?wilayah=63", {"courses": "a\0b", "training_fields": "\0", "preview": "1", "per_year": "2\0"}),
    ("/pantau/tiap-senin/", {"peran": "a\0b"}),
    ("/pantau/63.11.01/terlambat/ingatkan/", {"token": "a\0b"}),
    ("/pemberitahuan/saluran/", {"channels": "a\0b"}),
)


@pytest.mark.parametrize(("path", "data"), FORMS, ids=[path for path, _data in FORMS])
def test_an_administrators_form_is_answered(path: str, data: dict[str, str], client: Client, cast: Cast):
    client.force_login(cast.admin)

    assert client.post(path, data).status_code < 500


@pytest.mark.parametrize("path", ["/anggota/tambah/", "/laporan/baru/"])
def test_a_form_about_a_village_is_answered(path: str, client: Client, cast: Cast):
    client.force_login(cast.district_officer)
    data = {"village": "63.11.01.2001\0", "draft_key": "a\0b"}

    assert client.post(path, data).status_code < 500


def test_a_log_in_is_answered(client: Client, cast: Cast):
    assert client.post("/masuk/", {"login": "a\0b", "password": "a\0b"}).status_code == 200
