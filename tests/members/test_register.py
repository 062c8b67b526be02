"""`/daftar/`: a registration waits for the village, tells a stranger nothing and loses nothing that was typed."""

import logging
import re
from datetime import date

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.views.debug import SafeExceptionReporterFilter

from members.models import Member, User
from members.services import register_member, verify_member
from notifications.models import Notice
from regions.models import Region
from regions.timezones import local_date
from tests.cast import Cast
from tests.members.people import PASSWORD, personal_data

VALID = {
    "name": "Budi  Santoso",
    "nik": "9901 0120 0590 0001",
    "birth_date": "1990-05-20",
    "sex": "m",
    "phone": "0812-3456-7890",
    "village": "63.11.01.2001",
    "email": "Budi@Contoh.id",
    "password1": PASSWORD,
    "password2": PASSWORD,
    "whatsapp_consent": "on",
}


def send(client: Client, **changes: str):
    return client.post("/daftar/", {**VALID, **changes})


# --- success ----------------------------------------------------------------------------------


def test_registering_logs_in_and_says_what_happens_next(regions: None, client: Client):
    response = send(client)
    assert response.status_code == 302
    assert response["Location"] == "/akun/"
    page = client.get("/akun/").content.decode()
    assert "Menunggu verifikasi" in page
    assert "Desa Muara Ninian" in page
    member = Member.objects.get()
    assert (member.name, member.status, str(member.phone)) == ("Budi Santoso", "pending", "+6281234567890")
    assert member.nik.digits == "9901012005900001"
    assert member.whatsapp_consent_at is not None
    assert member.photo_consent_at is None
    assert mail.outbox == []


def test_an_empty_form_is_answered_in_indonesian_and_not_by_the_browser(regions: None, client: Client):
    assert re.search(r'<form[^>]*action="/daftar/"[^>]* novalidate', client.get("/daftar/").content.decode())
    page = client.post("/daftar/", {}).content.decode()
    assert page.count('<li><a href="#id_') == 8
    for text in ("Nama lengkap: Tulis nama lengkap.", "Nomor HP: Tulis nomor HP.", "Kata sandi: Tulis kata sandi."):
        assert text in page


@pytest.mark.parametrize("written", ["1990-05-20", "20/05/1990", "20-05-1990", "20.05.1990"])
def test_a_birth_date_is_read_day_first(written: str, regions: None, client: Client):
    send(client, birth_date=written)
    assert Member.objects.get().birth_date == date(1990, 5, 20)


def test_an_email_is_optional(regions: None, client: Client):
    assert send(client, email="").status_code == 302
    assert not User.objects.get().emailaddress_set.exists()


def test_a_nik_that_disagrees_is_accepted(regions: None, client: Client):
    assert send(client, birth_date="1991-01-01", sex="f").status_code == 302


@pytest.mark.parametrize("name", ["Suparno", "Nurul ‘Aini", "H. Abd. Ma'ruf", "X" * 100])
def test_names_are_as_people_write_them(name: str, regions: None, client: Client):
    assert send(client, name=name).status_code == 302
    assert Member.objects.get().name == name


def test_the_villages_officer_is_told_without_a_name(cast: Cast, client: Client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        send(client)
    notice = Notice.objects.get(user=cast.village_officer)
    assert notice.path == f"/anggota/{Member.objects.get(name='Budi Santoso').pk}/"
    assert "Budi" not in notice.title + notice.body
    assert not Notice.objects.filter(user=cast.district_officer).exists()  # only where the village has no officer
    assert not Notice.objects.filter(user=cast.neighbour_village_officer).exists()


# --- every refusal ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", ""),
        ("name", "X" * 101, ""),
        ("nik", "", ""),
        ("nik", "123", "16 angka"),
        ("nik", "9901012005900000", "0000"),
        ("nik", "9901013502900001", "bukan tanggal lahir"),
        ("birth_date", "", ""),
        ("birth_date", "31/02/1990", ""),
        ("birth_date", "1880-01-01", "Periksa tahun lahirnya"),
        ("birth_date", "2999-01-01", "Periksa tahun lahirnya"),
        ("sex", "", ""),
        ("sex", "x", ""),
        ("phone", "", ""),
        ("phone", "12345", "0812-3456-7890"),
        ("village", "", ""),
        ("village", "63.11.01", ""),
        ("village", "63.11.01.2999", ""),
        ("email", "bukan-email", ""),
        ("password1", "", ""),
        ("password1", "pendek", ""),
        ("password2", "lain-sekali-2026", ""),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(field: str, value: str, words: str, regions: None, client: Client):
    response = send(client, **{field: value})
    assert response.status_code == 200
    errors = response.context["form"].errors
    assert set(errors) <= {field, "password2"}
    assert words in str(dict(errors))
    assert not Member.objects.exists()
    assert not User.objects.exists()


def test_nothing_typed_is_lost_but_the_password(regions: None, client: Client):
    page = send(client, nik="123", photo_consent="on").content.decode()
    for text in ("Budi  Santoso", "123", "1990-05-20", "0812-3456-7890", "63.11.01.2001", "Budi@Contoh.id"):
        assert f'value="{text}"' in page
    assert page.count("checked") == 3  # the sex and both consents
    assert PASSWORD not in page


def test_eighteen_is_enough_and_a_day_less_is_not(regions: None, client: Client):
    today = local_date(timezone.now(), "63.11.01.2001")
    try:
        birthday = today.replace(year=today.year - 18)
    except ValueError:  # 29 February
        birthday = date(today.year - 18, 3, 1)
    tomorrow = date.fromordinal(birthday.toordinal() + 1)
    page = send(client, birth_date=tomorrow.isoformat()).content.decode()
    assert "paling sedikit 18 tahun" in page
    assert send(client, birth_date=birthday.isoformat()).status_code == 302


def test_a_retired_village_takes_nobody(regions: None, client: Client):
    Region.objects.filter(code="63.11.01.2001").update(retired_on=date(2026, 1, 1))
    assert send(client).status_code == 200


def test_who_is_logged_in_does_not_register_again(cast: Cast, client: Client):
    client.force_login(cast.member.user)
    assert send(client)["Location"] == "/belajar/"
    assert not Member.objects.filter(name="Budi Santoso").exists()


# --- what a stranger learns -----------------------------------------------------------------------


def outcome(client: Client, **changes: str) -> tuple[object, ...]:
    """Everything the registering person sees, without what they typed themselves."""
    response = send(client, **changes)
    page = client.get("/akun/").content.decode()
    page = re.sub(r'value="[^"]{64}"|X-CSRFToken[^}]+|data-account="\d+"', "", page)
    return response.status_code, response["Location"], sorted(client.cookies), page


def test_a_known_nik_phone_and_email_look_like_new_ones(cast: Cast):
    first = register_member(data=personal_data(), email="budi@contoh.id", password=PASSWORD)
    verify_member(member=first, by=cast.village_officer)
    known = outcome(Client())
    unknown = outcome(Client(), email="baru@contoh.id")
    assert known[:3] == unknown[:3]
    assert known[3].replace("budi@contoh.id", "…") == unknown[3].replace("baru@contoh.id", "…")


def test_a_known_person_costs_as_many_queries_as_a_new_one(cast: Cast):
    counts = []
    for changes in ({}, {}, {"phone": "089999999999", "email": "baru@contoh.id", "nik": "9901012005900009"}):
        with CaptureQueriesContext(connection) as queries:
            assert send(Client(), **changes).status_code == 302
        counts.append(len([q for q in queries if "django_cache" not in q["sql"]]))
    assert counts[1] == counts[2]


def test_registering_is_rate_limited(regions: None):
    answers = [send(Client(), nik="123").status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]


def said(record: logging.LogRecord) -> str:
    """Everything a record says, without the clock, the thread and the drawn id: those may hold any digits."""
    return " ".join(
        str(value)
        for name, value in record.__dict__.items()
        if name not in {"request_id", "asctime"} and not isinstance(value, (int, float))
    )


def test_nothing_personal_is_logged(regions: None, client: Client, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG):
        send(client, nik="9901012005900000")
        send(client)
        send(Client())
    logged = " ".join(said(record) for record in caplog.records if "sql" not in record.__dict__)
    assert "daftar/" in logged
    for secret in ("990101", "81234567890", "3456", "contoh.id", "1990", PASSWORD):
        assert secret not in logged


def test_an_error_report_holds_nothing_of_the_form(regions: None, client: Client):
    request = send(client, nik="123").wsgi_request
    assert set(SafeExceptionReporterFilter().get_post_parameters(request).values()) == {
        SafeExceptionReporterFilter.cleansed_substitute
    }
