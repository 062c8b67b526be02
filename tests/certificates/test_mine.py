"""/sertifikat/ and the PDF: who may see what, and that the file is the one that was issued."""

import logging
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from certificates.models import Certificate
from certificates.revoking import revoke_certificate
from certificates.services import issue_certificate
from courses.services import complete_course
from members.models import Member
from quizzes.services import start_attempt
from regions.models import Region
from tests.cast import Cast
from tests.certificates.helpers import Issued
from tests.courses.helpers import answer_all, pass_course
from tests.factories import CertificateFactory, QuizFactory, make_course
from training.models import TrainingRecord


def browser_of(user: object) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_lists_my_certificates_with_print_share_and_verification(issued: Issued, django_assert_max_num_queries):
    CertificateFactory(record__member=issued.cast.other_member, record__title="Milik orang lain")
    client = browser_of(issued.cast.member.user)
    with django_assert_max_num_queries(9):
        html = client.get("/sertifikat/").content.decode()
    certificate = issued.certificate
    assert certificate.number in html
    assert f"Selesai {date_format(certificate.record.completed_on, 'j F Y')}" in html
    assert f"Terbit {date_format(certificate.issued_on, 'j F Y')}" in html
    assert f'href="/sertifikat/{certificate.uuid}.pdf"' in html
    assert f'href="/verifikasi/{certificate.token}/"' in html
    assert "https://wa.me/?text=" in html
    assert "Milik orang lain" not in html


def test_a_full_page_asks_no_more_than_a_short_one(cast: Cast, django_assert_max_num_queries):
    CertificateFactory.create_batch(30, record__member=cast.member)
    client = browser_of(cast.member.user)
    with django_assert_max_num_queries(9):
        html = client.get("/sertifikat/").content.decode()
    assert html.count('class="card"') == 25
    assert "dari 30" in html
    assert client.get("/sertifikat/?page=2").content.decode().count('class="card"') == 5


def test_says_what_belongs_here_while_there_is_none(cast: Cast):
    html = browser_of(cast.member.user).get("/sertifikat/").content.decode()
    assert "Belum ada sertifikat" in html
    assert 'href="/kursus/"' in html


def test_shows_one_in_the_making_and_one_revoked(cast: Cast):
    CertificateFactory(record__member=cast.member)
    CertificateFactory(record__member=cast.member, status="revoked", reason="Salah orang", changed_at=timezone.now())
    html = browser_of(cast.member.user).get("/sertifikat/").content.decode()
    assert "Sedang dibuat" in html
    assert "Dicabut" in html
    assert "Salah orang" in html
    assert "wa.me" not in html


def test_a_member_who_left_keeps_theirs(issued: Issued):
    Member.objects.filter(pk=issued.cast.member.pk).update(status=Member.Status.INACTIVE)
    assert issued.certificate.number in browser_of(issued.cast.member.user).get("/sertifikat/").content.decode()


def test_the_share_text_names_nobody(issued: Issued):
    text = parse_qs(urlsplit(issued.certificate.share_url).query)["text"][0]
    assert issued.certificate.verification_url in text
    assert "Dasar Hukum, Tugas & Etika Satlinmas" in text
    assert issued.cast.member.name not in text


def test_serves_the_frozen_file(issued: Issued):
    response = browser_of(issued.cast.member.user).get(issued.certificate.pdf_path)
    assert response.content == issued.file.read_bytes()
    assert response["Content-Type"] == "application/pdf"
    number = issued.certificate.number.lower().replace("/", "-").replace(".", "-")
    assert response["Content-Disposition"] == f'inline; filename="sertifikat-{number}.pdf"'
    assert response["Cache-Control"] == "private, no-cache"
    assert response["ETag"] == f'"{issued.certificate.sha256}"'


def test_a_second_look_costs_no_bytes(issued: Issued):
    client = browser_of(issued.cast.member.user)
    response = client.get(issued.certificate.pdf_path, headers={"If-None-Match": f'"{issued.certificate.sha256}"'})
    assert (response.status_code, response.content) == (304, b"")


def test_stays_the_same_after_renaming_and_losing_the_village(issued: Issued):
    before = issued.file.read_bytes()
    Member.objects.filter(pk=issued.cast.member.pk).update(name="Nama Baru", number="LM-BARU")
    Region.objects.filter(pk="63.11.01.2001").update(name="Ganti", full_name="Ganti")
    assert browser_of(issued.cast.member.user).get(issued.certificate.pdf_path).content == before


@pytest.mark.parametrize("role", ["village_officer", "district_officer", "regency_officer", "admin"])
def test_officers_of_the_village_may_open_it(issued: Issued, role: str):
    assert browser_of(getattr(issued.cast, role)).get(issued.certificate.pdf_path).status_code == 200


@pytest.mark.parametrize(
    "role",
    ["neighbour_village_officer", "neighbour_district_officer", "trainer", "neighbour_trainer", "liaison", "stranger"],
)
def test_everybody_else_finds_nothing(issued: Issued, role: str):
    assert browser_of(getattr(issued.cast, role)).get(issued.certificate.pdf_path).status_code == 404


@pytest.mark.parametrize("name", ["other_member", "neighbour_member", "pending_member"])
def test_another_member_finds_nothing(issued: Issued, name: str):
    assert browser_of(getattr(issued.cast, name).user).get(issued.certificate.pdf_path).status_code == 404


def test_strangers_are_sent_to_the_log_in(issued: Issued):
    response = Client().get(issued.certificate.pdf_path)
    assert response.status_code == 302
    assert response["Location"].startswith("/masuk/")


def test_an_officer_of_the_new_village_does_not_inherit_the_old_training(issued: Issued):
    Member.objects.filter(pk=issued.cast.member.pk).update(village_id="63.11.02.2001")
    officer = issued.cast.neighbour_village_officer
    assert browser_of(officer).get(issued.certificate.pdf_path).status_code == 404


def test_says_so_while_the_file_is_in_the_making(cast: Cast):
    certificate = CertificateFactory(record__member=cast.member)
    response = browser_of(cast.member.user).get(certificate.pdf_path)
    assert response.status_code == 202
    assert "Sertifikat sedang dibuat" in response.content.decode()


@pytest.mark.parametrize("damage", ["changed", "gone"])
def test_a_damaged_file_is_never_served(issued: Issued, damage: str, caplog: pytest.LogCaptureFixture):
    if damage == "gone":
        issued.file.unlink()
    else:
        issued.file.write_bytes(issued.file.read_bytes().replace(b"%PDF-1.7", b"%PDF-1.6"))
    with caplog.at_level(logging.ERROR, "akademi.certificates"):
        response = browser_of(issued.cast.member.user).get(issued.certificate.pdf_path)
    assert response.status_code == 500
    assert "tidak utuh" in response.content.decode()
    assert f"certificate {issued.certificate.pk}" in caplog.text
    assert issued.cast.member.name not in caplog.text


def test_the_tag_shows_the_newest_in_one_query(cast: Cast, django_assert_num_queries):
    CertificateFactory.create_batch(4, record__member=cast.member)
    template = Template("{% load certificates %}{% certificate_list member limit=3 %}")
    with django_assert_num_queries(1):
        html = template.render(Context({"member": cast.member}))
    assert html.count('class="card"') == 3
    newest = Certificate.objects.first()
    assert newest is not None
    assert newest.number in html


def test_the_tag_explains_when_there_is_none(cast: Cast):
    template = Template("{% load certificates %}{% certificate_list member %}")
    assert "Belum ada sertifikat" in template.render(Context({"member": cast.member}))


# --- after the quiz -----------------------------------------------------------------------------


def test_the_result_of_a_passed_quiz_leads_to_the_certificate(cast: Cast, predicates: None):
    course = make_course()
    attempt = pass_course(cast.member, course)
    result = reverse("quizzes:result", args=[attempt.pk])
    phone = browser_of(cast.member.user)
    assert "Sertifikat sedang dibuat" in phone.get(result).content.decode()  # nothing ran after the commit yet
    complete_course(attempt=attempt)
    page = phone.get(result).content.decode()
    assert "Sertifikat sedang dibuat" in page
    assert primary_buttons(page) == [("/sertifikat/", "Buka halaman sertifikat")]
    certificate = issue_certificate(record_id=TrainingRecord.objects.get().pk)
    assert certificate
    page = phone.get(result).content.decode()
    assert "Sertifikat sedang dibuat" not in page
    assert primary_buttons(page) == [(certificate.pdf_path, "Lihat sertifikat")]
    revoke_certificate(certificate=certificate, by=cast.regency_officer, reason="Keliru")
    page = phone.get(result).content.decode()
    assert "Sertifikatnya dicabut" in page
    assert primary_buttons(page) == [("/sertifikat/", "Buka halaman sertifikat")]


def primary_buttons(page: str) -> list[tuple[str, str]]:
    """Links that look like the one next step, and what they say."""
    links = re.findall(r'<a class="(button[^"]*)" href="([^"]*)">([^<]*)', page)
    return [(href, text) for names, href, text in links if "button--secondary" not in names.split()]


def test_a_quiz_of_no_course_or_not_passed_promises_no_certificate(cast: Cast):
    phone = browser_of(cast.member.user)
    for right in (True, False):
        attempt = answer_all(start_attempt(member=cast.member, quiz=QuizFactory()), right=right)
        page = phone.get(reverse("quizzes:result", args=[attempt.pk])).content.decode()
        assert ("Belum lulus" in page) is not right
        assert "Sertifikat sedang dibuat" not in page
        assert len(primary_buttons(page)) == 1
