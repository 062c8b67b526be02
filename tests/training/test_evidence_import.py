"""Past trainings out of a spreadsheet: reading it, a verdict a row, saving what is ready, and the page around it."""

import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from monitoring.periodic import STEPS
from notifications.models import Notice
from regions.scope import Scope
from tests.cast import Cast
from tests.factories import EvidenceFactory, MemberFactory
from training import evidence_import, evidence_sheet
from training.evidence_errors import ImportOvertaken, OwnEvidence, SheetRefused
from training.evidence_import import import_evidence, judge_rows
from training.evidence_services import approve_evidence
from training.evidence_sheet import SheetRow, example_workbook, read_sheet
from training.import_previews import clear_previews
from training.models import Evidence, ImportPreview

HEADINGS = ["Nomor anggota", "Nama pelatihan", "Penyelenggara", "Bidang", "JP", "Tanggal"]
ROW = ["LM1", "Dapur Umum", "BPBD Balangan", "Bencana dan kebakaran", 8, "17/08/2025"]
JUAI = Scope.of("63.11.01")
PAGE = "/pelatihan-luar/impor/"


def xlsx(*rows: list[object], headings: list[object] | None = None) -> bytes:
    book = Workbook()
    for row in [HEADINGS if headings is None else headings, *rows]:
        book.active.append(row)
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def read(data: bytes) -> list[SheetRow]:
    return read_sheet(io.BytesIO(data))


def row(line: int = 2, **changes: str) -> SheetRow:
    cells = {
        "number": "LM1",
        "title": "Dapur Umum",
        "organiser": "BPBD Balangan",
        "field": "Bencana dan kebakaran",
        "lesson_hours": "8",
        "completed_on": "17/08/2025",
    }
    return SheetRow(line, {**cells, **changes})


@pytest.fixture
def ahmad(cast: Cast):
    """The cast's member under a number that is easy to type."""
    type(cast.member).objects.filter(pk=cast.member.pk).update(number="LM1")
    cast.member.refresh_from_db()
    return cast.member


# --- reading ----------------------------------------------------------------------------------


def test_a_workbook_becomes_text_with_the_lines_people_see():
    rows = read(xlsx(ROW, [None] * 6, [63110120010001, " Dapur  Umum ", "PMI", "", 7.5, date(2025, 8, 17)]))
    assert [r.line for r in rows] == [2, 4]
    assert rows[1].cells == {
        "number": "63110120010001",
        "title": "Dapur Umum",
        "organiser": "PMI",
        "field": "",
        "lesson_hours": "7.5",
        "completed_on": "17/08/2025",
    }


def test_columns_may_stand_in_any_order_under_familiar_names():
    headings = ["Tanggal selesai", "Catatan", "NO. ANGGOTA", "Jam pelajaran", "bidang", "penyelenggara", "Pelatihan"]
    found = read(xlsx(["17/08/2025", "x", "LM1", 8, "Kesemaptaan", "PMI", "Dapur"], headings=headings))
    assert found[0].cells["number"] == "LM1"
    assert found[0].cells["completed_on"] == "17/08/2025"


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_csv_as_programs_write_it(delimiter: str, encoding: str):
    line = ["LM1", "Café – api", "BPBD Balangan", "Kesemaptaan", "8", "17/08/2025"]
    text = "\r\n".join(delimiter.join(cells) for cells in (HEADINGS, line))
    assert read(text.encode(encoding))[0].cells["title"] == "Café – api"


def test_the_example_can_be_filled_in_and_read():
    book = load_workbook(io.BytesIO(example_workbook()))
    for column, value in enumerate(ROW, start=1):
        book.worksheets[0].cell(2, column, value)
    output = io.BytesIO()
    book.save(output)
    assert read(output.getvalue())[0].cells["title"] == "Dapur Umum"
    with pytest.raises(SheetRefused, match="Tidak ada isian"):
        read(example_workbook())


def test_a_formula_stays_a_formula():
    assert read(xlsx(["=A1", *ROW[1:]]))[0].cells["number"].startswith("=")
    assert read(";".join(HEADINGS).encode() + b'\n="LM1";=1+1;x;y;8;z')[0].cells["number"] == '="LM1"'


def bomb() -> bytes:
    """A small workbook whose sheet unpacks to 64 MB."""
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx(ROW))) as book, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in book.namelist():
            packed.writestr(name, b" " * 64_000_000 if "sheet1" in name else book.read(name))
    return output.getvalue()


def laughs() -> bytes:
    """A workbook whose sheet declares entities that multiply."""
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx(ROW))) as book, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in book.namelist():
            data = book.read(name)
            if "sheet1" in name:
                data = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>' + data.replace(b"LM1", b"&b;")
            packed.writestr(name, data)
    return output.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "kosong"),
        (b"\n\n  \n", "kosong"),
        (b"a\0b", "bukan lembar kerja"),
        (b"Nama;Alamat\nAhmad;Juai\n", "Judul kolom tidak ditemukan: Nomor anggota, Nama pelatihan"),
        (";".join(HEADINGS).encode(), "Tidak ada isian"),
        (xlsx(), "Tidak ada isian"),
        (xlsx([], headings=[]), "Tidak ada isian"),
        (xlsx(ROW, headings=HEADINGS[:5]), "Judul kolom tidak ditemukan: Tanggal"),
        (b"PK\x03\x04 only its first bytes", "bukan lembar kerja Excel yang utuh"),
        (xlsx(ROW)[:2000], "bukan lembar kerja Excel yang utuh"),
        (b"\xd0\xcf\x11\xe0 an old workbook", r"\.xls"),
        (b"x" * (evidence_sheet.MAX_UPLOAD_BYTES + 1), "2 MB"),
        (bomb(), "terlalu besar"),
        (laughs(), "bukan lembar kerja Excel yang utuh"),
    ],
    ids=[
        "empty",
        "blank",
        "binary",
        "other",
        "csv-head",
        "xlsx-head",
        "nothing",
        "column",
        "zip",
        "half",
        "xls",
        "big",
        "bomb",
        "xxe",
    ],
)
def test_what_is_no_table_is_refused_with_words(data: bytes, words: str):
    with pytest.raises(SheetRefused, match=words):
        read(data)


def test_a_zip_that_is_no_workbook_is_refused():
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as packed:
        packed.writestr("word/document.xml", "<x/>")
    with pytest.raises(SheetRefused):
        read(output.getvalue())


def test_two_thousand_rows_and_no_more():
    line = (";".join(str(cell) for cell in ROW) + "\n").encode()
    head = (";".join(HEADINGS) + "\n").encode()
    assert len(read(head + line * 2000)) == 2000
    with pytest.raises(SheetRefused, match=r"2\.000 baris"):
        read(head + line * 2001)
    with pytest.raises(SheetRefused, match="terlalu panjang"):
        read(head + b";\n" * 20_000 + line)


# --- the verdict ------------------------------------------------------------------------------


def test_a_good_row_is_ready(ahmad):
    (verdict,) = judge_rows([row(number=" LM1 ")], scope=JUAI)
    assert (verdict.is_ready, verdict.member) == (True, ahmad)
    assert verdict.details == evidence_import.Details(
        "Dapur Umum", "BPBD Balangan", "bencana_kebakaran", Decimal(8), date(2025, 8, 17)
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"number": ""}, "Isi nomor anggotanya."),
        ({"number": "LM9"}, "Tidak ada anggota aktif bernomor LM9 di wilayah Anda."),
        ({"number": "6,31E+13"}, "disingkat oleh Excel"),
        ({"title": ""}, "Nama pelatihan: Tulis nama pelatihannya."),
        ({"organiser": ""}, "Penyelenggara: Tulis siapa penyelenggaranya."),
        ({"field": ""}, "Bidang: Pilih salah satu bidang."),
        ({"field": "Memasak"}, "Bidang “Memasak” tidak dikenal. Pilih salah satu: Kesemaptaan"),
        ({"lesson_hours": "banyak"}, "JP “banyak” tidak terbaca."),
        ({"lesson_hours": "0"}, "JP: Isi JP lebih dari 0"),
        ({"lesson_hours": "1000"}, "JP “1000” tidak terbaca."),
        ({"lesson_hours": ""}, "JP: Tulis jumlah JP"),
        ({"completed_on": "31/02/2025"}, "Tanggal “31/02/2025” tidak terbaca. Tulis seperti 17/08/2025."),
        ({"completed_on": "45886"}, "Tanggal “45886” tidak terbaca."),
        ({"completed_on": "01/01/2100"}, "Tanggal: Tanggal ini belum lewat."),
        ({"completed_on": "17/08/1999"}, "Tanggal: Periksa tahunnya"),
        ({"completed_on": ""}, "Tanggal: Isi tanggal selesainya."),
        ({"title": "=1+1", "lesson_hours": "=B2"}, "Kolom Nama pelatihan, JP berisi rumus."),
    ],
)
def test_a_bad_row_says_how_to_mend_it(changes: dict[str, str], words: str, ahmad):
    (verdict,) = judge_rows([row(**changes)], scope=JUAI)
    assert len(verdict.problems) == 1
    assert words in verdict.problems[0]


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"field": "BENCANA & kebakaran"}, "field", "bencana_kebakaran"),
        ({"field": "kearifan_lokal"}, "field", "kearifan_lokal"),
        ({"lesson_hours": "7,5"}, "lesson_hours", Decimal("7.5")),
        ({"lesson_hours": "7.5"}, "lesson_hours", Decimal("7.5")),
        ({"lesson_hours": "8 JP"}, "lesson_hours", Decimal(8)),
        ({"completed_on": "3/4/2025"}, "completed_on", date(2025, 4, 3)),
        ({"completed_on": "03-04-2025"}, "completed_on", date(2025, 4, 3)),
        ({"completed_on": "2025-04-03"}, "completed_on", date(2025, 4, 3)),
    ],
)
def test_what_people_write_is_understood(changes: dict[str, str], field: str, value: object, ahmad):
    (verdict,) = judge_rows([row(**changes)], scope=JUAI)
    assert verdict.is_ready
    assert getattr(verdict.details, field) == value


def test_neighbours_and_those_who_wait_are_unknown(cast: Cast):
    numbers = [cast.neighbour_member.number, cast.pending_member.number or "-"]
    assert not any(verdict.member for verdict in judge_rows([row(number=n) for n in numbers], scope=JUAI))


def test_the_same_training_twice_in_the_file_is_entered_once(ahmad):
    verdicts = judge_rows([row(2), row(3, title="DAPUR umum"), row(4, completed_on="18/08/2025")], scope=JUAI)
    assert [verdict.is_ready for verdict in verdicts] == [True, False, True]
    assert verdicts[1].problems == ("Sama dengan baris 2.",)


def test_what_is_entered_already_is_left_out_unless_it_was_refused(ahmad):
    same = {"member": ahmad, "title": "dapur UMUM", "completed_on": date(2025, 8, 17)}
    EvidenceFactory(**same, refused=True)
    assert judge_rows([row()], scope=JUAI)[0].is_ready
    EvidenceFactory(**same)
    (verdict,) = judge_rows([row()], scope=JUAI)
    assert (verdict.known, verdict.is_ready, verdict.problems) == (True, False, ())


def test_two_thousand_rows_are_judged_in_two_queries(ahmad):
    MemberFactory.create_batch(20)
    rows = [row(line, number=f"LM{line % 50}", title=f"Latihan {line}") for line in range(2, 2002)]
    with CaptureQueriesContext(connection) as queries:
        judge_rows(rows, scope=JUAI)
    assert len(queries) == 2


# --- saving -----------------------------------------------------------------------------------


def save(cast: Cast, *rows: SheetRow):
    return import_evidence(rows=rows, by=cast.village_officer, scope=Scope.of("63.11.01.2001"), spreadsheet="lama.xlsx")


def test_ready_rows_wait_for_another_officer(ahmad, cast: Cast):
    done = save(cast, row(2), row(3, number="LM9"), row(4, title="Patroli"))
    assert (done.created, done.skipped) == (2, 1)
    evidence = Evidence.objects.order_by("pk").first()
    assert (evidence.member, evidence.status, evidence.village_id) == (ahmad, "submitted", "63.11.01.2001")
    assert (evidence.file.name, evidence.spreadsheet, evidence.entered_by) == ("", "lama.xlsx", cast.village_officer)
    with pytest.raises(OwnEvidence):
        approve_evidence(evidence=evidence, by=cast.village_officer)
    assert approve_evidence(evidence=evidence, by=cast.district_officer).record


def test_the_kecamatan_is_told_once_however_many_rows(ahmad, cast: Cast):
    save(cast, row(2), row(3, title="Patroli"))
    notice = Notice.objects.get()
    assert (notice.user, notice.path) == (cast.district_officer, "/pelatihan-luar/?status=submitted")
    assert notice.title == "2 pelatihan luar dari Excel menunggu keputusan"


def test_the_notice_is_done_with_the_last_of_the_rows(ahmad, cast: Cast):
    save(cast, row(2), row(3, title="Patroli"))
    imported = Notice.objects.unread().filter(key__startswith="evidence:import:")
    for evidence in Evidence.objects.all():
        assert imported.exists()
        approve_evidence(evidence=evidence, by=cast.district_officer)
    assert not imported.exists()


def test_importing_the_same_file_again_adds_nothing(ahmad, cast: Cast):
    save(cast, row())
    assert (save(cast, row()).created, Evidence.objects.count()) == (0, 1)


def test_overtaken_by_another_nothing_is_half_saved(ahmad, cast: Cast, monkeypatch):
    judged = judge_rows([row(2, title="Patroli"), row(3)], scope=JUAI)
    EvidenceFactory(member=ahmad, title="Dapur Umum", completed_on=date(2025, 8, 17))
    monkeypatch.setattr(evidence_import, "judge_rows", lambda rows, **_: judged)
    with pytest.raises(ImportOvertaken):
        save(cast, row(2, title="Patroli"), row(3))
    assert Evidence.objects.count() == 1
    assert not Notice.objects.exists()


def test_two_thousand_rows_are_saved_in_few_queries(ahmad, cast: Cast):
    rows = [row(line, title=f"Latihan {line}") for line in range(2, 2002)]
    with CaptureQueriesContext(connection) as queries:
        assert save(cast, *rows).created == 2000
    assert len(queries) <= 50  # the bulk insert in portions; SQLite's are smaller


def test_today_is_the_members_villages_own(ahmad, cast: Cast):
    then = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)  # already the 25th in Balangan
    days = [row(2, completed_on="25/11/2026"), row(3, completed_on="26/11/2026")]
    assert [verdict.is_ready for verdict in judge_rows(days, scope=JUAI, now=then)] == [True, False]


# --- the page ---------------------------------------------------------------------------------


def send(browser, data: bytes, name: str = "lama.xlsx"):
    return browser.post(PAGE, {"file": SimpleUploadedFile(name, data)}, follow=True)


def test_from_the_upload_to_the_list(ahmad, cast: Cast, as_user):
    browser = as_user(cast.village_officer)
    page = send(browser, xlsx(ROW, ["LM9", *ROW[1:]]))
    assert page.redirect_chain == [(PAGE, 302)]
    text = page.content.decode()
    for part in ("Pratinjau lama.xlsx. Belum ada yang tersimpan.", "Ahmad Riduan", "bernomor LM9", "Simpan 1 baris"):
        assert part in text
    assert not Evidence.objects.exists()
    response = browser.post(f"{PAGE}simpan/", {"token": page.context["preview"].token}, follow=True)
    assert "1 pelatihan tersimpan, 1 baris dilewati" in response.content.decode()
    assert response.redirect_chain == [("/pelatihan-luar/?status=submitted", 302)]
    assert Evidence.objects.get().spreadsheet == "lama.xlsx"


def test_the_preview_is_there_after_a_reload_and_lists_what_to_mend(ahmad, cast: Cast, as_user):
    browser = as_user(cast.village_officer)
    send(browser, xlsx(*([f"LM{n}", *ROW[1:]] for n in range(1, 61))))
    page = browser.get(f"{PAGE}?lihat=masalah")
    assert len(page.context["page_obj"].object_list) == 50
    assert page.context["page_obj"].paginator.count == 59
    assert len(browser.get(f"{PAGE}?lihat=masalah&page=2").context["page_obj"].object_list) == 9


def test_a_preview_is_its_officers_alone(ahmad, cast: Cast, as_user):
    page = send(as_user(cast.village_officer), xlsx(ROW))
    other = as_user(cast.district_officer)
    assert "preview" not in other.get(PAGE).context
    response = other.post(f"{PAGE}simpan/", {"token": page.context["preview"].token}, follow=True)
    assert "tidak tersimpan" in response.content.decode()
    assert not Evidence.objects.exists()


def test_saving_twice_or_an_older_preview_saves_nothing(ahmad, cast: Cast, as_user):
    browser = as_user(cast.village_officer)
    older = send(browser, xlsx(ROW)).context["preview"].token
    newer = send(browser, xlsx(["LM1", "Patroli", *ROW[2:]])).context["preview"].token
    assert "tidak tersimpan" in browser.post(f"{PAGE}simpan/", {"token": older}, follow=True).content.decode()
    browser.post(f"{PAGE}simpan/", {"token": newer})
    assert "tidak tersimpan" in browser.post(f"{PAGE}simpan/", {"token": newer}, follow=True).content.decode()
    assert [evidence.title for evidence in Evidence.objects.all()] == ["Patroli"]


def test_a_preview_can_be_thrown_away(ahmad, cast: Cast, as_user):
    browser = as_user(cast.village_officer)
    token = send(browser, xlsx(ROW)).context["preview"].token
    page = browser.post(f"{PAGE}simpan/", {"token": token, "discard": "1"}, follow=True)
    assert "preview" not in page.context
    assert not Evidence.objects.exists()
    assert not ImportPreview.objects.exists()


def test_a_preview_is_kept_two_hours_and_then_removed(ahmad, cast: Cast, as_user, monkeypatch):
    browser = as_user(cast.village_officer)
    token = send(browser, xlsx(ROW)).context["preview"].token
    kept = ImportPreview.objects.get()
    assert clear_previews(now=kept.uploaded_at + timedelta(minutes=119)) == 0

    ImportPreview.objects.update(uploaded_at=kept.uploaded_at - timedelta(hours=2))
    assert "preview" not in browser.get(PAGE).context
    response = browser.post(f"{PAGE}simpan/", {"token": token}, follow=True)
    assert "tidak tersimpan" in response.content.decode()
    assert STEPS["previews forgotten"](timezone.now()).done == 1
    assert not ImportPreview.objects.exists()


@pytest.mark.parametrize("data", [b"bukan", b""])
def test_an_unreadable_file_is_told_on_the_page(data: bytes, cast: Cast, as_user):
    page = send(as_user(cast.village_officer), data)
    assert page.status_code == 200
    assert "Berkas belum dapat diimpor" in page.content.decode()


def test_no_file_is_told_on_the_page(cast: Cast, as_user):
    assert "Pilih berkas .xlsx atau CSV." in as_user(cast.village_officer).post(PAGE).content.decode()


def test_a_member_of_elsewhere_is_no_name_on_the_page(cast: Cast, as_user):
    page = send(as_user(cast.village_officer), xlsx([cast.neighbour_member.number, *ROW[1:]]))
    assert cast.neighbour_member.name not in page.content.decode()
    assert "Belum ada baris yang siap" in page.content.decode()


def test_the_preview_asks_the_database_as_often_for_many_as_for_few(ahmad, cast: Cast, as_user):
    browser, counts = as_user(cast.village_officer), []
    for n in (3, 300):
        send(browser, xlsx(*(["LM1", f"Latihan {i}", *ROW[2:]] for i in range(n))))
        with CaptureQueriesContext(connection) as queries:
            browser.get(PAGE)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10


def test_the_example_is_a_download(cast: Cast, as_user):
    response = as_user(cast.village_officer).get(f"{PAGE}contoh.xlsx")
    assert response["Content-Disposition"] == 'attachment; filename="contoh-pelatihan-luar.xlsx"'
    assert load_workbook(io.BytesIO(response.content)).sheetnames == ["Pelatihan", "Petunjuk"]
