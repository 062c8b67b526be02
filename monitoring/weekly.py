"""The Laporan Kepatuhan by e-mail, each Monday morning, to the officers who asked for it."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from time import monotonic

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
    """What a run did: reports sent, and those the mail server did not take, which the next run tries again.

    `left` is what is due still, because the run had no more time for it.
    """

    sent: int
    failed: int
    left: int = 0


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

    For SENDING_SECONDS: a report takes seconds to draw, and messages wait behind thousands of them; the next run goes
    on with what is left. After MOST_FAILURES whole Mondays in a row a report stops and its officer is told; one that
    comes through starts the count anew.
    """
    until = monotonic() + settings.SENDING_SECONDS
    _end_failing(now)
    sent, failed, due, report = 0, 0, _due(now), Report(now)
    for number, choice in enumerate(due):
        if monotonic() >= until:
            return WeeklyResult(sent, failed, len(due) - number)
        was_sent = _send(choice, report)
        sent += was_sent is True
        failed += was_sent is False
    return WeeklyResult(sent, failed)


class Report:
    """The PDF of the region asked for last, drawn once for all of its officers."""

    def __init__(self, now: datetime) -> None:
        self.now, self._code, self._pdf = now, "", b""

    def of(self, region: Region) -> bytes:
        """Draw it, or hand out the one just drawn."""
        if self._code != region.code:
            period = current_period(region.code, now=self.now)
            self._pdf = compliance_pdf(region=region, period=period, now=self.now)
            self._code = region.code
        return self._pdf


def _send(choice: WeeklyChoice, report: Report) -> bool | None:
    """Whether it left; None where somebody took it before.

    It is taken by its row before it leaves. One that the mail server refuses is given back for the next run; after a
    crash in between it counts as sent, for twice is worse than once less.
    """
    user, region = choice.grant.user, choice.grant.region
    mail = _take(user, region, _local(report.now, region).date())
    if mail is None:
        return None
    try:
        _mail(user, region, mail.monday, report.of(region)).send()
    except Exception as error:
        # The error's text may hold the address; its kind says enough.
        logger.error("weekly report of %s not sent: %s", region.code, type(error).__name__)
        mail.delete()
        _count_failure(choice, mail.monday)
        return False
    WeeklyMail.objects.filter(pk=mail.pk).update(sent_at=timezone.now())
    WeeklyChoice.objects.filter(pk=choice.pk, failures__gt=0).update(failures=0, failed_on=None)
    return True


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


def _due(now: datetime) -> list[WeeklyChoice]:
    """The wishes that wait where it is Monday morning or later that day, region by region; two queries.

    Those that failed come last: a server that refuses some of them must not use up the time of the others.
    """
    proven = EmailAddress.objects.filter(
        user=OuterRef("grant__user"), email=OuterRef("grant__user__email"), verified=True
    )
    choices = WeeklyChoice.objects.filter(Exists(proven), grant__kind=RoleKind.OFFICER, grant__user__is_active=True)
    choices = choices.select_related("grant__user", "grant__region__parent__parent__parent__parent")
    mornings = [
        (choice, local.date())
        for choice in choices.order_by(F("failed_on").asc(nulls_first=True), "grant__region", "pk")
        if (local := _local(now, choice.grant.region)).weekday() == MONDAY and local.time() >= MORNING
    ]
    mails = WeeklyMail.objects.filter(monday__in={monday for _choice, monday in mornings})
    taken = set(mails.values_list("user", "region", "monday"))
    return [
        choice for choice, monday in mornings if (choice.grant.user_id, choice.grant.region_id, monday) not in taken
    ]


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
