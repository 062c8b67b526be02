"""The member's year on `/belajar/`: both halves, one line each, and the way to more time."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from tests.cast import Cast
from tests.factories import PeriodFactory
from training.exemption_services import ask_exemption, grant_exemption
from training.membership import end_service
from training.services import open_period, record_training
from training.year import year_lines

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
SPRING = datetime(2026, 4, 1, 3, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    def set_to(moment: datetime) -> None:
        monkeypatch.setattr("training.services.timezone.now", lambda: moment)

    set_to(NOW)
    return set_to


def lines(cast: Cast) -> list[tuple[str, str, str]]:
    return [(str(line.period), line.word, line.tone) for line in year_lines(cast.member)]


def test_a_half_met_and_a_half_to_come(cast: Cast, clock):
    clock(SPRING)
    open_period(period=PeriodFactory(half=1), now=SPRING)
    record_training(member=cast.member, source="a", kind="online", title="Dasar", lesson_hours=4, completed_at=SPRING)
    assert lines(cast) == [("Semester I 2026", "Terpenuhi", "ok"), ("Semester II 2026", "Belum dimulai", "")]
    assert year_lines(cast.member)[0].note == "Kewajiban terpenuhi dengan 1 pelatihan (4 JP)."


def test_a_half_missed_and_one_at_risk(cast: Cast, clock):
    for half in (1, 2):
        open_period(period=PeriodFactory(half=half), now=SPRING if half == 1 else NOW)
    assert lines(cast) == [("Semester I 2026", "Terlambat", "late"), ("Semester II 2026", "Berisiko", "soon")]


def test_who_left_owes_nothing_any_more(cast: Cast, clock):
    open_period(period=PeriodFactory(), now=NOW)
    died = {"kind": "died", "on": date(2026, 11, 20), "reason": "x"}
    end_service(member=cast.member, by=cast.village_officer, **died)
    assert lines(cast)[1] == ("Semester II 2026", "Tidak wajib lagi", "")


def test_a_half_before_anything_was_kept(cast: Cast, clock):
    open_period(period=PeriodFactory(), now=NOW)
    assert lines(cast)[0] == ("Semester I 2026", "Tidak ada catatan", "")


def test_on_the_learning_page_under_the_card(cast: Cast, clock, client: Client):
    open_period(period=PeriodFactory(), now=NOW)
    client.force_login(cast.member.user)
    page = client.get("/belajar/").content.decode()
    assert page.index('class="standing') < page.index("Tahun 2026")
    assert '<a href="/perpanjangan/">Minta perpanjangan waktu</a>' in page
    days = {"starts_on": date(2026, 7, 1), "ends_on": date(2026, 12, 31)}
    (exemption,) = ask_exemption(members=[cast.member], kind="illness", reason="x", by=cast.village_officer, **days)
    grant_exemption(exemption=exemption, by=cast.district_officer)
    page = client.get("/belajar/").content.decode()
    assert page.count("Dispensasi</span>") == 1
    assert "Minta perpanjangan waktu" not in page  # nothing is owed


def test_what_nothing_can_extend_any_more_offers_nothing(cast: Cast, clock, client: Client):
    open_period(period=PeriodFactory(half=1), now=SPRING)
    open_period(period=PeriodFactory(), now=NOW)
    record_training(member=cast.member, source="a", kind="online", title="Dasar", lesson_hours=4, completed_at=NOW)
    client.force_login(cast.member.user)
    assert "Minta perpanjangan waktu" not in client.get("/belajar/").content.decode()
