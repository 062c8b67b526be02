"""Moves between villages of different officers: asked by one side, answered by the other."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from members.access import Access
from members.errors import (
    AlreadyThere,
    DayImpossible,
    MoveAnswered,
    MoveOutdated,
    MoveWaits,
    NotServing,
    NotTheirMove,
    OutOfReach,
    OwnMembership,
    ReasonMissing,
)
from members.models import Member, MoveRequest, User
from members.moves import accept_move, ask_move, refuse_move, withdraw_move
from regions.models import Region
from tests.cast import Cast
from tests.factories import grant

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
KAPUL = "63.11.02.2001"


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("members.changes.timezone.now", lambda: datetime(2026, 11, 23, 3, tzinfo=UTC))


def asked(cast: Cast, by: User | None = None, code: str = KAPUL, on: date = TODAY, reason: str = "Menikah"):
    to = Region.objects.get(pk=code)
    return ask_move(member=cast.member, by=by or cast.village_officer, village=to, on=on, reason=reason)


def village_of(cast: Cast) -> str:
    return Member.objects.get(pk=cast.member.pk).village_id


def test_until_it_is_accepted_the_member_stays(cast: Cast):
    request = asked(cast)
    assert asked(cast) == request
    assert village_of(cast) == "63.11.01.2001"
    event = accept_move(request=request, by=cast.neighbour_village_officer)
    assert village_of(cast) == KAPUL
    assert (event.kind, event.on, event.by) == ("moved", TODAY, cast.neighbour_village_officer)
    assert accept_move(request=request, by=cast.neighbour_village_officer) == event
    assert cast.member.events.count() == 1


def test_refused_with_a_reason(cast: Cast):
    request = asked(cast)
    with pytest.raises(ReasonMissing):
        refuse_move(request=request, by=cast.neighbour_village_officer, reason=" ")
    refused = refuse_move(request=request, by=cast.neighbour_district_officer, reason="Tidak dikenal di sini")
    assert (refused.status, refused.decision_reason) == ("refused", "Tidak dikenal di sini")
    assert village_of(cast) == "63.11.01.2001"
    assert asked(cast) != request  # and asked again


def test_withdrawn_by_the_side_that_asked(cast: Cast):
    request = asked(cast)
    with pytest.raises(OutOfReach):
        withdraw_move(request=request, by=cast.neighbour_village_officer)
    assert withdraw_move(request=request, by=cast.district_officer).status == "withdrawn"
    assert withdraw_move(request=request, by=cast.district_officer).status == "withdrawn"


@pytest.mark.parametrize("who", ["village_officer", "district_officer", "stranger"])
def test_the_side_that_asked_does_not_answer(cast: Cast, who: str):
    request, by = asked(cast), getattr(cast, who)
    with pytest.raises(NotTheirMove):
        accept_move(request=request, by=by)
    with pytest.raises(NotTheirMove):
        refuse_move(request=request, by=by, reason="x")


def test_nobody_receives_themselves(cast: Cast):
    request = asked(cast)
    grant(cast.member.user, KAPUL)
    with pytest.raises(OwnMembership):
        accept_move(request=request, by=cast.member.user)
    assert not MoveRequest.objects.visible_to(Access(cast.member.user)).exists()


def test_answered_once(cast: Cast):
    request = asked(cast)
    withdraw_move(request=request, by=cast.village_officer)
    with pytest.raises(MoveAnswered):
        accept_move(request=request, by=cast.neighbour_village_officer)
    with pytest.raises(MoveAnswered):
        refuse_move(request=request, by=cast.neighbour_village_officer, reason="x")


def test_one_waits_at_a_time(cast: Cast):
    asked(cast)
    with pytest.raises(MoveWaits):
        asked(cast, on=date(2026, 11, 1))


def test_what_cannot_be_asked(cast: Cast):
    with pytest.raises(ReasonMissing):
        asked(cast, reason="")
    with pytest.raises(OutOfReach):
        asked(cast, by=cast.neighbour_village_officer)
    with pytest.raises(AlreadyThere):
        asked(cast, code="63.11.01.2001")
    with pytest.raises(DayImpossible):
        asked(cast, on=date(2026, 11, 24))
    Member.objects.filter(pk=cast.member.pk).update(status="inactive")
    with pytest.raises(NotServing):
        asked(cast)


def test_a_day_that_is_no_longer_possible_is_for_who_asked_to_mend(cast: Cast):
    request = asked(cast, on=date(2026, 11, 20))
    Member.objects.filter(pk=cast.member.pk).update(joined_on=date(2026, 11, 21))
    with pytest.raises(MoveOutdated):
        accept_move(request=request, by=cast.neighbour_village_officer)
    assert (village_of(cast), MoveRequest.objects.get().status) == ("63.11.01.2001", "waiting")
    refuse_move(request=request, by=cast.neighbour_village_officer, reason="Tanggalnya")


def test_who_sees_and_who_answers(cast: Cast):
    request = asked(cast)
    sees = {
        name
        for name in vars(cast)
        if isinstance(user := getattr(cast, name), User) and request in MoveRequest.objects.visible_to(Access(user))
    }
    both = {"regency_officer", "admin"}
    receiving = {"neighbour_village_officer", "neighbour_district_officer"}
    assert sees == {"village_officer", "district_officer"} | receiving | both
    answers = {name for name in sees if request in MoveRequest.objects.decidable_by(Access(getattr(cast, name)))}
    assert answers == receiving | both


@pytest.mark.parametrize(
    ("constraint", "facts"),
    [
        ("move_request_leads_elsewhere", {"to_village_id": "63.11.01.2001"}),
        ("move_request_has_reason", {"reason": ""}),
        ("move_request_decided_has_moment", {"status": "accepted"}),
        ("move_request_refused_has_reason", {"status": "refused", "decided_at": datetime(2026, 1, 1, tzinfo=UTC)}),
    ],
)
def test_a_request_is_whole(cast: Cast, constraint: str, facts: dict[str, object]):
    whole = {"from_village_id": "63.11.01.2001", "to_village_id": KAPUL, "on": TODAY, "reason": "Menikah"}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        MoveRequest.objects.create(member=cast.member, **(whole | facts))


def test_the_database_lets_one_wait(cast: Cast):
    asked(cast)
    facts = {"from_village_id": "63.11.01.2001", "to_village_id": "63.11.01.2002", "on": TODAY, "reason": "x"}
    with pytest.raises(IntegrityError), transaction.atomic():
        MoveRequest.objects.create(member=cast.member, **facts)
