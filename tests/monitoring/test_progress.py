"""Since last week, against last year's half, and the forecast, as the page shows them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from members.models import User
from monitoring.progress import Progress, progress
from regions.models import Region
from tests.cast import Cast
from tests.factories import MemberFactory, PeriodFactory, TrainingRecordFactory
from training.models import Period, Standing, VillageTally
from training.services import open_period, record_training
from training.summaries import figures

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
JUAI = "63.11.01"


@pytest.fixture
def crowd(half: Period) -> list[int]:
    """Forty more members of Muara Ninian; two met the requirement in each of the last ten weeks, one this week."""
    people = MemberFactory.create_batch(40, user=None)
    open_period(period=half, now=NOW)
    days = [7 * week for week in range(1, 11) for _ in range(2)] + [3]
    for member, ago in zip(people, days, strict=False):
        record_training(
            member=member,
            source=f"crowd:{member.pk}",
            kind="online",
            title="Dasar",
            lesson_hours=4,
            completed_at=NOW - timedelta(days=ago),
        )
    return days


@pytest.fixture
def last_year(cast: Cast) -> Period:
    """Semester II 2025: of two who owed, one trained on 10 August."""
    period = PeriodFactory(year=2025, half=2)
    day = date(2025, 8, 10)
    for n, member in enumerate([cast.member, cast.other_member]):
        place = {"member": member, "village_id": member.village_id, "period": period}
        Standing.objects.create(**place, needed=1, counted=1 - n, is_met=not n, met_on=None if n else day)
        VillageTally.objects.create(village_id=member.village_id, period=period, members=1, required=1, met=1 - n)
    TrainingRecordFactory(member=cast.member, period=period, completed_on=day)
    return period


def of(code: str, period: Period, now: datetime = NOW) -> Progress:
    region = Region.objects.get(pk=code)
    return progress(region=region, period=period, whole=figures(region=region, period=period, now=now), now=now)


def get(user: User, address: str = "/pantau/") -> str:
    client = Client()
    client.force_login(user)
    return client.get(address).content.decode()


def test_the_change_is_who_met_it_within_seven_days(half: Period, crowd: list[int]):
    assert of(JUAI, half).change == 2  # Ahmad today and one three days ago; seven days ago is last week
    assert of(JUAI, half, NOW + timedelta(days=4)).change == 1
    assert of("63.11.02", half).change == 0


def test_a_second_training_is_no_change(half: Period, cast: Cast):
    record_training(member=cast.member, source="again", kind="online", title="Lagi", lesson_hours=4, completed_at=NOW)
    assert of(JUAI, half).change == 1


def test_the_page_says_the_change(cast: Cast, half: Period, crowd: list[int]):
    html = get(cast.district_officer)
    assert "Menurut tanggal pelatihan, 2 anggota memenuhi dalam 7 hari terakhir; seminggu lalu 20 (48%)." in html
    none = "Menurut tanggal pelatihan, tidak ada anggota yang memenuhi dalam 7 hari terakhir."
    assert none in get(cast.neighbour_district_officer)


def test_what_is_entered_late_is_told_by_the_day_of_the_training(cast: Cast, half: Period):
    """Evidence of September that is approved today: met now, and not within the last seven days."""
    record_training(
        member=cast.neighbour_member,
        source="evidence:1",
        kind="external",
        title="PPGD",
        lesson_hours=4,
        completed_at=datetime(2026, 9, 1, 3, tzinfo=UTC),
    )
    html = get(cast.neighbour_district_officer)
    assert "1 dari 1 anggota wajib sudah memenuhi" in html
    assert "Menurut tanggal pelatihan, tidak ada anggota yang memenuhi dalam 7 hari terakhir." in html
    assert "tiap minggu, menurut tanggal pelatihan." in html


def test_the_weeks_grow_until_today(half: Period, crowd: list[int]):
    way = of(JUAI, half)
    assert len(way.weeks) == 26
    assert (way.weeks[0].last_day, way.weeks[-1].last_day) == (date(2026, 7, 7), date(2026, 12, 31))
    started = way.started
    assert len(started) == 21  # 23 November is the 146th day
    assert [week.met for week in started] == sorted(week.met for week in started)
    assert (started[-1].met, started[-1].percent) == (22, 52)
    assert way.weeks[21].met is None


def test_last_years_half_beside_it(half: Period, last_year: Period, cast: Cast):
    way = of(JUAI, half)
    assert [way.weeks[n].percent_before for n in (0, 4, 5, 25)] == [0, 0, 50, 50]  # 10 August is in the sixth week
    html = get(cast.district_officer)
    assert "garis putus-putus Semester II 2025" in html
    assert "Semester II 2025: 50%" in html
    assert "stroke-dasharray" in html


def test_without_last_year_there_is_one_line(half: Period, cast: Cast):
    assert [series.label for series in of(JUAI, half).series(half)] == ["Semester II 2026"]
    assert "stroke-dasharray" not in get(cast.district_officer)


def test_the_forecast_is_told_with_its_method(cast: Cast, half: Period, crowd: list[int]):
    found = of(JUAI, half).forecast
    assert found is not None
    assert found.weeks == 6
    assert found.recent == 2 + 2 * 5  # this week's two, and two in each of the five before
    assert 22 <= found.low <= found.high <= 42
    html = get(cast.district_officer)
    assert f"Perkiraan akhir semester: {found.low_percent}–{found.high_percent}%" in html
    assert "dihitung dari laju 6 minggu terakhir (12 anggota memenuhi)" in html


def test_no_forecast_for_few_and_none_once_it_is_over(cast: Cast, half: Period, crowd: list[int]):
    assert of("63.11.01.2002", half).forecast is None
    few = get(cast.neighbour_district_officer)
    assert "perlu sedikitnya 20 anggota wajib." in few
    assert "berjalan 4 minggu" not in few
    over = of(JUAI, half, datetime(2027, 1, 5, tzinfo=UTC))
    assert (over.forecast, over.change) == (None, None)
    assert len(over.started) == 26


def test_a_young_half_has_no_forecast(half: Period, crowd: list[int]):
    assert of(JUAI, half, datetime(2026, 7, 27, 3, tzinfo=UTC)).forecast is None


def test_a_half_to_come_has_no_weeks(cast: Cast, half: Period):
    way = of(JUAI, PeriodFactory(year=2027, half=1))
    assert way.started == []


def test_where_nobody_owes_yet_there_is_no_chart(cast: Cast, half: Period):
    assert "Grafik muncul setelah" in get(cast.district_officer, "/pantau/?periode=2025-1")


def test_above_the_regencies_it_is_kept_a_minute(cast: Cast, half: Period):
    cache.clear()
    assert of("00", half).change == 1
    record_training(
        member=cast.other_member, source="new", kind="online", title="Baru", lesson_hours=4, completed_at=NOW
    )
    assert (of("00", half).change, of(JUAI, half).change) == (1, 2)
    cache.clear()
    assert of("00", half).change == 2
