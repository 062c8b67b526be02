"""How speed grows with the number of members: one database, filled in steps and measured after each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from time import perf_counter

from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone

from lms.bench import bare_page
from lms.stopwatch import Browser, Figure, first_row, timed
from members.models import RoleGrant, RoleKind, User
from notifications.models import Delivery
from regions.models import Region
from training.late import LateMembers
from training.models import Period, ReminderPlan, Standing, VillageTally
from training.periods import bounds, current_period
from training.reminder_planning import plan_reminders
from training.services import open_period

DISTRICT, REGENCY, PROVINCE, NATION = "63.11.01", "63.11", "63", "00"
LEVELS = {DISTRICT: "a kecamatan", REGENCY: "a regency", PROVINCE: "a province", NATION: "the nation"}
# Members of the crowded kecamatan and of its regency, and their largest part of all: enough that 3,000 and 10,000 owe.
CROWDED = {DISTRICT: (5_000, 4), REGENCY: (17_000, 2)}
PERIODS = 4


def wanted(members: int) -> dict[str, int]:
    """How many of so many members live in the crowded kecamatan, in the rest of its regency, and anywhere."""
    district, regency = (min(most, members // part) for most, part in CROWDED.values())
    return {DISTRICT: district, REGENCY: regency - district, NATION: members - regency}


def fill(members: int, *, before: int) -> Figure:
    """Add invented members until there are so many; `before` are there already."""
    there, started = wanted(before) if before else dict.fromkeys(LEVELS, 0), perf_counter()
    for region, number in wanted(members).items():
        if number > there[region]:
            options = {"regions": region, "periods": PERIODS, "seed": members, "stdout": StringIO()}
            call_command("simulate", members=number - there[region], **options)
    return Figure("simulate", (members - before) / (perf_counter() - started), "members/s", 1)


def measure(calls: int) -> Iterator[Figure]:
    """Every figure but that of `fill`, of the database as it is; `calls` of each page, fewer of what takes longer."""
    floor = bare_page(_officer_of(NATION))
    yield from timed("bare Django view", floor, n=calls)
    browsers = {code: Browser.of(_officer_of(code)) for code in LEVELS}
    pages = {level: browsers[code].whole("/pantau/") for code, level in LEVELS.items()}
    fewer = max(calls // 4, 1)
    with override_settings(MONITORING_CACHE_SECONDS=600):
        for level, page in pages.items():
            yield from timed(f"/pantau/ of {level}, kept", page, n=calls, beside=floor)
        for level, page in pages.items():
            yield from timed(f"/pantau/ of {level}, drawn anew", page, n=fewer, anew=True, beside=floor)
    yield from _late(browsers[DISTRICT], browsers[REGENCY], floor, calls=fewer)
    yield from _reminders(current_period(NATION))
    yield _opening(_next(current_period(NATION)))


def _officer_of(code: str) -> User:
    user, _made = User.objects.get_or_create(username=f"bench-{code}", defaults={"name": "Petugas Ukur"})
    RoleGrant.objects.get_or_create(user=user, kind=RoleKind.OFFICER, region_id=code)
    return user


def _late(district: Browser, regency: Browser, floor: Callable[[], int], *, calls: int) -> Iterator[Figure]:
    """The list of the kecamatan, and the regency's as files."""
    listed = timed("late list of a kecamatan", district.whole(f"/pantau/{DISTRICT}/terlambat/"), n=calls, beside=floor)
    yield from (figure._replace(about=_rows_late(DISTRICT)) for figure in listed)
    csv, xlsx = f"/pantau/{REGENCY}/terlambat.csv", f"/pantau/{REGENCY}/terlambat.xlsx"
    files = [
        timed("late members as CSV, first row", lambda: first_row(regency.get(csv)), n=calls),
        timed("late members as CSV", regency.whole(csv), n=max(calls // 2, 1)),
        timed("late members as XLSX", regency.whole(xlsx), n=max(calls // 3, 1)),
    ]
    yield from (wall._replace(about=_rows_late(REGENCY)) for _cpu, wall in files)


def _rows_late(code: str) -> str:
    late = LateMembers.load(region=Region.objects.get(pk=code), period=current_period(code), now=timezone.now())
    return f"{late.standings().count()} rows"


def _reminders(period: Period) -> Iterator[Figure]:
    """Planning those of the 30th day before the end, by WhatsApp, and forgetting them again."""
    now = bounds(period, NATION)[1] - timedelta(days=30, hours=12)
    with override_settings(WHATSAPP_GATEWAY_URL="console:"):
        started = perf_counter()
        planned = plan_reminders(now=now)
        seconds = perf_counter() - started
    Delivery.objects.all().delete()
    ReminderPlan.objects.all().delete()
    if planned:
        yield Figure("planning reminders, each 100,000", seconds * 100_000 / planned, "s", 1, f"{planned} reminders")


def _next(period: Period) -> Period:
    year, half = (period.year, 2) if period.half == 1 else (period.year + 1, 1)
    return Period.objects.get_or_create(year=year, half=half)[0]


def _opening(period: Period) -> Figure:
    """Opening the half to come, on its first morning, and forgetting it again."""
    started = perf_counter()
    opened = open_period(period=period, now=bounds(period, NATION)[0] + timedelta(hours=6))
    seconds = perf_counter() - started
    Standing.objects.filter(period=period).delete()
    VillageTally.objects.filter(period=period).delete()
    period.delete()
    value = seconds * 100_000 / max(opened.standings, 1)
    return Figure("opening a half, each 100,000 members", value, "s", 1, f"{opened.standings} members")
