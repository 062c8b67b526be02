"""The Laporan Kepatuhan by e-mail, each Monday morning, to the officers who asked for it."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from members.backend import is_proven
from members.models import RoleGrant, RoleKind, User
from monitoring.errors import NoProvenEmail
from monitoring.models import WeeklyChoice, WeeklyMail
from monitoring.pdf import compliance_pdf
from notifications.services import notify
from regions.models import Region
from regions.timezones import zone_of
from training.periods import current_period

logger = logging.getLogger("akademi.monitoring")

MORNING = time(6)  # not in anybody's night; before the week's first meeting
MONDAY = 0
MOST_FAILURES = 3  # Mondays in a row; an outage of one morning stops nobody


@dataclass(frozen=True)
class WeeklyResult:
    """What a run did: reports sent, and those the mail server did not take, which the next run tries again."""

    sent: int
    failed: int


def grants_of(user: User) -> list[RoleGrant]:
    """The roles that a report may be asked for, by region."""
    grants = RoleGrant.objects.filter(user=user, kind=RoleKind.OFFICER)
    return list(grants.select_related("region__parent").order_by("region"))


def can_receive(user: User) -> bool:
    """Whether the account holds an e-mail whose mailbox has answered."""
    return bool(user.email) and is_proven(user.email or "", user)


@transaction.atomic
def choose_weekly(*, user: User, grants: Collection[RoleGrant]) -> int:
    """Ask for the report of these roles of the person, and of no other; returns how many.

    Other people's roles are left out. Raises NoProvenEmail, unless every report is stopped.
    """
    if grants and not can_receive(user):
        raise NoProvenEmail
    mine = [grant for grant in grants_of(user) if grant in grants]
    WeeklyChoice.objects.filter(grant__user=user).exclude(grant__in=mine).delete()
    for grant in mine:
        WeeklyChoice.objects.get_or_create(grant=grant)
    return len(mine)


def send_weekly(*, now: datetime) -> WeeklyResult:
    """Send what is due: on a Monday from six o'clock in the region's own time, once each, whatever runs twice.

    Each is taken by its row before it leaves. One that the mail server refuses is given back for the next run; after
    a crash in between it counts as sent, for twice is worse than once less. After MOST_FAILURES whole Mondays in a row
    the report stops and its officer is told; one that comes through starts the count anew.
    """
    _end_failing(now)
    sent = failed = 0
    for region, choices in _due(now):
        report: bytes | None = None
        for choice in choices:
            user = choice.grant.user
            mail = _take(user, region, _local(now, region).date())
            if mail is None:
                continue
            try:
                report = report or compliance_pdf(region=region, period=current_period(region.code, now=now), now=now)
                _mail(user, region, mail.monday, report).send()
            except Exception as error:
                # The error's text may hold the address; its kind says enough.
                logger.error("weekly report of %s not sent: %s", region.code, type(error).__name__)
                mail.delete()
                _count_failure(choice, mail.monday)
                failed += 1
            else:
                WeeklyMail.objects.filter(pk=mail.pk).update(sent_at=timezone.now())
                WeeklyChoice.objects.filter(pk=choice.pk, failures__gt=0).update(failures=0, failed_on=None)
                sent += 1
    return WeeklyResult(sent, failed)


def _count_failure(choice: WeeklyChoice, monday: date) -> None:
    """One more Monday without a report, however often it was tried."""
    uncounted = WeeklyChoice.objects.filter(Q(failed_on=None) | ~Q(failed_on=monday), pk=choice.pk)
    uncounted.update(failures=F("failures") + 1, failed_on=monday)


def _end_failing(now: datetime) -> None:
    """End the wishes whose last Monday allowed went by without success; until its midnight it may still go well."""
    failing = WeeklyChoice.objects.filter(failures__gte=MOST_FAILURES)
    for choice in failing.select_related("grant__user", "grant__region__parent"):
        if choice.failed_on and choice.failed_on < _local(now, choice.grant.region).date():
            _end(choice)


@transaction.atomic
def _end(choice: WeeklyChoice) -> None:
    """The wish is over, and its officer told, unless a report came through meanwhile."""
    if not WeeklyChoice.objects.filter(pk=choice.pk, failures__gte=MOST_FAILURES).delete()[0]:
        return
    text = _(
        "Laporan Kepatuhan %(region)s gagal dikirim ke e-mail Anda %(n)d Senin berturut-turut, jadi dihentikan. "
        "Periksa alamat e-mail Anda, lalu pilih lagi laporannya."
    )
    notify(
        user=choice.grant.user,
        key=f"weekly-stopped:{choice.pk}",
        title=_("Laporan tiap Senin dihentikan"),
        body=text % {"region": choice.grant.region.display_name, "n": MOST_FAILURES},
        path=reverse("monitoring:weekly"),
    )


def _local(now: datetime, region: Region) -> datetime:
    return now.astimezone(zone_of(region.code))


def _due(now: datetime) -> Iterable[tuple[Region, list[WeeklyChoice]]]:
    """Regions in which it is Monday morning or later that day, with the wishes for the report that wait for it."""
    proven = EmailAddress.objects.filter(
        user=OuterRef("grant__user"), email=OuterRef("grant__user__email"), verified=True
    )
    choices = WeeklyChoice.objects.filter(Exists(proven), grant__kind=RoleKind.OFFICER, grant__user__is_active=True)
    by_region: dict[Region, list[WeeklyChoice]] = {}
    for choice in choices.select_related("grant__user", "grant__region__parent__parent__parent__parent"):
        by_region.setdefault(choice.grant.region, []).append(choice)
    for region, wishes in by_region.items():
        local = _local(now, region)
        if local.weekday() == MONDAY and local.time() >= MORNING:
            mails = WeeklyMail.objects.filter(region=region, monday=local.date())
            taken = set(mails.values_list("user", flat=True))
            yield region, [wish for wish in wishes if wish.grant.user_id not in taken]


def _take(user: User, region: Region, monday: date) -> WeeklyMail | None:
    """The row that lets this one be sent; None where somebody took it before."""
    try:
        with transaction.atomic():
            return WeeklyMail.objects.create(user=user, region=region, monday=monday)
    except IntegrityError:
        return None


def _mail(user: User, region: Region, monday: date, report: bytes) -> EmailMessage:
    facts = {
        "region": region.display_name if region.level else _("seluruh Indonesia"),
        "day": date_format(monday, "j F Y"),
        "page": f"{settings.BASE_URL}{reverse('monitoring:region', args=[region.code])}",
        "choice": f"{settings.BASE_URL}{reverse('monitoring:weekly')}",
    }
    subject = _("Laporan Kepatuhan %(region)s, %(day)s") % facts
    body = _(
        "Laporan Kepatuhan %(region)s per %(day)s terlampir.\n\nAngka terbaru: %(page)s\n\n"
        "Anda menerima e-mail ini karena memintanya tiap Senin. Hentikan di %(choice)s"
    )
    message = EmailMessage(subject, body % facts, to=[user.email or ""])
    message.attach(f"laporan-kepatuhan-{region.code}-{monday:%Y%m%d}.pdf", report, "application/pdf")
    return message
