"""Logs carry a request id and the route, and never what names a person."""

import json
import logging
import os
import subprocess
import sys

import pytest
from django.test import Client, override_settings
from hypothesis import given
from hypothesis import strategies as st

from lms.logs import SafeJsonFormatter, scrub


def line_of(message: str, *args: object, name: str = "akademi") -> dict[str, object]:
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, message, args, None)
    return json.loads(SafeJsonFormatter("%(name)s %(request_id)s %(message)s").format(record))


def test_a_plain_message_passes():
    assert line_of("took %s ms", 12)["message"] == "took 12 ms"


@given(st.from_regex(r"[0-9]{16}", fullmatch=True))
def test_no_nik_survives(nik: str):
    assert nik not in scrub(f"row {nik} is wrong")


@pytest.mark.parametrize("code", ["63.11.01", "63.11.01.2001", "91.03.01.1001"])
def test_the_code_of_a_region_passes(code: str):
    assert scrub(f"weekly report of {code} not sent") == f"weekly report of {code} not sent"
    for longer in (f"+{code}", f"{code}.0001", f"{code} 0001", f"0{code}", f"{code}@contoh.id"):
        assert scrub(f"a {longer} b") == "a [disembunyikan] b"
    assert scrub("+62(81.23.45.1678)") == "+62([disembunyikan])"
    assert scrub(code) == code


@given(
    st.one_of(st.from_regex(r"[0-9]{16}", fullmatch=True), st.from_regex(r"(0|62|\+62)8[0-9]{8,11}", fullmatch=True)),
    st.lists(st.sampled_from(["", "", ".", "-", " "]), min_size=16, max_size=16),
)
def test_no_nik_or_phone_survives_however_it_is_grouped(number: str, separators: list[str]):
    sign, digits = ("+", number[1:]) if number.startswith("+") else ("", number)
    grouped = sign + "".join(map("".join, zip(digits, separators, strict=False))).strip(" .-")
    assert scrub(f"a {grouped} b") == "a [disembunyikan] b"


@pytest.mark.parametrize("secret", ["budi@contoh.id", "+62 812-3456-7890", "081234567890"])
def test_no_address_or_phone_survives(secret: str):
    assert secret not in line_of("failed for %s", secret)["message"]


def test_values_that_postgresql_quotes_are_hidden():
    text = "DETAIL:  Key (nik_index)=(a1b2c3) already exists."
    assert scrub(text) == "DETAIL:  Key (nik_index)=([disembunyikan]) already exists."


@pytest.mark.parametrize("values", ["63.11.01.2001, Budi", "081234567890, Budi", "budi@contoh.id, Budi"])
def test_every_value_of_a_key_is_hidden(values: str):
    assert scrub(f"Key (village, name)=({values}) already exists.") == (
        "Key (village, name)=([disembunyikan]) already exists."
    )


def test_the_row_that_postgresql_quotes_is_hidden():
    row = "(7, Budi (Pak) Santoso, m, Berkeliling.\nBersama Siti., draft)"
    text = f'violates check constraint "x"\nDETAIL:  Failing row contains {row}.\n\nThe above exception'
    assert scrub(text) == (
        'violates check constraint "x"\nDETAIL:  Failing row contains [disembunyikan]\n\nThe above exception'
    )
    assert scrub("Key (name)=(Budi (Pak) Santoso) already exists.") == "Key (name)=([disembunyikan]) already exists."


def test_a_workers_lines_are_scrubbed_too():
    as_a_worker_starts = "from lms.celery import app; app.loader.init_worker(); app.log.setup()"
    code = f"{as_a_worker_starts}; import logging; logging.getLogger('celery.app.trace').error('gagal: budi@contoh.id')"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "lms.settings"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)
    assert json.loads(done.stderr)["message"] == "gagal: [disembunyikan]"


def test_the_path_of_a_missing_page_is_not_logged():
    assert line_of("%s: %s", "Not Found", "/verifikasi/rahasia/", name="django.request")["message"] == "Not Found"


def test_nor_is_that_of_a_form_without_its_token(caplog: pytest.LogCaptureFixture):
    assert Client(enforce_csrf_checks=True).post("/verifikasi/rahasia/").status_code == 403
    records = [record for record in caplog.records if record.name == "django.security.csrf"]
    assert [SafeJsonFormatter("%(message)s").format(record) for record in records] == [
        '{"message": "Forbidden (CSRF cookie not set.)"}'
    ]


def test_what_django_adds_to_a_record_is_dropped():
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, "%s: %s", ("Not Found", "/x/"), None)
    record.request, record.status_code = "<WSGIRequest: GET '/verifikasi/rahasia/'>", 404
    line = SafeJsonFormatter("%(asctime)s %(name)s %(message)s").format(record)
    assert "rahasia" not in line
    assert set(json.loads(line)) == {"asctime", "name", "message"}


@pytest.mark.parametrize("name", ["django.request", "django.security.SuspiciousOperation"])
@pytest.mark.parametrize(("status", "is_told"), [(400, False), (403, False), (404, False), (500, True)])
def test_only_our_own_faults_leave_a_traceback(status: int, is_told: bool, name: str):
    try:
        raise ValueError("hanya uji")
    except ValueError:
        fault = sys.exc_info()
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, "%s: %s", ("Forbidden", "/x/"), fault)
    record.status_code = status
    assert ("hanya uji" in SafeJsonFormatter("%(message)s").format(record)) is is_told


def test_every_answer_names_its_request(client: Client):
    first, second = client.get("/healthz/live"), client.get("/healthz/live")
    assert len(first["X-Request-ID"]) == 16
    assert first["X-Request-ID"] != second["X-Request-ID"]


def test_a_strangers_request_id_is_not_believed(client: Client):
    given_id = "aaaaaaaa-bbbb"
    assert client.get("/healthz/live", headers={"X-Request-ID": given_id})["X-Request-ID"] != given_id
    with override_settings(TRUSTED_PROXY_COUNT=1):
        assert client.get("/healthz/live", headers={"X-Request-ID": given_id})["X-Request-ID"] == given_id
        odd = client.get("/healthz/live", headers={"X-Request-ID": 'x" y'})
        assert odd["X-Request-ID"] != 'x" y'


def test_the_access_line_names_the_route_not_the_address(client: Client, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.INFO, logger="akademi.access"):
        client.get("/healthz/live?nik=6311010101900001")
    (record,) = caplog.records
    assert record.route == "healthz/live"
    assert "6311010101900001" not in str(record.__dict__)
