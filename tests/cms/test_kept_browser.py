"""What was sent after the session had ended can be sent again once its person has logged in."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import Browse, assert_no_axe_violations, log_in
from tests.cast import Cast, make_cast
from training.models import Exemption

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OFFER = "Kirim lagi isian tadi"
LOST = "Isian Anda belum tersimpan, tetapi masih ada di tab ini."
REASON = "Patah kaki, surat dokter 12/XI"


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def at_the_look_before(browse: Browse, cast: Cast, console_errors: int = 0) -> Page:
    """The village asks to excuse a member: everything is typed, and stands on the last of three screens."""
    page = browse(console_errors=console_errors)
    log_in(page, cast.village_officer)
    page.goto(f"/dispensasi/baru/?anggota={cast.member.uuid}")
    page.get_by_label("Sakit").check()
    page.get_by_label("Mulai").fill("2026-07-01")
    page.get_by_label("Sampai").fill("2026-12-31")
    page.get_by_label("Alasan").fill(REASON)
    page.get_by_role("button", name="Periksa").click()
    return page


def send(page: Page) -> None:
    page.get_by_role("button", name="Ajukan").click()


def lost(browse: Browse, cast: Cast) -> Page:
    """It is sent after the session has ended."""
    page = at_the_look_before(browse, cast)
    page.context.clear_cookies(name="sessionid")
    send(page)
    expect(page.get_by_text(LOST)).to_be_visible()
    return page


def kept(page: Page) -> str | None:
    return page.evaluate("sessionStorage.getItem('sent')")


def test_it_is_offered_after_the_log_in_and_sent_as_it_was(browse: Browse, cast: Cast):
    page = lost(browse, cast)
    log_in(page, cast.village_officer)
    page.goto("/dispensasi/")
    expect(page.get_by_role("button", name=OFFER)).to_be_visible()
    assert_no_axe_violations(page)
    page.reload()  # it stays until it is sent or thrown away
    page.get_by_role("button", name=OFFER).click()
    expect(page.get_by_text(REASON).first).to_be_visible()
    assert Exemption.objects.get().reason == REASON
    assert kept(page) is None


def test_a_form_that_came_too_late_can_be_sent_again_at_once(browse: Browse, cast: Cast):
    page = at_the_look_before(browse, cast, console_errors=1)
    page.context.clear_cookies(name="csrftoken")
    send(page)
    expect(page.get_by_role("heading", name="Isian belum diterima")).to_be_visible()
    page.get_by_role("button", name=OFFER).click()
    expect(page.get_by_text(REASON).first).to_be_visible()
    assert Exemption.objects.get().reason == REASON


@pytest.mark.looks
def test_it_can_be_thrown_away(browse: Browse, cast: Cast):
    page = lost(browse, cast)
    log_in(page, cast.village_officer)
    page.goto("/dispensasi/")
    page.get_by_role("button", name="Buang").click()
    expect(page.get_by_role("button", name=OFFER)).to_have_count(0)
    assert kept(page) is None


@pytest.mark.looks
def test_nobody_else_is_offered_it(browse: Browse, cast: Cast):
    page = lost(browse, cast)
    log_in(page, cast.district_officer)
    page.goto("/dispensasi/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("button", name=OFFER)).to_have_count(0)
    assert kept(page) is None


def test_what_was_taken_is_kept_no_longer(browse: Browse, cast: Cast):
    page = at_the_look_before(browse, cast)
    send(page)
    expect(page.get_by_text(REASON).first).to_be_visible()
    assert kept(page) is None


def test_what_was_taken_though_its_answer_got_lost_is_not_offered_again(browse: Browse, cast: Cast):
    page = at_the_look_before(browse, cast)

    def lose_the_answer(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.fulfill(status=204)

    page.route("**/dispensasi/baru/", lose_the_answer)
    with page.expect_response("**/dispensasi/baru/"):
        send(page)
    assert Exemption.objects.count() == 1
    page.unroute_all()
    page.context.clear_cookies(name="sessionid")  # logged out since
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert kept(page) is None


@pytest.mark.looks
@pytest.mark.parametrize("is_shown", [False, True])
def test_no_password_is_kept(browse: Browse, cast: Cast, is_shown: bool):
    page = browse()
    log_in(page, cast.village_officer)
    page.goto("/akun/sandi/")
    page.evaluate("document.querySelector('main form').dataset.keep = ''")
    for field in page.locator("input[type=password]").all():
        field.fill("rahasia-sekali-1")
    if is_shown:
        while (button := page.get_by_role("button", name="Lihat sandi")).count():
            button.first.click()
    page.context.clear_cookies(name="sessionid")
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Masuk")
    assert kept(page) is None
