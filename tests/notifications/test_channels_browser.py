"""`/pemberitahuan/saluran/` on a phone."""

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Page, expect

from notifications.models import ChannelChoice
from tests.browser import assert_no_axe_violations, assert_no_horizontal_scroll, assert_touch_targets, log_in
from tests.cast import make_cast


@pytest.mark.browser
@pytest.mark.looks
def test_a_member_leaves_one_channel(page: Page):
    cast = make_cast()
    user = cast.member.user
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    log_in(page, cast.member.user)
    page.goto("/pemberitahuan/")
    page.get_by_role("main").get_by_role("link", name="Saluran").click()
    page.get_by_label("E-mail").uncheck()
    assert_no_axe_violations(page)
    assert_no_horizontal_scroll(page)
    assert_touch_targets(page)
    page.get_by_role("button", name="Simpan pilihan").click()
    page.get_by_text("Pilihan Anda disimpan.").wait_for()
    expect(page.get_by_label("E-mail")).not_to_be_checked()
    assert not ChannelChoice.objects.get(user=cast.member.user).email
