"""Pages of trainings elsewhere: who sees what, entering one, the file, an officer's decision."""

from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from regions.services import load_regions
from tests.cast import Cast
from tests.factories import ELSEWHERE, REGION_NAMES, EvidenceFactory, MemberFactory, grant
from tests.files import pdf, phone_photo, picture, upload
from tests.training.conftest import details
from training.evidence_services import approve_evidence, submit_evidence
from training.models import Evidence, TrainingRecord
from training.services import reverse_training

pytestmark = pytest.mark.usefixtures("private_folder")
LIST, NEW = "/pelatihan-luar/", "/pelatihan-luar/baru/"


def stated(**changes: object) -> dict[str, object]:
    """What somebody types into the form."""
    form = {
        "title": "Pelatihan Dapur Umum",
        "organiser": "BPBD Balangan",
        "field": "bencana_kebakaran",
        "lesson_hours": "7,5",
        "completed_on": "2026-08-17",
        "file": picture(),
    }
    return {**form, **changes}


def titles(response) -> list[str]:
    return [evidence.title for evidence in response.context["page_obj"]]


def said(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


# --- the list ---------------------------------------------------------------------------------


@pytest.fixture
def three(cast: Cast) -> None:
    EvidenceFactory(member=cast.member, title="Milik Ahmad")
    EvidenceFactory(member=cast.other_member, title="Milik Siti", refused=True)
    EvidenceFactory(member=cast.neighbour_member, title="Milik Mahyudin")


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("member", ["Milik Ahmad"]),
        ("village_officer", ["Milik Ahmad"]),
        ("district_officer", ["Milik Siti", "Milik Ahmad"]),
        ("neighbour_district_officer", ["Milik Mahyudin"]),
        ("regency_officer", ["Milik Mahyudin", "Milik Siti", "Milik Ahmad"]),
        ("admin", ["Milik Mahyudin", "Milik Siti", "Milik Ahmad"]),
    ],
)
def test_everybody_sees_their_own_or_their_region(who: str, seen: list[str], three: None, cast: Cast, as_user):
    assert titles(as_user(getattr(cast, who)).get(LIST)) == seen


def test_an_officer_who_is_a_member_elsewhere_sees_both(three: None, cast: Cast, as_user):
    grant(cast.member.user, "63.11.02.2001")
    assert titles(as_user(cast.member).get(LIST)) == ["Milik Mahyudin", "Milik Ahmad"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=submitted", ["Milik Ahmad"]),
        ("status=refused", ["Milik Siti"]),
        ("status=approved", []),
        ("cari=rahm", ["Milik Siti"]),
        ("cari=+ahmad++riduan", ["Milik Ahmad"]),
        ("cari=mahyudin", []),
        ("cari=%25", []),
        ("wilayah=63.11.01.2002", ["Milik Siti"]),
        ("wilayah=63.11.02", ["Milik Siti", "Milik Ahmad"]),  # a neighbour's filters nothing
        ("status=x&wilayah=%27--", ["Milik Siti", "Milik Ahmad"]),
    ],
)
def test_filters_are_addresses_and_never_reach_beyond_the_region(query, found, three: None, cast: Cast, as_user):
    assert titles(as_user(cast.district_officer).get(f"{LIST}?{query}")) == found


def test_the_number_is_searched_from_its_beginning(three: None, cast: Cast, as_user):
    assert titles(as_user(cast.district_officer).get(f"{LIST}?cari={cast.member.number}")) == ["Milik Ahmad"]


def test_tabs_count_what_the_other_filters_leave(three: None, cast: Cast, as_user):
    tabs = as_user(cast.district_officer).get(f"{LIST}?wilayah=63.11.01.2002").context["tabs"]
    assert [(tab["status"], tab["count"]) for tab in tabs] == [
        ("", 1),
        ("submitted", 0),
        ("approved", 0),
        ("refused", 1),
    ]


def test_what_waits_for_me_leaves_out_what_others_decide(cast: Cast, as_user):
    EvidenceFactory(member=cast.member, entered_by=cast.district_officer)
    theirs = EvidenceFactory(member=cast.other_member)
    page = as_user(cast.district_officer).get(f"{LIST}?status=saya")
    assert titles(page) == [theirs.title]
    assert "Setujui yang dipilih" in page.content.decode()
    assert page.context["tabs"][-1] == {"status": "saya", "label": "Menunggu Anda", "count": 1, "current": True}
    assert titles(as_user(cast.other_member).get(f"{LIST}?status=saya")) == []


def test_an_officer_of_two_villages_chooses_one(three: None, cast: Cast, as_user):
    grant(cast.village_officer, "63.11.01.2002")
    assert titles(as_user(cast.village_officer).get(f"{LIST}?wilayah=63.11.01.2002")) == ["Milik Siti"]


def test_who_waits_longest_comes_first_and_a_page_holds_25(cast: Cast, as_user):
    first, *_others = [EvidenceFactory(member=cast.member) for _ in range(26)]
    page = as_user(cast.district_officer).get(f"{LIST}?status=submitted")
    assert titles(page)[0] == first.title
    assert len(titles(page)) == 25
    assert "1–25 dari 26 pelatihan" in page.content.decode()


@pytest.mark.parametrize(("who", "most"), [("member", 9), ("district_officer", 10)])
@pytest.mark.parametrize("query", ["", "?status=submitted"])
def test_the_list_asks_the_database_as_often_for_many_as_for_few(who, most, query, cast: Cast, as_user):
    browser, counts = as_user(getattr(cast, who)), []
    for _ in range(2):
        for member in (cast.member, MemberFactory(village_id="63.11.01.2002")):
            EvidenceFactory.create_batch(5, member=member)
        with CaptureQueriesContext(connection) as queries:
            browser.get(LIST + query)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= most


def test_empty_lists_say_what_belongs_here(cast: Cast, as_user):
    assert NEW in as_user(cast.member).get(LIST).content.decode()
    page = as_user(cast.district_officer).get(LIST).content.decode()
    assert "Belum ada pelatihan luar" in page
    assert "/pelatihan-luar/impor/" in page
    assert "Tidak ada yang cocok" in as_user(cast.district_officer).get(f"{LIST}?cari=zz").content.decode()


# --- entering ---------------------------------------------------------------------------------


def test_a_member_enters_their_own(cast: Cast, as_user):
    response = as_user(cast.member).post(NEW, stated(title="  Pelatihan   Dapur Umum "), follow=True)
    evidence = Evidence.objects.get()
    assert response.redirect_chain == [(f"{LIST}{evidence.uuid}/", 302)]
    assert (evidence.member, evidence.entered_by) == (cast.member, cast.member.user)
    assert (evidence.title, str(evidence.lesson_hours)) == ("Pelatihan Dapur Umum", "7.5")
    assert "Tersimpan" in said(response)


def test_a_number_in_the_form_of_a_member_changes_nothing(cast: Cast, as_user):
    as_user(cast.member).post(NEW, stated(number=cast.other_member.number))
    assert Evidence.objects.get().member == cast.member


def test_a_member_cannot_enter_for_another(cast: Cast, as_user):
    address = f"{NEW}?anggota={cast.other_member.uuid}"
    as_user(cast.member).post(address, stated())
    assert Evidence.objects.get().member == cast.member


def test_an_officer_enters_for_a_member_by_number(cast: Cast, as_user):
    as_user(cast.village_officer).post(NEW, stated(number=f" {cast.member.number} "))
    evidence = Evidence.objects.get()
    assert (evidence.member, evidence.entered_by) == (cast.member, cast.village_officer)


def test_an_officer_comes_from_the_members_page(cast: Cast, as_user):
    address = f"{NEW}?anggota={cast.member.uuid}"
    page = as_user(cast.village_officer).get(address)
    assert cast.member.name in page.content.decode()
    assert "number" not in page.context["form"].fields
    as_user(cast.village_officer).post(address, stated())
    assert Evidence.objects.get().member == cast.member
    link = as_user(cast.village_officer).get(f"/anggota/{cast.member.pk}/").content.decode()
    assert address in link


@pytest.mark.parametrize("asked", ["neighbour_member", "pending_member", "x"])
def test_whom_an_officer_may_not_enter_for_does_not_exist(asked: str, cast: Cast, as_user):
    uuid = getattr(getattr(cast, asked, None), "uuid", asked)
    assert as_user(cast.village_officer).get(f"{NEW}?anggota={uuid}").status_code == 404


@pytest.mark.parametrize("whose", ["neighbour_member", "other_member"])
def test_a_neighbours_number_is_unknown(whose: str, cast: Cast, as_user):
    page = as_user(cast.village_officer).post(NEW, stated(number=getattr(cast, whose).number))
    assert "Tidak ada anggota aktif bernomor ini" in page.content.decode()
    assert not Evidence.objects.exists()


def test_an_officer_enters_their_own_elsewhere(cast: Cast, as_user):
    grant(cast.member.user, "63.11.02.2001")
    address = f"{NEW}?anggota={cast.member.uuid}"
    assert address.removeprefix(NEW) in as_user(cast.member).get(NEW).content.decode()
    as_user(cast.member).post(address, stated())
    assert Evidence.objects.get().member == cast.member


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"title": ""}, "title", "Tulis nama pelatihannya."),
        ({"organiser": " "}, "organiser", "Tulis siapa penyelenggaranya."),
        ({"field": ""}, "field", "Pilih salah satu bidang."),
        ({"lesson_hours": ""}, "lesson_hours", "Tulis jumlah JP, misalnya 8."),
        ({"lesson_hours": "delapan"}, "lesson_hours", "Tulis angka, misalnya 8 atau 7,5."),
        ({"lesson_hours": "100"}, "lesson_hours", "Isi JP lebih dari 0 sampai 99,5"),
        ({"completed_on": "31/02/2026"}, "completed_on", "Tulis tanggal seperti 17/08/2025."),
        ({"completed_on": "2100-01-01"}, "completed_on", "Tanggal ini belum lewat."),
        ({"file": ""}, "file", "Pilih foto atau PDF buktinya."),
        ({"file": upload(b"", "kosong.jpg")}, "file", "Berkas ini kosong."),
        ({"file": upload(b"<svg onload='x'/>", "foto.jpg")}, "file", "bukan foto (JPEG, PNG, WebP) atau PDF"),
        ({"file": upload(b"%PDF-1.7 x", "a.pdf")}, "file", "bukan foto (JPEG, PNG, WebP) atau PDF"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_the_rest_stays(changes, field, words, cast: Cast, as_user):
    page = as_user(cast.member).post(NEW, stated(**changes))
    errors = page.context["form"].errors
    assert words in " ".join(errors[field])
    assert set(errors) <= {field, "file"}
    if field != "organiser":
        assert "BPBD Balangan" in page.content.decode()
    if field != "file":
        assert "Pilih lagi berkasnya" in errors["file"][0]
    assert not Evidence.objects.exists()


def test_day_first_is_the_only_reading_of_a_date(cast: Cast, as_user):
    as_user(cast.member).post(NEW, stated(completed_on="03/04/2026"))
    assert Evidence.objects.get().completed_on == date(2026, 4, 3)


def test_the_same_training_twice_is_told(cast: Cast, as_user):
    as_user(cast.member).post(NEW, stated())
    page = as_user(cast.member).post(NEW, stated(file=picture(colour="red")))
    assert "sudah tercatat" in page.content.decode()


# --- reading ----------------------------------------------------------------------------------


@pytest.fixture
def evidence(cast: Cast) -> Evidence:
    return submit_evidence(member=cast.member, by=cast.member.user, details=details(), upload=phone_photo(800, 600))


@pytest.mark.parametrize("who", ["other_member", "neighbour_village_officer", "neighbour_district_officer"])
@pytest.mark.parametrize("step", ["", "berkas/"])
def test_a_neighbours_evidence_does_not_exist(who: str, step: str, evidence: Evidence, cast: Cast, as_user):
    assert as_user(getattr(cast, who)).get(f"{LIST}{evidence.uuid}/{step}").status_code == 404


@pytest.mark.parametrize("who", ["neighbour_district_officer", "other_member"])
@pytest.mark.parametrize("step", ["setujui/", "tolak/"])
def test_a_neighbour_does_not_decide(who: str, step: str, evidence: Evidence, cast: Cast, as_user):
    response = as_user(getattr(cast, who)).post(f"{LIST}{evidence.uuid}/{step}", {"reason": "x"})
    assert response.status_code == 404
    evidence.refresh_from_db()
    assert evidence.is_waiting


def test_a_member_reads_but_does_not_decide(evidence: Evidence, cast: Cast, as_user):
    page = as_user(cast.member).get(f"{LIST}{evidence.uuid}/").content.decode()
    assert "Setujui" not in page
    assert as_user(cast.member).post(f"{LIST}{evidence.uuid}/setujui/").status_code == 403
    assert not TrainingRecord.objects.exists()


def test_who_entered_it_reads_that_another_decides(cast: Cast, as_user):
    evidence = EvidenceFactory(member=cast.member, entered_by=cast.village_officer, imported=True)
    page = as_user(cast.village_officer).get(f"{LIST}{evidence.uuid}/").content.decode()
    assert "harus diputuskan petugas lain" in page
    assert "pelatihan-2025.xlsx" in page


def test_the_page_of_one_takes_few_queries(evidence: Evidence, cast: Cast, as_user):
    for who, most in (("member", 8), ("village_officer", 9)):
        browser = as_user(getattr(cast, who))
        with CaptureQueriesContext(connection) as queries:
            browser.get(f"{LIST}{evidence.uuid}/")
        assert len(queries) <= most


def test_the_photo_is_served_as_a_picture_and_nothing_else(evidence: Evidence, cast: Cast, as_user):
    response = as_user(cast.village_officer).get(f"{LIST}{evidence.uuid}/berkas/")
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith('inline; filename="bukti-2026-08-17-')
    assert response["Cache-Control"] == "private, max-age=3600"
    assert "Cookie" in response["Vary"]
    data = response.getvalue()
    assert b"PonselRahasia" not in data
    assert not Image.open(BytesIO(data)).getexif()


def test_a_pdf_is_served_as_it_was_sent(cast: Cast, as_user):
    raw = pdf()
    evidence = submit_evidence(member=cast.member, by=cast.member.user, details=details(), upload=upload(raw))
    response = as_user(cast.member).get(f"{LIST}{evidence.uuid}/berkas/")
    assert (response["Content-Type"], response.getvalue()) == ("application/pdf", raw)


def test_no_file_is_not_found(evidence: Evidence, cast: Cast, as_user):
    imported = EvidenceFactory(member=cast.member, imported=True)
    assert as_user(cast.member).get(f"{LIST}{imported.uuid}/berkas/").status_code == 404
    evidence.file.storage.delete(evidence.file.name)
    assert as_user(cast.member).get(f"{LIST}{evidence.uuid}/berkas/").status_code == 404


# --- deciding ---------------------------------------------------------------------------------


def test_an_officer_approves(evidence: Evidence, cast: Cast, as_user):
    response = as_user(cast.village_officer).post(f"{LIST}{evidence.uuid}/setujui/", follow=True)
    assert "sekarang dihitung" in said(response)
    assert TrainingRecord.objects.get().evidence == evidence


def test_what_was_taken_back_says_why_to_officers_alone(evidence: Evidence, cast: Cast, as_user):
    approved = approve_evidence(evidence=evidence, by=cast.village_officer)
    reverse_training(record=approved.record, reason="Piagam milik orang lain.", by=cast.district_officer)
    page = as_user(cast.village_officer).get(f"{LIST}{evidence.uuid}/").content.decode()
    assert "Piagam milik orang lain." in page
    page = as_user(cast.member).get(f"{LIST}{evidence.uuid}/").content.decode()
    assert "Tidak dihitung lagi" in page
    assert "Piagam milik orang lain." not in page
    grant(cast.member.user, "63.11.01.2001")  # an officer now, and still the one it is about
    assert "Piagam milik orang lain." not in as_user(cast.member).get(f"{LIST}{evidence.uuid}/").content.decode()


def test_an_officer_refuses_with_a_reason(evidence: Evidence, cast: Cast, as_user):
    response = as_user(cast.village_officer).post(f"{LIST}{evidence.uuid}/tolak/", {"reason": ""}, follow=True)
    assert "Tuliskan alasan penolakan" in said(response)
    as_user(cast.village_officer).post(f"{LIST}{evidence.uuid}/tolak/", {"reason": "Fotonya\0 gelap."})
    page = as_user(cast.member).get(f"{LIST}{evidence.uuid}/").content.decode()
    assert "Fotonya gelap." in page
    again = f"{NEW}?anggota={cast.member.uuid}&ulang={evidence.uuid}"
    assert again.replace("&", "&amp;") in page
    form = as_user(cast.member).get(again).content.decode()
    assert 'value="Pelatihan Dapur Umum"' in form
    assert 'value="2026-08-17"' in form
    assert "Dapur" not in as_user(cast.other_member).get(again).content.decode()


def test_a_decision_that_came_too_late_is_told(evidence: Evidence, cast: Cast, as_user):
    approve_evidence(evidence=evidence, by=cast.district_officer)
    response = as_user(cast.village_officer).post(f"{LIST}{evidence.uuid}/tolak/", {"reason": "x"}, follow=True)
    assert "sudah diputuskan" in said(response)


def test_chosen_rows_are_approved_and_the_others_told(cast: Cast, as_user):
    theirs = EvidenceFactory(member=cast.member)
    mine = EvidenceFactory(member=cast.member, entered_by=cast.village_officer, title="Punya Saya")
    far = EvidenceFactory(member=cast.neighbour_member)
    left = EvidenceFactory(member=cast.member)
    response = as_user(cast.village_officer).post(
        f"{LIST}setujui/", {"pilih": [theirs.uuid, mine.uuid, far.uuid, "x"]}, follow=True
    )
    assert "1 pelatihan disetujui." in said(response)
    assert "Punya Saya" in said(response)
    statuses = dict(Evidence.objects.values_list("pk", "status"))
    assert statuses == {theirs.pk: "approved", mine.pk: "submitted", far.pk: "submitted", left.pk: "submitted"}


def test_nothing_chosen_is_told(cast: Cast, as_user):
    response = as_user(cast.village_officer).post(f"{LIST}setujui/", follow=True)
    assert "Belum ada yang dipilih" in said(response)


def test_learners_are_led_here(cast: Cast, as_user):
    assert f'href="{LIST}"' in as_user(cast.member).get("/belajar/").content.decode()


# --- a member who moves -------------------------------------------------------------------------


def test_what_waits_goes_with_the_member_and_what_is_decided_stays(cast: Cast, as_user):
    decided = EvidenceFactory(member=cast.member, title="Dulu")
    approve_evidence(evidence=decided, by=cast.village_officer)
    waiting = EvidenceFactory(member=cast.member, title="Sekarang")
    cast.member.village_id = "63.11.02.2001"
    cast.member.save()

    old = as_user(cast.village_officer)
    assert titles(old.get(LIST)) == ["Dulu"]
    assert old.post(f"{LIST}{waiting.uuid}/setujui/").status_code == 404
    old.post(f"{LIST}setujui/", {"pilih": [waiting.uuid]})
    waiting.refresh_from_db()
    assert waiting.is_waiting

    new = as_user(cast.neighbour_village_officer)
    page = new.get(LIST)
    assert titles(page) == ["Sekarang"]
    assert "Desa Kapul" in page.content.decode()
    assert new.get(f"{LIST}{decided.uuid}/").status_code == 404
    new.post(f"{LIST}{waiting.uuid}/setujui/")
    waiting.refresh_from_db()
    assert (waiting.status, waiting.village_id) == ("approved", "63.11.02.2001")

    cast.member.village_id = "63.11.01.2002"
    cast.member.save()
    assert titles(new.get(LIST)) == ["Sekarang"]


def test_evidence_taken_along_to_another_zone_counts_on_its_own_day(cast: Cast, as_user):
    load_regions(names={**REGION_NAMES, **ELSEWHERE}, today=date(2025, 1, 1))
    evidence = EvidenceFactory(member=cast.member, completed_on=date(2026, 6, 30))
    cast.member.village_id = "91.03.01.2001"
    cast.member.save()
    record = approve_evidence(evidence=evidence, by=cast.admin).record
    assert record is not None
    assert (record.completed_on, record.period.code) == (date(2026, 6, 30), "2026-1")
