"""Two officers at once, and a member who trains meanwhile: real threads on the real database, either of the two."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from members.changes import latest_event_id
from members.corrections import Correction
from members.errors import ChangedMeanwhile, MemberError, MoveAnswered, NotServing, OutOfReach
from members.models import Member, MemberEvent, MoveRequest, User
from regions.models import Region
from regions.timezones import local_date
from tests.cast import Cast, make_cast
from tests.factories import EvidenceFactory, MemberFactory, PeriodFactory
from tests.races import at_once
from tests.training.conftest import open_halves
from training.evidence_errors import EvidenceElsewhere
from training.evidence_services import approve_evidence
from training.membership import accept_move, ask_move, correct_member, end_service, move_member
from training.models import Evidence, Standing, VillageTally
from training.services import open_period, record_training, reverse_training
from training.signals import training_recorded

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("books_in_order")]
NINIAN, SIRAP, KAPUL = "63.11.01.2001", "63.11.01.2002", "63.11.02.2001"


@pytest.fixture
def cast(transactional_db, monkeypatch) -> Cast:
    monkeypatch.setattr(training_recorded, "receivers", [])  # nobody draws certificates meanwhile
    people = make_cast()
    MemberFactory.create_batch(7, user=None)
    open_halves()
    return people


def facts(by: object) -> dict[str, object]:
    return {"by": by, "on": local_date(timezone.now(), NINIAN), "reason": "Sebabnya"}


def move(member: Member, by: object, code: str = SIRAP) -> MemberEvent:
    return move_member(member=member, village=Region.objects.get(pk=code), **facts(by))


def members_of(*codes: str) -> list[int]:
    found = dict(VillageTally.objects.filter(period__half__gt=0).values_list("village", "members"))
    return [found.get(code, 0) for code in codes]


def test_two_officers_end_one_membership_once(cast: Cast):
    results = at_once(
        lambda: end_service(member=cast.member, kind="resigned", **facts(cast.village_officer)),
        lambda: end_service(member=cast.member, kind="died", **facts(cast.district_officer)),
        refusals=NotServing,
    )
    assert {type(result) for result in results} == {MemberEvent, NotServing}
    assert cast.member.events.count() == 1
    assert members_of(NINIAN) == [7]


def test_of_a_move_and_an_end_by_the_old_village_neither_is_lost(cast: Cast):
    results = at_once(
        lambda: move(cast.member, cast.regency_officer, KAPUL),
        lambda: end_service(member=cast.member, kind="resigned", **facts(cast.village_officer)),
        refusals=MemberError,
    )
    moved, ended = results
    assert (type(moved), type(ended)) in [(MemberEvent, OutOfReach), (NotServing, MemberEvent)]
    assert members_of(NINIAN, KAPUL) == ([7, 2] if isinstance(moved, MemberEvent) else [7, 1])


def test_members_who_move_while_they_train_are_counted_where_they_are(cast: Cast):
    members = list(Member.objects.filter(village=NINIAN).active())
    now = datetime.now(UTC)
    train = {"kind": "online", "title": "Dasar", "lesson_hours": 4, "completed_at": now}
    at_once(
        *(lambda m=m: record_training(member=m, source=f"course:1:{m.pk}", **train) for m in members),
        *(lambda m=m: move(m, cast.district_officer) for m in members[:4]),
        *(lambda m=m: end_service(member=m, kind="retired", **facts(cast.district_officer)) for m in members[4:6]),
    )
    tallies = VillageTally.objects.filter(village__in=[NINIAN, SIRAP]).order_by("village")
    assert list(tallies.values_list("members", "required", "met")) == [(2, 2, 2), (5, 5, 4)]
    serving = Standing.objects.filter(is_serving=True, counted=1)
    assert serving.filter(village=F("member__village")).count() == 6


def test_accepting_and_ending_at_once(cast: Cast):
    village = Region.objects.get(pk=KAPUL)
    request = ask_move(member=cast.member, village=village, **facts(cast.village_officer))
    accepted, ended = at_once(
        lambda: accept_move(request=request, by=cast.neighbour_village_officer),
        lambda: end_service(member=cast.member, kind="died", **facts(cast.village_officer)),
        refusals=MemberError,
    )
    assert (type(accepted), type(ended)) in [(MemberEvent, OutOfReach), (MoveAnswered, MemberEvent)]
    status = MoveRequest.objects.get().status
    assert status == ("accepted" if isinstance(accepted, MemberEvent) else "withdrawn")


def test_one_of_two_corrections_has_to_look_again(cast: Cast):
    seen, now = latest_event_id(cast.member), vars(Correction.of(cast.member))

    def correct(by: object, **changes: object) -> MemberEvent:
        correction = Correction(**{**now, **changes})
        return correct_member(member=cast.member, by=by, correction=correction, reason="KTP", seen=seen)

    results = at_once(
        lambda: correct(cast.village_officer, name="Ridwan"),
        lambda: correct(cast.district_officer, sex="f"),
        refusals=ChangedMeanwhile,
    )
    assert {type(result) for result in results} == {MemberEvent, ChangedMeanwhile}
    assert cast.member.events.count() == 1


def test_evidence_is_decided_by_the_village_of_that_moment(cast: Cast):
    for _ in range(3):
        member = MemberFactory()
        evidence = Evidence.objects.select_related("member").get(pk=EvidenceFactory(member=member).pk)
        open_halves()
        decided, _moved = at_once(
            lambda evidence=evidence: approve_evidence(evidence=evidence, by=cast.village_officer),
            lambda member=member: move(member, cast.district_officer),
            refusals=EvidenceElsewhere,
        )
        evidence.refresh_from_db()
        if isinstance(decided, EvidenceElsewhere):
            assert evidence.is_waiting
        else:
            assert (evidence.status, evidence.village_id) == ("approved", NINIAN)
        assert Member.objects.get(pk=member.pk).village_id == SIRAP


def test_a_new_day_of_joining_and_a_reversal_of_the_half_before_do_not_lock_each_other_out(cast: Cast):
    running = PeriodFactory()
    before = PeriodFactory(year=running.year - (running.half == 1), half=3 - running.half)
    open_period(period=before)
    first, *others = Member.objects.filter(village=NINIAN, user=None).order_by("pk")[:6]
    noon = datetime(before.first_day.year, before.first_day.month, 9, 4, tzinfo=UTC)
    train = {"kind": "online", "title": "Dasar", "lesson_hours": 4, "completed_at": noon}
    records = [record_training(member=m, source=f"old:{m.pk}", **train) for m in (first, *others[:2])]

    def correct(member: Member) -> MemberEvent:
        now = vars(Correction.of(member))
        correction = Correction(**{**now, "joined_on": now["joined_on"] - timedelta(days=1)})
        return correct_member(member=member, by=cast.village_officer, correction=correction, reason="SK")

    results = at_once(
        *(lambda m=m: correct(m) for m in others[2:]),
        *(lambda r=r: reverse_training(record=r, reason="Keliru", by=cast.district_officer) for r in records),
    )
    assert len(results) == 6


def test_of_two_corrections_to_one_phone_one_account_holds_it(cast: Cast):
    """The second waits for the first, and then finds the phone taken."""
    phone = "+628111111111"

    def correct(member: Member) -> MemberEvent:
        correction = Correction(**{**vars(Correction.of(member)), "phone": phone})
        return correct_member(member=member, by=cast.district_officer, correction=correction, reason="KTP")

    results = at_once(lambda: correct(cast.member), lambda: correct(cast.other_member))
    assert {type(result) for result in results} == {MemberEvent}
    assert User.objects.filter(phone=phone).count() == 1
    assert Member.objects.filter(phone=phone).count() == 2
