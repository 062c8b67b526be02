"""The demo is what README.md promises, and running it again adds nothing."""

from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from certificates.models import Certificate
from courses.models import CoursePage
from lms.demo import ACCOUNTS, MEMBER_EMAIL, PASSWORD
from members.models import Member, User
from notifications.models import Notice
from quizzes.models import Question
from regions.models import Region
from reports.models import ActivityReport
from training.models import Standing, TrainingRecord
from training.periods import current_period

pytestmark = pytest.mark.django_db(transaction=True)  # certificates and shelves follow after commit


def build() -> str:
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def counts() -> dict[str, int]:
    models = (Member, User, TrainingRecord, ActivityReport, CoursePage, Question, Notice)
    return {model.__name__: model.objects.count() for model in models}


def check_whole(first: dict[str, int]) -> None:
    assert set(Counter(ActivityReport.objects.values_list("status", flat=True))) == set(ActivityReport.Status.values)
    assert first["ActivityReport"] == 40
    assert first["CoursePage"] == 1
    assert first["Question"] >= 30
    assert Member.objects.pending().count() == 3
    assert not Member.objects.filter(nik_sealed=None).exists()
    assert all(member.nik.digits.startswith("99") for member in Member.objects.all())

    member = Member.objects.get(user__email=MEMBER_EMAIL)
    standing = Standing.objects.get(member=member, period=current_period("63.11.01"))
    assert not standing.is_met
    assert standing.needed > 0  # those of the demo have served for years
    assert TrainingRecord.objects.filter(member=member).count() == 1
    assert Certificate.objects.exclude(sha256="").count() == 20
    call_command("reconcile", stdout=StringIO())


def check_log_ins() -> None:
    for email in (MEMBER_EMAIL, "admin@contoh.id", *(account.email for account in ACCOUNTS)):
        response = Client().post("/masuk/", {"login": email, "password": PASSWORD})
        assert response.status_code == 302, email


def check_a_later_run_invents_new_people() -> None:
    Member.objects.pending().update(status=Member.Status.REFUSED, refusal_reason="Bukan warga")
    Member.objects.active().filter(village="63.11.01.2002").update(status=Member.Status.INACTIVE)
    build()
    assert Member.objects.pending().count() == 3
    indexes = list(Member.objects.values_list("nik_index", flat=True))
    assert len(set(indexes)) == len(indexes)


def test_the_demo_is_whole_and_made_once(regions: None):
    """One walk through several runs, for building the demo is slow."""
    assert build().startswith("demo: 38 members,")  # two villages of Juai, one of Halong, three who wait
    first = counts()
    check_whole(first)
    check_log_ins()
    build()
    assert counts() | {"Notice": 0} == first | {"Notice": 0}
    check_a_later_run_invents_new_people()


def test_without_regions_it_says_what_to_do(db: None):
    Region.objects.all().delete()
    with pytest.raises(CommandError, match="load_regions"):
        build()
