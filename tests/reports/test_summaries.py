"""Figures that monitoring shows beside compliance."""

from datetime import UTC, datetime

import pytest

from regions.models import Region
from regions.scope import Scope
from reports.models import ActivityReport
from reports.summaries import children_report_counts, kind_counts, report_counts
from tests.factories import ActivityReportFactory, PeriodFactory

pytestmark = pytest.mark.usefixtures("regions")
Kind = ActivityReport.Kind


def region(code: str) -> Region:
    return Region.objects.get(pk=code)


@pytest.fixture
def period():
    return PeriodFactory(year=2026, half=2)


@pytest.fixture
def reports():
    """Muara Ninian 2 sent and 1 verified, Sirap 1 verified, Kapul 1 sent; drafts and returned ones count nothing."""
    ActivityReportFactory.create_batch(2, sent=True)
    ActivityReportFactory(verified=True, kind=Kind.DISASTER)
    ActivityReportFactory(verified=True, village_id="63.11.01.2002")
    ActivityReportFactory(sent=True, village_id="63.11.02.2001", kind=Kind.DIALOGUE)
    ActivityReportFactory()
    ActivityReportFactory(returned=True)


def test_submitted_counts_sent_and_verified(reports, period, django_assert_num_queries):
    juai, village = region("63.11.01"), region("63.11.01.2001")
    with django_assert_num_queries(2):
        assert report_counts(region=juai, period=period) == {"submitted": 4, "verified": 2}
        assert report_counts(region=village, period=period) == {"submitted": 3, "verified": 1}


def test_the_nation_counts_everything(reports, period):
    assert report_counts(region=region("00"), period=period) == {"submitted": 5, "verified": 2}


@pytest.mark.parametrize(
    ("parent", "children"),
    [
        ("00", {"63": (5, 2)}),
        ("63", {"63.11": (5, 2)}),
        ("63.11", {"63.11.01": (4, 2), "63.11.02": (1, 0)}),
        ("63.11.01", {"63.11.01.2001": (3, 1), "63.11.01.2002": (1, 1)}),
        ("63.11.01.2001", {}),
        ("63.09", {}),
    ],
)
def test_children_add_up_in_one_query(parent, children, reports, period, django_assert_max_num_queries):
    parent = region(parent)
    with django_assert_max_num_queries(1):
        found = children_report_counts(region=parent, period=period)
    assert {code: (c["submitted"], c["verified"]) for code, c in found.items()} == children


def test_kinds_come_most_first(reports, period):
    assert kind_counts(region=region("63.11"), period=period) == [
        ("Patroli", 3),
        ("Dialog warga", 1),
        ("Kebencanaan", 1),
    ]


def test_the_period_is_that_of_the_local_day(period):
    """23.30 WITA on 30 June is still June; 00.30 WITA on 1 July is 16.30 UTC of 30 June and already July."""
    ActivityReportFactory(sent=True, starts_at=datetime(2026, 6, 30, 15, 30, tzinfo=UTC))
    ActivityReportFactory(sent=True, starts_at=datetime(2026, 6, 30, 16, 30, tzinfo=UTC))
    ActivityReportFactory(sent=True, starts_at=datetime(2026, 12, 31, 15, 59, tzinfo=UTC))
    ActivityReportFactory(sent=True, starts_at=datetime(2026, 12, 31, 16, 0, tzinfo=UTC))
    first, next_year = PeriodFactory(year=2026, half=1), PeriodFactory(year=2027, half=1)
    counts = [report_counts(region=region("63"), period=p)["submitted"] for p in (first, period, next_year)]
    assert counts == [1, 2, 1]


def test_waiting_are_the_sent_ones_of_the_scope(reports):
    for codes, expected in ((["63.11.01"], 2), (["63.11"], 3), ([], 0)):
        assert ActivityReport.objects.within(Scope.of(*codes)).waiting().count() == expected
