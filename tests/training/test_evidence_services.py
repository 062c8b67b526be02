"""Evidence from its entry to the decision; the ledger is written by the approval alone, and once."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from members.models import Member
from notifications.models import Notice
from regions.scope import Scope
from tests.cast import Cast
from tests.factories import EvidenceFactory, MemberFactory, grant
from tests.files import pdf, picture, upload
from tests.training.conftest import details
from training.errors import SourceTaken
from training.evidence_errors import (
    AlreadyEntered,
    EvidenceDecided,
    EvidenceElsewhere,
    EvidenceInvalid,
    FileUnreadable,
    MemberNotServing,
    OwnEvidence,
    ReasonMissing,
)
from training.evidence_rules import doubts_about
from training.evidence_services import approve_evidence, approve_several, refuse_evidence, submit_evidence
from training.models import Evidence, Standing, TrainingRecord
from training.services import reverse_training

pytestmark = pytest.mark.usefixtures("private_folder")


def stored(folder) -> list[str]:
    return sorted(file.suffix for file in folder.rglob("*") if file.is_file())


# --- entering ---------------------------------------------------------------------------------


def test_a_member_enters_a_training_with_its_photo(cast: Cast, private_folder):
    evidence = submit_evidence(member=cast.member, by=cast.member.user, details=details(), upload=picture())
    assert (evidence.status, evidence.village_id, evidence.entered_by) == (
        "submitted",
        "63.11.01.2001",
        cast.member.user,
    )
    assert (evidence.title, evidence.lesson_hours, evidence.record) == ("Pelatihan Dapur Umum", 8, None)
    assert stored(private_folder) == [".jpg"]
    assert not TrainingRecord.objects.exists()
    assert Evidence.objects.within(Scope.of("63.11.01")).waiting().of(cast.member).get() == evidence


def test_the_village_is_told_without_a_name(cast: Cast):
    evidence = submit_evidence(member=cast.member, by=cast.member.user, details=details(), upload=upload(pdf()))
    notice = Notice.objects.get()
    assert (notice.user, notice.path) == (cast.village_officer, f"/pelatihan-luar/{evidence.uuid}/")
    assert cast.member.name not in notice.title + notice.body


def test_what_the_only_village_officer_enters_is_told_to_the_kecamatan(cast: Cast):
    submit_evidence(member=cast.member, by=cast.village_officer, details=details(), upload=picture())
    assert [notice.user for notice in Notice.objects.all()] == [cast.district_officer]


def test_the_same_form_sent_twice_is_one_entry_and_one_file(cast: Cast, private_folder):
    first, again = (
        submit_evidence(member=cast.member, by=cast.member.user, details=details(), upload=picture()) for _ in range(2)
    )
    assert first == again
    assert Evidence.objects.count() == Notice.objects.count() == 1
    assert stored(private_folder) == [".jpg"]


def test_the_same_training_with_another_file_is_refused_and_leaves_no_file(cast: Cast, private_folder):
    submit_evidence(member=cast.member, by=cast.member.user, details=details(), upload=picture())
    with pytest.raises(AlreadyEntered):
        submit_evidence(
            member=cast.member,
            by=cast.member.user,
            details=details(title="PELATIHAN dapur umum"),
            upload=picture(colour="red"),
        )
    assert stored(private_folder) == [".jpg"]


def test_what_was_refused_may_be_entered_again(cast: Cast):
    first = submit_evidence(member=cast.member, by=cast.member.user, details=details(), upload=picture())
    refuse_evidence(evidence=first, by=cast.village_officer, reason="Fotonya gelap.")
    again = submit_evidence(member=cast.member, by=cast.member.user, details=details(), upload=picture())
    assert again != first


def test_one_file_may_prove_two_trainings_and_the_officer_is_told(cast: Cast):
    one = submit_evidence(member=cast.member, by=cast.member.user, details=details(), upload=picture())
    assert doubts_about(one) == []
    submit_evidence(member=cast.other_member, by=cast.other_member.user, details=details(), upload=picture())
    assert ["Berkas yang sama" in doubt for doubt in doubts_about(one)] == [True]


def test_a_training_before_the_eighteenth_birthday_is_doubted_not_refused(cast: Cast):
    Member.objects.filter(pk=cast.member.pk).update(birth_date=date(2008, 8, 18))
    cast.member.refresh_from_db()
    evidence = submit_evidence(member=cast.member, by=cast.member.user, details=details(), upload=picture())
    assert "18 tahun" in doubts_about(evidence)[0]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"organiser": ""}, "organiser"),
        ({"organiser": "x" * 151}, "organiser"),
        ({"field": "memasak"}, "field"),
        ({"lesson_hours": None}, "lesson_hours"),
        ({"lesson_hours": Decimal(0)}, "lesson_hours"),
        ({"lesson_hours": Decimal("99.6")}, "lesson_hours"),
        ({"lesson_hours": Decimal("1.25")}, "lesson_hours"),
        ({"completed_on": None}, "completed_on"),
        ({"completed_on": date(1999, 12, 31)}, "completed_on"),
        ({"completed_on": date(2100, 1, 1)}, "completed_on"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(changes, field, cast: Cast, private_folder):
    with pytest.raises(EvidenceInvalid) as refused:
        submit_evidence(member=cast.member, by=cast.member.user, details=details(**changes), upload=picture())
    assert list(refused.value.problems) == [field]
    assert not Evidence.objects.exists()
    assert stored(private_folder) == []


def test_today_is_the_villages_own(cast: Cast, monkeypatch):
    # 16.30 UTC on the 24th is already the 25th in Balangan (WITA).
    monkeypatch.setattr("training.evidence_services.timezone.now", lambda: datetime(2026, 11, 24, 16, 30, tzinfo=UTC))
    for day in (25, 26):
        stated = details(completed_on=date(2026, 11, day))
        if day == 25:
            submit_evidence(member=cast.member, by=cast.member.user, details=stated, upload=picture())
        else:
            with pytest.raises(EvidenceInvalid):
                submit_evidence(member=cast.member, by=cast.member.user, details=stated, upload=picture())


def test_who_left_while_the_file_was_read_gets_nothing_and_no_file_stays(cast: Cast, private_folder):
    seen = Member.objects.get(pk=cast.member.pk)  # as the form found them
    Member.objects.filter(pk=seen.pk).update(status=Member.Status.INACTIVE)
    with pytest.raises(MemberNotServing):
        submit_evidence(member=seen, by=cast.village_officer, details=details(), upload=picture())
    assert (Evidence.objects.count(), stored(private_folder)) == (0, [])


def test_only_an_active_members_training_counts(cast: Cast):
    with pytest.raises(MemberNotServing):
        submit_evidence(member=cast.pending_member, by=cast.village_officer, details=details(), upload=picture())


def test_a_file_that_proves_nothing_is_refused(cast: Cast, private_folder):
    with pytest.raises(FileUnreadable):
        submit_evidence(member=cast.member, by=cast.member.user, details=details(), upload=upload(b"x"))
    assert (Evidence.objects.count(), stored(private_folder)) == (0, [])


# --- approving --------------------------------------------------------------------------------


def test_an_approved_training_stands_in_the_ledger_at_noon_of_its_day(cast: Cast):
    evidence = approve_evidence(evidence=EvidenceFactory(member=cast.member), by=cast.village_officer)
    record = TrainingRecord.objects.get()
    assert evidence.record == record
    assert (record.source, record.kind) == (f"evidence:{evidence.pk}", "external")
    assert (record.title, record.organiser, record.field) == (
        evidence.title,
        "BPBD Balangan",
        "bencana_kebakaran",
    )
    assert record.completed_at == datetime(2026, 8, 17, 4, tzinfo=UTC)  # 12.00 WITA
    assert record.completed_on == date(2026, 8, 17)
    assert Standing.objects.get(member=cast.member, period__half=2).counted == 1
    assert (evidence.decided_by, evidence.status) == (cast.village_officer, "approved")


def test_approving_twice_changes_nothing(cast: Cast):
    evidence = EvidenceFactory(member=cast.member)
    first = approve_evidence(evidence=evidence, by=cast.village_officer)
    again = approve_evidence(evidence=evidence, by=cast.district_officer)
    assert (again.decided_by, again.decided_at) == (cast.village_officer, first.decided_at)
    assert TrainingRecord.objects.count() == 1
    assert Notice.objects.filter(user=cast.member.user).count() == 1


def test_nobody_is_asked_any_more_once_it_is_decided(cast: Cast):
    asked = Notice.objects.unread().filter(key__endswith=":submitted")
    kept, good, bad = (
        submit_evidence(member=cast.member, by=cast.member.user, details=details(title=title), upload=upload(pdf()))
        for title in ("Menunggu", "Disetujui", "Ditolak")
    )
    assert asked.count() == 3
    approve_evidence(evidence=good, by=cast.village_officer)
    refuse_evidence(evidence=bad, by=cast.village_officer, reason="Tidak terbaca")
    assert asked.get().key == f"evidence:{kept.pk}:submitted"


def test_the_member_reads_that_it_counts(cast: Cast):
    evidence = EvidenceFactory(member=cast.member, title="Dapur Umum", lesson_hours=Decimal("7.5"))
    approve_evidence(evidence=evidence, by=cast.village_officer)
    notice = Notice.objects.get(user=cast.member.user)
    assert notice.body == "Dapur Umum, 7,5 JP, sekarang dihitung."
    assert notice.path == f"/pelatihan-luar/{evidence.uuid}/"


def test_a_member_without_an_account_is_not_told(cast: Cast):
    member = MemberFactory(user=None)
    approve_evidence(evidence=EvidenceFactory(member=member, entered_by=cast.village_officer), by=cast.district_officer)
    assert not Notice.objects.exists()


def test_nobody_approves_what_they_entered_themselves(cast: Cast):
    evidence = EvidenceFactory(member=cast.member, entered_by=cast.village_officer)
    with pytest.raises(OwnEvidence):
        approve_evidence(evidence=evidence, by=cast.village_officer)
    assert not TrainingRecord.objects.exists()
    assert approve_evidence(evidence=evidence, by=cast.district_officer).record


def test_an_officer_who_is_a_member_does_not_decide_about_themselves(cast: Cast):
    grant(cast.member.user, "63.11.01.2001")
    evidence = EvidenceFactory(member=cast.member, entered_by=cast.village_officer)
    for decide in (
        lambda: approve_evidence(evidence=evidence, by=cast.member.user),
        lambda: refuse_evidence(evidence=evidence, by=cast.member.user, reason="x"),
    ):
        with pytest.raises(OwnEvidence):
            decide()


def test_a_refused_one_is_not_approved_after_all(cast: Cast):
    evidence = EvidenceFactory(member=cast.member, refused=True)
    with pytest.raises(EvidenceDecided):
        approve_evidence(evidence=evidence, by=cast.village_officer)


def test_when_the_ledger_refuses_nothing_is_approved(cast: Cast):
    evidence = EvidenceFactory(member=cast.member)
    approve_evidence(evidence=evidence, by=cast.village_officer)
    other = EvidenceFactory(member=cast.other_member)
    Evidence.objects.filter(pk=evidence.pk).update(
        record=None, status="submitted", decided_by=None, decided_at=None, member=cast.other_member
    )
    with pytest.raises(SourceTaken):
        approve_evidence(evidence=evidence, by=cast.district_officer)
    evidence.refresh_from_db()
    assert (evidence.status, other.status) == ("submitted", "submitted")


def test_who_moved_since_the_page_was_opened_takes_the_decision_along(cast: Cast):
    evidence = Evidence.objects.select_related("member").get(pk=EvidenceFactory(member=cast.member).pk)
    Member.objects.filter(pk=cast.member.pk).update(village="63.11.01.2002")
    with pytest.raises(EvidenceElsewhere):
        approve_evidence(evidence=evidence, by=cast.village_officer)
    with pytest.raises(EvidenceElsewhere):
        refuse_evidence(evidence=evidence, by=cast.village_officer, reason="Gelap.")
    assert approve_evidence(evidence=evidence, by=cast.district_officer).village_id == "63.11.01.2002"


def test_of_several_a_refused_one_takes_no_other_with_it(cast: Cast):
    mine = EvidenceFactory(member=cast.member, entered_by=cast.village_officer)
    theirs = EvidenceFactory(member=cast.member)
    outcome = approve_several(evidence=[mine, theirs], by=cast.village_officer)
    assert outcome.approved == [theirs]
    assert [(one, type(why)) for one, why in outcome.refused] == [(mine, OwnEvidence)]


# --- refusing ---------------------------------------------------------------------------------


def test_a_refusal_tells_the_member_why(cast: Cast):
    evidence = EvidenceFactory(member=cast.member, title="Dapur Umum")
    refused = refuse_evidence(evidence=evidence, by=cast.village_officer, reason="  Tanggal tidak terbaca. ")
    assert (refused.status, refused.refusal_reason) == ("refused", "Tanggal tidak terbaca.")
    assert Notice.objects.get(user=cast.member.user).body == "Dapur Umum: Tanggal tidak terbaca."
    assert not TrainingRecord.objects.exists()


def test_the_same_refusal_twice_changes_nothing(cast: Cast):
    evidence = EvidenceFactory(member=cast.member)
    refuse_evidence(evidence=evidence, by=cast.village_officer, reason="Gelap.")
    refuse_evidence(evidence=evidence, by=cast.village_officer, reason="Gelap.")
    assert Notice.objects.filter(user=cast.member.user).count() == 1
    with pytest.raises(EvidenceDecided):
        refuse_evidence(evidence=evidence, by=cast.district_officer, reason="Gelap.")


def test_no_refusal_without_a_reason(cast: Cast):
    with pytest.raises(ReasonMissing):
        refuse_evidence(evidence=EvidenceFactory(member=cast.member), by=cast.village_officer, reason="  ")


def test_an_approved_one_is_not_refused_after_all(cast: Cast):
    evidence = approve_evidence(evidence=EvidenceFactory(member=cast.member), by=cast.village_officer)
    with pytest.raises(EvidenceDecided):
        refuse_evidence(evidence=evidence, by=cast.village_officer, reason="Keliru.")


# --- taken back -------------------------------------------------------------------------------


def test_what_was_taken_back_may_be_entered_again_with_the_same_photo(cast: Cast):
    first = submit_evidence(member=cast.member, by=cast.member.user, details=details(), upload=picture())
    first = approve_evidence(evidence=first, by=cast.village_officer)
    reverse_training(record=first.record, reason="Salah orang", by=cast.district_officer)
    again = submit_evidence(member=cast.member, by=cast.member.user, details=details(), upload=picture())
    assert (again.pk != first.pk, again.status) == (True, "submitted")
    assert approve_evidence(evidence=again, by=cast.village_officer).record != first.record
    assert TrainingRecord.objects.standing().count() == 1
    with pytest.raises(AlreadyEntered):
        submit_evidence(member=cast.member, by=cast.member.user, details=details(), upload=picture(colour="red"))


def test_what_was_taken_back_is_not_approved_once_more(cast: Cast):
    evidence = approve_evidence(evidence=EvidenceFactory(member=cast.member), by=cast.village_officer)
    reverse_training(record=evidence.record, reason="Salah orang", by=cast.district_officer)
    with pytest.raises(EvidenceDecided):
        approve_evidence(evidence=evidence, by=cast.village_officer)
    evidence.refresh_from_db()
    assert (evidence.is_taken_back, evidence.is_in_play) == (True, False)
