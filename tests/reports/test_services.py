"""Writing, sending, verifying and returning a report."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from notifications.models import Notice
from notifications.services import notify
from reports.errors import (
    MemberOfElsewhere,
    OwnReport,
    ReasonMissing,
    ReportChanged,
    ReportHasHistory,
    ReportIncomplete,
    ReportNotEditable,
    ReportNotWaiting,
)
from reports.models import ActivityReport, ReportEvent, ReportSequence
from reports.services import discard_draft, return_report, save_draft, send_report, start_draft, verify_report
from tests.factories import ActivityReportFactory, MemberFactory, UserFactory, grant

Status = ActivityReport.Status


# --- drafts -----------------------------------------------------------------------------------


def test_a_draft_belongs_to_its_writer_and_village(empty_draft, cast, village):
    assert empty_draft.status == Status.DRAFT
    assert (empty_draft.reporter, empty_draft.village) == (cast.member.user, village)
    assert (empty_draft.reporter_name, empty_draft.reporter_position) == ("Ahmad Riduan", "Anggota Satlinmas")


def test_the_same_form_twice_is_one_draft(cast, village):
    key = uuid.uuid4()
    first, second = (
        start_draft(by=cast.member.user, village=village, position="Anggota", draft_key=key) for _ in range(2)
    )
    assert first == second


def test_anothers_key_opens_nothing(cast, village):
    key = uuid.uuid4()
    mine = start_draft(by=cast.member.user, village=village, position="Anggota", draft_key=key)
    other = start_draft(by=cast.village_officer, village=village, position="Kades", draft_key=key)
    assert mine != other
    assert other.reporter == cast.village_officer


def test_saving_stores_content_members_and_the_local_day(empty_draft, cast):
    colleague = MemberFactory(name="Budi")
    late = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)  # 00.30 WITA the next day
    saved = save_draft(
        report=empty_draft,
        by=cast.member.user,
        content={"kind": "patrol", "starts_at": late, "account": "Satu\n\nDua"},
        members=[cast.member, colleague],
    )
    saved.refresh_from_db()
    assert saved.activity_date.isoformat() == "2026-11-21"
    assert saved.account_points == ["Satu", "Dua"]
    assert [p.name for p in saved.presences.all()] == ["Ahmad Riduan", "Budi"]


def test_saving_again_keeps_what_is_not_given(draft, cast):
    save_draft(report=draft, by=cast.member.user, content={}, members=[cast.member])
    saved = save_draft(report=draft, by=cast.member.user, content={"place": "Balai desa"})
    assert saved.place == "Balai desa"
    assert saved.result == "Aman dan terkendali."
    assert saved.presences.count() == 1
    saved = save_draft(report=draft, by=cast.member.user, content={"starts_at": None}, members=[])
    assert saved.activity_date is None
    assert saved.presences.count() == 0


def test_a_member_who_left_since_stays_listed(draft, cast):
    colleague = MemberFactory()
    save_draft(report=draft, by=cast.member.user, content={}, members=[colleague])
    type(colleague).objects.filter(pk=colleague.pk).update(status="inactive")
    saved = save_draft(report=draft, by=cast.member.user, content={}, members=[colleague, cast.member])
    assert saved.presences.count() == 2


@pytest.mark.parametrize("who", ["other_member", "neighbour_member", "pending_member"])
def test_members_of_elsewhere_or_pending_are_refused(who, draft, cast):
    with pytest.raises(MemberOfElsewhere):
        save_draft(report=draft, by=cast.member.user, content={"place": "X"}, members=[getattr(cast, who)])
    draft.refresh_from_db()
    assert draft.place != "X"


@pytest.mark.parametrize("state", ["sent", "verified"])
def test_what_was_sent_is_not_changed(state, cast):
    report = ActivityReportFactory(**{state: True})
    with pytest.raises(ReportNotEditable):
        save_draft(report=report, by=cast.member.user, content={"place": "X"})


def test_only_content_can_be_saved(draft, cast):
    with pytest.raises(TypeError):
        save_draft(report=draft, by=cast.member.user, content={"status": "verified"})


def test_somebody_elses_newer_version_is_not_overwritten(draft, cast):
    seen = draft.revision
    save_draft(report=draft, by=cast.village_officer, content={"place": "Balai desa"}, revision=seen)
    with pytest.raises(ReportChanged):
        save_draft(report=draft, by=cast.member.user, content={"place": "Pasar"}, revision=seen)
    again = save_draft(report=draft, by=cast.village_officer, content={"place": "Kantor"}, revision=seen)
    assert again.place == "Kantor"  # one's own second tab never gets in the way


def test_a_draft_can_be_thrown_away(draft, cast):
    save_draft(report=draft, by=cast.member.user, content={}, members=[cast.member])
    discard_draft(report=draft)
    assert not ActivityReport.objects.exists()


def test_a_report_with_history_stays(sent, cast):
    returned = return_report(report=sent, by=cast.district_officer, reason="Kurang")
    with pytest.raises(ReportHasHistory):
        discard_draft(report=returned)


# --- sending ----------------------------------------------------------------------------------


def test_sending_numbers_records_and_tells_the_kecamatan(draft, cast):
    when = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
    sent = send_report(report=draft, by=cast.member.user, now=when)
    assert sent.status == Status.SENT
    assert sent.number == "001/LAP/63.11.01.2001/XI/2026"
    assert sent.sent_at == when
    assert [(e.kind, e.by_name, e.at) for e in sent.events.all()] == [("sent", "Ahmad Riduan", when)]
    notice = Notice.objects.get()
    assert notice.user == cast.district_officer
    assert notice.title == "Laporan patroli menunggu pemeriksaan"
    assert notice.path == f"/laporan/{sent.pk}/"


def test_the_number_takes_month_and_year_of_the_villages_calendar(draft, cast):
    new_year_in_juai = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)  # 00.30 WITA on 1 January
    assert send_report(report=draft, by=cast.member.user, now=new_year_in_juai).number.endswith("/I/2027")


def test_numbers_have_no_gaps_and_start_anew_by_village_and_year(cast):
    november, january = datetime(2026, 11, 21, 3, tzinfo=UTC), datetime(2027, 1, 2, 3, tzinfo=UTC)
    here = [ActivityReportFactory() for _ in range(4)]
    with pytest.raises(ReportIncomplete):
        send_report(report=ActivityReportFactory(place=""), by=cast.member.user, now=november)
    there = ActivityReportFactory(village_id="63.11.01.2002")
    numbers = [send_report(report=r, by=cast.member.user, now=november).number_sequence for r in here[:3]]
    assert numbers == [1, 2, 3]
    assert send_report(report=there, by=cast.member.user, now=november).number_sequence == 1
    assert send_report(report=here[3], by=cast.member.user, now=january).number_sequence == 1


def test_sending_twice_is_sending_once(sent, cast):
    again = send_report(report=sent, by=cast.member.user)
    assert again.number == sent.number
    assert again.events.count() == Notice.objects.count() == ReportSequence.objects.get().last == 1


def test_every_officer_of_the_kecamatan_is_told_but_not_the_inactive_nor_the_regency(draft, cast):
    second = cast.stranger
    grant(second, "63.11.01")
    cast.neighbour_district_officer.is_active = False
    cast.neighbour_district_officer.save()
    grant(cast.neighbour_district_officer, "63.11.01")
    send_report(report=draft, by=cast.member.user)
    assert {n.user for n in Notice.objects.all()} == {cast.district_officer, second}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"starts_at": None}, "start_date"),
        ({"ends_at": None}, "end_time"),
        ({"place": ""}, "place"),
        ({"others_present": ""}, "members_present"),
        ({"account": " \n "}, "account"),
        ({"result": " "}, "result"),
        ({"unfinished": {"coordinates": "entah"}}, "coordinates"),
    ],
)
def test_an_incomplete_report_is_not_sent(change, field, cast):
    report = ActivityReportFactory(**change)
    with pytest.raises(ReportIncomplete) as refusal:
        send_report(report=report, by=cast.member.user)
    assert field in refusal.value.missing
    report.refresh_from_db()
    assert (report.status, report.number) == (Status.DRAFT, None)
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("unfinished", "missing"),
    [
        ({"start_date": "2026-11-20"}, {"start_time", "end_time"}),
        ({"start_date": "2026-11-20", "end_time": "23:00"}, {"start_time"}),
        ({"start_time": "20:00", "end_time": "23:00"}, {"start_date"}),
        ({"start_date": "kemarin", "start_time": "20:00"}, {"start_date", "start_time", "end_time"}),
    ],
)
def test_a_half_filled_start_asks_for_the_other_half_only(unfinished, missing, cast):
    report = ActivityReportFactory(starts_at=None, ends_at=None, unfinished=unfinished)
    with pytest.raises(ReportIncomplete) as refusal:
        send_report(report=report, by=cast.member.user)
    assert set(refusal.value.missing) == missing


def test_what_is_not_over_is_not_sent(cast):
    report = ActivityReportFactory(starts_at=timezone.now() - timedelta(hours=1))
    with pytest.raises(ReportIncomplete) as refusal:
        send_report(report=report, by=cast.member.user)
    assert "end_time" in refusal.value.missing


# --- verifying and returning ------------------------------------------------------------------


def test_verifying(sent, cast):
    verified = verify_report(report=sent, by=cast.district_officer, revision=sent.revision)
    assert (verified.status, verified.decided_by) == (Status.VERIFIED, cast.district_officer)
    assert [e.kind for e in verified.events.all()] == ["sent", "verified"]
    notice = Notice.objects.get(user=cast.member.user)
    assert notice.title == "Laporan patroli diverifikasi"


def test_verifying_twice_is_verifying_once(sent, cast):
    verify_report(report=sent, by=cast.district_officer)
    again = verify_report(report=sent, by=cast.regency_officer)
    assert again.decided_by == cast.district_officer
    assert again.events.count() == 2


def test_returning_with_a_reason_and_sending_again(sent, cast):
    number = sent.number
    returned = return_report(report=sent, by=cast.district_officer, reason=" Lengkapi peserta. ")
    assert (returned.status, returned.return_reason) == (Status.RETURNED, "Lengkapi peserta.")
    notice = Notice.objects.get(user=cast.member.user)
    assert (notice.title, notice.body) == ("Laporan patroli dikembalikan", "Lengkapi peserta.")
    save_draft(report=returned, by=cast.member.user, content={"others_present": "12 warga"})
    again = send_report(report=returned, by=cast.member.user)
    assert (again.status, again.number, again.return_reason) == (Status.SENT, number, "")
    assert again.decided_by is None
    assert [(e.kind, e.reason) for e in again.events.all()] == [
        ("sent", ""),
        ("returned", "Lengkapi peserta."),
        ("sent", ""),
    ]
    assert Notice.objects.filter(user=cast.district_officer).count() == 2


def test_nobody_is_asked_any_more_once_it_is_done(sent, cast):
    unread = Notice.objects.unread()
    assert [notice.user for notice in unread.all()] == [cast.district_officer]
    returned = return_report(report=sent, by=cast.district_officer, reason="Kurang")
    assert [notice.user for notice in unread.all()] == [cast.member.user]
    again = send_report(report=returned, by=cast.member.user)
    assert [notice.user for notice in unread.all()] == [cast.district_officer]
    verify_report(report=again, by=cast.district_officer)
    assert [notice.title for notice in unread.all()] == ["Laporan patroli diverifikasi"]


def test_a_decision_costs_as_much_however_many_were_told(sent, cast, django_assert_num_queries):
    for user in UserFactory.create_batch(5):
        notify(user=user, key="uji:1", title="Menunggu", matter=f"report:{sent.pk}")
    with django_assert_num_queries(11):  # the notices are one update and one look before the insert
        verify_report(report=sent, by=cast.district_officer)
    assert Notice.objects.unread().count() == 1


def test_returning_twice_for_the_same_reason_is_returning_once(sent, cast):
    return_report(report=sent, by=cast.district_officer, reason="Kurang")
    again = return_report(report=sent, by=cast.district_officer, reason="Kurang")
    assert again.events.count() == 2
    with pytest.raises(ReportNotWaiting):
        return_report(report=sent, by=cast.district_officer, reason="Lain")


def test_returning_needs_a_reason(sent, cast):
    with pytest.raises(ReasonMissing):
        return_report(report=sent, by=cast.district_officer, reason="  ")
    sent.refresh_from_db()
    assert sent.status == Status.SENT


def test_only_what_waits_is_decided(draft, cast):
    with pytest.raises(ReportNotWaiting):
        verify_report(report=draft, by=cast.district_officer)
    with pytest.raises(ReportNotWaiting):
        return_report(report=draft, by=cast.district_officer, reason="Kurang")
    verified = ActivityReportFactory(verified=True)
    with pytest.raises(ReportNotWaiting):
        return_report(report=verified, by=cast.district_officer, reason="Kurang")
    with pytest.raises(ReportNotWaiting):
        verify_report(report=ActivityReportFactory(returned=True), by=cast.district_officer)


def test_nobody_reviews_their_own_report(cast):
    report = ActivityReportFactory(sent=True, reporter=cast.district_officer)
    with pytest.raises(OwnReport):
        verify_report(report=report, by=cast.district_officer)
    with pytest.raises(OwnReport):
        return_report(report=report, by=cast.district_officer, reason="Kurang")


def test_a_version_that_was_not_read_is_not_verified(sent, cast):
    seen = sent.revision
    returned = return_report(report=sent, by=cast.district_officer, reason="Kurang")
    save_draft(report=returned, by=cast.member.user, content={"result": "Diubah"})
    send_report(report=returned, by=cast.member.user)
    with pytest.raises(ReportChanged):
        verify_report(report=sent, by=cast.district_officer, revision=seen)
    with pytest.raises(ReportChanged):
        return_report(report=sent, by=cast.district_officer, reason="Kurang lagi", revision=seen)


# --- history ----------------------------------------------------------------------------------


def test_history_is_only_added_to(sent):
    event = sent.events.get()
    event.by_name = "Orang lain"
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()
    with pytest.raises(TypeError):
        ReportEvent.objects.update(by_name="Orang lain")
    with pytest.raises(TypeError):
        ReportEvent.objects.all().delete()
    assert ReportEvent.objects.get().by_name == "Ahmad Riduan"
