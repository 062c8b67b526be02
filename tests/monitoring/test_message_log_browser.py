"""The log of messages in a real browser: it fits, reads well and is filtered by links."""

import pytest

from notifications.models import Channel, State
from tests.browser import (
    DESKTOP,
    PHONE,
    TABLET,
    Browse,
    assert_no_axe_violations,
    assert_no_horizontal_scroll,
    assert_touch_targets,
    log_in,
)
from tests.cast import Cast
from tests.monitoring.test_message_log import PAGE, log


@pytest.mark.browser
@pytest.mark.parametrize("size", [PHONE, TABLET, DESKTOP], ids=["360", "768", "1200"])
def test_the_log_fits_and_is_filtered_by_links(browse: Browse, cast: Cast, size: tuple[int, int]):
    waiting = {"state": State.PLANNED, "done_at": None, "result": ""}
    log(cast.member, channel=Channel.EMAIL, result="diterima server e-mail")
    log(cast.other_member, state=State.FAILED, result="pesan ditolak gerbang (HTTP 400)", channel=Channel.WHATSAPP)
    log(cast.other_member, topic="reminder_late", state=State.DROPPED, result="sudah memenuhi")
    log(cast.member, key="uji", topic="reminder_open", **waiting)
    log(None, user=cast.district_officer)
    page = browse(size=size)
    log_in(page, cast.district_officer)
    page.goto(PAGE)
    assert page.get_by_role("row").count() == 6
    assert_no_horizontal_scroll(page)
    assert_touch_targets(page)
    assert_no_axe_violations(page)
    page.get_by_role("link", name="Gagal").click()
    page.get_by_role("link", name="Siti Rahmah").wait_for()
    assert page.get_by_role("row").count() == 2
