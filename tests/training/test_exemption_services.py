"""Exemptions and extensions: asked with a reason, decided by the level above, and what follows for the figures."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from members.access import Access
from members.models import Member, User
from notifications.models import Notice
from regions.models import Region
from tests.cast import Cast
from tests.factories import MemberFactory, PeriodFactory, UserFactory, grant
from training.errors import (
    AlreadyDecided,
    AskedBefore,
    BadDates,
    ExtensionOutOfRange,
    NoLongerActive,
    NotAbove,
    NothingToExtend,
    NotTheirOfficer,
    OwnMatter,
    OwnRequest,
    ReasonMissing,
    TooLong,
)
from training.exemption_services import (
    ask_exemption,
    ask_extension,
    deciding_level,
    grant_exemption,
    grant_extension,
    may_decide_exemption,
    may_decide_extension,
    refuse_exemption,
    refuse_extension,
    withdraw_exemption,
)
from training.models import Exemption, Extension, Standing, VillageTally
from training.reconciliation import reconcile
from training.services import lapse_extensions, open_period, record_training
from training.standing import State, describe
from training.summaries import figures

pytestmark = pytest.mark.django_db
VILLAGE = "63.11.01.2001"
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
AFTER = datetime(2027, 1, 10, 3, tzinfo=UTC)
HALF = (date(2026, 7, 1), date(2026, 12, 31))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch):
    def set_to(moment: datetime) -> None:
        monkeypatch.setattr("training.services.timezone.now", lambda: moment)

    set_to(NOW)
    return set_to


@pytest.fixture
def opened(cast: Cast, clock: object) -> Cast:
    open_period(period=PeriodFactory(), now=NOW)
    return cast


def ask(cast: Cast, *members: Member, by: User | None = None, **facts: object) -> list[Exemption]:
    values = {"kind": "illness", "starts_on": HALF[0], "ends_on": HALF[1], "reason": "Patah kaki", **facts}
    return ask_exemption(members=members or [cast.member], by=by or cast.village_officer, **values)  # type: ignore[arg-type]


def tally() -> tuple[int, int, int, int]:
    row = VillageTally.objects.get(village=VILLAGE, period__year=2026, period__half=2)
    return row.members, row.required, row.met, row.exempt


# --- exemptions -------------------------------------------------------------------------------


def test_a_granted_exemption_excuses_the_member_and_the_village(opened: Cast):
    (exemption,) = ask(opened)
    assert tally() == (1, 1, 0, 0)
    grant_exemption(exemption=exemption, by=opened.district_officer)
    standing = Standing.objects.get(member=opened.member)
    assert (standing.needed, standing.is_exempt, standing.is_met) == (0, True, False)
    assert tally() == (1, 0, 0, 1)
    assert describe(opened.member, now=NOW).state is State.EXEMPT
    assert "Dispensasi sakit" in describe(opened.member, now=NOW).sentence
    assert Notice.objects.of(opened.member.user).filter(title="Dispensasi disetujui").count() == 1
    assert reconcile(now=NOW).differences == []


def test_a_short_one_excuses_nothing(opened: Cast):
    (exemption,) = ask(opened, starts_on=date(2026, 10, 1))  # 92 days
    grant_exemption(exemption=exemption, by=opened.district_officer)
    assert tally() == (1, 0, 0, 1)
    withdraw_exemption(exemption=exemption, by=opened.district_officer, reason="Surat keliru")
    (short,) = ask(opened, starts_on=date(2026, 10, 4))  # 89 days
    grant_exemption(exemption=short, by=opened.district_officer)
    assert tally() == (1, 1, 0, 0)


def test_withdrawing_makes_it_owed_again(opened: Cast):
    (exemption,) = ask(opened)
    grant_exemption(exemption=exemption, by=opened.district_officer)
    withdraw_exemption(exemption=exemption, by=opened.district_officer, reason="Sudah sembuh")
    assert tally() == (1, 1, 0, 0)
    assert reconcile(now=NOW).differences == []


def test_many_at_once_or_none(opened: Cast):
    second = MemberFactory()
    ask(opened, opened.member)
    with pytest.raises(AskedBefore):
        ask(opened, second, opened.member)
    assert Exemption.objects.count() == 1
    assert len(ask(opened, second, MemberFactory())) == 2


def test_refusing_changes_no_figure_and_says_why(opened: Cast):
    (exemption,) = ask(opened)
    refuse_exemption(exemption=exemption, by=opened.district_officer, reason="Tanpa surat dokter")
    assert tally() == (1, 1, 0, 0)
    notice = Notice.objects.of(opened.member.user).get(title="Dispensasi ditolak")
    assert notice.body == "Tanpa surat dokter"
    assert ask(opened)  # may be asked again


def test_a_later_half_is_excused_when_it_opens(opened: Cast):
    (exemption,) = ask(opened, ends_on=date(2027, 6, 30))
    grant_exemption(exemption=exemption, by=opened.district_officer)
    open_period(period=PeriodFactory(year=2027, half=1), now=AFTER)
    assert Standing.objects.get(member=opened.member, period__year=2027).is_exempt


def test_granted_late_it_corrects_the_half_that_is_over(opened: Cast, clock):
    (exemption,) = ask(opened)
    clock(AFTER)
    grant_exemption(exemption=exemption, by=opened.district_officer)
    assert tally() == (1, 0, 0, 1)


@pytest.mark.parametrize("role", ["village_officer", "neighbour_district_officer", "trainer", "stranger", "liaison"])
def test_only_the_level_above_decides(opened: Cast, role: str):
    (exemption,) = ask(opened)
    with pytest.raises(NotAbove):
        grant_exemption(exemption=exemption, by=getattr(opened, role))
    with pytest.raises(NotAbove):
        refuse_exemption(exemption=exemption, by=getattr(opened, role), reason="x")
    assert Exemption.objects.get().is_waiting


def test_what_the_kecamatan_asks_the_kabupaten_decides(opened: Cast):
    (exemption,) = ask(opened, by=opened.district_officer)
    with pytest.raises(NotAbove):
        grant_exemption(exemption=exemption, by=opened.district_officer)
    grant_exemption(exemption=exemption, by=opened.regency_officer)


def test_what_a_kecamatan_asked_stays_the_kabupatens_when_the_asker_leaves(opened: Cast):
    (exemption,) = ask(opened, by=opened.district_officer)
    opened.district_officer.role_grants.all().delete()
    grant(successor := UserFactory(), "63.11.01")
    with pytest.raises(NotAbove):
        grant_exemption(exemption=exemption, by=successor)
    assert not Exemption.objects.decidable_by(Access(successor)).exists()
    opened.district_officer.delete()
    exemption.refresh_from_db()
    with pytest.raises(NotAbove):
        grant_exemption(exemption=exemption, by=successor)
    grant_exemption(exemption=exemption, by=opened.regency_officer)


def test_nobody_decides_what_they_asked_for(opened: Cast):
    (by_admin,) = ask(opened, by=opened.admin)
    (by_village,) = ask(opened, opened.other_member)
    grant(opened.village_officer, "63.11")  # promoted since
    for exemption, asker in ((by_admin, opened.admin), (by_village, opened.village_officer)):
        for decide in (grant_exemption, lambda **facts: refuse_exemption(reason="x", **facts)):
            with pytest.raises(OwnRequest):
                decide(exemption=exemption, by=asker)
    grant_exemption(exemption=by_admin, by=UserFactory(is_superuser=True))
    with pytest.raises(OwnRequest):
        withdraw_exemption(exemption=by_admin, by=opened.admin, reason="x")
    grant_exemption(exemption=by_village, by=opened.admin)


def test_an_answer_stands(opened: Cast):
    (exemption,) = ask(opened)
    grant_exemption(exemption=exemption, by=opened.district_officer)
    with pytest.raises(AlreadyDecided):
        refuse_exemption(exemption=exemption, by=opened.district_officer, reason="x")
    with pytest.raises(AlreadyDecided):
        grant_exemption(exemption=exemption, by=opened.regency_officer)
    assert Notice.objects.of(opened.member.user).count() == 1


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"reason": "  "}, ReasonMissing),
        ({"ends_on": date(2026, 6, 30)}, BadDates),
        ({"ends_on": date(2029, 1, 1)}, TooLong),
    ],
)
def test_what_cannot_be_asked(opened: Cast, facts: dict[str, object], refusal: type[Exception]):
    with pytest.raises(refusal):
        ask(opened, **facts)
    assert not Exemption.objects.exists()


def test_who_left_since_the_page_was_opened_is_asked_for_no_more_nor_are_the_others(opened: Cast):
    seen = Member.objects.get(pk=opened.other_member.pk)
    Member.objects.filter(pk=seen.pk).update(status=Member.Status.INACTIVE)
    with pytest.raises(NoLongerActive):
        ask(opened, opened.member, seen)
    assert not Exemption.objects.exists()


def test_a_refusal_needs_its_reason(opened: Cast):
    (exemption,) = ask(opened)
    with pytest.raises(ReasonMissing):
        refuse_exemption(exemption=exemption, by=opened.district_officer, reason=" ")
    assert Exemption.objects.get().is_waiting


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("exemption_ends_after_start", {"ends_on": date(2026, 1, 1)}),
        ("exemption_asked_level_known", {"asked_level": 5}),
        ("exemption_has_reason", {"reason": ""}),
        ("exemption_decided_has_moment", {"status": "granted"}),
        ("exemption_refused_has_reason", {"status": "refused", "decided_at": NOW}),
    ],
)
def test_constraints(cast: Cast, constraint: str, values: dict[str, object]):
    row = {"member": cast.member, "kind": "other", "starts_on": HALF[0], "ends_on": HALF[1], "reason": "Sakit"}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Exemption.objects.create(**row | values)


# --- extensions -------------------------------------------------------------------------------


def extension(cast: Cast, until: date = date(2027, 1, 31)) -> Extension:
    period = Standing.objects.get(member=cast.member).period
    return ask_extension(member=cast.member, period=period, until=until, reason="Melaut", by=cast.member.user)


def juai(now: datetime) -> tuple[int, int]:
    found = figures(region=Region.objects.get(pk="63.11.01"), period=PeriodFactory(), now=now)
    return found.at_risk, found.overdue


def test_an_extended_member_is_at_risk_until_the_day_and_late_after_it(opened: Cast, clock):
    grant_extension(extension=extension(opened), by=opened.village_officer)
    view = describe(opened.member, now=AFTER, period=PeriodFactory())
    assert (view.state, view.headline) == (State.AT_RISK, "Berisiko: sisa 21 hari")
    assert juai(AFTER) == (1, 1)  # the other member of Juai has no extension
    run_out = datetime(2027, 2, 1, 3, tzinfo=UTC)
    clock(run_out)
    assert lapse_extensions(now=run_out) == 1
    assert lapse_extensions(now=run_out) == 0
    assert describe(opened.member, now=run_out, period=PeriodFactory()).state is State.OVERDUE
    assert juai(run_out) == (0, 2)
    assert reconcile(now=run_out).differences == []


def test_what_is_done_by_the_later_day_counts_for_the_half(opened: Cast, clock):
    grant_extension(extension=extension(opened), by=opened.village_officer)
    clock(AFTER)
    open_period(period=PeriodFactory(year=2027, half=1), now=AFTER)
    facts = {"member": opened.member, "kind": "online", "title": "Dasar", "lesson_hours": 4, "completed_at": AFTER}
    assert record_training(source="a", **facts).period.code == "2026-2"
    assert describe(opened.member, now=AFTER, period=PeriodFactory()).state is State.MET
    assert record_training(source="b", **facts).period.code == "2027-1"  # nothing is owed any more
    assert reconcile(now=AFTER).differences == []


def test_what_is_done_after_it_does_not(opened: Cast, clock):
    grant_extension(extension=extension(opened), by=opened.village_officer)
    late = datetime(2027, 2, 1, 3, tzinfo=UTC)
    clock(late)
    facts = {"kind": "online", "title": "Dasar", "lesson_hours": 4, "completed_at": late}
    assert record_training(member=opened.member, source="a", **facts).period.code == "2027-1"


def test_before_the_period_ends_nothing_looks_different(opened: Cast):
    before = juai(NOW)
    grant_extension(extension=extension(opened), by=opened.village_officer)
    assert juai(NOW) == before


def test_a_refused_extension_leaves_the_deadline(opened: Cast):
    refuse_extension(extension=extension(opened), by=opened.village_officer, reason="Waktu masih cukup")
    assert Standing.objects.get(member=opened.member).extended_to is None


@pytest.mark.parametrize("until", [date(2026, 12, 31), date(2027, 4, 1)])
def test_the_day_lies_after_the_period_and_not_too_far(opened: Cast, until: date):
    with pytest.raises(ExtensionOutOfRange):
        extension(opened, until)


def test_who_owes_nothing_needs_no_longer(opened: Cast):
    Standing.objects.update(needed=0)
    with pytest.raises(NothingToExtend):
        extension(opened)


def test_one_a_period(opened: Cast):
    extension(opened)
    with pytest.raises(AskedBefore):
        extension(opened)


def test_an_extension_is_answered_once(opened: Cast):
    asked = extension(opened)
    grant_extension(extension=asked, by=opened.village_officer)
    with pytest.raises(AlreadyDecided):
        refuse_extension(extension=asked, by=opened.village_officer, reason="x")


# --- nobody decides about themselves ----------------------------------------------------------


def test_nobody_grants_their_own_exemption(opened: Cast):
    opened.member.user = opened.district_officer
    opened.member.save()
    (exemption,) = ask(opened)
    for decide in (grant_exemption, lambda **facts: refuse_exemption(reason="x", **facts)):
        with pytest.raises(OwnMatter):
            decide(exemption=exemption, by=opened.district_officer)
    grant_exemption(exemption=exemption, by=opened.regency_officer)
    with pytest.raises(OwnMatter):
        withdraw_exemption(exemption=exemption, by=opened.district_officer, reason="x")


def test_nobody_grants_their_own_extension(opened: Cast):
    grant(opened.member.user, VILLAGE)
    asked = extension(opened)
    with pytest.raises(OwnMatter):
        grant_extension(extension=asked, by=opened.member.user)
    with pytest.raises(OwnMatter):
        refuse_extension(extension=asked, by=opened.member.user, reason="x")
    assert Extension.objects.get().is_waiting


@pytest.mark.parametrize("role", ["neighbour_village_officer", "neighbour_district_officer", "trainer", "stranger"])
def test_only_officers_over_the_member_answer_an_extension(opened: Cast, role: str):
    asked = extension(opened)
    with pytest.raises(NotTheirOfficer):
        grant_extension(extension=asked, by=getattr(opened, role))
    assert Extension.objects.get().is_waiting


# --- what waits for whom, in one query --------------------------------------------------------

ASKERS = ("village_officer", "district_officer", "regency_officer", "admin", "member_user", "nobody", "nation")
DECIDERS = (*ASKERS[:5], "nation", "other_nation", "neighbour_district_officer", "trainer", "stranger")


def people(cast: Cast) -> dict[str, User | None]:
    grant(nation := UserFactory(username="pusat"), "00")
    grant(other := UserFactory(username="pusat-2"), "00")
    found = {name: getattr(cast, name, None) for name in (*ASKERS, *DECIDERS)}
    return found | {"member_user": cast.member.user, "nation": nation, "other_nation": other}


def test_the_query_and_the_rule_agree(opened: Cast):
    everybody = people(opened)
    grant(opened.member.user, "63.11")  # a member who is an officer of the kabupaten, too
    first = date(2026, 7, 1)
    for number, name in enumerate(ASKERS):
        asker = everybody[name]
        for member in (opened.member, opened.other_member, opened.neighbour_member):
            asked_from = deciding_level(asker, member) if asker else None
            Exemption.objects.create(
                member=member,
                kind="other",
                reason="x",
                starts_on=first,
                ends_on=first + timedelta(days=number),
                asked_by=asker,
                asked_level=Region.Level.VILLAGE if asked_from is None else asked_from,
            )
    for name in DECIDERS:
        user = everybody[name]
        assert user
        expected = {e.pk for e in Exemption.objects.all() if may_decide_exemption(exemption=e, user=user)}
        found = set(Exemption.objects.decidable_by(Access(user)).values_list("pk", flat=True))
        assert found == expected, name


def test_extensions_wait_for_officers_over_the_member(opened: Cast):
    asked = extension(opened)
    everybody = people(opened)
    for name in DECIDERS:
        user = everybody[name]
        assert user
        found = Extension.objects.decidable_by(Access(user)).exists()
        assert found is may_decide_extension(extension=asked, user=user), name
