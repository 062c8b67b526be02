"""Until when a certificate holds, where a policy asks for the course again."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from certificates.models import Certificate
from certificates.validity import has_expired, last_day, look_up
from tests.cast import Cast
from tests.factories import CertificateFactory
from training.models import Policy, PolicyCourse

SUBJECT = "course:7"
DONE = datetime(2025, 3, 10, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("cast_once")


def certificate_of(cast: Cast, **more: object) -> Certificate:
    record = {"record__subject": SUBJECT, "record__completed_at": DONE, "record__completed_on": date(2025, 3, 10)}
    return CertificateFactory(record__member=cast.member, **{**record, **more})


def ask_again(region: str = "63.11", months: int | None = 12, subject: str = SUBJECT, **policy: object) -> None:
    row = Policy.objects.create(region_id=region, starts_on=date(2025, 1, 1), **policy)
    PolicyCourse.objects.create(policy=row, subject=subject, title="Pertolongan Pertama", valid_months=months)


def at(year: int, month: int, day: int, hour: int = 2) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def test_it_holds_until_the_day_before_the_months_are_over(cast: Cast):
    ask_again()
    certificate = certificate_of(cast)
    assert last_day(certificate, now=at(2026, 1, 1)) == date(2026, 3, 9)


def test_it_expires_at_the_villages_own_midnight(cast: Cast):
    ask_again()
    certificate = certificate_of(cast)
    until = last_day(certificate, now=at(2026, 3, 9))
    assert not has_expired(certificate, until, now=at(2026, 3, 9, 15))  # 23.00 WITA
    assert has_expired(certificate, until, now=at(2026, 3, 9, 16))  # midnight


@pytest.mark.parametrize(
    "policy",
    [{"months": None}, {"subject": "course:8"}, {"region": "63.09"}, {"ends_on": date(2025, 6, 30)}],
    ids=["for ever", "another course", "another regency", "no longer in force"],
)
def test_what_does_not_limit_it(cast: Cast, policy: dict):
    ask_again(**policy)
    assert last_day(certificate_of(cast), now=at(2026, 11, 1)) is None


def test_without_a_course_nothing_is_asked(cast: Cast, django_assert_num_queries):
    ask_again()
    certificate = certificate_of(cast, record__subject="")
    with django_assert_num_queries(0):
        assert last_day(certificate) is None


def test_of_a_revoked_one_nobody_asks_how_long(cast: Cast):
    ask_again()
    certificate = certificate_of(cast, status="revoked", reason="Keliru", changed_at=DONE)
    assert last_day(certificate) is None


def test_many_are_looked_up_at_once(cast: Cast, django_assert_num_queries):
    ask_again()
    certificates = [certificate_of(cast), certificate_of(cast), certificate_of(cast, record__subject="")]
    with django_assert_num_queries(2):
        look_up(certificates, now=at(2026, 11, 1))
    assert [one.last_day for one in certificates] == [date(2026, 3, 9), date(2026, 3, 9), None]
    assert [one.has_expired for one in certificates] == [True, True, False]


def test_the_page_and_the_json_say_kedaluwarsa(client: Client, cast: Cast, django_assert_max_num_queries):
    ask_again()
    certificate = certificate_of(cast)
    with django_assert_max_num_queries(10):
        html = client.get(f"/verifikasi/{certificate.token}/").content.decode()
    assert ">KEDALUWARSA<" in html
    assert ">ASLI<" not in html
    assert "Berlaku sampai 9 Maret 2026." in html
    answer = client.get(f"/verifikasi/{certificate.token}.json").json()
    assert (answer["status"], answer["valid_until"]) == ("expired", "2026-03-09")


def test_one_that_still_holds_says_until_when(client: Client, cast: Cast):
    ask_again(months=600)
    certificate = certificate_of(cast)
    html = client.get(f"/verifikasi/{certificate.token}/").content.decode()
    assert ">ASLI<" in html
    assert "Berlaku sampai 9 Maret 2075." in html
    assert client.get(f"/verifikasi/{certificate.token}.json").json()["status"] == "valid"


def test_the_members_list_shows_it(client: Client, cast: Cast, django_assert_max_num_queries):
    ask_again()
    certificate_of(cast, file="a.pdf", sha256="0" * 64)
    client.force_login(cast.member.user)
    with django_assert_max_num_queries(11):
        html = client.get("/sertifikat/").content.decode()
    assert "Kedaluwarsa" in html
    assert "Berlaku sampai 9 Maret 2026." in html
