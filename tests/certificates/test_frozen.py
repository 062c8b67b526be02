"""What was issued stays as it was, whatever becomes of the course, the design and the words that it came from."""

from pathlib import Path

import pytest
from django.test import Client
from wagtail.models import Page

from certificates.design_files import data_uri
from certificates.designs import Design
from certificates.models import Certificate
from certificates.pdf import certificate_pdf
from certificates.reissue import reissue_certificate
from certificates.services import issue_certificate
from courses.models import CoursePage
from courses.services import complete_course
from members.models import Member
from tests.cast import Cast
from tests.courses.helpers import pass_course
from tests.factories import TrainingRecordFactory, make_course

pytestmark = pytest.mark.usefixtures("predicates")


def publish(course: CoursePage, title: str) -> int:
    """The course under another title; the number of the revision that this makes."""
    course = CoursePage.objects.get(pk=course.pk)
    course.title = title
    course.save_revision().publish()
    return CoursePage.objects.get(pk=course.pk).live_revision_id


def certify(member: Member, course: CoursePage) -> Certificate:
    """The certificate of who has passed the course."""
    record = complete_course(attempt=pass_course(member, course))
    assert record is not None
    return issue_certificate(record_id=record.pk)


def test_the_snapshot_names_the_revision_of_the_course_that_was_passed(cast: Cast):
    course = make_course()
    first = publish(course, "Dasar Hukum Satlinmas")
    old = certify(cast.member, course)
    second = publish(course, "Dasar Hukum dan Etika")
    new = certify(cast.other_member, course)
    old.refresh_from_db()
    said = [(one.snapshot["title"], one.snapshot["course_revision"]) for one in (old, new)]
    assert said == [("Dasar Hukum Satlinmas", first), ("Dasar Hukum dan Etika", second)]
    assert first != second
    assert old.record.course_revision == first


def test_issued_anew_it_still_names_the_one_that_was_passed(cast: Cast):
    course = make_course()
    first = publish(course, "Dasar Hukum Satlinmas")
    old = certify(cast.member, course)
    publish(course, "Dasar Hukum dan Etika")
    new = reissue_certificate(certificate=old, by=cast.regency_officer, reason="Ejaan nama diperbaiki.")
    assert (new.snapshot["title"], new.snapshot["course_revision"]) == ("Dasar Hukum Satlinmas", first)


def test_a_draft_is_no_revision_of_it(cast: Cast):
    course = make_course()
    first = publish(course, "Dasar Hukum Satlinmas")
    draft = CoursePage.objects.get(pk=course.pk)
    draft.title = "Belum terbit"
    draft.save_revision()
    assert certify(cast.member, course).snapshot["course_revision"] == first


@pytest.fixture
def courses_own(cast: Cast) -> tuple[Certificate, CoursePage, Design]:
    """The certificate of a course's training, in a design for that course."""
    course = make_course()
    design = Design.objects.create(name="Kursus", region_id="63.11", course=course, heading="Tanda Tamat")
    record = TrainingRecordFactory(member=cast.member, subject=course.subject)
    return issue_certificate(record_id=record.pk), course, design


@pytest.mark.parametrize("happens", ["course deleted", "course republished", "design changed", "design deleted"])
def test_the_file_keeps_every_byte(
    client: Client, courses_own: tuple[Certificate, CoursePage, Design], private_files: Path, happens: str
):
    certificate, course, design = courses_own
    before = (private_files / certificate.file).read_bytes()
    laid_out = certificate_pdf(certificate)
    if happens == "course republished":
        publish(course, "Judul lain")
    elif happens == "design changed":
        design.heading, design.layout = "Lain", "band"
        design.save()
        design.save_revision()
    else:
        design.delete()
        if happens == "course deleted":
            Page.objects.get(pk=course.pk).delete()
            assert not CoursePage.objects.exists()
    data_uri.cache_clear()

    client.force_login(certificate.record.member.user)
    response = client.get(certificate.pdf_path)
    assert response.status_code == 200
    assert response.content == before
    assert certificate_pdf(Certificate.objects.get()) == laid_out  # and made anew, it would be the same
