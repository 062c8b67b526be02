"""The pages on which a report is written: nothing typed is lost, nobody writes for another village."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from reports.models import ActivityReport
from reports.services import return_report, save_draft, send_report
from tests.cast import Cast
from tests.factories import ActivityReportFactory, MemberFactory, grant
from tests.files import picture
from tests.reports.conftest import FORM

Status = ActivityReport.Status


def messages_of(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


# --- a new report -----------------------------------------------------------------------------


def test_the_new_form_starts_with_today_and_oneself(as_user, cast, django_assert_max_num_queries):
    MemberFactory.create_batch(20)
    browser = as_user(cast.member)
    with django_assert_max_num_queries(12):
        response = browser.get("/laporan/baru/")
    form = response.context["form"]
    assert form["members_present"].value() == [cast.member.pk]
    assert form["start_date"].value()
    assert "Muara Ninian, Kec. Juai" in response.content.decode()


def test_saving_makes_a_draft_of_ones_own_village(as_user, cast: Cast):
    response = as_user(cast.member).post("/laporan/baru/", FORM | {"members_present": [cast.member.pk]})
    report = ActivityReport.objects.get()
    assert response.url == f"/laporan/{report.pk}/ubah/"
    assert (report.status, report.village_id, report.reporter) == (Status.DRAFT, "63.11.01.2001", cast.member.user)
    assert (report.reporter_position, report.place) == ("Anggota Satlinmas", "RT 03")
    assert report.presences.get().member == cast.member


def test_a_village_officer_writes_with_their_position(as_user, cast):
    cast.village_officer.role_grants.update(position="Kasi Pemerintahan")
    as_user(cast.village_officer).post("/laporan/baru/", FORM)
    assert ActivityReport.objects.get().reporter_position == "Kasi Pemerintahan"


def test_the_form_sent_twice_is_one_draft(as_user, cast):
    key = str(uuid.uuid4())
    for _ in range(2):
        as_user(cast.member).post("/laporan/baru/", FORM | {"draft_key": key})
    assert ActivityReport.objects.count() == 1


def test_an_untouched_form_leaves_no_draft(as_user, cast):
    browser = as_user(cast.member)
    initial = browser.get("/laporan/baru/").context["form"].initial
    untouched = dict.fromkeys(FORM, "") | initial
    page = browser.post("/laporan/baru/", untouched | {"next": "review"}).content.decode()
    for text in ("Lengkapi dulu sebelum dikirim", "Pilih jenis kegiatan.", "Isi juga jamnya.", "Tulis hasil kegiatan."):
        assert text in page
    assert "Pilih anggota yang hadir" not in page
    for data in (untouched, {}):
        assert "Belum ada yang ditulis" in browser.post("/laporan/baru/", data | {"next": "stay"}).content.decode()
    assert not ActivityReport.objects.exists()
    for number, data in enumerate(
        ({"place": "Pos"}, {"start_date": "2026-11-20"}, {"start_time": "20:00"}, {"photos": [picture()]}), start=1
    ):
        browser.post("/laporan/baru/", untouched | data)
        assert ActivityReport.objects.count() == number
    browser.post("/laporan/baru/", untouched, headers={"X-Draft": "1"})  # by the script, before a photo
    assert ActivityReport.objects.count() == 5


def test_even_an_unreadable_form_is_saved(as_user, cast):
    data = {"start_date": "kemarin", "coordinates": "pos", "draft_key": "x", "revision": "y"}
    response = as_user(cast.member).post("/laporan/baru/", data, follow=True)
    report = ActivityReport.objects.get()
    for name in ("start_date", "coordinates"):
        assert report.unfinished.get(name) == data.get(name)
        assert data.get(name, "") in response.content.decode()


def test_another_village_cannot_be_named(as_user, cast):
    as_user(cast.member).post("/laporan/baru/", FORM | {"village": "63.11.02.2001"})
    assert ActivityReport.objects.get().village_id == "63.11.01.2001"


def test_an_officer_of_two_villages_chooses_first(as_user, cast):
    grant(cast.village_officer, "63.11.01.2002")
    browser = as_user(cast.village_officer)
    assert "Laporan untuk desa mana?" in browser.get("/laporan/baru/").content.decode()
    assert browser.get("/laporan/baru/?desa=63.11.01.2002").context["village"].code == "63.11.01.2002"
    assert "desa mana" in browser.get("/laporan/baru/?desa=63.11.02.2001").content.decode()
    browser.post("/laporan/baru/", FORM | {"village": "63.11.01.2002"})
    assert ActivityReport.objects.get().village_id == "63.11.01.2002"


@pytest.mark.parametrize("who", ["district_officer", "regency_officer", "admin", "trainer", "liaison", "stranger"])
def test_who_does_not_write(who, as_user, cast):
    assert as_user(getattr(cast, who)).post("/laporan/baru/", FORM).status_code == 403
    assert as_user(cast.pending_member).post("/laporan/baru/", FORM).status_code == 403
    assert not ActivityReport.objects.exists()


# --- photos with the form ---------------------------------------------------------------------


def test_photos_come_with_the_form(as_user, cast):
    response = as_user(cast.member).post(
        "/laporan/baru/", FORM | {"photos": [picture(), picture(colour="red")]}, follow=True
    )
    assert ActivityReport.objects.get().photos.count() == 2
    assert "2 foto ditambahkan." in messages_of(response)


def test_a_refused_photo_costs_nothing_else(as_user, cast):
    bad = SimpleUploadedFile("surat.pdf", b"%PDF-1.7", content_type="image/jpeg")
    response = as_user(cast.member).post(
        "/laporan/baru/", FORM | {"photos": [bad, picture()], "next": "review"}, follow=True
    )
    report = ActivityReport.objects.get()
    assert (report.place, report.photos.count()) == ("RT 03", 1)
    assert response.redirect_chain[-1][0] == f"/laporan/{report.pk}/ubah/"
    assert any("surat.pdf" in m and "bukan foto" in m for m in messages_of(response))


def test_captions_and_removal_with_everything_else(as_user, cast, photographed):
    address = f"/laporan/{photographed.pk}/ubah/"
    as_user(cast.member).post(address, FORM | {"caption-1": " Apel malam ", "caption-7": "tidak ada"})
    assert photographed.photos.get().caption == "Apel malam"
    as_user(cast.member).post(address, FORM | {"place": "Pasar", "remove_photo": "1"})
    photographed.refresh_from_db()
    assert (photographed.place, photographed.photos.count()) == ("Pasar", 0)


def test_photos_one_by_one_for_the_script(as_user, cast, draft):
    response = as_user(cast.member).post(f"/laporan/{draft.pk}/foto/", {"photos": [picture()]})
    assert f"/laporan/{draft.pk}/foto/1?kecil" in response.content.decode()
    response = as_user(cast.member).post(f"/laporan/{draft.pk}/foto/", {"photos": [SimpleUploadedFile("x.heic", b"x")]})
    assert "x.heic" in response.content.decode()
    assert draft.photos.count() == 1


def test_no_photo_for_what_was_sent(as_user, cast, sent):
    response = as_user(cast.member).post(f"/laporan/{sent.pk}/foto/", {"photos": [picture()]})
    assert response.status_code == 409
    assert "sudah dikirim" in response.content.decode()


# --- changing ---------------------------------------------------------------------------------


def test_the_form_shows_the_draft_in_few_queries(as_user, cast, photographed, django_assert_max_num_queries):
    MemberFactory.create_batch(30)
    browser = as_user(cast.member)
    with django_assert_max_num_queries(14):
        page = browser.get(f"/laporan/{photographed.pk}/ubah/").content.decode()
    assert "RT 03, simpang tiga pasar" in page
    assert page.count('type="checkbox"') == 31


def test_the_village_officer_helps_with_a_members_draft(as_user, cast, draft):
    as_user(cast.village_officer).post(f"/laporan/{draft.pk}/ubah/", FORM)
    draft.refresh_from_db()
    assert (draft.place, draft.reporter) == ("RT 03", cast.member.user)


def test_a_colleague_of_the_same_village_sees_no_draft(as_user, cast, draft):
    colleague = MemberFactory()
    assert as_user(colleague).get(f"/laporan/{draft.pk}/ubah/").status_code == 404


def test_a_member_who_moved_away_reads_but_no_longer_writes(as_user, cast, draft):
    type(cast.member).objects.filter(pk=cast.member.pk).update(village_id="63.11.01.2002")
    assert as_user(cast.member).get(f"/laporan/{draft.pk}/").status_code == 200
    assert as_user(cast.member).post(f"/laporan/{draft.pk}/ubah/", FORM).status_code == 403


def test_somebody_elses_newer_version_asks_once_and_keeps_what_was_typed(as_user, cast, draft):
    seen = draft.revision
    save_draft(report=draft, by=cast.village_officer, content={"place": "Balai desa"}, revision=seen)
    typed = FORM | {"place": "Pasar", "revision": seen, "photos": [picture()]}
    response = as_user(cast.member).post(f"/laporan/{draft.pk}/ubah/", typed)
    page = response.content.decode()
    assert "baru saja diubah oleh orang lain" in page
    assert 'value="Pasar"' in page
    draft.refresh_from_db()
    assert (draft.place, draft.photos.count()) == ("Balai desa", 1)
    as_user(cast.member).post(f"/laporan/{draft.pk}/ubah/", typed | {"revision": draft.revision})
    draft.refresh_from_db()
    assert draft.place == "Pasar"


def test_what_was_sent_meanwhile_stays_as_sent(as_user, cast, sent):
    response = as_user(cast.member).post(f"/laporan/{sent.pk}/ubah/", FORM | {"place": "Pasar"}, follow=True)
    assert response.redirect_chain[-1][0] == f"/laporan/{sent.pk}/"
    assert any("sudah dikirim" in m for m in messages_of(response))
    sent.refresh_from_db()
    assert sent.place != "Pasar"


# --- saving by itself -------------------------------------------------------------------------


def test_the_script_saves_and_learns_where_to_go_on(as_user, cast):
    key = str(uuid.uuid4())
    answer = as_user(cast.member).post("/laporan/baru/", {"place": "Po", "draft_key": key}, headers={"X-Draft": "1"})
    report = ActivityReport.objects.get()
    body = answer.json()
    assert (body["id"], body["action"]) == (report.pk, f"/laporan/{report.pk}/ubah/")
    assert (body["photos"], body["revision"]) == (f"/laporan/{report.pk}/foto/", report.revision)
    assert body["message"].startswith("Tersimpan pukul ")
    again = as_user(cast.member).post(body["action"], {"place": "Pos"}, headers={"X-Draft": "1"})
    assert again.json()["revision"] == report.revision + 1


def test_the_script_hears_a_refusal(as_user, cast, sent):
    answer = as_user(cast.member).post(f"/laporan/{sent.pk}/ubah/", FORM, headers={"X-Draft": "1"})
    assert answer.status_code == 409
    assert "sudah dikirim" in answer.json()["message"]


def test_the_script_is_sent_away_when_the_session_ended(client, draft):
    answer = client.post(f"/laporan/{draft.pk}/ubah/", FORM, headers={"X-Draft": "1"})
    assert answer.status_code == 302


# --- sending and throwing away ----------------------------------------------------------------


def test_review_leads_to_the_whole_report_when_it_is_complete(as_user, cast, draft):
    response = as_user(cast.member).post(f"/laporan/{draft.pk}/ubah/", FORM | {"next": "review"})
    assert response.url == f"/laporan/{draft.pk}/"


def test_review_leads_to_what_is_missing(as_user, cast, draft):
    response = as_user(cast.member).post(
        f"/laporan/{draft.pk}/ubah/", FORM | {"next": "review", "result": "", "kind": ""}, follow=True
    )
    assert response.redirect_chain[-1][0] == f"/laporan/{draft.pk}/ubah/?periksa=1"
    assert set(response.context["form"].errors) == {"kind", "result"}
    assert "Tulis hasil kegiatan." in response.content.decode()


def test_a_nul_is_dropped_and_the_rest_kept(as_user, cast, photographed):
    data = {"caption-1": "Po\0s", "account": "Berk\0umpul", "kind": "patrol"}
    assert as_user(cast.member).post(f"/laporan/{photographed.pk}/ubah/", data).status_code == 302
    photographed.refresh_from_db()
    assert photographed.photos.get().caption == "Pos"
    assert photographed.unfinished["account"] == "Berkumpul"


def test_sending(as_user, cast, draft):
    response = as_user(cast.member).post(f"/laporan/{draft.pk}/kirim/", follow=True)
    draft.refresh_from_db()
    assert draft.status == Status.SENT
    assert messages_of(response) == [f"Laporan terkirim ke Kec. Juai dengan nomor {draft.number}."]


def test_the_village_officer_sends_a_members_draft(as_user, cast, draft):
    as_user(cast.village_officer).post(f"/laporan/{draft.pk}/kirim/")
    draft.refresh_from_db()
    assert draft.events.get().by == cast.village_officer


def test_sending_what_is_incomplete_shows_what_is_missing(as_user, cast):
    draft = ActivityReportFactory(reporter=cast.member.user, place="")
    response = as_user(cast.member).post(f"/laporan/{draft.pk}/kirim/", follow=True)
    assert "place" in response.context["form"].errors
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


def test_a_returned_report_says_why_and_goes_again(as_user, cast, sent):
    return_report(report=sent, by=cast.district_officer, reason="Sebutkan jamnya.")
    page = as_user(cast.member).get(f"/laporan/{sent.pk}/ubah/").content.decode()
    assert "Sebutkan jamnya." in page
    assert "Hapus draf" not in page
    as_user(cast.member).post(f"/laporan/{sent.pk}/ubah/", FORM)
    as_user(cast.member).post(f"/laporan/{sent.pk}/kirim/")
    sent.refresh_from_db()
    assert (sent.status, sent.return_reason) == (Status.SENT, "")


def test_a_draft_is_thrown_away(as_user, cast, draft):
    response = as_user(cast.member).post(f"/laporan/{draft.pk}/hapus/")
    assert response.url == "/laporan/"
    assert not ActivityReport.objects.exists()


def test_what_was_sent_is_not_thrown_away(as_user, cast, sent):
    response = as_user(cast.member).post(f"/laporan/{sent.pk}/hapus/", follow=True)
    assert any("tidak dapat dihapus" in m for m in messages_of(response))
    assert ActivityReport.objects.exists()


# --- neighbours -------------------------------------------------------------------------------

POSTS = ["ubah/", "foto/", "kirim/", "hapus/", "verifikasi/", "kembalikan/"]


@pytest.mark.parametrize("action", POSTS)
@pytest.mark.parametrize(
    "who", ["other_member", "neighbour_member", "neighbour_village_officer", "neighbour_district_officer"]
)
def test_a_neighbours_report_does_not_exist(who, action, as_user, cast, photographed):
    report = send_report(report=photographed, by=cast.member.user)
    response = as_user(getattr(cast, who)).post(f"/laporan/{report.pk}/{action}", FORM | {"reason": "x"})
    assert response.status_code == 404
    report.refresh_from_db()
    assert report.status == Status.SENT


@pytest.mark.parametrize("action", ["ubah/", "foto/", "kirim/", "hapus/"])
@pytest.mark.parametrize("who", ["district_officer", "regency_officer", "admin"])
def test_who_reads_does_not_write(who, action, as_user, cast, sent):
    assert as_user(getattr(cast, who)).post(f"/laporan/{sent.pk}/{action}", FORM).status_code == 403


def test_a_report_of_a_year_says_how_to_mend_it_and_nothing_else(as_user, cast, draft):
    browser = as_user(cast.member)
    browser.post(f"/laporan/{draft.pk}/ubah/", FORM | {"end_date": "2027-11-20", "next": "review"})
    page = browser.get(f"/laporan/{draft.pk}/ubah/?periksa=1").content.decode()
    assert "Tulis satu laporan untuk setiap hari atau setiap kegiatan." in page
    assert "belum dapat dibaca" not in page
    assert 'value="2027-11-20"' in page
