"""Told apart: the stored file, one of ours that was changed in any way, others' seals, and what nobody knows."""

import hashlib
import re
import subprocess
import time
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.test import Client
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject
from pytest_django.fixtures import Settings

from certificates import lookups, seal_engine
from certificates import seal as seal_module
from certificates.models import Certificate
from certificates.pdf import certificate_pdf
from certificates.pdf_check import MAX_BYTES, Origin, inspect
from certificates.seal import MOST_INFLATED, _inflated, ranges, seal
from certificates.seal_keys import credentials
from certificates.uploads import MemoryOnlyHandler
from tests.cast import Cast
from tests.factories import CertificateFactory
from tests.files import pdf, upload

pytestmark = pytest.mark.usefixtures("cast_once")
PLAIN = pdf(2)


@pytest.fixture(scope="module")
def original(cast_once: Cast) -> bytes:
    """The stored file of the one certificate."""
    certificate = CertificateFactory(record__member=cast_once.member)
    content = seal(certificate_pdf(certificate))
    certificate.file, certificate.sha256 = "a.pdf", hashlib.sha256(content).hexdigest()
    certificate.seal_digest = ranges(content)[0]
    certificate.save()
    return content


def is_changed(content: bytes) -> bool:
    found = inspect(content)
    return found.origin == Origin.CHANGED and found.certificate == Certificate.objects.get()


def rewritten(content: bytes, *, pages: int = 2, name: str = "", incremental: bool = False) -> bytes:
    """What pypdf makes of it."""
    writer = PdfWriter(BytesIO(content), incremental=True) if incremental else PdfWriter(clone_from=BytesIO(content))
    if name:
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 30 Tf 300 300 Td ({name}) Tj ET".encode())
        writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)
    while len(writer.pages) > pages:
        writer.remove_page(len(writer.pages) - 1)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def repacked(content: bytes, folder: Path, streams: str) -> bytes:
    """What qpdf makes of its first page."""
    (folder / "a.pdf").write_bytes(content)
    command = ["qpdf", f"--object-streams={streams}", folder / "a.pdf", "--pages", ".", "1", "--", folder / "b.pdf"]
    subprocess.run(command, check=True)
    return (folder / "b.pdf").read_bytes()


def sealed_by_another(content: bytes, settings: Settings, folder: Path) -> bytes:
    mine = settings.SECRETS_DIR, settings.SEAL_RETIRED_DIR
    settings.SECRETS_DIR, settings.SEAL_RETIRED_DIR = folder, str(folder / "seal-retired")
    try:
        return seal(content)
    finally:
        settings.SECRETS_DIR, settings.SEAL_RETIRED_DIR = mine


def test_the_stored_file_itself(original: bytes, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = inspect(original)
    assert (found.origin, found.certificate) == (Origin.STORED, Certificate.objects.get())


def test_every_flipped_byte_leads_to_the_true_certificate(original: bytes):
    places = {*range(0, len(original), 997), *range(len(original) - 900, len(original), 17)}
    gap = original.index(b"/Contents <")
    places |= {*range(gap, gap + 40), *range(original.index(b"/ByteRange"), original.index(b"/ByteRange") + 40)}
    for place in places:
        flipped = original[:place] + bytes([original[place] ^ 1]) + original[place + 1 :]
        assert is_changed(flipped), place


def test_a_removed_page(original: bytes):
    edited = rewritten(original, pages=1)
    assert len(PdfReader(BytesIO(edited)).pages) == 1
    assert is_changed(edited)


@pytest.mark.parametrize("streams", ["preserve", "disable", "generate"])
def test_a_removed_page_packed_anew(original: bytes, tmp_path: Path, streams: str):
    assert is_changed(repacked(original, tmp_path, streams))


def test_a_changed_name(original: bytes):
    assert is_changed(rewritten(original, name="Orang Lain"))


def test_a_change_written_behind_the_seal(original: bytes):
    edited = rewritten(original, name="Orang Lain", incremental=True)
    assert edited.startswith(original[:1000])
    assert is_changed(edited)
    assert is_changed(original + b"\n")


def test_a_signature_of_others_on_top_of_ours(original: bytes, settings: Settings, tmp_path: Path):
    mine, settings.SECRETS_DIR = settings.SECRETS_DIR, tmp_path
    theirs = PdfSigner(PdfSignatureMetadata(field_name="Pejabat"), signer=seal_engine._signer(credentials()))
    settings.SECRETS_DIR = mine
    twice = seal_engine.in_a_loop(theirs.async_sign_pdf(IncrementalPdfFileWriter(BytesIO(original))))
    assert is_changed(twice.read())


def test_a_foreign_seal(original: bytes, settings: Settings, tmp_path: Path):
    found = inspect(sealed_by_another(PLAIN, settings, tmp_path))
    assert (found.origin, found.certificate) == (Origin.FOREIGN, None)


def test_ours_of_no_certificate(original: bytes):
    assert inspect(seal(PLAIN)).origin == Origin.UNREGISTERED


def test_our_seal_cannot_be_made_to_vouch_for_another_file(original: bytes):
    """The digest inside of a seal of ours, exchanged for that of a certificate: its signature no longer fits."""
    other = seal(PLAIN)
    forged = other.replace(ranges(other)[0].upper().encode(), ranges(original)[0].upper().encode())
    assert forged != other
    assert inspect(forged).origin == Origin.FOREIGN


def test_a_seal_that_an_editor_packed_into_an_object_stream(original: bytes):
    container = re.search(rb"<3082[0-9A-F]+>", original)
    assert container is not None
    packed = zlib.compress(b"<< /Type /Sig /Contents " + container[0] + b" >>")
    assert is_changed(b"%PDF-1.7\n1 0 obj << /Type /ObjStm /Filter /FlateDecode >>\nstream\n" + packed)


def test_no_more_is_unpacked_than_the_bound():
    texts = list(_inflated(b"%PDF-1.7 " + BOMB * 20))
    assert sum(map(len, texts)) == MOST_INFLATED


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", PLAIN, b"\0" * 1000], ids=["empty", "head", "plain", "zeros"])
def test_nobody_knows_it(original: bytes, content: bytes):
    assert inspect(content).origin == Origin.UNKNOWN


def test_a_certificate_from_before_the_seal_is_not_found_by_an_empty_digest(cast: Cast):
    CertificateFactory(record__member=cast.member)
    assert inspect(PLAIN).origin == Origin.UNKNOWN


def full_flushed(size: int) -> bytes:
    """Zeros deflated, without an end: bytes that are no block may follow."""
    deflater = zlib.compressobj(9)
    return deflater.compress(b"\0" * size) + deflater.flush(zlib.Z_FULL_FLUSH)


BROKEN = b"/ObjStm " * 120 + b"stream\n" + full_flushed(MOST_INFLATED - 1000) + b"\xff" * 8
BOMB = b"/Type /ObjStm >>\nstream\n" + zlib.compress(b"\0" * 50_000_000, 9)
HOSTILE = {
    "ranges": b"/ByteRange [0 2000000 0 2000000]" * 60_000,
    "backwards": b"/ByteRange [999999999 999999999 0 999999999]" * 40_000,
    "containers": b"<3082ffff" + b"3082" * 520_000,
    "short runs": (b"3082" * 99 + b"x") * 5_200,
    "nested": b"<" + b"3082fff0" * 260_000,
    "attributes": b"%PDF-1.7 <" + (b"30827fff" + b"3003020100" * 8_000) + b">",
    "bomb": b"%PDF-1.7 " + BOMB * 20,
    "broken": b" " * 1200 + BROKEN * 200,
    "broken after markers": b"/ObjStm " * 65 + b" " * 1200 + BROKEN * 200,
    "broken one by one": BROKEN[119 * 8 :] * 200,
    "streams": b"/ObjStm stream\nx" * 120_000,
    "digits": b"/ByteRange [" + b"1" * 2_000_000,
    "spaces": b"/ByteRange" + b" " * 2_000_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_file_makes_us_inflate_more_than_the_bound(kind: str, monkeypatch: pytest.MonkeyPatch):
    work = []

    class Counted:
        """Counts what zlib may give, which it does not tell where it fails."""

        def __init__(self) -> None:
            self.real = real()

        def decompress(self, data: bytes, most: int) -> bytes:
            work.append(most)
            piece = self.real.decompress(data, most)
            work[-1] = len(piece)
            return piece

        def __getattr__(self, name: str) -> object:
            return getattr(self.real, name)

    real = zlib.decompressobj
    monkeypatch.setattr(seal_module.zlib, "decompressobj", Counted)
    list(_inflated(HOSTILE[kind][:MAX_BYTES]))
    assert sum(work) <= MOST_INFLATED


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_costs_little_and_breaks_nothing(original: bytes, kind: str):
    content = b"%PDF-1.7\n" + HOSTILE[kind][: MAX_BYTES - 9]
    started = time.process_time()
    assert inspect(content).origin in {Origin.UNKNOWN, Origin.FOREIGN}
    assert time.process_time() - started < 1


# --- the page ---------------------------------------------------------------------------------
def drop(client: Client, content: bytes, name: str = "sertifikat.pdf"):
    return client.post("/verifikasi/", {"by": "file", "pdf": upload(content, name)})


def test_the_page_says_asli_of_the_stored_file(client: Client, original: bytes, cast: Cast):
    response = drop(client, original)
    html = response.content.decode()
    assert response.status_code == 200
    assert ">ASLI<" in html
    assert "sama persis dengan yang kami simpan." in html
    assert cast.member.name in html
    assert response["Cache-Control"] == "no-store"


def test_the_page_says_what_is_true_of_a_changed_one(client: Client, original: bytes, cast: Cast):
    html = drop(client, rewritten(original, name="Orang Lain")).content.decode()
    assert ">PDF INI DIUBAH<" in html
    assert ">ASLI<" not in html
    assert "Sertifikat yang benar: ASLI" in html
    assert cast.member.name in html
    assert f"/verifikasi/{Certificate.objects.get().token}/" in html


def test_the_page_says_so_when_the_true_one_was_revoked(client: Client, original: bytes):
    Certificate.objects.update(status="revoked", reason="Keliru", changed_at="2026-11-20T00:00:00Z")
    assert ">DICABUT<" in drop(client, original).content.decode()
    assert "Sertifikat yang benar: DICABUT" in drop(client, original + b"x").content.decode()


def test_the_page_leads_from_a_replaced_file_to_its_successor(client: Client, original: bytes):
    old = Certificate.objects.get()
    changed = {"status": "superseded", "reason": "Ejaan", "changed_at": "2026-11-20T00:00:00Z"}
    Certificate.objects.filter(pk=old.pk).update(**changed)
    heir = CertificateFactory(record=old.record, replaces=old)
    html = drop(client, original).content.decode()
    assert ">DIGANTI<" in html
    assert f'href="/verifikasi/{heir.token}/"' in html


def test_the_page_of_others_and_of_nobodys(client: Client, original: bytes, settings: Settings, tmp_path: Path):
    for content, word in [
        (sealed_by_another(PLAIN, settings, tmp_path), "BUKAN CAP KAMI"),
        (seal(PLAIN), "TIDAK TERDAFTAR"),
        (PLAIN, "TIDAK DIKENAL"),
    ]:
        response = drop(client, content)
        assert response.status_code == 404
        assert f">{word}<" in response.content.decode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Berkas ini kosong"),
        (b"\x89PNG bukan pdf", "bukan berkas PDF"),
        (b"%PDF-" + b"x" * MAX_BYTES, "lebih besar dari 2 MB"),
    ],
    ids=["empty", "no pdf", "large"],
)
def test_what_cannot_be_looked_at_is_said_in_plain_words(client: Client, content: bytes, said: str):
    response = drop(client, content)
    assert response.status_code == 200
    assert said in response.content.decode()


def test_without_a_file_it_asks_for_one(client: Client):
    assert "Pilih berkas PDF dulu" in client.post("/verifikasi/", {"by": "file"}).content.decode()


def test_nothing_of_it_is_stored_or_logged(client: Client, original: bytes, caplog, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("written to a disk")

    for name in ("default", "private"):
        monkeypatch.setattr(storages[name], "save", refuse)
    monkeypatch.setattr("django.core.files.temp.NamedTemporaryFile", refuse)
    caplog.set_level("DEBUG")
    assert drop(client, original + b"x", "Rahasia Budi.pdf").status_code == 200
    assert drop(client, b"%PDF-" + b"y" * 4_000_000, "Rahasia Budi.pdf").status_code == 200
    assert "Rahasia" not in caplog.text


def test_many_files_take_no_more_memory_than_one(rf):
    request = rf.post("/", {f"f{n}": upload(b"%PDF-" + b"z" * 1_500_000) for n in range(4)})
    handler = MemoryOnlyHandler(request)
    request.upload_handlers = [handler]
    sizes = [(file.size, len(file.read())) for file in request.FILES.values()]
    assert [size for size, _ in sizes] == [1_500_005] + [MAX_BYTES + 1] * 3
    assert sum(kept for _, kept in sizes) == MAX_BYTES


def test_a_file_cut_for_another_ones_sake_is_refused(client: Client, original: bytes):
    data = {"by": "file", "a": upload(b"%PDF-" + b"z" * (MAX_BYTES - 1000)), "pdf": upload(original)}
    response = client.post("/verifikasi/", data)
    assert response.status_code == 200
    assert "lebih besar dari 2 MB" in response.content.decode()


def test_a_strangers_form_is_refused(original: bytes):
    client = Client(enforce_csrf_checks=True)
    assert drop(client, original).status_code == 403
    token = client.get("/verifikasi/").cookies["csrftoken"].value
    data = {"by": "file", "pdf": upload(original), "csrfmiddlewaretoken": token}
    assert client.post("/verifikasi/", data).status_code == 200
    assert client.post("/verifikasi/", {"code": "A" * 22, "csrfmiddlewaretoken": token}).status_code == 404
    assert client.post("/verifikasi/", {"code": "A" * 22}).status_code == 403


def test_nobody_may_ask_too_often(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lookups, "PER_MINUTE", 1)
    monkeypatch.setattr(lookups, "_minute", lambda: 3)
    assert [drop(client, PLAIN).status_code for _ in range(2)] == [404, 429]
