"""An officer issues and prints the certificates of a village, in the browser."""

import pytest
from pytest_django.fixtures import Settings

from certificates import batches, services, tasks
from certificates.files import store
from certificates.models import Certificate
from tests.browser import (
    DESKTOP,
    PHONE,
    TABLET,
    Browse,
    assert_no_axe_violations,
    assert_no_horizontal_scroll,
    assert_touch_targets,
    assert_words_fit,
    log_in,
)
from tests.cast import Cast
from tests.factories import CertificateFactory, TrainingRecordFactory
from tests.files import pdf

pytestmark = pytest.mark.browser


@pytest.fixture
def filed(cast: Cast, private_files: object) -> None:
    for member in (cast.member, cast.other_member):
        certificate = CertificateFactory(record__member=member)
        stored = store(certificate, pdf())
        Certificate.objects.filter(pk=certificate.pk).update(file=stored.name, sha256=stored.sha256)


def test_filter_and_print(browse: Browse, cast: Cast, filed: None):
    page = browse()
    log_in(page, cast.district_officer)
    page.goto("/tentang/")
    page.locator(".menu > summary").click()
    page.get_by_role("link", name="Sertifikat wilayah").click()
    page.wait_for_url("**/sertifikat/wilayah/")  # with its stylesheet
    for width, height in (PHONE, TABLET, DESKTOP):
        page.set_viewport_size({"width": width, "height": height})
        assert_words_fit(page)
        assert_no_horizontal_scroll(page)
        assert_touch_targets(page)
    assert_no_axe_violations(page)
    page.get_by_role("button", name="Cetak 2 sertifikat").click()
    page.get_by_role("link", name="Buka dan cetak").wait_for()
    assert_no_axe_violations(page)
    assert page.request.get(page.get_by_role("link", name="Buka dan cetak").get_attribute("href")).ok


def test_issue_leave_and_come_back(
    browse: Browse, cast: Cast, private_files: object, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    settings.ISSUE_LANES = 1  # with Redis there would be two, and each goes on by one
    paper = pdf()
    monkeypatch.setattr(services, "certificate_pdf", lambda certificate: paper)
    TrainingRecordFactory.create_batch(3, member=cast.member)
    monkeypatch.setattr(tasks, "SLICE_SECONDS", 0.0)
    monkeypatch.setattr(batches, "BATCH", 1)
    page = browse()
    log_in(page, cast.district_officer)
    page.goto("/sertifikat/wilayah/")
    page.get_by_role("button", name="Terbitkan 3 sertifikat").click()
    page.locator(".progress__label", has_text="1 dari 3").wait_for()
    assert_no_axe_violations(page)
    page.goto("/sertifikat/wilayah/")
    assert_no_horizontal_scroll(page)
    assert_no_axe_violations(page)
    page.get_by_role("link", name="Terbitkan 3 sertifikat").click()
    page.get_by_text("3 sertifikat terbit").wait_for()  # by itself
    for width, height in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": height})
        assert_words_fit(page)
        assert_no_horizontal_scroll(page)
        assert_touch_targets(page)
    assert_no_axe_violations(page)
    assert page.request.get(page.get_by_role("link", name="Unduh ZIP").get_attribute("href")).ok
