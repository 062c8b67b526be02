"""What officers change about a membership: the row, its history, and every refusal."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from members.changes import end_service, latest_event_id, move_member, reinstate
from members.corrections import Correction, correct_member
from members.errors import (
    AlreadyThere,
    BirthDateImpossible,
    ChangedMeanwhile,
    DayImpossible,
    DuplicateNIK,
    NotAVillage,
    NotEnded,
    NothingCorrected,
    NotServing,
    OutOfReach,
    OwnMembership,
    ReasonMissing,
    TooYoung,
)
from members.models import Member, MemberEvent, MoveRequest, User
from regions.models import Region
from tests.cast import Cast
from tests.factories import MemberFactory, grant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_now")]
NOW = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)  # 23 November, 00.30 WITA
TODAY = date(2026, 11, 23)
SIRAP, KAPUL = "63.11.01.2002", "63.11.02.2001"


@pytest.fixture
def _now(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("members.changes.timezone.now", lambda: NOW)


def ended(member: Member, by: User, kind: str = "resigned", on: date = TODAY, reason: str = "Bekerja di luar pulau"):
    return end_service(member=member, by=by, kind=kind, on=on, reason=reason)


def back(member: Member, by: User, on: date = TODAY):
    return reinstate(member=member, by=by, on=on, reason="Pulang kampung")


def moved(member: Member, by: User, code: str = SIRAP, on: date = TODAY):
    return move_member(member=member, by=by, village=Region.objects.get(pk=code), on=on, reason="Menikah")


def corrected(member: Member, by: User, married: bool = False, seen: int | None = None, **changes):
    correction = Correction(**{**vars(Correction.of(member)), **changes})
    return correct_member(member=member, by=by, correction=correction, reason="Sesuai KTP", married=married, seen=seen)


# --- the end, and the way back -------------------------------------------------------------------


@pytest.mark.parametrize("kind", MemberEvent.ENDINGS)
def test_a_membership_ends_and_says_why(cast: Cast, kind: str):
    event = ended(cast.member, cast.village_officer, kind, date(2026, 11, 1), "  Sebabnya  ")
    cast.member.refresh_from_db()
    assert cast.member.status == Member.Status.INACTIVE
    assert cast.member.number
    assert (event.kind, event.on, event.reason, event.by) == (
        *(kind, date(2026, 11, 1), "Sebabnya"),
        cast.village_officer,
    )


def test_ending_twice_is_one_event(cast: Cast):
    first = ended(cast.member, cast.village_officer)
    assert ended(cast.member, cast.village_officer) == first
    assert cast.member.events.count() == 1


def test_two_officers_who_say_different_things_are_told(cast: Cast):
    ended(cast.member, cast.village_officer)
    with pytest.raises(NotServing):
        ended(cast.member, cast.district_officer, "died")


def test_who_left_still_logs_in_and_who_died_does_not(cast: Cast):
    ended(cast.member, cast.village_officer)
    cast.member.user.refresh_from_db()
    assert cast.member.user.is_active
    event = ended(cast.other_member, cast.district_officer, "died")
    cast.other_member.user.refresh_from_db()
    assert not cast.other_member.user.is_active
    assert event.has_changed("account")


def test_the_account_of_an_officer_is_not_closed_from_below(cast: Cast):
    grant(cast.member.user, "63.11")
    assert not ended(cast.member, cast.village_officer, "died").changes
    assert User.objects.get(pk=cast.member.user_id).is_active


def test_an_end_that_was_a_mistake_is_mended(cast: Cast):
    ended(cast.member, cast.village_officer, "died")
    event = back(cast.member, cast.village_officer)
    assert back(cast.member, cast.village_officer) == event
    member = Member.objects.select_related("user").get(pk=cast.member.pk)
    assert member.status == Member.Status.ACTIVE
    assert member.user.is_active
    assert member.number == cast.member.number
    assert [e.kind for e in member.events.order_by("pk")] == ["died", "reinstated"]


def test_who_registered_again_meanwhile_serves_under_the_new_number_only(cast: Cast):
    ended(cast.member, cast.village_officer)
    MemberFactory(village_id=SIRAP, nik=cast.member.nik)
    with pytest.raises(DuplicateNIK):
        back(cast.member, cast.village_officer)
    assert Member.objects.get(pk=cast.member.pk).status == Member.Status.INACTIVE


def test_nobody_returns_who_never_left(cast: Cast):
    with pytest.raises(NotEnded):
        back(cast.member, cast.village_officer)
    with pytest.raises(NotEnded):
        back(cast.pending_member, cast.village_officer)


# --- days -----------------------------------------------------------------------------------------


def test_today_is_the_villages_own(cast: Cast):
    """00.30 on 23 November in Muara Ninian is still the 22nd in Aceh."""
    ended(cast.member, cast.village_officer, on=TODAY)
    Region.objects.create(code="11", level=1, name="Aceh", full_name="Aceh", parent_id="00")
    aceh = Region(code="11.01.01.2001", level=4, name="Keude", full_name="Keude", parent_id="11")
    aceh.save()
    member = MemberFactory(village_id=aceh.pk)
    with pytest.raises(DayImpossible, match="22 November 2026"):
        ended(member, cast.admin, on=TODAY)


@pytest.mark.parametrize("day", [date(2026, 11, 24), date(2024, 1, 14)])
def test_neither_tomorrow_nor_before_joining(cast: Cast, day: date):
    with pytest.raises(DayImpossible, match="15 Januari 2024 sampai 23 November 2026"):
        ended(cast.member, cast.village_officer, on=day)
    with pytest.raises(DayImpossible):
        moved(cast.member, cast.district_officer, on=day)


def test_not_before_the_last_change(cast: Cast):
    ended(cast.member, cast.village_officer, on=date(2026, 8, 1))
    with pytest.raises(DayImpossible, match="1 Agustus 2026"):
        back(cast.member, cast.village_officer, on=date(2026, 7, 31))
    assert back(cast.member, cast.village_officer, on=date(2026, 8, 1))


# --- another village -----------------------------------------------------------------------------


def test_an_officer_over_both_villages_moves_at_once(cast: Cast):
    event = moved(cast.member, cast.district_officer)
    assert moved(cast.member, cast.district_officer) == event
    member = Member.objects.get(pk=cast.member.pk)
    assert (member.village_id, member.number) == (SIRAP, cast.member.number)
    (change,) = event.changed
    assert (change.label, change.before[:12], change.after[:5]) == ("Desa/kelurahan", "Muara Ninian", "Sirap")


def test_a_village_officer_does_not_reach_the_other_village(cast: Cast):
    with pytest.raises(OutOfReach):
        moved(cast.member, cast.village_officer)


def test_only_to_another_village_that_exists(cast: Cast):
    with pytest.raises(AlreadyThere):
        moved(cast.member, cast.district_officer, "63.11.01.2001")
    with pytest.raises(NotAVillage):
        moved(cast.member, cast.regency_officer, "63.11.02")
    Region.objects.filter(pk=SIRAP).update(retired_on=date(2026, 1, 1))
    with pytest.raises(NotAVillage):
        moved(cast.member, cast.district_officer)


def test_who_left_does_not_move(cast: Cast):
    ended(cast.member, cast.village_officer)
    with pytest.raises(NotServing):
        moved(cast.member, cast.district_officer)


# --- wrong data ----------------------------------------------------------------------------------


def test_data_are_put_right_and_the_old_ones_kept(cast: Cast):
    User.objects.filter(pk=cast.member.user_id).update(phone="+6281234567890")
    Member.objects.filter(pk=cast.member.pk).update(phone="+6281234567890")
    member = Member.objects.get(pk=cast.member.pk)
    event = corrected(
        member, cast.village_officer, name="Ahmad Ridwan", birth_date=date(1984, 5, 20), phone="+628111111111", sex="f"
    )
    member = Member.objects.select_related("user").get(pk=member.pk)
    assert (member.name, member.birth_date, str(member.phone)) == ("Ahmad Ridwan", date(1984, 5, 20), "+628111111111")
    assert (member.user.name, str(member.user.phone)) == ("Ahmad Ridwan", "+628111111111")
    assert [tuple(changed) for changed in event.changed] == [
        ("Nama lengkap", "Ahmad Riduan", "Ahmad Ridwan"),
        ("Tanggal lahir", "20 Mei 1985", "20 Mei 1984"),
        ("Jenis kelamin", "laki-laki", "perempuan"),
        ("Nomor HP", "0812-3456-7890", "0811-1111-111"),
    ]


def test_a_phone_that_somebody_else_holds_stays_theirs(cast: Cast):
    User.objects.filter(pk=cast.other_member.user_id).update(phone="+628111111111")
    corrected(cast.member, cast.village_officer, phone="+628111111111")
    assert User.objects.get(pk=cast.member.user_id).phone is None
    assert User.objects.get(pk=cast.other_member.user_id).phone == "+628111111111"


def test_the_account_of_somebody_with_a_role_stays_as_it_is(cast: Cast):
    grant(cast.member.user, "63.11")
    corrected(cast.member, cast.village_officer, name="Ahmad Ridwan")
    assert User.objects.get(pk=cast.member.user_id).name == "Ahmad Riduan"


def test_the_same_correction_twice_is_one(cast: Cast):
    corrected(cast.member, cast.village_officer, name="Ahmad Ridwan")
    with pytest.raises(NothingCorrected):
        corrected(Member.objects.get(pk=cast.member.pk), cast.village_officer)
    assert cast.member.events.count() == 1


def test_what_somebody_corrected_meanwhile_is_not_undone(cast: Cast):
    seen = latest_event_id(cast.member)
    corrected(cast.member, cast.district_officer, name="Ahmad Ridwan", seen=seen)
    with pytest.raises(ChangedMeanwhile):
        corrected(cast.member, cast.village_officer, sex="f", seen=seen)
    assert Member.objects.get(pk=cast.member.pk).name == "Ahmad Ridwan"


@pytest.mark.parametrize("born", [date(1900, 1, 1), TODAY])
def test_nobody_was_born_then(cast: Cast, born: date):
    with pytest.raises(BirthDateImpossible):
        corrected(cast.member, cast.village_officer, birth_date=born)


def test_at_least_eighteen_on_the_day_of_joining_or_married(cast: Cast):
    young = date(2006, 1, 16)  # seventeen on 15 January 2024, the day before a birthday
    with pytest.raises(TooYoung):
        corrected(cast.member, cast.village_officer, birth_date=young)
    assert corrected(cast.member, cast.village_officer, birth_date=date(2006, 1, 15))
    event = corrected(cast.member, cast.village_officer, birth_date=young, married=True)
    assert "sudah menikah" in event.reason
    assert corrected(Member.objects.get(pk=cast.member.pk), cast.village_officer, name="Ahmad")  # asked no more


def test_the_day_of_joining_lies_before_what_happened_since(cast: Cast):
    ended(cast.member, cast.village_officer, on=date(2026, 8, 1))
    with pytest.raises(DayImpossible, match="1 Agustus 2026"):
        corrected(cast.member, cast.village_officer, joined_on=date(2026, 8, 2))
    assert corrected(cast.member, cast.village_officer, joined_on=date(2026, 8, 1))


def test_who_waits_is_not_corrected_here(cast: Cast):
    with pytest.raises(NotServing):
        Correction.of(cast.pending_member)


# --- who ------------------------------------------------------------------------------------------

ACTS = {"end": ended, "move": moved, "correct": lambda member, by: corrected(member, by, name="Lain")}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_nobody_does_it_to_themselves(cast: Cast, act):
    grant(cast.member.user, "63.11")
    with pytest.raises(OwnMembership):
        act(cast.member, cast.member.user)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
@pytest.mark.parametrize("who", ["neighbour_district_officer", "trainer", "stranger"])
def test_others_do_not(cast: Cast, act, who: str):
    with pytest.raises(OutOfReach):
        act(cast.member, getattr(cast, who))
    assert not cast.member.events.exists()


def test_a_reason_is_asked_for(cast: Cast):
    with pytest.raises(ReasonMissing):
        ended(cast.member, cast.village_officer, reason=" ")
    with pytest.raises(ReasonMissing):
        correct_member(member=cast.member, by=cast.village_officer, correction=Correction.of(cast.member), reason="")


@pytest.mark.parametrize(
    ("constraint", "facts"),
    [
        ("member_event_act_has_day_and_reason", {"kind": "died", "reason": "x"}),
        ("member_event_act_has_day_and_reason", {"kind": "moved", "on": TODAY}),
        ("member_event_correction_has_reason", {"kind": "corrected"}),
    ],
)
def test_the_history_is_whole(cast: Cast, constraint: str, facts: dict[str, object]):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        MemberEvent.objects.create(member=cast.member, **facts)


def test_an_end_withdraws_what_waits(cast: Cast):
    waiting = MoveRequest.objects.create(
        member=cast.member, from_village_id=cast.member.village_id, to_village_id=KAPUL, on=TODAY, reason="Menikah"
    )
    ended(cast.member, cast.village_officer)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.decided_by) == ("withdrawn", cast.village_officer)
