"""`simulate` makes members whose standings and tallies are what the services would have kept."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Sum

from lms import crowd
from members.models import Member
from tests.factories import MemberFactory, make_regions
from training.models import Policy, PolicyCourse, Standing, TrainingRecord, VillageTally


def simulate(**options: object) -> str:
    out = StringIO()
    call_command("simulate", stdout=out, **options)
    return out.getvalue()


def test_figures_agree_with_a_recount(regions: None):
    line = simulate(members=60)
    assert line.startswith("60 members,")
    assert Member.objects.active().count() == 60
    assert Standing.objects.count() == 120
    totals = VillageTally.objects.aggregate(members=Sum("members"), met=Sum("met"))
    assert totals == {"members": 120, "met": TrainingRecord.objects.count()}
    call_command("reconcile", stdout=StringIO())


@pytest.mark.django_db(transaction=True)
def test_batches_written_behind_the_next_ones_agree_too(monkeypatch: pytest.MonkeyPatch):
    make_regions()
    monkeypatch.setattr(crowd, "BATCH", 7)
    simulate(members=30)
    assert (Member.objects.active().count(), Standing.objects.count()) == (30, 60)
    call_command("reconcile", stdout=StringIO())


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_cannot_be_written_ends_the_run(monkeypatch: pytest.MonkeyPatch):
    make_regions()
    monkeypatch.setattr(crowd, "BATCH", 7)
    monkeypatch.setattr(crowd, "_moment", lambda moment: None)
    with pytest.raises(Exception, match=r"(?i)not.null"):
        simulate(members=30)
    assert not Member.objects.exists()


def test_a_second_run_adds_to_the_first(regions: None):
    simulate(members=20, seed=1)
    simulate(members=20, seed=2)
    assert Member.objects.count() == 40
    assert VillageTally.objects.aggregate(n=Sum("members"))["n"] == 80
    call_command("reconcile", stdout=StringIO())


def test_members_live_only_where_asked(regions: None):
    simulate(members=10, regions="63.09")
    assert set(Member.objects.values_list("village_id", flat=True)) == {"63.09.01.2001"}


def test_a_region_without_villages_is_refused(regions: None):
    with pytest.raises(CommandError, match="load_regions"):
        simulate(members=10, regions="11")


@pytest.mark.parametrize("code", ["abc", "99", "63.", "63.11.01.9999"])
def test_what_is_no_region_is_refused_in_one_line(regions: None, code: str):
    with pytest.raises(CommandError, match=f"--regions {code}: no such region"):
        simulate(members=10, regions=code)


def test_no_members_is_refused(regions: None):
    with pytest.raises(CommandError, match="at least 1"):
        simulate(members=0)


def test_the_rule_of_the_region_holds_for_invented_members_too(regions: None):
    policy = Policy.objects.create(region_id="63.11", per_year=3, hours_per_half=4)
    PolicyCourse.objects.create(policy=policy, subject="course:1", title="Pertolongan Pertama")
    simulate(members=40, periods=4)
    assert Standing.objects.count() == 160
    assert not Standing.objects.filter(village__code__startswith="63.11", is_met=True).exists()
    assert Standing.objects.filter(village__code__startswith="63.09", is_met=True).exists()
    call_command("reconcile", stdout=StringIO())


def test_members_can_be_registered_after_it(regions: None):
    simulate(members=5)
    assert MemberFactory().pk > Member.objects.filter(number__startswith="SIM").order_by("pk").last().pk


def test_no_periods_is_refused(regions: None):
    with pytest.raises(CommandError, match="at least 1"):
        simulate(members=1, periods=0)


def test_the_database_knows_afterwards_how_much_there_is(regions: None):
    simulate(members=30)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'training_standing'")
        else:
            cursor.execute("SELECT CAST(stat AS INTEGER) FROM sqlite_stat1 WHERE idx = 'standing_by_village'")
        assert [int(row[0]) for row in cursor.fetchall()] == [60]
