"""Photos, the nota dinas and the spreadsheet, as they leave the house."""

import csv
import subprocess
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook
from PIL import Image

from regions.letterhead import head_of
from regions.models import Region
from reports.models import ActivityReport
from reports.pdf import report_pdf
from reports.photo_services import add_photos
from reports.services import save_draft, send_report, verify_report
from tests.factories import ActivityReportFactory, MemberFactory
from tests.files import picture

# --- photos -----------------------------------------------------------------------------------


def test_a_photo_is_served_as_a_picture_and_nothing_else(as_user, cast, photographed):
    response = as_user(cast.member).get(f"/laporan/{photographed.pk}/foto/1")
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, max-age=3600"
    assert "Cookie" in response["Vary"]  # another person at the same browser gets no copy out of its cache
    assert Image.open(BytesIO(response.getvalue())).size == (800, 600)


def test_its_thumbnail_is_small(as_user, cast, photographed):
    response = as_user(cast.member).get(f"/laporan/{photographed.pk}/foto/1?kecil")
    assert Image.open(BytesIO(response.getvalue())).size == (360, 270)


def test_what_the_browser_has_is_not_sent_again(as_user, cast, photographed):
    browser, address = as_user(cast.member), f"/laporan/{photographed.pk}/foto/1"
    tag = browser.get(address)["ETag"]
    assert browser.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert browser.get(f"{address}?kecil", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("position", [2, 11, 999999999])
def test_no_such_photo(position, as_user, cast, photographed):
    assert as_user(cast.member).get(f"/laporan/{photographed.pk}/foto/{position}").status_code == 404


def test_a_file_that_is_lost_is_not_found(as_user, cast, photographed):
    photographed.photos.get().file.storage.delete(photographed.photos.get().file.name)
    assert as_user(cast.member).get(f"/laporan/{photographed.pk}/foto/1").status_code == 404


def test_no_other_address_leads_to_it(as_user, cast, photographed):
    name = photographed.photos.get().file.name
    for address in (f"/media/{name}", f"/private/{name}", f"/{name}"):
        assert as_user(cast.member).get(address).status_code == 404


# --- nota dinas -------------------------------------------------------------------------------


def text_of(pdf: bytes, tmp_path) -> str:
    file = tmp_path / "nota.pdf"
    file.write_bytes(pdf)
    subprocess.run(["qpdf", "--check", str(file)], check=True, capture_output=True)
    return subprocess.run(["pdftotext", "-layout", str(file), "-"], check=True, capture_output=True, text=True).stdout


@pytest.mark.looks
@pytest.mark.parametrize("lines", [2, 10, 22])
def test_a_signature_never_stands_alone_on_a_page(draft, lines: int, tmp_path):
    draft.account = "\n".join(f"Berkeliling RT {n} bersama warga." for n in range(lines))
    *_before, last = text_of(report_pdf(draft), tmp_path).strip("\f\n ").split("\f")
    assert "Pelapor," in last
    assert "Tindak lanjut" in last


def test_the_nota_dinas_says_everything(as_user, cast, draft, tmp_path):
    save_draft(
        report=draft,
        by=cast.member.user,
        content={"basis": "Surat Tugas 300/14/2026", "obstacles": "Lampu padam", "follow_up": "Menyurati PLN"},
        members=[cast.member, MemberFactory(name="Nu’man Hakim")],
    )
    add_photos(report=draft, uploads=[picture(), picture(colour="red"), picture(colour="blue")])
    draft.photos.filter(position=1).update(caption="Apel malam")
    report = verify_report(report=send_report(report=draft, by=cast.member.user), by=cast.district_officer)
    response = as_user(cast.member).get(f"/laporan/{report.pk}.pdf")
    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "private, no-cache"
    text = text_of(response.content, tmp_path)
    for part in (
        "PEMERINTAH KABUPATEN BALANGAN",
        "KECAMATAN JUAI",
        "DESA MUARA NINIAN",
        "NOTA DINAS",
        "Yth. Camat Juai",
        "Ahmad Riduan, Anggota Satlinmas Desa Muara Ninian",
        report.number,
        "Laporan Kegiatan Patroli",
        "Surat Tugas 300/14/2026",
        "20 November 2026, 20.00–23.00 WITA",
        "1. Berkumpul di pos kamling.",
        "3. Kembali ke pos.",
        "Nu’man Hakim",
        "Babinsa Koramil Juai",
        "Aman dan terkendali.",
        "Lampu padam",
        "Menyurati PLN",
        "Kepala Desa Muara Ninian",
        "Diverifikasi oleh Kasi Trantib Juai",
        "Foto 1. Apel malam",
        "3 foto",
    ):
        assert part in text, part
    assert "belum dikirim" not in text


@pytest.mark.looks
def test_the_nota_dinas_embeds_its_fonts_and_stays_small(draft, tmp_path):
    add_photos(report=draft, uploads=[picture(1600, 1200, colour=(n * 20, 90, 90)) for n in range(10)])
    file = tmp_path / "nota.pdf"
    file.write_bytes(report_pdf(draft))
    fonts = subprocess.run(["pdffonts", str(file)], check=True, capture_output=True, text=True).stdout.splitlines()[2:]
    assert fonts
    assert all(line.split()[-5] == "yes" for line in fonts)
    assert file.stat().st_size < 1_500_000


def test_a_draft_prints_as_a_draft(draft, tmp_path):
    text = text_of(report_pdf(draft), tmp_path)
    assert "Draf, belum dikirim" in text


def test_an_empty_draft_prints_too(empty_draft, tmp_path):
    assert "NOTA DINAS" in text_of(report_pdf(empty_draft), tmp_path)


def test_what_people_typed_is_no_markup_in_print(empty_draft, cast, tmp_path):
    evil = '<img src="file:///etc/passwd"><b>tebal</b>'
    report = save_draft(report=empty_draft, by=cast.member.user, content={"account": evil, "place": evil})
    assert "<b>tebal</b>" in text_of(report_pdf(report), tmp_path)


@pytest.mark.parametrize(
    ("label", "name", "head"),
    [
        ("Kec.", "Juai", "Camat Juai"),
        ("Distrik", "Abepura", "Kepala Distrik Abepura"),
        ("Kelurahan", "Paringin Kota", "Lurah Paringin Kota"),
        ("Desa", "Muara Ninian", "Kepala Desa Muara Ninian"),
    ],
)
def test_who_leads_a_region(label, name, head):
    assert head_of(Region(label=label, name=name)) == head


# --- spreadsheet ------------------------------------------------------------------------------


def rows_of(response) -> list[dict[str, str]]:
    text = response.getvalue().decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def test_the_export_is_what_the_list_shows(as_user, cast, draft):
    ActivityReportFactory(sent=True, place="Pasar", latitude="-2.341100", longitude="115.500300")
    ActivityReportFactory(verified=True)
    response = as_user(cast.district_officer).get("/laporan/ekspor.csv?status=sent")
    assert response["Content-Disposition"].startswith('attachment; filename="laporan-')
    (row,) = rows_of(response)
    assert (row["Status"], row["Jenis kegiatan"], row["Tempat"]) == ("dikirim", "Patroli", "Pasar")
    assert (row["Mulai"], row["Selesai"], row["Zona waktu"]) == ("2026-11-20 20:00", "2026-11-20 23:00", "WITA")
    assert (row["Kode desa"], row["Kecamatan"]) == ("63.11.01.2001", "Juai")
    assert row["Lintang"] == "-2.341100"


def test_the_excel_file_is_the_csv(as_user, cast):
    ActivityReportFactory(sent=True, place="=1+1")
    ActivityReportFactory(verified=True)
    browser = as_user(cast.district_officer)
    response = browser.get("/laporan/ekspor.xlsx?status=sent")
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).active
    head, cells = sheet.iter_rows(values_only=True)
    (row,) = rows_of(browser.get("/laporan/ekspor.csv?status=sent"))
    assert list(head) == list(row)
    assert ["" if cell is None else str(cell) for cell in cells] == list(row.values())
    assert row["Tempat"] == "'=1+1"


def test_people_and_photos_are_counted_apart(as_user, cast, draft):
    save_draft(report=draft, by=cast.member.user, content={}, members=[cast.member, MemberFactory(), MemberFactory()])
    add_photos(report=draft, uploads=[picture(), picture(colour="red")])
    (row,) = rows_of(as_user(cast.member).get("/laporan/ekspor.csv"))
    assert (row["Jumlah anggota hadir"], row["Jumlah foto"]) == ("3", "2")


def test_a_long_export_takes_few_queries(as_user, cast, django_assert_max_num_queries):
    ActivityReportFactory.create_batch(40, sent=True)
    browser = as_user(cast.district_officer)
    with django_assert_max_num_queries(7):
        assert len(rows_of(browser.get("/laporan/ekspor.csv"))) == 40


def test_no_formula_reaches_the_spreadsheet(as_user, cast):
    formulas = {"place": '=HYPERLINK("http://jahat")', "reporter_name": "@SUM(1)", "result": " -2+3", "basis": "＝1+1"}
    ActivityReportFactory(sent=True, **formulas)
    (row,) = rows_of(as_user(cast.district_officer).get("/laporan/ekspor.csv"))
    assert (row["Tempat"], row["Pelapor"]) == ('\'=HYPERLINK("http://jahat")', "'@SUM(1)")
    assert (row["Hasil"], row["Dasar"]) == ("' -2+3", "'＝1+1")


def test_a_member_exports_their_own_only(as_user, cast, draft):
    ActivityReportFactory(sent=True)
    assert len(rows_of(as_user(cast.member).get("/laporan/ekspor.csv"))) == 1
    assert ActivityReport.objects.count() == 2
