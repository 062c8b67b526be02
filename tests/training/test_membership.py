"""What a change of a membership makes of the halves, the figures and the inboxes; what is foretold comes to pass."""

from datetime import UTC, date, datetime

import pytest

from members.corrections import Correction
from members.models import Member, MemberEvent, MoveRequest, RoleGrant, RoleKind
from notifications.models import Notice
from notifications.services import notify
from regions.models import Region
from regions.scope import Scope
from tests.cast import Cast
from tests.factories import EvidenceFactory, MemberFactory, PeriodFactory, grant
from training.closing import close_period
from training.corrections import closed_figures
from training.evidence_services import waiting_for
from training.membership import (
    accept_move,
    ask_move,
    correct_member,
    end_service,
    move_member,
    refuse_move,
    reinstate,
    withdraw_move,
)
from training.models import Evidence, Period, Policy, Standing, VillageTally
from training.prospects import Prospect, prospects
from training.reconciliation import reconcile
from training.reminder_planning import owing
from training.services import open_period, record_training, refresh_standing

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
TODAY = date(2026, 11, 23)
NINIAN, SIRAP, KAPUL = "63.11.01.2001", "63.11.01.2002", "63.11.02.2001"


@pytest.fixture(autouse=True)
def half(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Period:
    """The running half, opened; the books are in order after every test."""
    monkeypatch.setattr("training.services.timezone.now", lambda: NOW)
    period = PeriodFactory()
    open_period(period=period, now=NOW)
    yield period
    found = reconcile(now=NOW)
    assert (found.differences, found.left) == ([], [])


def train(member: Member, source: str = "a") -> None:
    record_training(member=member, source=source, kind="online", title="Dasar", lesson_hours=4, completed_at=NOW)


def end(cast: Cast, kind: str = "resigned", member: Member | None = None) -> MemberEvent:
    member = member or cast.member
    return end_service(member=member, by=cast.district_officer, kind=kind, on=TODAY, reason="Rahasia")


def move(cast: Cast, code: str = SIRAP) -> MemberEvent:
    village = Region.objects.get(pk=code)
    return move_member(member=cast.member, by=cast.regency_officer, village=village, on=TODAY, reason="Menikah")


def correct(cast: Cast, **changes) -> MemberEvent:
    correction = Correction(**{**vars(Correction.of(cast.member)), **changes})
    return correct_member(member=cast.member, by=cast.village_officer, correction=correction, reason="Sesuai KTP")


def tally(code: str, period: Period | None = None) -> tuple[int, int, int]:
    found = VillageTally.objects.get(village=code, period=period or PeriodFactory())
    return found.members, found.required, found.met


def notices(person: object) -> list[tuple[str, str]]:
    return list(Notice.objects.filter(user=person).order_by("pk").values_list("title", "body"))


def foretold(member: Member, **changes: object) -> Prospect:
    """What the first half would be told."""
    before, after = Member.objects.get(pk=member.pk), Member.objects.get(pk=member.pk)
    for name, value in changes.items():
        setattr(after, name, value)
    return prospects(before=before, after=after, scope=Scope.nation(), now=NOW)[0]


# --- the halves and the figures ------------------------------------------------------------------


@pytest.mark.parametrize("kind", MemberEvent.ENDINGS)
def test_who_leaves_owes_nothing_and_is_counted_no_more(cast: Cast, kind: str):
    told = foretold(cast.member, status="inactive")
    assert (told.duty, told.villages) == (
        "tidak lagi wajib",
        ["Muara Ninian, Kec. Juai, Kab. Balangan: 1 → 0 wajib, 1 → 0 anggota"],
    )
    end(cast, kind)
    standing = Standing.objects.get(member=cast.member)
    assert (standing.is_serving, standing.needed) == (False, 0)
    assert tally(NINIAN) == (0, 0, 0)


def test_who_had_met_it_leaves_with_what_was_met(cast: Cast):
    train(cast.member)
    assert "1 → 0 terpenuhi" in foretold(cast.member, status="inactive").villages[0]
    end(cast)
    assert tally(NINIAN) == (0, 0, 0)


def test_who_returns_owes_what_they_did(cast: Cast):
    end(cast)
    told = foretold(cast.member, status="active")
    assert (told.duty, "0 → 1 wajib" in told.villages[0]) == ("wajib 1 pelatihan", True)
    reinstate(member=cast.member, by=cast.district_officer, on=TODAY, reason="Keliru")
    assert tally(NINIAN) == (1, 1, 0)


def test_who_moves_is_counted_in_the_new_village_from_this_half_on(cast: Cast):
    train(cast.member)
    before = Period.objects.create(year=2026, half=1)
    Standing.objects.create(member=cast.member, period=before, village_id=NINIAN, is_serving=True, needed=1)
    VillageTally.objects.create(period=before, village_id=NINIAN, members=1, required=1)
    told = foretold(cast.member, village_id=SIRAP)
    assert told.duty == "kewajiban tetap"
    assert [line.split(": ")[1] for line in told.villages] == [
        "1 → 0 wajib, 1 → 0 terpenuhi, 1 → 0 anggota",
        "1 → 2 wajib, 0 → 1 terpenuhi, 1 → 2 anggota",
    ]
    move(cast)
    assert (tally(NINIAN), tally(SIRAP)) == ((0, 0, 0), (2, 2, 1))
    assert tally(NINIAN, before) == (1, 1, 0)  # what is over stays


def test_the_new_village_may_ask_for_more(cast: Cast):
    Policy.objects.create(region_id="63.11.02", per_year=4, per_half=2)
    refresh_standing(member=cast.neighbour_member)
    assert foretold(cast.member, village_id=KAPUL).duty == "wajib 2 pelatihan, sebelumnya 1"
    train(cast.member)
    assert foretold(cast.member, village_id=KAPUL).duty == "wajib 2 pelatihan, sebelumnya 1"
    move(cast, KAPUL)
    assert tally(KAPUL) == (2, 2, 0)


def test_a_corrected_birth_date_changes_no_duty(cast: Cast):
    correct(cast, birth_date=date(1986, 5, 20), sex="f")
    assert tally(NINIAN) == (1, 1, 0)


def test_a_corrected_day_of_joining_judges_every_half_and_a_closed_one_as_a_correction(cast: Cast):
    closed = Period.objects.create(year=2025, half=1)
    Standing.objects.create(member=cast.member, period=closed, village_id=NINIAN, is_serving=True, needed=1)
    VillageTally.objects.create(period=closed, village_id=NINIAN, members=1, required=1)
    close_period(period=closed, now=NOW)
    day = date(2025, 3, 1)
    before, after = Member.objects.get(pk=cast.member.pk), Member.objects.get(pk=cast.member.pk)
    after.joined_on = day
    told = prospects(before=before, after=after, scope=Scope.nation(), now=NOW)
    assert [(t.period.code, t.duty, t.is_correction) for t in told] == [
        ("2025-1", "tidak lagi wajib", True),
        ("2026-2", "kewajiban tetap", False),
    ]
    correct(cast, joined_on=day)
    closed.refresh_from_db()
    figures = closed_figures(region=Region.objects.get(pk=NINIAN), period=closed)
    assert figures.words == "wajib −1"
    assert tally(NINIAN) == (1, 1, 0)


def test_who_joined_in_this_half_was_not_owing_anyway(cast: Cast):
    new = MemberFactory(joined_on=date(2026, 8, 1))
    open_period(period=PeriodFactory(), now=NOW)
    told = foretold(new, status="inactive")
    assert told.duty == "memang belum wajib, dan tidak lagi dihitung sebagai anggota"
    assert told.villages[0].endswith(": 2 → 1 anggota")


def test_the_figures_of_villages_of_other_officers_stay_untold(cast: Cast):
    after = Member.objects.get(pk=cast.member.pk)
    after.village = Region.objects.get(pk=KAPUL)
    for scope, told in (
        (Scope.nation(), {"Muara", "Kapul"}),
        (Scope.of(NINIAN), {"Muara"}),
        (Scope.of(KAPUL), {"Kapul"}),
    ):
        (half,) = prospects(before=cast.member, after=after, scope=scope, now=NOW)
        assert {village.split()[0].strip(",") for village in half.villages} == told


def test_foretelling_writes_nothing(cast: Cast, django_assert_max_num_queries):
    before, after = cast.member, Member.objects.get(pk=cast.member.pk)
    after.village_id = SIRAP
    with django_assert_max_num_queries(12):
        prospects(before=before, after=after, scope=Scope.nation(), now=NOW)
    assert tally(NINIAN) == (1, 1, 0)


def test_before_a_half_is_opened_nothing_can_be_foretold(cast: Cast, half: Period):
    for model in (VillageTally, Standing, Period):
        model.objects.all().delete()
    after = Member.objects.get(pk=cast.member.pk)
    after.status = "inactive"
    assert prospects(before=cast.member, after=after, scope=Scope.nation(), now=NOW) == []


# --- who is told ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("resigned", "Pengunduran diri Anda dicatat per 23 November 2026. Terima kasih atas pengabdian Anda."),
        ("retired", "Masa tugas Anda selesai per 23 November 2026. Terima kasih atas pengabdian Anda."),
        ("dismissed", "Keanggotaan Anda berakhir per 23 November 2026. Tanyakan kepada aparat desa"),
    ],
)
def test_who_leaves_reads_it_once_and_without_the_reason(cast: Cast, kind: str, body: str):
    for _twice in range(2):
        end(cast, kind)
    ((title, text),) = notices(cast.member.user)
    assert title == "Keanggotaan Anda berakhir"
    assert text.startswith(body)
    assert "Rahasia" not in text


def test_nobody_writes_to_the_dead(cast: Cast, half: Period):
    assert owing(half).filter(member=cast.member).exists()
    end(cast, "died")
    assert not notices(cast.member.user)
    assert not owing(half).filter(member=cast.member).exists()


def test_nor_reminds_them_of_a_half_that_was_over(cast: Cast):
    before = Period.objects.create(year=2026, half=1)
    Standing.objects.create(member=cast.member, period=before, village_id=NINIAN, is_serving=True, needed=1)
    VillageTally.objects.create(period=before, village_id=NINIAN, members=1, required=1)
    end(cast, "died")
    assert tally(NINIAN, before) == (1, 1, 0)  # they served then
    assert not owing(before).exists()


def test_a_move_a_return_and_a_correction_are_told(cast: Cast):
    move(cast)
    end(cast)
    reinstate(member=cast.member, by=cast.district_officer, on=TODAY, reason="Keliru")
    cast.member.refresh_from_db()
    correction = Correction(**{**vars(Correction.of(cast.member)), "name": "Ridwan", "sex": "f"})
    correct_member(member=cast.member, by=cast.district_officer, correction=correction, reason="KTP")
    told = dict(notices(cast.member.user))
    assert "Sirap, Kec. Juai" in told["Anda tercatat di desa baru"]
    assert "aktif" in told["Anda aktif kembali"]
    assert "nama lengkap dan jenis kelamin" in told["Data Anda diperbaiki"]
    assert "Ridwan" not in told["Data Anda diperbaiki"]


def test_evidence_that_waits_is_asked_of_the_officers_of_the_new_village(cast: Cast):
    evidence = EvidenceFactory(member=cast.member)
    for officer in (cast.village_officer, cast.district_officer):
        notify(user=officer, key=f"evidence:{evidence.pk}:submitted", title="A", matter=waiting_for(evidence))
    move(cast)  # no officer of its own: the kecamatan's answers
    assert list(Notice.objects.unread().filter(title="A").values_list("user", flat=True)) == [cast.district_officer.pk]
    move(cast, KAPUL)
    assert not Notice.objects.unread().filter(title="A").exists()
    assert ("Pelatihan luar menunggu keputusan", "Seorang anggota Desa Kapul punya bukti pelatihan.") in notices(
        cast.neighbour_village_officer
    )
    assert Evidence.objects.within(Scope.of(KAPUL)).waiting().get() == evidence


def test_who_has_no_account_is_told_in_person(cast: Cast):
    end(cast, member=MemberFactory(user=None))
    assert not Notice.objects.exists()


# --- a move that waits ---------------------------------------------------------------------------


def ask(cast: Cast) -> MoveRequest:
    village = Region.objects.get(pk=KAPUL)
    return ask_move(member=cast.member, by=cast.village_officer, village=village, on=TODAY, reason="Menikah")


def test_the_other_side_is_told_and_accepts(cast: Cast):
    request = ask(cast)
    ask(cast)
    assert tally(NINIAN) == (1, 1, 0)
    ((title, body),) = notices(cast.neighbour_village_officer)
    assert title == "Anggota pindahan menunggu diterima"
    assert "Ahmad" not in body
    assert not notices(cast.member.user)
    accept_move(request=request, by=cast.neighbour_village_officer)
    assert (tally(NINIAN), tally(KAPUL)) == ((0, 0, 0), (2, 2, 0))
    assert notices(cast.village_officer) == [
        ("Permintaan pindah diterima", "Ahmad Riduan: Kapul, Kec. Halong, Kab. Balangan")
    ]
    assert notices(cast.member.user)[0][0] == "Anda tercatat di desa baru"


@pytest.mark.parametrize("level", ["63.11", "63", "00"])
def test_where_village_and_kecamatan_have_no_officer_the_nearest_level_that_has_is_told(cast: Cast, level: str):
    RoleGrant.objects.filter(kind=RoleKind.OFFICER).exclude(user=cast.village_officer).delete()
    nearest, further = cast.stranger, cast.liaison
    grant(nearest, level)
    if level != "00":
        grant(further, "00")
    ask(cast)
    assert notices(nearest)[0][0] == "Anggota pindahan menunggu diterima"
    assert not notices(further)


def test_refused_the_member_stays_and_who_asked_reads_why(cast: Cast):
    refuse_move(request=ask(cast), by=cast.neighbour_village_officer, reason="Tidak tinggal di sini")
    assert (tally(NINIAN), tally(KAPUL)) == ((1, 1, 0), (1, 1, 0))
    assert notices(cast.village_officer) == [("Permintaan pindah ditolak", "Ahmad Riduan: Tidak tinggal di sini")]
    assert not notices(cast.member.user)


ANSWERS = {
    "accepted": lambda cast, request: accept_move(request=request, by=cast.neighbour_village_officer),
    "refused": lambda cast, request: refuse_move(request=request, by=cast.neighbour_village_officer, reason="Tidak"),
    "taken back": lambda cast, request: withdraw_move(request=request, by=cast.village_officer),
    "left": lambda cast, request: end(cast),
    "moved": lambda cast, request: move(cast),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_whom_it_was_asked_of_is_waited_for_no_longer_whoever_answered(cast: Cast, answer: str):
    request = ask(cast)
    asked = Notice.objects.of(cast.neighbour_village_officer).unread()
    assert asked.count() == 1
    ANSWERS[answer](cast, request)
    assert not asked.exists()
    ask_again = {"by": cast.village_officer, "on": TODAY, "reason": "Menikah"}
    if answer in ("refused", "taken back"):
        ask_move(member=cast.member, village=Region.objects.get(pk=KAPUL), **ask_again)
        assert asked.count() == 1
