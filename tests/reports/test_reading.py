"""The list, one report, and the kecamatan's decision."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from members.models import Member
from reports.models import ActivityReport
from reports.services import return_report, save_draft
from tests.cast import Cast
from tests.factories import ActivityReportFactory, MemberFactory

Status = ActivityReport.Status


def listed(response) -> set[int]:
    return {report.pk for report in response.context["page_obj"]}


# --- the list ---------------------------------------------------------------------------------


def test_a_member_sees_their_own(as_user, cast, draft):
    ActivityReportFactory(sent=True)
    page = as_user(cast.member).get("/laporan/")
    assert listed(page) == {draft.pk}
    assert "Tulis laporan" in page.content.decode()


def test_the_kecamatan_sees_what_was_sent(as_user, cast, draft):
    sent = ActivityReportFactory(sent=True)
    ActivityReportFactory(sent=True, village_id="63.11.02.2001")
    page = as_user(cast.district_officer).get("/laporan/")
    assert listed(page) == {sent.pk}
    assert "Tulis laporan" not in page.content.decode()


def test_the_list_in_few_queries_however_long(as_user, cast, django_assert_max_num_queries):
    ActivityReportFactory.create_batch(30, sent=True)
    browser = as_user(cast.regency_officer)
    with django_assert_max_num_queries(9):
        page = browser.get("/laporan/")
    assert len(listed(page)) == 25
    assert "1–25 dari 30" in page.content.decode()
    assert len(listed(browser.get("/laporan/?page=2"))) == 5


def test_an_empty_list_has_one_button_that_starts_it(as_user, cast):
    html = as_user(cast.member).get("/laporan/").content.decode()
    assert html.count('href="/laporan/baru/"') == 1
    assert "Tulis laporan pertama" in html


def test_a_short_list_says_only_how_many_there_are(as_user, cast, draft):
    html = as_user(cast.member).get("/laporan/").content.decode()
    assert "1 laporan" in html
    assert "1–1" not in html


def test_a_night_across_midnight_may_wrap(as_user, cast):
    start = datetime(2026, 11, 20, 14, tzinfo=UTC)
    ActivityReportFactory(sent=True, starts_at=start, ends_at=start + timedelta(hours=6))
    html = as_user(cast.district_officer).get("/laporan/").content.decode()
    assert "<span>20 November 2026, 22.00 – 21 November 2026, 04.00 WITA</span>" in html


@pytest.fixture
def three(cast: Cast):
    """A patrol of 20 November and a dialogue of July in Muara Ninian, an exercise of 2025 in Sirap."""
    november = ActivityReportFactory(sent=True, place="Balai warga")
    july = ActivityReportFactory(verified=True, kind="dialogue", starts_at=datetime(2026, 7, 3, 2, tzinfo=UTC))
    old = ActivityReportFactory(
        returned=True, kind="exercise", village_id="63.11.01.2002", starts_at=datetime(2025, 3, 1, 2, tzinfo=UTC)
    )
    return {"november": november.pk, "july": july.pk, "old": old.pk}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"november", "july", "old"}),
        ("status=sent", {"november"}),
        ("status=returned", {"old"}),
        ("status=draft", set()),
        ("jenis=dialogue", {"july"}),
        ("wilayah=63.11.01.2002", {"old"}),
        ("wilayah=63.11.01", {"november", "july", "old"}),
        ("periode=2026-2", {"november", "july"}),
        ("periode=2026-11", {"november"}),
        ("periode=2025-1", {"old"}),
        ("periode=2025-03", {"old"}),
        ("cari=balai", {"november"}),
        ("cari=LAP/63.11.01.2002", {"old"}),
        ("cari=%25", set()),
        ("jenis=dialogue&periode=2026-11", set()),
        # what makes no sense filters nothing
        ("status=hilang&jenis=x&periode=2026-13&wilayah=63.09.01", {"november", "july", "old"}),
        ("wilayah=63.11.02.2001", {"november", "july", "old"}),
        ("page=abc", {"november", "july", "old"}),
    ],
)
def test_filters(query, found, as_user, cast, three):
    page = as_user(cast.district_officer).get(f"/laporan/?{query}")
    assert {name for name, pk in three.items() if pk in listed(page)} == found


def test_the_statuses_are_counted_beside_each_other(as_user, cast, three):
    tabs = as_user(cast.district_officer).get("/laporan/?status=sent&periode=2026-2").context["tabs"]
    assert [(str(tab["label"]), tab["count"], tab["current"]) for tab in tabs] == [
        ("Semua", 2, False),
        ("Menunggu", 1, True),
        ("Diverifikasi", 1, False),
    ]


def test_officers_read_which_ones_monitoring_counts(as_user, cast, three):
    words = "2 terkirim atau diverifikasi. 1 yang dikembalikan atau masih draf tidak dihitung di Pantau."
    browser = as_user(cast.district_officer)
    assert words in browser.get("/laporan/").content.decode()
    assert "tidak dihitung" not in browser.get("/laporan/?periode=2026-2").content.decode()


def test_regions_are_offered_downwards(as_user, cast):
    ActivityReportFactory(sent=True)
    browser = as_user(cast.regency_officer)

    def offered(query: str) -> list[str]:
        return [code for code, _name in browser.get(f"/laporan/{query}").context["form"].fields["wilayah"].choices]

    assert offered("") == ["", "63.11", "63.11.02", "63.11.01"]
    assert offered("?wilayah=63.11.01") == ["", "63.11", "63.11.01", "63.11.01.2001", "63.11.01.2002"]


def test_one_village_is_no_choice(as_user, cast, draft):
    for person in (cast.village_officer, cast.member):
        assert "wilayah" not in as_user(person).get("/laporan/").context["form"].fields


@pytest.mark.parametrize(
    ("who", "query", "text"),
    [
        ("member", "", "Belum ada laporan"),
        ("district_officer", "", "Belum ada laporan dari desa"),
        ("district_officer", "?cari=x", "Tidak ada laporan yang cocok"),
    ],
)
def test_an_empty_list_says_what_belongs_here(who, query, text, as_user, cast):
    assert text in as_user(getattr(cast, who)).get(f"/laporan/{query}").content.decode()


# --- one report -------------------------------------------------------------------------------


def test_the_report_in_few_queries(as_user, cast, photographed, django_assert_max_num_queries):
    members = [cast.member, *MemberFactory.create_batch(15)]
    save_draft(report=photographed, by=cast.member.user, content={"obstacles": "Hujan"}, members=members)
    browser = as_user(cast.member)
    with django_assert_max_num_queries(11):
        page = browser.get(f"/laporan/{photographed.pk}/").content.decode()
    for text in ("Patroli", "20 November 2026, 20.00–23.00 WITA", "16 orang", "Hujan", "Kirim ke Kec. Juai"):
        assert text in page


def test_each_role_gets_its_buttons(as_user, cast, sent):
    def buttons(person) -> set[str]:
        page = as_user(person).get(f"/laporan/{sent.pk}/").content.decode()
        return {word for word in ("Verifikasi laporan", "Kembalikan ke pelapor", "Kirim ke") if word in page}

    assert buttons(cast.district_officer) == {"Verifikasi laporan", "Kembalikan ke pelapor"}
    for person in (cast.member, cast.village_officer, cast.regency_officer, cast.admin):
        assert buttons(person) == set()
    return_report(report=sent, by=cast.district_officer, reason="Kurang")
    assert buttons(cast.member) == buttons(cast.village_officer) == {"Kirim ke"}
    assert buttons(cast.district_officer) == set()


def test_a_returned_report_is_told_to_keep_its_number(as_user, cast, sent):
    return_report(report=sent, by=cast.district_officer, reason="Kurang")
    page = as_user(cast.member).get(f"/laporan/{sent.pk}/").content.decode()
    assert f"Laporan tetap bernomor {sent.number}; setelah dikirim lagi ke Kec. Juai tidak dapat diubah" in page
    assert "mendapat nomor" not in page


def test_what_people_typed_is_never_markup(as_user, cast, draft):
    save_draft(
        report=draft,
        by=cast.member.user,
        content=dict.fromkeys(("place", "account", "result", "others_present", "basis"), "<script>alert(1)</script>"),
    )
    for address in (f"/laporan/{draft.pk}/", f"/laporan/{draft.pk}/ubah/", "/laporan/"):
        assert "<script>alert" not in as_user(cast.member).get(address).content.decode()


def test_the_text_to_share_names_no_members(as_user, cast, draft):
    save_draft(report=draft, by=cast.member.user, content={}, members=[cast.member])
    text = as_user(cast.member).get(f"/laporan/{draft.pk}/").context["share_text"]
    assert "*LAPORAN KEGIATAN LINMAS*\nDesa Muara Ninian, Kec. Juai" in text
    assert "Hadir: 1 anggota Satlinmas; Babinsa Koramil Juai" in text
    assert "2. Berkeliling RT 01 sampai RT 05." in text
    assert cast.member.name not in text


@pytest.mark.parametrize("path", ["", ".pdf", "/foto/1", "/ubah/"])
@pytest.mark.parametrize(
    "who", ["other_member", "neighbour_member", "neighbour_village_officer", "neighbour_district_officer"]
)
def test_a_neighbours_report_does_not_exist(who, path, as_user, cast, photographed, sent_copy):
    address = f"/laporan/{sent_copy.pk}{path or '/'}"
    assert as_user(getattr(cast, who)).get(address).status_code == 404


@pytest.fixture
def sent_copy(photographed, cast):
    ActivityReport.objects.filter(pk=photographed.pk).update(
        status=Status.SENT, number="1", number_sequence=1, number_year=2026, sent_at=timezone.now()
    )
    photographed.refresh_from_db()
    return photographed


@pytest.mark.parametrize("path", ["/", ".pdf", "/foto/1", "/ubah/"])
def test_a_draft_is_the_villages_alone(path, as_user, cast, photographed):
    address = f"/laporan/{photographed.pk}{path}"
    for person in (cast.district_officer, cast.regency_officer, cast.admin):
        assert as_user(person).get(address).status_code == 404


def test_a_member_who_was_retired_is_out(as_user, cast, draft):
    Member.objects.filter(pk=cast.member.pk).update(status=Member.Status.INACTIVE)
    assert as_user(cast.member).get(f"/laporan/{draft.pk}/").status_code == 403


# --- verifying and returning ------------------------------------------------------------------


def test_verifying(as_user, cast, sent):
    response = as_user(cast.district_officer).post(
        f"/laporan/{sent.pk}/verifikasi/", {"revision": sent.revision}, follow=True
    )
    sent.refresh_from_db()
    assert (sent.status, sent.decided_by) == (Status.VERIFIED, cast.district_officer)
    assert "diverifikasi" in response.content.decode()


def test_a_decision_leads_to_the_next_report_that_waits(as_user, cast, sent):
    later, first = (ActivityReportFactory(sent=True) for _ in range(2))
    ActivityReport.objects.filter(pk=first.pk).update(sent_at=later.sent_at - timedelta(days=2))
    ActivityReportFactory(sent=True, village_id="63.11.02.2001")  # of another kecamatan
    browser = as_user(cast.district_officer)
    page = browser.post(f"/laporan/{sent.pk}/verifikasi/", follow=True).content.decode()
    assert f'href="/laporan/{first.pk}/">Periksa laporan berikutnya (2 menunggu)' in page
    browser.post(f"/laporan/{first.pk}/kembalikan/", {"reason": "Kurang"})
    page = browser.post(f"/laporan/{later.pk}/verifikasi/", follow=True).content.decode()
    assert "Tidak ada lagi laporan yang menunggu Anda." in page
    assert "berikutnya" not in browser.get(f"/laporan/{later.pk}/").content.decode()
    assert "menunggu Anda" not in as_user(cast.member).get(f"/laporan/{sent.pk}/?diputuskan=1").content.decode()


def test_returning(as_user, cast, sent):
    as_user(cast.district_officer).post(f"/laporan/{sent.pk}/kembalikan/", {"reason": "Sebutkan jamnya."})
    sent.refresh_from_db()
    assert (sent.status, sent.return_reason) == (Status.RETURNED, "Sebutkan jamnya.")


@pytest.mark.parametrize(
    ("data", "text"),
    [({"reason": " "}, "Tuliskan alasan"), ({"reason": "x", "revision": "999"}, "baru saja diubah")],
)
def test_a_refused_decision_says_why(data, text, as_user, cast, sent):
    response = as_user(cast.district_officer).post(f"/laporan/{sent.pk}/kembalikan/", data, follow=True)
    assert text in response.content.decode()
    sent.refresh_from_db()
    assert sent.status == Status.SENT


def test_a_version_that_was_not_read_is_not_verified(as_user, cast, sent):
    response = as_user(cast.district_officer).post(
        f"/laporan/{sent.pk}/verifikasi/", {"revision": sent.revision - 1}, follow=True
    )
    assert "baru saja diubah" in response.content.decode()
    sent.refresh_from_db()
    assert sent.status == Status.SENT


@pytest.mark.parametrize("path", ["", "{pk}/", "{pk}/ubah/", "baru/"])
def test_no_cache_keeps_a_page(path, as_user, cast, draft):
    assert "no-store" in as_user(cast.member).get(f"/laporan/{path.format(pk=draft.pk)}")["Cache-Control"]


def test_a_nul_in_the_reason_is_dropped(as_user, cast, sent):
    as_user(cast.district_officer).post(f"/laporan/{sent.pk}/kembalikan/", {"reason": "Kurang\0 jelas."})
    sent.refresh_from_db()
    assert sent.return_reason == "Kurang jelas."


def test_too_late_says_so(as_user, cast, sent):
    return_report(report=sent, by=cast.district_officer, reason="Kurang")
    response = as_user(cast.district_officer).post(f"/laporan/{sent.pk}/verifikasi/", follow=True)
    assert "tidak sedang menunggu" in response.content.decode()


@pytest.mark.parametrize("action", ["verifikasi", "kembalikan"])
@pytest.mark.parametrize("who", ["member", "village_officer", "regency_officer", "admin"])
def test_only_the_kecamatan_decides(who, action, as_user, cast, sent):
    response = as_user(getattr(cast, who)).post(f"/laporan/{sent.pk}/{action}/", {"reason": "x"})
    assert response.status_code == 403
    sent.refresh_from_db()
    assert sent.status == Status.SENT
