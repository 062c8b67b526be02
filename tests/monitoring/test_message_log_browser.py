"""The log of messages in a real browser: it fits, reads well and is filtered by links."""

import pytest
from playwright.sync_api import Page, expect

from notifications.models import Channel, State
from tests.browser import SIZES, log_in, look_over
from tests.cast import Cast
from tests.monitoring.test_message_log import PAGE, log


def assert_rows(page: Page, count: int) -> None:
    expect(page.get_by_role("row")).to_have_count(count)


@pytest.mark.browser
@pytest.mark.looks
def test_the_log_fits_and_is_filtered_by_links(page: Page, cast: Cast):
    waiting = {"state": State.PLANNED, "done_at": None, "result": ""}
    log(cast.member, channel=Channel.EMAIL, result="diterima server e-mail")
    log(cast.other_member, state=State.FAILED, result="pesan ditolak gerbang (HTTP 400)", channel=Channel.WHATSAPP)
    log(cast.other_member, topic="reminder_late", state=State.DROPPED, result="sudah memenuhi")
    log(cast.member, key="uji", topic="reminder_open", **waiting)
    log(None, user=cast.district_officer)
    log_in(page, cast.district_officer)
    page.goto(PAGE)
    look_over(page, lights=["light"], also=lambda: assert_rows(page, 6))
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.get_by_role("link", name="Gagal").click()
        page.get_by_role("link", name="Siti Rahmah").wait_for()
        assert_rows(page, 2)
        page.goto(PAGE)
