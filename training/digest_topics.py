"""What the weekly digests say to officers: how many, never who."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import F, IntegerField, OuterRef, Subquery
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models import RoleGrant, RoleKind
from notifications.models import Delivery
from notifications.texts import Text
from notifications.topics import Draft, Dropped, Topic
from regions.models import Region
from training.models import Period, VillageTally
from training.periods import days_left, parse
from training.policies import PolicyBook
from training.reminder_digests import owing_villages, standing_still

MOST_NAMED = 5  # villages


class Event(NamedTuple):
    """What a delivery's key names."""

    period: str
    region: str
    monday: date

    @classmethod
    def of(cls, delivery: Delivery) -> Event:
        """Read off `digest_village:2026-2:63.11.01.2001:2026-W48`."""
        _topic, period, region, week = delivery.key.split(":")
        year, number = week.split("-W")
        return cls(period, region, date.fromisocalendar(int(year), int(number), 1))


class _Asked:
    """The events of many deliveries with their periods and regions, and who still holds the role; four queries."""

    def __init__(self, deliveries: Sequence[Delivery]) -> None:
        self.events = {delivery.pk: Event.of(delivery) for delivery in deliveries}
        self.periods = {code: parse(code) for code in sorted({event.period for event in self.events.values()})}
        self.policies = PolicyBook.load()
        codes = {event.region for event in self.events.values()}
        self.regions = Region.objects.in_bulk(codes)
        users = {delivery.user_id for delivery in deliveries}
        grants = RoleGrant.objects.filter(kind=RoleKind.OFFICER, user__in=users, region__in=codes)
        self._held = set(grants.values_list("user_id", "region_id"))

    def problem(self, delivery: Delivery) -> Dropped | None:
        """Why nobody needs to be told, as far as the role and the period say."""
        event = self.events[delivery.pk]
        if (delivery.user_id, event.region) not in self._held:
            return Dropped("tidak lagi bertugas di wilayah ini")
        return Dropped("semester sudah ditutup") if self.periods[event.period].is_closed else None


def compose_village(deliveries: Sequence[Delivery], now: datetime) -> Mapping[int, Draft | Dropped]:
    """How many of a village's members owe their training now; nothing where nobody does any more."""
    asked = _Asked(deliveries)
    found: dict[tuple[str, str], Any] = {}
    for code, period in asked.periods.items():
        for tally in owing_villages(period).filter(village__in=asked.regions):
            found[code, tally.village_id] = tally
    answers: dict[int, Draft | Dropped] = {}
    for delivery in deliveries:
        event = asked.events[delivery.pk]
        owing = found.get((event.period, event.region))
        nobody = None if owing else Dropped("tidak ada lagi yang belum memenuhi")
        answers[delivery.pk] = asked.problem(delivery) or nobody or _village(owing, event, asked, now)
    return answers


def _village(tally: Any, event: Event, asked: _Asked, now: datetime) -> Draft:
    path = f"/pantau/{event.region}/terlambat/?periode={event.period}"
    period = asked.periods[event.period]
    values = {
        "desa": asked.regions[event.region].display_name,
        "jumlah": str(tally.owing),
        "wajib": str(tally.required),
        **_of_period(period, event.region, asked, now),
        "tautan": f"{settings.BASE_URL}{path}",
    }
    return Draft(values, path)


def _of_period(period: Period, code: str, asked: _Asked, now: datetime) -> dict[str, str]:
    """The half and its limit, which is moved by the days of grace once they have begun, as in a member's standing."""
    left, grace = days_left(period, code, now=now), asked.policies.policy_for(code, period).grace_days
    due = period.last_day + timedelta(days=grace) if left < 0 else period.last_day
    if left > 0:
        words = _("Sisa %(left)d hari, sampai %(day)s.")
    elif left == 0:
        words = _("Hari ini hari terakhir.")
    elif left >= -grace:
        words = _("Semester sudah berakhir, tetapi pelatihan masih dihitung sampai %(day)s.")
    else:
        words = _("Batasnya %(day)s sudah lewat.")
    day = date_format(due, "j F Y")
    return {"semester": str(period), "batas": day, "sisa": words % {"left": left, "day": day}}


def compose_district(deliveries: Sequence[Delivery], now: datetime) -> Mapping[int, Draft | Dropped]:
    """In which villages of a kecamatan nothing moves; nothing where the number has fallen meanwhile."""
    asked = _Asked(deliveries)
    villages: dict[tuple[str, str, date], list[Any]] = defaultdict(list)
    for code, monday in sorted({(event.period, event.monday) for event in asked.events.values()}):
        for row in _still(asked.periods[code], monday, asked.regions):
            villages[code, row.village.parent_id, monday].append(row)
    answers: dict[int, Draft | Dropped] = {}
    for delivery in deliveries:
        event = asked.events[delivery.pk]
        rows = villages[event.period, event.region, event.monday]
        nothing = None if rows else Dropped("sudah ada kemajuan")
        answers[delivery.pk] = asked.problem(delivery) or nothing or _district(rows, event, asked, now)
    return answers


def _still(period: Period, monday: date, districts: Mapping[str, Region]) -> Any:
    """The villages that stand still, the one with the most members who owe first."""
    tally = VillageTally.objects.filter(period=OuterRef("period"), village=OuterRef("village"))
    now = Subquery(tally.values(number=F("required") - F("met") - F("extended"))[:1], output_field=IntegerField())
    rows = standing_still(period, monday).filter(village__parent__in=districts).annotate(now=now)
    return rows.filter(now__gte=F("owing")).select_related("village").order_by("-now", "village__name", "pk")


def _district(rows: Sequence[Any], event: Event, asked: _Asked, now: datetime) -> Draft:
    path = f"/pantau/{event.region}/?periode={event.period}"
    names = [row.village.display_name for row in rows[:MOST_NAMED]]
    if rest := len(rows) - len(names):
        names.append(_("%(n)d lainnya") % {"n": rest})
    values = {
        "kecamatan": asked.regions[event.region].display_name,
        "jumlah_desa": str(len(rows)),
        "desa": get_text_list(names, _("dan")),
        "jumlah": str(sum(row.now for row in rows)),
        **_of_period(asked.periods[event.period], event.region, asked, now),
        "tautan": f"{settings.BASE_URL}{path}",
    }
    return Draft(values, path)


_EXAMPLES = {
    "semester": "Semester II 2026",
    "batas": "31 Desember 2026",
    "sisa": "Sisa 38 hari, sampai 31 Desember 2026.",
}
VILLAGE = Topic(
    label=gettext_lazy("Ringkasan mingguan untuk desa"),
    text=Text(
        "{desa}: {jumlah} anggota belum memenuhi",
        "{jumlah} dari {wajib} anggota wajib {desa} belum memenuhi kewajiban {semester}. {sisa} "
        "Lihat siapa saja dan ingatkan mereka dari daftarnya.",
        "{desa}: {jumlah} anggota belum memenuhi kewajiban {semester}. {sisa} {tautan}",
    ),
    compose=compose_village,
    examples={
        "desa": "Desa Muara Ninian",
        "jumlah": "4",
        "wajib": "15",
        **_EXAMPLES,
        "tautan": f"{settings.BASE_URL}/pantau/63.11.01.2001/terlambat/",
    },
)
DISTRICT = Topic(
    label=gettext_lazy("Desa yang belum bergerak, untuk kecamatan"),
    text=Text(
        "{kecamatan}: {jumlah_desa} desa/kelurahan belum bergerak",
        "Di {jumlah_desa} desa/kelurahan {kecamatan} jumlah anggota yang belum memenuhi kewajiban {semester} tidak "
        "turun selama dua minggu atau lebih: {desa}; seluruhnya {jumlah} anggota. {sisa}",
        "{kecamatan}: {jumlah_desa} desa/kelurahan belum bergerak, {jumlah} anggota. {sisa} {tautan}",
    ),
    compose=compose_district,
    examples={
        "kecamatan": "Kec. Juai",
        "jumlah_desa": "2",
        "desa": "Desa Muara Ninian dan Desa Sirap",
        "jumlah": "9",
        **_EXAMPLES,
        "tautan": f"{settings.BASE_URL}/pantau/63.11.01/",
    },
)
