"""The PDF that a signatory signed elsewhere: what is taken, what is kept, and everything that is refused."""

import hashlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pypdf import PdfReader, PdfWriter
from pytest_django.fixtures import Settings

from certificates.errors import (
    AnotherFile,
    CertificateError,
    ChangedBesidesSigning,
    NotSignable,
    NotSigned,
    SignatureBroken,
    SignatureUntrusted,
    StampMisplaced,
)
from certificates.files import read_file
from certificates.models import Certificate, NumberEntry, SignedFile
from certificates.pdf_check import Origin, inspect
from certificates.revoking import revoke_certificate
from certificates.seal import seal
from certificates.signing import take_signed_file
from certificates.signing_engine import MOST_REVISIONS
from members.models import User
from notifications.models import Notice
from tests.cast import Cast
from tests.certificates.helpers import filed, pdfs_in
from tests.certificates.signatory import root_pem, sign
from tests.factories import CertificateFactory, UserFactory, grant
from tests.files import pdf

PAPER = seal(pdf(2))


@pytest.fixture
def certificate(cast: Cast, private_files: Path) -> Certificate:
    return filed(CertificateFactory(record__member=cast.member), PAPER)


@pytest.fixture(scope="module")
def signed() -> bytes:
    return sign(PAPER)


def take(certificate: Certificate, content: bytes, by: User | None = None) -> SignedFile:
    return take_signed_file(certificate=certificate, content=content, by=by or UserFactory())


def test_the_signed_file_takes_the_place_and_both_are_kept(
    client: Client, cast: Cast, certificate: Certificate, signed: bytes, private_files: Path
):
    earlier, digest = certificate.file, certificate.sha256

    taken = take(certificate, signed, cast.regency_officer)

    certificate.refresh_from_db()
    assert (certificate.file, certificate.sha256) == (taken.file, hashlib.sha256(signed).hexdigest())
    assert (taken.earlier_file, taken.earlier_sha256, taken.version) == (earlier, digest, 1)
    assert (taken.signer, taken.uploaded_by, taken.is_trusted) == ("Contoh Pejabat", cast.regency_officer, False)
    assert taken.signed_at <= taken.uploaded_at
    assert NumberEntry.objects.get(sha256=taken.sha256).number == certificate.number
    assert (private_files / earlier).read_bytes() == PAPER
    assert len(pdfs_in(private_files)) == 2
    client.force_login(cast.member.user)
    response = client.get(certificate.pdf_path)
    assert response.content == signed
    assert response["ETag"] == f'"{certificate.sha256}"'
    assert Notice.objects.of(cast.member.user).filter(title="Sertifikat ditandatangani").count() == 1


def test_the_page_and_its_json_tell_who_signed(client: Client, certificate: Certificate, signed: bytes):
    take(certificate, signed)
    html = client.get(f"/verifikasi/{certificate.token}/").content.decode()
    assert ">ASLI<" in html
    assert "Ditandatangani elektronik oleh Contoh Pejabat pada " in html
    assert "Penerbit tanda tangannya belum diperiksa" in html
    assert client.get(f"/verifikasi/{certificate.token}.json").json()["signed_by"] == "Contoh Pejabat"


def test_both_files_are_the_certificates_and_a_changed_one_is_not(
    certificate: Certificate, signed: bytes, django_assert_max_num_queries
):
    take(certificate, signed)
    for content, origin in [
        (PAPER, Origin.STORED),
        (signed, Origin.STORED),
        (signed[:-9] + b"x" + signed[-8:], Origin.CHANGED),
        (signed[:900] + bytes([signed[900] ^ 1]) + signed[901:], Origin.CHANGED),
        (sign(PAPER, "Orang Lain"), Origin.CHANGED),
    ]:
        with django_assert_max_num_queries(3):
            found = inspect(content)
        assert (found.origin, found.certificate) == (origin, certificate)


def test_no_log_names_who_signed(certificate: Certificate, signed: bytes, caplog: pytest.LogCaptureFixture):
    take(certificate, signed)
    with pytest.raises(CertificateError):
        take(Certificate.objects.get(), updated(sign(signed), draw_over))
    assert "Contoh Pejabat" not in caplog.text + "".join(str(record.__dict__) for record in caplog.records)


def test_the_same_file_again_changes_nothing_more(certificate: Certificate, signed: bytes, private_files: Path):
    first = take(certificate, signed)
    assert take(certificate, signed) == first
    certificate.refresh_from_db()
    assert take(certificate, signed) == first
    assert len(pdfs_in(private_files)) == 2


def test_the_next_signatory_signs_on_top(client: Client, certificate: Certificate, signed: bytes):
    take(certificate, signed)
    certificate.refresh_from_db()
    second = take(certificate, sign(signed, "Rekan 3311012001900001", box=None))
    assert (second.version, second.signer) == (2, "Rekan")  # no NIK on a public page
    assert second.earlier_sha256 == hashlib.sha256(signed).hexdigest()
    html = client.get(f"/verifikasi/{certificate.token}/").content.decode()
    assert html.index("Contoh Pejabat pada") < html.index("Rekan pada")
    assert inspect(signed).origin == Origin.STORED


def test_those_who_signed_one_after_the_other_are_all_named_without_numbers(certificate: Certificate, signed: bytes):
    content = sign(sign(signed, "Rekan 331101.200190-0001"), "Wakil 331101 200190 0002, S.Sos.")
    assert take(certificate, content).signer == "Contoh Pejabat; Rekan; Wakil, S.Sos."


# --- what is refused ---------------------------------------------------------------------------
def resaved(content: bytes) -> bytes:
    output = BytesIO()
    PdfWriter(clone_from=PdfReader(BytesIO(content))).write(output)
    return output.getvalue()


def draw_over(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"0 0 500 500 re f"))
    writer.update_container(page)


def add_a_link(writer: IncrementalPdfFileWriter) -> None:
    writer.root["/Names"] = generic.DictionaryObject({generic.pdf_name("/Dests"): generic.DictionaryObject()})
    writer.update_root()


def leave_a_field(writer: IncrementalPdfFileWriter) -> None:
    append_signature_field(writer, SigFieldSpec("Nanti", box=(0, 0, 500, 500)))


def updated(content: bytes, edit: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    writer, output = IncrementalPdfFileWriter(BytesIO(content)), BytesIO()
    edit(writer)
    writer.write(output)
    return output.getvalue()


def without_the_seal(sealed: bytes) -> bytes:
    """With a revision behind it that goes on from the one before the seal."""
    end = sealed.index(b"%%EOF") + 6
    trailer = b"\n" + sealed[sealed.index(b"startxref") : end]
    longer = sealed[:end] + b"%" * (len(sealed) - end - len(trailer)) + trailer
    return sealed + updated(longer, add_a_link)[len(sealed) :]


def forged(content: bytes) -> bytes:
    """With a signature that its certificate has not made: the last byte of it is another one."""
    at = content.rindex(b"/Contents <") + len(b"/Contents <")
    made = bytes.fromhex(content[at : content.index(b">", at)].decode()).rstrip(b"\0")
    last = at + 2 * (len(made) - 1)
    return content[:last] + b"%02x" % (made[-1] ^ 1) + content[last + 2 :]


def signed_by_many(content: bytes) -> bytes:
    for _ in range(MOST_REVISIONS + 1):
        content = sign(content, box=None)
    return content


def damaged(content: bytes) -> bytes:
    at = content.rindex(b"TTE")  # the field's name
    return content[:at] + b"X" + content[at + 1 :]


@pytest.mark.parametrize(
    ("make", "refusal"),
    [
        (lambda: PAPER, NotSigned),
        (lambda: updated(PAPER, add_a_link), NotSigned),
        (lambda: resaved(sign(PAPER)), AnotherFile),
        (lambda: sign(seal(pdf(2))), AnotherFile),
        (lambda: sign(pdf(2)), AnotherFile),
        (lambda: PAPER + sign(pdf(1)), SignatureBroken),
        (lambda: sign(sign(without_the_seal(PAPER))), ChangedBesidesSigning),
        (lambda: sign(PAPER, edit=draw_over), ChangedBesidesSigning),
        (lambda: sign(PAPER, edit=add_a_link), ChangedBesidesSigning),
        (lambda: sign(PAPER, box=(0, 0, 842, 595)), StampMisplaced),
        (lambda: sign(PAPER, box=(300, 280, 500, 310)), StampMisplaced),
        (lambda: sign(PAPER, edit=leave_a_field), StampMisplaced),
        (lambda: updated(sign(PAPER), draw_over), ChangedBesidesSigning),
        (lambda: signed_by_many(PAPER), ChangedBesidesSigning),
        (lambda: damaged(sign(PAPER)), SignatureBroken),
        (lambda: sign(forged(sign(PAPER)), "Rekan"), SignatureBroken),
        (lambda: PAPER + b"\n%PDF-1.7 rusak", NotSigned),
        (lambda: sign(PAPER) + b"tambahan", SignatureBroken),
    ],
    ids="unsigned updated resaved another unsealed appended around drawn linked covered misplaced field after many "
    "damaged forged odd tail".split(),
)
def test_what_is_not_our_file_signed_is_refused_and_leaves_nothing(
    certificate: Certificate, private_files: Path, make: Callable[[], bytes], refusal: type[CertificateError]
):
    with pytest.raises(refusal):
        take(certificate, make())
    assert not SignedFile.objects.exists()
    assert len(pdfs_in(private_files)) == 1
    assert read_file(Certificate.objects.get()) == PAPER


def test_only_what_holds_and_has_its_file_is_signed(certificate: Certificate, signed: bytes, cast: Cast):
    with pytest.raises(NotSignable):
        take(CertificateFactory(record__member=cast.other_member), signed)
    revoke_certificate(certificate=certificate, by=None, reason="Keliru")
    certificate.refresh_from_db()
    with pytest.raises(NotSignable):
        take(certificate, signed)


def test_with_trusted_roots_only_theirs_are_taken(
    client: Client, certificate: Certificate, signed: bytes, settings: Settings, tmp_path: Path
):
    roots = tmp_path / "roots"
    roots.mkdir()
    settings.BSRE_ROOTS = str(roots)
    (roots / "bukan.pem").write_bytes(b"bukan sertifikat")
    with pytest.raises(SignatureUntrusted):
        take(certificate, signed)
    assert "certificates.E004" in [message.id for message in run_checks()]
    (roots / "bsre.pem").write_bytes(root_pem())
    assert take(certificate, signed).is_trusted
    assert "certificates.E004" not in [message.id for message in run_checks()]
    html = client.get(f"/verifikasi/{certificate.token}/").content.decode()
    assert "Ditandatangani elektronik (BSrE) oleh Contoh Pejabat pada " in html


def test_the_database_keeps_one_successor_of_each_file(certificate: Certificate, signed: bytes):
    taken = take(certificate, signed)
    taken.pk, taken.version = None, 2
    with pytest.raises(IntegrityError), transaction.atomic():
        taken.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        SignedFile.objects.update(earlier_sha256=taken.sha256)


# --- the page ----------------------------------------------------------------------------------
def path_of(certificate: Certificate) -> str:
    return f"/sertifikat/{certificate.uuid}/tanda-tangan/"


def upload(client: Client, certificate: Certificate, content: bytes):
    file = SimpleUploadedFile("sertifikat.pdf", content, "application/pdf")
    return client.post(path_of(certificate), {"pdf": file}, follow=True)


def test_the_officer_brings_it_and_is_told(client: Client, cast: Cast, certificate: Certificate, signed: bytes):
    client.force_login(cast.regency_officer)
    assert path_of(certificate) in client.get(f"/verifikasi/{certificate.token}/").content.decode()
    assert "Yang akan terjadi" in client.get(path_of(certificate)).content.decode()
    html = upload(client, certificate, signed).content.decode()
    assert "Berkas bertanda tangan Contoh Pejabat tersimpan" in html
    assert "Ditandatangani elektronik oleh Contoh Pejabat" in html


def test_the_page_says_what_is_wrong_beside_the_field(client: Client, cast: Cast, certificate: Certificate):
    client.force_login(cast.admin)
    assert "belum memuat tanda tangan" in upload(client, certificate, PAPER).content.decode()
    assert "bukan berkas PDF" in upload(client, certificate, b"teks").content.decode()
    assert "lebih besar dari 2 MB" in upload(client, certificate, b"%PDF-" + b"x" * 2_097_152).content.decode()
    revoke_certificate(certificate=certificate, by=None, reason="Keliru")
    assert "tidak dapat ditandatangani" in client.get(path_of(certificate)).content.decode()


@pytest.mark.parametrize("role", ["village_officer", "district_officer", "trainer", "liaison", "stranger", "elsewhere"])
def test_nobody_below_the_regency_or_elsewhere_can(
    client: Client, cast: Cast, certificate: Certificate, signed: bytes, role: str
):
    if role == "elsewhere":
        grant(cast.stranger, "63.09")
    client.force_login(cast.stranger if role == "elsewhere" else getattr(cast, role))
    assert path_of(certificate) not in client.get(f"/verifikasi/{certificate.token}/").content.decode()
    assert upload(client, certificate, signed).status_code == 404
    assert not SignedFile.objects.exists()
