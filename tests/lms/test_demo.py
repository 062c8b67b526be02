"""The demo is what README.md promises, and running it again adds nothing."""

from collections import Counter
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum
from django.test import Client

from certificates.models import Certificate
from courses.models import CoursePage
from lms.celery import app
from lms.demo import ACCOUNTS, MEMBER_EMAIL, PASSWORD, Demo
from lms.demo_reports import DemoReports
from members.models import Member, MemberEvent, User
from notifications.models import Notice
from quizzes.models import Question
from regions.models import Region
from reports.models import ActivityReport
from tests.factories import MemberFactory
from training.models import Standing, TrainingRecord, VillageTally
from training.periods import current_period

pytestmark = pytest.mark.django_db(transaction=True)  # certificates and shelves follow after commit


@pytest.fixture(autouse=True)
def unread_queue() -> Iterator[None]:
    """A worker that another test of this process left running would print what the demo leaves due."""
    usual = app.conf.task_default_queue
    app.conf.task_default_queue = "unread"
    yield
    app.conf.task_default_queue = usual


def build() -> str:
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def counts() -> dict[str, int]:
    models = (Member, User, TrainingRecord, ActivityReport, CoursePage, Question, Notice)
    return {model.__name__: model.objects.count() for model in models}


def check_whole(first: dict[str, int]) -> None:
    statuses = Counter(ActivityReport.objects.values_list("status", flat=True))
    assert statuses == {"verified": 20, "sent": 10, "returned": 5, "draft": 5}
    assert (first["Member"], first["User"], first["TrainingRecord"], first["ActivityReport"]) == (38, 17, 39, 40)
    assert first["CoursePage"] == 1
    assert first["Question"] >= 30
    assert Member.objects.pending().count() == 3
    assert not Member.objects.filter(nik_sealed=None).exists()
    assert all(member.nik.digits.startswith("99") for member in Member.objects.all())

    late = Member.objects.active().filter(village__parent="63.11.01", standings__in=Standing.objects.missing())
    assert late.filter(user__isnull=False).exclude(user__email=MEMBER_EMAIL).exists()
    assert late.filter(user=None, phone__isnull=False).exists()
    numbers = [str(phone) for phone in Member.objects.exclude(phone=None).values_list("phone", flat=True)]
    assert all(number.startswith("+62800") for number in numbers)  # nobody's
    assert len(set(numbers)) == len(numbers) == 19

    member = Member.objects.get(user__email=MEMBER_EMAIL)
    standing = Standing.objects.get(member=member, period=current_period("63.11.01"))
    assert not standing.is_met
    assert standing.needed > 0  # those of the demo have served for years
    assert TrainingRecord.objects.filter(member=member).count() == 1
    assert Certificate.objects.exclude(sha256="").count() == 20
    call_command("reconcile", stdout=StringIO())


def check_shares() -> None:
    """About 70 % met the requirement last half, and about 40 % this half, which is still under way."""
    current = current_period("63.11.01")
    before = TrainingRecord.objects.exclude(period=current).latest("completed_at").period
    for period, share in ((before, 0.7), (current, 0.4)):
        tallies = VillageTally.objects.filter(period=period)
        figures = tallies.aggregate(met=Sum("met"), required=Sum("required"))
        assert figures["required"] == 35  # all who do not wait
        assert figures["met"] / figures["required"] == pytest.approx(share, abs=0.03)


def check_log_ins() -> None:
    for email in (MEMBER_EMAIL, "admin@contoh.id", *(account.email for account in ACCOUNTS)):
        response = Client().post("/masuk/", {"login": email, "password": PASSWORD})
        assert response.status_code == 302, email


def check_a_later_run_invents_new_people() -> None:
    Member.objects.pending().update(status=Member.Status.REFUSED, refusal_reason="Bukan warga")
    Member.objects.active().filter(village="63.11.01.2002").update(status=Member.Status.INACTIVE)
    somebody = MemberFactory()  # with an account, as who registers has
    MemberEvent.objects.create(member=somebody, kind=MemberEvent.Kind.REGISTERED, by=somebody.user)
    build()
    assert not TrainingRecord.objects.filter(member=somebody).exists()
    assert Member.objects.pending().count() == 3
    indexes = list(Member.objects.values_list("nik_index", flat=True))
    assert len(set(indexes)) == len(indexes)


@pytest.mark.long
def test_the_demo_is_whole_and_made_once(regions: None):
    """One walk through several runs, for building the demo is slow."""
    assert build().startswith("demo: 38 members,")  # two villages of Juai, one of Halong, three who wait
    first = counts()
    check_whole(first)
    check_shares()
    check_log_ins()
    build()
    assert counts() | {"Notice": 0} == first | {"Notice": 0}
    check_a_later_run_invents_new_people()


STEPS = {
    (Demo, "_register"): 20,  # in the middle of a village
    (Demo, "_train"): 30,
    (DemoReports, "_fill"): 13,  # written, not yet sent
}


def test_an_interrupted_demo_is_finished_by_the_next_run(regions: None, monkeypatch: pytest.MonkeyPatch):
    """One demo stopped in one step after the other; in the end it counts the same as one made without a stop."""
    for (kind, step), after in STEPS.items():
        with monkeypatch.context() as patch:
            patch.setattr(kind, step, stopping(getattr(kind, step), after))
            with pytest.raises(CommandError, match="stopped; running it again"):
                build()
    assert build().startswith("demo: 38 members, 39 trainings, 40 reports")
    check_whole(counts())


def stopping(step: Callable[..., Any], after: int) -> Callable[..., Any]:
    """The step as it is, and Ctrl-C at the end of a later call, before its transaction is over."""
    calls = iter(range(after))

    def call(*args: Any, **kwargs: Any) -> Any:
        result = step(*args, **kwargs)
        if next(calls, None) is None:
            raise KeyboardInterrupt
        return result

    return call


def test_without_regions_it_says_what_to_do(db: None):
    Region.objects.all().delete()
    with pytest.raises(CommandError, match="load_regions"):
        build()
