"""What reminders say; whether one is still wanted is asked when it is sent, not when it was planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from members.models import Member
from notifications.models import Delivery
from notifications.texts import Text
from notifications.topics import Draft, Dropped, Topic
from training.books import owed
from training.models import Standing
from training.policies import PolicyBook
from training.reminder_stages import LONGER, OF_EXTENSION
from training.standing import StandingView, view_of

HOME = "/belajar/"
GONE = "tidak lagi bertugas"


def compose(deliveries: Sequence[Delivery], now: datetime) -> Mapping[int, Draft | Dropped]:
    """Say to each member where they stand now, or drop what they need not be told any more; four queries."""
    codes = {delivery.pk: delivery.key.split(":")[1] for delivery in deliveries}
    standings = Standing.objects.filter(member__in={delivery.member_id for delivery in deliveries})
    years = {int(code.partition("-")[0]) for code in codes.values()}
    rows = standings.filter(period__year__in=years).select_related("period", "member")
    found = {(standing.member_id, standing.period.code): standing for standing in rows}
    book = PolicyBook.load()
    return {
        delivery.pk: _draft(delivery, found.get((delivery.member_id or 0, codes[delivery.pk])), book, now)
        for delivery in deliveries
    }


def _draft(delivery: Delivery, standing: Standing | None, book: PolicyBook, now: datetime) -> Draft | Dropped:
    by_extension = delivery.key.split(":")[2].startswith(OF_EXTENSION)
    if standing is None:
        return Dropped(GONE)
    if reason := _why_not(standing, by_extension=by_extension):
        return Dropped(reason)
    policy = book.policy_for(standing.village_id, standing.period)
    view = view_of(standing, policy=policy, now=now)
    if delivery.topic == LONGER and view.days_to_due < 0:
        return Dropped("batasnya sudah lewat")
    return Draft(_values(standing.member, view), HOME, owed(standing.period))


def _why_not(standing: Standing, *, by_extension: bool) -> str:
    """Why the member is not reminded any more; empty where they are."""
    reasons = {
        GONE: not standing.is_serving or standing.member.status != Member.Status.ACTIVE,
        "sudah memenuhi": standing.is_met,
        "tidak wajib": not standing.is_required,
        "diberi waktu lebih lama": standing.extended_to is not None and not by_extension,
        "semester sudah ditutup": standing.period.is_closed and not by_extension,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _values(member: Member, view: StandingView) -> dict[str, str]:
    return {
        "nama": member.name,
        "kalimat": view.sentence,
        "semester": str(view.period),
        "batas": date_format(view.due_on or view.period.last_day, "j F Y"),
        "sisa_hari": str(max(view.days_to_due, 0)),
        "tautan": f"{settings.BASE_URL}{HOME}",
    }


EXAMPLES = {
    "nama": "Ahmad Riduan",
    "kalimat": "Kurang 1 pelatihan, paling lambat 31 Desember 2026.",
    "semester": "Semester II 2026",
    "batas": "31 Desember 2026",
    "sisa_hari": "38",
    "tautan": f"{settings.BASE_URL}{HOME}",
}
_SHORT = "Yth. {nama}. {kalimat} Pelatihan: {tautan}"
OPEN = Topic(
    label=gettext_lazy("Pengingat awal semester"),
    text=Text(
        "Pelatihan {semester} dibuka",
        "Yth. {nama}, semester baru sudah berjalan. {kalimat} Anda dapat mulai kapan saja.",
        _SHORT,
    ),
    compose=compose,
    examples=EXAMPLES,
)
BEFORE_END = Topic(
    label=gettext_lazy("Pengingat sebelum tenggat"),
    text=Text("Pelatihan Anda: batas {batas}", "Yth. {nama}, kewajiban {semester} belum terpenuhi. {kalimat}", _SHORT),
    compose=compose,
    examples=EXAMPLES,
)
AFTER_END = Topic(
    label=gettext_lazy("Pengingat sebelum kelonggaran atau perpanjangan habis"),
    text=Text(
        "{semester} masih bisa dipenuhi sampai {batas}",
        "Yth. {nama}, pelatihan yang selesai sekarang masih dihitung untuk {semester}. {kalimat}",
        _SHORT,
    ),
    compose=compose,
    examples=EXAMPLES
    | {
        "kalimat": "Kurang 1 pelatihan; batasnya diperpanjang sampai 31 Januari 2027.",
        "batas": "31 Januari 2027",
        "sisa_hari": "7",
    },
)
LATE = Topic(
    label=gettext_lazy("Pengingat setelah terlambat"),
    text=Text(
        "Pelatihan {semester} belum terpenuhi",
        "Yth. {nama}. {kalimat} Hubungi aparat desa Anda bila ada halangan.",
        _SHORT,
    ),
    compose=compose,
    examples=EXAMPLES,
)
BY_HAND = Topic(
    label=gettext_lazy("Pengingat dari petugas"),
    text=Text(
        "Pelatihan {semester} belum terpenuhi",
        "Yth. {nama}, petugas wilayah Anda mengingatkan kewajiban {semester}. {kalimat}",
        _SHORT,
    ),
    compose=compose,
    examples=EXAMPLES,
)
