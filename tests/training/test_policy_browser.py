"""The pages of policies on a phone."""

import pytest
from playwright.sync_api import Page

from tests.browser import PHONE, log_in, look_over
from tests.cast import Cast
from tests.factories import make_course


@pytest.mark.browser
def test_setting_one_on_a_phone(page: Page, cast: Cast):
    make_course("Pertolongan Pertama")
    log_in(page, cast.regency_officer)
    page.goto("/kebijakan/")
    look_over(page, [PHONE])
    page.get_by_role("link", name="Buat kebijakan").click()
    page.get_by_label("JP paling sedikit tiap semester").fill("4")
    page.get_by_role("button", name="Lihat dampaknya").click()
    page.get_by_text("Dengan kebijakan ini").wait_for()
    look_over(page, [PHONE])
    page.get_by_role("button", name="Simpan kebijakan").click()
    page.get_by_text("Kebijakan disimpan.").wait_for()
    look_over(page, [PHONE])
