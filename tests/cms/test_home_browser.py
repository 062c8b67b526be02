"""The front page in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import (
    DESKTOP,
    Browse,
    assert_no_axe_violations,
    assert_no_horizontal_scroll,
    assert_touch_targets,
    log_in,
)
from tests.cast import Cast

pytestmark = pytest.mark.browser


def test_a_visitor_sees_one_clear_action(page: Page):
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_role("link", name="Daftar sebagai anggota")).to_be_visible()
    assert_no_horizontal_scroll(page)
    assert_touch_targets(page)
    assert_no_axe_violations(page)


@pytest.mark.looks
def test_the_desktop_in_the_dark_has_enough_contrast(browse: Browse):
    page = browse(size=DESKTOP, color_scheme="dark")
    page.goto("/tentang/")
    assert_no_axe_violations(page)


def test_the_account_menu_opens_without_scripts(browse: Browse, cast: Cast):
    page = browse(java_script_enabled=False)
    log_in(page, cast.district_officer)
    page.goto("/")
    page.locator("summary", has_text="Menu akun").click()
    expect(page.get_by_role("button", name="Keluar")).to_be_visible()
    assert_no_horizontal_scroll(page)


def test_the_menu_closes_on_escape(page: Page, cast: Cast):
    log_in(page, cast.admin)
    page.goto("/")
    summary = page.locator("summary", has_text="Menu akun")
    summary.click()
    assert_no_axe_violations(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Keluar")).not_to_be_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
