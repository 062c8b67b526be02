"""A half year in which somebody trained, somebody did not, and villages reported."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from members.models import User
from reports.models import ActivityReport
from tests.cast import Cast
from tests.factories import PeriodFactory
from training.models import Period
from training.services import open_period, record_training

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


def make_report(by: User, code: str, *, n: int, kind: str = "patrol", verified: bool = False) -> ActivityReport:
    """A report that was sent, and verified if asked."""
    decided = {"status": "verified", "decided_at": NOW, "decided_by": by} if verified else {"status": "sent"}
    return ActivityReport.objects.create(
        village_id=code,
        reporter=by,
        reporter_name=by.name,
        reporter_position="Kepala Desa",
        kind=kind,
        starts_at=NOW,
        ends_at=NOW,
        activity_date=NOW.date(),
        place="Balai desa",
        account="Ronda malam",
        result="Aman",
        number=f"{n}/{code}",
        number_year=2026,
        number_sequence=n,
        sent_at=NOW,
        **decided,
    )


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Callable[[], datetime]:
    """The server's clock stands on 23 November 2026, 38 days before the half ends."""
    for module in ("monitoring.views", "training.services", "training.periods"):
        monkeypatch.setattr(f"{module}.timezone.now", lambda: NOW)
    return lambda: NOW


@pytest.fixture
def half(cast: Cast, now: object) -> Period:
    """Semester II 2026: Ahmad trained, Siti and Mahyudin did not; three reports from Juai and a draft."""
    period: Period = PeriodFactory()
    open_period(period=period, now=NOW)
    record_training(
        member=cast.member, source="course:1:a", kind="online", title="Dasar Hukum", lesson_hours=4, completed_at=NOW
    )
    make_report(cast.village_officer, "63.11.01.2001", n=1, verified=True)
    make_report(cast.village_officer, "63.11.01.2001", n=2, kind="guidance")
    make_report(cast.village_officer, "63.11.01.2002", n=1)
    ActivityReport.objects.create(
        village_id="63.11.01.2002",
        reporter=cast.village_officer,
        kind="escort",
        starts_at=NOW,
        activity_date=NOW.date(),
    )
    return period
