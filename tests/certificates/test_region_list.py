"""/sertifikat/wilayah/: the officers' list, its ZIP, and one file for the printer."""

import hashlib
import re
import subprocess
import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import ImageChops
from pypdf import PdfReader
from pytest_django import DjangoCaptureOnCommitCallbacks

from certificates import batches, print_files, region_views
from certificates.batches import finish_runs, start_print_run, trim_batches, work_on_run
from certificates.course_choices import course_choices
from certificates.errors import NothingToPrint, TooManyToPrint
from certificates.files import store
from certificates.models import Certificate, Run
from certificates.pictures import page_pictures
from certificates.signing import take_signed_file
from certificates.zips import DAMAGED
from members.models import RoleGrant
from regions.scope import Scope
from regions.timezones import local_date
from tests.cast import Cast
from tests.certificates.helpers import Issued, pdfs_in
from tests.certificates.signatory import sign
from tests.certificates.test_validity import DONE, SUBJECT, ask_again
from tests.factories import CertificateFactory, PeriodFactory
from tests.files import pdf

LIST, ZIP = "/sertifikat/wilayah/", "/sertifikat/wilayah/unduh.zip"
ORDER = "/sertifikat/wilayah/cetak/"


def browser_of(user: object) -> Client:
    client = Client()
    client.force_login(user)
    return client


def filed(**facts: object) -> Certificate:
    """A certificate with a small PDF of its own."""
    certificate = CertificateFactory(**facts)
    stored = store(certificate, pdf())
    Certificate.objects.filter(pk=certificate.pk).update(file=stored.name, sha256=stored.sha256)
    certificate.refresh_from_db()
    return certificate


@pytest.fixture
def three(cast: Cast, private_files: object) -> list[Certificate]:
    """Two of my village, one of the neighbour's regency."""
    members = (cast.member, cast.other_member, cast.neighbour_member)
    return [filed(record__member=member, record__title=f"Pelatihan {n}") for n, member in enumerate(members)]


def names_in(response: object) -> list[str]:
    content = b"".join(response.streaming_content)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_lists_the_certificates_of_my_region(cast: Cast, three: list[Certificate], django_assert_max_num_queries):
    client = browser_of(cast.district_officer)
    CertificateFactory.create_batch(10, record__member=cast.member)
    with django_assert_max_num_queries(16):
        response = client.get(LIST)
    html = response.content.decode()
    assert three[0].number in html
    assert three[1].snapshot["name"] in html
    assert three[2].number not in html
    assert "Sedang dibuat" in html
    assert "Cetak 2 sertifikat" in html
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("pelatihan=latihan+1", [1]),
        ("wilayah=63.11.01.2001", [0]),
        ("periode=2026-2", [0, 1]),
        ("periode=2026-1", []),
        ("status=revoked", []),
        ("wilayah=63.11.01.2002", [1]),
    ],
)
def test_filters_narrow_list_and_zip_alike(cast: Cast, three: list[Certificate], query: str, found: list[int]):
    PeriodFactory(year=2026, half=1)
    assert three[0].record.period.code == "2026-2"
    client = browser_of(cast.district_officer)
    html = client.get(f"{LIST}?{query}").content.decode()
    assert [n for n, certificate in enumerate(three) if certificate.number in html] == found
    assert len(names_in(client.get(f"{ZIP}?{query}"))) == len(found)


def test_a_course_is_one_however_it_is_called(cast: Cast, private_files):
    courses = [("course:1", "Dasar"), ("course:1", "Dasar Satlinmas"), ("course:2", "Dasar Lanjutan")]
    mine = [
        filed(record__member=cast.member, record__subject=subject, record__title=title).number
        for subject, title in courses
    ]
    filed(record__member=cast.neighbour_member, record__subject="course:3", record__title="Dasar Orang Lain")
    client = browser_of(cast.district_officer)
    html = client.get(LIST, {"kursus": "course:1"}).content.decode()
    assert [number for number in mine if number in html] == mine[:2]
    assert re.findall(r'<option value="(course:\d)"[^>]*>([^<]*)<', html) == [
        ("course:2", "Dasar Lanjutan"),
        ("course:1", "Dasar Satlinmas"),
    ]
    assert len(names_in(client.get(f"{ZIP}?kursus=course:1"))) == 2
    assert names_in(client.get(f"{ZIP}?kursus=course:3")) == []  # none of mine
    client.post(ORDER, {"kursus": "course:1"})
    assert (Run.objects.get().total, Run.objects.get().about) == (2, "Dasar Satlinmas")


def test_courses_of_one_name_are_told_apart(cast: Cast):
    for number, organiser in [(1, "Satpol PP Balangan"), (2, "Satpol PP Tabalong"), (3, "Satpol PP Tabalong")]:
        CertificateFactory(
            record__member=cast.member,
            record__subject=f"course:{number}",
            record__title="Dasar",
            record__organiser=organiser,
        )
    assert [name for _key, name in course_choices(Scope.of("63.11"))] == [
        "Dasar (Satpol PP Balangan)",
        "Dasar (Satpol PP Tabalong) #2",
        "Dasar (Satpol PP Tabalong) #3",
    ]


def test_the_courses_of_a_province_are_kept_for_a_minute(cast: Cast, django_assert_num_queries):
    CertificateFactory(record__member=cast.member, record__subject="course:1", record__title="Dasar")
    cache.clear()
    assert course_choices(Scope.of("63")) == [("course:1", "Dasar")]
    CertificateFactory(record__member=cast.member, record__subject="course:2", record__title="Lanjutan")
    assert course_choices(Scope.of("63")) == [("course:1", "Dasar")]
    cache.clear()
    with django_assert_num_queries(1):
        assert len(course_choices(Scope.of("63.11"))) == 2


@pytest.mark.parametrize("query", ["wilayah=63.09", "periode=x", "status=expired", "kursus=course:9"])
def test_a_filter_that_cannot_be_understood_prints_nothing(cast: Cast, three: list[Certificate], query: str):
    client = browser_of(cast.district_officer)
    assert names_in(client.get(f"{ZIP}?{query}")) == []
    html = client.get(f"{LIST}?{query}").content.decode()
    assert not any(certificate.number in html for certificate in three)
    assert "Cetak" not in html.split("<main")[1].split("<form")[0]


def test_each_row_leads_to_the_page_where_it_is_revoked(cast: Cast, three: list[Certificate]):
    html = browser_of(cast.regency_officer).get(LIST).content.decode()
    for certificate in three[:2]:
        assert f'href="/verifikasi/{certificate.token}/" aria-label="Halaman sertifikat {certificate.number}"' in html
    assert "tidak ikut diunduh" not in html
    Certificate.objects.filter(pk=three[0].pk).update(status="superseded", reason="Ejaan", changed_at=timezone.now())
    assert "tidak ikut diunduh" in browser_of(cast.regency_officer).get(LIST).content.decode()


def test_by_name_and_by_number(cast: Cast, three: list[Certificate]):
    client = browser_of(cast.district_officer)
    for text in (cast.member.name[:5].upper(), three[0].number[:9]):
        html = client.get(LIST, {"cari": text}).content.decode()
        assert three[0].number in html


def test_nothing_there_and_nothing_found_say_so(cast: Cast):
    client = browser_of(cast.village_officer)
    assert "Belum ada sertifikat" in client.get(LIST).content.decode()
    assert "Tidak ada yang cocok" in client.get(LIST, {"cari": "tidakada"}).content.decode()
    assert "Unduh" not in client.get(LIST).content.decode()


def test_the_zip_holds_the_files_as_they_were_issued(issued: Issued):
    response = browser_of(issued.cast.village_officer).get(ZIP)
    content = b"".join(response.streaming_content)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        (name,) = archive.namelist()
        assert archive.read(name) == issued.file.read_bytes()
    assert name == "63.11.01.2001-desa-muara-ninian-kecamatan-juai/0001-sert-63-11-xi-2026-ahmad-riduan.pdf"
    assert "no-store" in response["Cache-Control"]
    today = f"{local_date(timezone.now(), '63.11.01.2001'):%Y-%m-%d}"
    assert response["Content-Disposition"] == f'attachment; filename="sertifikat-63.11.01.2001-{today}.zip"'


def test_a_damaged_file_is_named_and_stops_no_other(cast: Cast, three: list[Certificate], private_files):
    (private_files / three[0].file).write_bytes(b"%PDF-broken")
    names = names_in(browser_of(cast.district_officer).get(ZIP))
    assert len(names) == 2
    assert DAMAGED in names


def test_the_revoked_and_the_unfiled_are_not_printed(cast: Cast, three: list[Certificate]):
    Certificate.objects.filter(pk=three[0].pk).update(status="revoked", reason="Salah", changed_at=timezone.now())
    assert len(names_in(browser_of(cast.district_officer).get(ZIP))) == 1


def test_one_file_for_the_printer(
    cast: Cast, three: list[Certificate], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
):
    client = browser_of(cast.district_officer)
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(ORDER, {"pelatihan": "Pelatihan"})
    run = Run.objects.get()
    assert (run.items, run.done) == ([three[0].pk, three[1].pk], 0)  # the page comes first
    assert "0 dari 2" in client.get(response["Location"]).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("certificates:go_on", args=[run.uuid]))
    assert "Berkas siap" in client.get(response["Location"]).content.decode()
    printed = client.get(reverse("certificates:run_file", args=[run.uuid]))
    ordered = f"{local_date(run.requested_at, '63.11.01'):%Y-%m-%d}"
    assert f'filename="sertifikat-63.11.01-{ordered}.pdf"' in printed["Content-Disposition"]
    content = b"".join(printed.streaming_content)
    single = len(PdfReader(BytesIO(pdf())).pages)
    assert len(PdfReader(BytesIO(content)).pages) == 2 * single


def test_a_file_with_what_was_revoked_since_is_not_handed_out(cast: Cast, three: list[Certificate]):
    run = start_print_run(certificates=[three[0].pk, three[1].pk], by=cast.district_officer)
    work_on_run(run_id=run.pk)
    client = browser_of(cast.district_officer)
    page, file = reverse("certificates:run", args=[run.uuid]), reverse("certificates:run_file", args=[run.uuid])
    assert client.get(file).status_code == 200
    Certificate.objects.filter(pk=three[0].pk).update(status="revoked", reason="Salah", changed_at=timezone.now())
    assert client.get(file)["Location"] == page
    assert "1 sertifikat di berkas ini tidak berlaku lagi" in client.get(page).content.decode()


def test_its_progress_is_told_until_it_is_made(cast: Cast, three: list[Certificate]):
    run = start_print_run(certificates=[three[0].pk], by=cast.district_officer)
    client = browser_of(cast.district_officer)
    address = reverse("certificates:run", args=[run.uuid])
    waiting = client.get(address).content.decode()
    assert "hx-post" in waiting
    assert "0 dari 1" in waiting
    assert client.get(reverse("certificates:run_file", args=[run.uuid])).status_code == 302
    work_on_run(run_id=run.pk)
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "Berkas siap" in part
    assert "<html" not in part


def test_it_is_mine_alone_and_ends_with_the_role(cast: Cast, three: list[Certificate]):
    run = start_print_run(certificates=[three[0].pk], by=cast.district_officer)
    work_on_run(run_id=run.pk)
    for name in ("run", "run_file"):
        address = reverse(f"certificates:{name}", args=[run.uuid])
        assert browser_of(cast.village_officer).get(address).status_code == 404
        assert browser_of(cast.district_officer).get(address).status_code == 200
    RoleGrant.objects.filter(user=cast.district_officer).update(region_id="63.09.01")
    assert browser_of(cast.district_officer).get(address).status_code == 404


def test_nothing_to_print_is_said(cast: Cast):
    response = browser_of(cast.district_officer).post(ORDER, {"cari": "x"}, follow=True)
    assert str(NothingToPrint()) in response.content.decode()
    assert response.redirect_chain[0][0] == f"{LIST}?cari=x"


def test_too_many_are_refused_before_anything_begins(cast: Cast, three: list[Certificate], monkeypatch):
    monkeypatch.setattr(batches, "PRINT_LIMIT", 1)
    with pytest.raises(TooManyToPrint):
        start_print_run(certificates=[1, 2], by=cast.district_officer)
    assert not Run.objects.exists()


def test_the_list_says_why_its_print_button_is_gone(cast: Cast, three: list[Certificate], monkeypatch):
    monkeypatch.setattr(region_views, "PRINT_LIMIT", 1)
    html = browser_of(cast.district_officer).get(LIST).content.decode()
    assert "Cetak paling banyak 1 sertifikat sekaligus; di sini ada 2." in html
    assert "Cetak 2 sertifikat" not in html


def test_the_filter_calls_a_status_as_the_rows_do(cast: Cast, three: list[Certificate]):
    html = browser_of(cast.district_officer).get(f"{LIST}?status=valid").content.decode()
    assert '<option value="valid" selected>Berlaku</option>' in html
    assert three[0].number in html


def test_with_workers_it_is_ordered_at_once(
    cast: Cast,
    three: list[Certificate],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch,
):
    monkeypatch.setattr("certificates.tasks._are_there_no_workers", lambda: False)
    with django_capture_on_commit_callbacks() as callbacks:
        browser_of(cast.district_officer).post(ORDER)
    assert len(callbacks) == 1


def test_a_long_one_is_made_in_parts_in_the_order_of_the_numbers(
    cast: Cast, private_files, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(print_files, "PART", 2)
    certificates = [filed(record__member=cast.member) for _ in range(5)]
    for at, certificate in enumerate(certificates):
        file = private_files / certificate.file
        file.write_bytes(pdf(width=100 + at))
        Certificate.objects.filter(pk=certificate.pk).update(sha256=hashlib.sha256(file.read_bytes()).hexdigest())
    run = start_print_run(certificates=[one.pk for one in certificates], by=cast.district_officer)
    steps = [work_on_run(run_id=run.pk, seconds=0) for _ in range(4)]
    assert [(step.done, len(step.parts), step.is_finished) for step in steps] == [
        (2, 1, False),
        (4, 2, False),
        (5, 3, False),
        (5, 0, True),
    ]
    printed = private_files / steps[-1].file
    assert [page.mediabox.width for page in PdfReader(printed).pages] == [100, 101, 102, 103, 104]
    assert subprocess.run(["qpdf", "--check", printed], capture_output=True, check=False).returncode == 0
    assert list((private_files / print_files.PRINTED).iterdir()) == [printed]


@pytest.mark.parametrize(("step", "is_late"), [("_merge", False), ("bind", False), ("bind", True)])
def test_made_twice_it_leaves_one_file(
    cast: Cast, three: list[Certificate], private_files, monkeypatch, step: str, is_late: bool
):
    monkeypatch.setattr(print_files, "PART", 1)
    run = start_print_run(certificates=[three[0].pk, three[1].pk], by=cast.district_officer)
    before = len(pdfs_in(private_files))
    real: Callable[..., list[str]] = getattr(print_files, step)

    def meanwhile(*args):
        monkeypatch.setattr(print_files, step, real)
        made = real(*args) if is_late else None
        work_on_run(run_id=run.pk, seconds=0)  # another worker is at the same step
        return made if is_late else real(*args)

    monkeypatch.setattr(print_files, step, meanwhile)
    assert work_on_run(run_id=run.pk).left_out == []
    run.refresh_from_db()
    assert len(PdfReader(private_files / run.file).pages) == 2
    assert len(pdfs_in(private_files)) == before + 1
    assert (private_files / run.file).exists()


def test_what_a_killed_worker_left_is_finished_and_old_files_go(cast: Cast, three: list[Certificate], private_files):
    run = start_print_run(certificates=[three[0].pk], by=cast.district_officer)
    soon = timezone.now() + timedelta(minutes=11)
    assert finish_runs(now=timezone.now()) == (0, 0)  # a worker may be on it
    assert finish_runs(now=soon) == (1, 0)
    assert finish_runs(now=soon) == (0, 0)
    assert trim_batches(now=timezone.now()) == 0
    assert trim_batches(now=timezone.now() + timedelta(days=8)) == 1
    run_file = Run.objects.filter(pk=run.pk)
    assert not run_file.exists()
    assert not list((private_files / "certificates" / "print").glob("*"))


def test_a_worker_killed_after_the_last_page_left_something_to_do(cast: Cast, three: list[Certificate], private_files):
    run = start_print_run(certificates=[three[0].pk], by=cast.district_officer)
    assert work_on_run(run_id=run.pk, seconds=0).open_lanes == [0]
    assert finish_runs(now=timezone.now() + timedelta(minutes=11)) == (1, 0)
    assert Run.objects.get(pk=run.pk).file


def test_a_run_that_cannot_be_made_stops_no_other(cast: Cast, three: list[Certificate], monkeypatch):
    runs = [start_print_run(certificates=[one.pk], by=cast.district_officer) for one in three[:2]]
    merge: Callable[..., list[str]] = print_files._merge

    def fail_once(items: list[int], target):
        if items == runs[0].items:
            raise ValueError("a PDF like no other")
        return merge(items, target)

    monkeypatch.setattr(print_files, "_merge", fail_once)
    assert finish_runs(now=timezone.now() + timedelta(hours=1)) == (1, 1)
    assert Run.objects.get(pk=runs[1].pk).file


def test_ordered_twice_while_it_is_made_it_is_one_run(cast: Cast, three: list[Certificate]):
    first, second = (start_print_run(certificates=[three[0].pk], by=cast.district_officer) for _ in range(2))
    assert first == second


def test_what_lost_its_run_is_removed_too(cast: Cast, three: list[Certificate], private_files):
    run = work_on_run(run_id=start_print_run(certificates=[three[0].pk], by=cast.district_officer).pk)
    Run.objects.all().delete()  # as with the account of who ordered it
    trim_batches(now=timezone.now())
    assert (private_files / run.file).exists()  # it may be about to be taken
    trim_batches(now=timezone.now() + timedelta(minutes=11))
    assert not (private_files / run.file).exists()


def test_parts_stay_while_their_run_is_under_way_and_go_with_it(cast: Cast, three: list[Certificate], private_files):
    run = work_on_run(run_id=start_print_run(certificates=[three[0].pk], by=cast.district_officer).pk, seconds=0)
    (part,) = run.parts
    trim_batches(now=timezone.now() + timedelta(minutes=11))
    assert (private_files / part).exists()
    trim_batches(now=timezone.now() + timedelta(days=8))
    assert not (private_files / part).exists()


def test_a_part_that_is_gone_is_said_and_not_left_out(cast: Cast, three: list[Certificate], private_files, monkeypatch):
    monkeypatch.setattr(print_files, "PART", 1)
    run = start_print_run(certificates=[one.pk for one in three[:2]], by=cast.district_officer)
    (private_files / work_on_run(run_id=run.pk, seconds=0).parts[0]).unlink()
    with pytest.raises(FileNotFoundError):
        work_on_run(run_id=run.pk)
    assert not Run.objects.get(pk=run.pk).is_finished


def test_what_is_void_since_the_order_is_left_out_and_told(cast: Cast, three: list[Certificate]):
    run = start_print_run(certificates=[one.pk for one in three[:2]], by=cast.district_officer)
    Certificate.objects.filter(pk=three[0].pk).update(status="revoked", reason="Salah", changed_at=timezone.now())
    assert work_on_run(run_id=run.pk).left_out == [three[0].number]


def test_the_printed_file_carries_no_broken_seal(issued: Issued):
    run = start_print_run(certificates=[issued.certificate.pk], by=issued.cast.district_officer)
    printed = PdfReader(issued.files / work_on_run(run_id=run.pk).file)
    assert "/AcroForm" not in printed.root_object
    assert not any("/Annots" in page for page in printed.pages)


def test_the_stamp_of_a_signatory_is_printed_without_its_signature(issued: Issued, monkeypatch: pytest.MonkeyPatch):
    certificate, officer = issued.certificate, issued.cast.regency_officer
    plain = issued.file.read_bytes()
    take_signed_file(certificate=certificate, content=sign(plain), by=officer)
    other = filed(record__member=issued.cast.member)
    monkeypatch.setattr(print_files, "PART", 1)
    run = start_print_run(certificates=[certificate.pk, other.pk], by=officer)
    content = (issued.files / work_on_run(run_id=run.pk).file).read_bytes()
    printed = PdfReader(BytesIO(content))
    (stamp,) = (stamp.get_object() for stamp in printed.pages[0]["/Annots"])
    assert (stamp["/Subtype"], "/V" in stamp, "/FT" in stamp) == ("/Stamp", False, False)
    assert "/AcroForm" not in printed.root_object
    (with_stamp,), (without,) = (page_pictures(one, scale=1, pages=1) for one in (content, plain))
    left, _top, right, _bottom = ImageChops.difference(with_stamp, without).getbbox()
    assert 99 <= left < right <= 201  # where it was signed


def test_what_no_reader_understands_is_left_out_of_the_print(issued: Issued, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(print_files, "_unsealed", {}.__getitem__)  # raises as a reader does on odd objects
    run = start_print_run(certificates=[issued.certificate.pk], by=issued.cast.district_officer)
    assert work_on_run(run_id=run.pk).left_out == [issued.certificate.number]


def test_an_expired_one_is_told_so(cast: Cast, private_files):
    ask_again()
    filed(
        record__member=cast.member,
        record__subject=SUBJECT,
        record__completed_at=DONE,
        record__completed_on=DONE.date(),
    )
    assert "Kedaluwarsa" in browser_of(cast.district_officer).get(LIST).content.decode()


def test_too_many_for_a_zip_are_refused(cast: Cast, three: list[Certificate], monkeypatch):
    monkeypatch.setattr(region_views, "ZIP_LIMIT", 1)
    client = browser_of(cast.district_officer)
    assert client.get(ZIP).status_code == 302
    html = client.get(LIST).content.decode()
    assert "Unduh 2" not in html
    assert "Satu ZIP memuat paling banyak 1 sertifikat." in html


def test_a_damaged_one_is_left_out_and_told(cast: Cast, three: list[Certificate], private_files):
    (private_files / three[0].file).unlink()
    run = work_on_run(run_id=start_print_run(certificates=[c.pk for c in three[:2]], by=cast.district_officer).pk)
    assert run.left_out == [three[0].number]
    html = browser_of(cast.district_officer).get(reverse("certificates:run", args=[run.uuid])).content.decode()
    assert three[0].number in html
