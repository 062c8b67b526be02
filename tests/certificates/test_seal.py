"""The seal: a standard PAdES signature that others' tools accept, made quickly, with keys that nobody loses."""

import errno
import os
import stat
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path, PosixPath

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management import CommandError, call_command
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader
from pytest_django.fixtures import Settings

from certificates import seal_engine, seal_keys
from certificates.errors import SealExpired, SealMisconfigured
from certificates.models import Certificate
from certificates.seal import ranges, seal, seals
from certificates.services import issue_due
from tests.cast import Cast
from tests.certificates.helpers import Issued, pdfs_in
from tests.certificates.seal_files import official
from tests.certificates.stamp_authority import StampAuthority
from tests.factories import TrainingRecordFactory
from tests.files import pdf

PAPER = pdf(2)


@pytest.fixture
def own_secrets(settings: Settings, tmp_path: Path) -> Path:
    """Keys of this test alone."""
    settings.SECRETS_DIR = tmp_path / "secrets"
    settings.SEAL_RETIRED_DIR = str(tmp_path / "secrets" / "seal-retired")
    return tmp_path / "secrets"


def judged(sealed: bytes, trusted: x509.Certificate):
    """What pyHanko itself says of the file's one signature."""
    (signature,) = PdfFileReader(BytesIO(sealed)).embedded_signatures
    root = asn1_x509.Certificate.load(trusted.public_bytes(Encoding.DER))
    with ThreadPoolExecutor(
        1
    ) as pool:  # pyHanko starts an event loop, and the browser's tests leave one in this thread
        return pool.submit(validate_pdf_signature, signature, ValidationContext(trust_roots=[root])).result()


def test_pyhanko_and_poppler_find_the_seal_good_and_over_the_whole_file(tmp_path: Path):
    sealed = seal(PAPER)

    status = judged(sealed, seal_keys.credentials().chain[0])
    assert status.bottom_line
    assert status.docmdp_ok
    assert status.modification_level == ModificationLevel.NONE
    assert status.coverage.name == "ENTIRE_FILE"
    assert sealed.startswith(PAPER)
    (tmp_path / "a.pdf").write_bytes(sealed)
    said = subprocess.run(["pdfsig", tmp_path / "a.pdf"], capture_output=True, text=True, check=True).stdout
    assert "Signature is Valid" in said
    assert "ETSI.CAdES.detached" in said
    assert "Total document signed" in said


def test_it_leaves_the_document_as_it_was():
    before, after = PdfReader(BytesIO(PAPER)), PdfReader(BytesIO(seal(PAPER)))
    assert after.metadata == before.metadata
    assert len(after.pages) == 2
    assert len(seal(PAPER)) - len(PAPER) < 8_000


def test_every_file_has_a_signature_of_its_own():
    sealed = {seal(PAPER) for _ in range(12)}  # lengths of ECDSA signatures differ; the files' do not
    assert len(sealed) == 12
    assert len({len(one) for one in sealed}) == 1
    for one in sealed:
        assert seals(one) == ([ranges(one)[0]], False)


def test_the_pattern_has_the_length_that_most_signatures_have(own_secrets: Path):
    seal_engine._pattern.cache_clear()
    lengths = []
    for _ in range(8):
        lengths.append(len(seal_engine._pattern(seal_keys.credentials()).signature))
        seal_engine._pattern.cache_clear()
    assert lengths == [71] * 8


def test_a_seal_is_cheap():
    seal(PAPER)
    started = time.process_time()
    for _ in range(20):
        seal(PAPER)
    assert (time.process_time() - started) / 20 < 0.012  # ten thousand on two processes within a minute


def test_every_certificate_is_stored_sealed_and_its_digest_is_the_files(issued: Issued):
    content = issued.file.read_bytes()
    assert seals(content) == ([issued.certificate.seal_digest], False)
    assert len(issued.certificate.seal_digest) == 64


def test_the_keys_are_made_once_and_only_their_owner_reads_them(own_secrets: Path):
    first = seal_keys.credentials()
    assert first is seal_keys.credentials()
    for name in ("seal.pem", "seal_ca.pem"):
        assert stat.S_IMODE((own_secrets / name).stat().st_mode) == 0o600
    seal_keys._load.cache_clear()
    assert seal_keys.credentials().certificate == first.certificate
    assert [path.name for path in sorted(own_secrets.iterdir())] == ["seal.pem", "seal_ca.pem"]


def test_a_volume_without_hard_links_keeps_the_keys_as_well(own_secrets: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(seal_keys.os, "link", refuse)
    first = seal_keys.credentials()
    seal_keys._load.cache_clear()
    assert seal_keys.credentials().certificate == first.certificate
    for name in ("seal.pem", "seal_ca.pem"):
        assert stat.S_IMODE((own_secrets / name).stat().st_mode) == 0o600
    assert [path.name for path in sorted(own_secrets.iterdir())] == ["seal.pem", "seal_ca.pem"]


@pytest.mark.parametrize("has_links", [True, False])
def test_the_second_of_two_processes_keeps_the_firsts_key(
    own_secrets: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool
):
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    if not has_links:
        monkeypatch.setattr(seal_keys.os, "link", refuse)
    path = own_secrets / "seal.pem"

    def late() -> bytes:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"first")
        return b"second"

    seal_keys._write_once(path, late)
    assert path.read_bytes() == b"first"
    assert [one.name for one in own_secrets.iterdir()] == ["seal.pem"]


def test_a_retired_key_stays_known_and_seals_nothing_more(own_secrets: Path):
    old, sealed = seal_keys.credentials(), seal(PAPER)

    fresh = seal_keys.retire_embedded()

    assert fresh.certificate != old.certificate
    assert fresh.chain == old.chain  # whoever trusts the authority need not be asked again
    assert seal_keys.known_certificates() == [fresh.certificate, old.certificate]
    assert seals(sealed) == ([ranges(sealed)[0]], False)
    assert judged(seal(PAPER), old.chain[0]).bottom_line
    assert b"PRIVATE" not in b"".join(path.read_bytes() for path in (own_secrets / "seal-retired").iterdir())


class OwnedByAnother(PosixPath):
    """A file as another user's, which only root can make."""

    def stat(self, **how):
        place = list(super().stat(**how))
        place[stat.ST_UID], place[stat.ST_GID] = 12345, 23456
        return os.stat_result(place)

    def with_suffix(self, suffix: str) -> Path:
        return Path(super().with_suffix(suffix))


@pytest.mark.parametrize("may", [True, False])
def test_the_next_key_belongs_to_whom_the_last_one_did(own_secrets: Path, monkeypatch: pytest.MonkeyPatch, may: bool):
    given = []

    def give(path: Path, *ids: int) -> None:
        given.append(ids)
        if not may:
            raise PermissionError

    current = seal_keys.embedded_file()
    monkeypatch.setattr(seal_keys.os, "chown", give)
    seal_keys.retire_embedded()
    assert given == []
    monkeypatch.setattr(seal_keys, "_embedded_path", lambda: OwnedByAnother(current))
    (own_secrets / "seal-retired").rename(own_secrets / "away")
    seal_keys.retire_embedded()
    assert given == [(12345, 23456)] * 3  # the folder, the retired certificate, the next key


def test_files_that_cannot_be_read_leave_the_others_known(
    settings: Settings, own_secrets: Path, caplog: pytest.LogCaptureFixture
):
    sealed, retired = seal(PAPER), own_secrets / "seal-retired"
    fresh, (old,) = seal_keys.retire_embedded(), retired.iterdir()
    (retired / "0.pem").write_text("bukan sertifikat")
    (retired / "1.pem").mkdir()
    assert len(seal_keys.known_certificates()) == 2
    settings.SEAL_FILE = str(own_secrets / "hilang.p12")
    assert seals(sealed) == ([ranges(sealed)[0]], False)
    assert seal_keys.known_certificates()[0] == fresh.certificate  # left behind
    (own_secrets / "seal.pem").write_text("bukan kunci")
    seal_keys._load.cache_clear()
    assert fresh.certificate not in seal_keys.known_certificates()
    old.unlink()
    assert seals(sealed) == ([], True)
    assert "0.pem cannot be read: ValueError" in caplog.text
    assert "only retired seals are known" in caplog.text
    assert "the embedded key that is still there cannot be read" in caplog.text


def test_anothers_seal_is_not_ours(settings: Settings, own_secrets: Path, tmp_path: Path):
    theirs = seal(PAPER)
    settings.SECRETS_DIR = tmp_path / "other"
    settings.SEAL_RETIRED_DIR = str(tmp_path / "other" / "seal-retired")
    assert seals(theirs) == ([], True)
    assert seals(PAPER) == ([], False)


def test_an_official_certificate_seals_by_settings(settings: Settings, own_secrets: Path, tmp_path: Path):
    file = tmp_path / "resmi.p12"
    file.write_bytes(official())
    settings.SEAL_FILE, settings.SEAL_PASSWORD = str(file), "rahasia"

    sealed = seal(PAPER)

    assert judged(sealed, seal_keys.credentials().certificate).intact
    assert seals(sealed) == ([ranges(sealed)[0]], False)
    assert not own_secrets.exists()
    with pytest.raises(SealMisconfigured):
        seal_keys.retire_embedded()


def test_the_embedded_key_stays_known_once_an_official_one_follows_and_is_retired_by_the_command(
    settings: Settings, own_secrets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    old, sealed = seal_keys.credentials(), seal(PAPER)
    (tmp_path / "resmi.p12").write_bytes(official())
    settings.SEAL_FILE, settings.SEAL_PASSWORD = str(tmp_path / "resmi.p12"), "rahasia"
    current = seal_keys.credentials().certificate
    assert seal_keys.known_certificates() == [current, old.certificate]
    assert seals(sealed) == ([ranges(sealed)[0]], False)

    call_command("rotate_seal_key")

    assert capsys.readouterr().out == f"sealing with certificate {current.serial_number:x}\n"
    assert not (own_secrets / "seal.pem").exists()
    assert seal_keys.known_certificates() == [current, old.certificate]
    assert seals(sealed) == ([ranges(sealed)[0]], False)
    with pytest.raises(CommandError, match="SEAL_RETIRED_DIR"):
        call_command("rotate_seal_key")


def test_an_official_key_that_cannot_be_read_does_not_cost_the_embedded_one(settings: Settings, own_secrets: Path):
    old = seal_keys.credentials()
    settings.SEAL_FILE = str(own_secrets / "hilang.p12")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("rotate_seal_key")
    settings.SEAL_FILE = ""
    assert seal_keys.credentials().certificate == old.certificate


@pytest.mark.parametrize("fault", ["password", "missing", "rubbish", "no certificate"])
def test_a_faulty_setting_seals_nothing(settings: Settings, own_secrets: Path, tmp_path: Path, fault: str):
    file = tmp_path / "resmi.p12"
    if fault == "password":
        file.write_bytes(official())
    if fault == "rubbish":
        file.write_bytes(b"bukan kunci")
    if fault == "no certificate":
        pem = seal_keys.embedded_file().read_bytes()
        file.write_bytes(pem[: pem.index(b"-----BEGIN CERTIFICATE")] + seal_keys_pem(own_secrets))
    settings.SEAL_FILE, settings.SEAL_PASSWORD = str(file), "salah" if fault == "password" else ""
    with pytest.raises(SealMisconfigured):
        seal(PAPER)


def seal_keys_pem(folder: Path) -> bytes:
    """Only the authority's certificate, which is not that of the key."""
    content = (folder / "seal_ca.pem").read_bytes()
    return content[content.index(b"-----BEGIN CERTIFICATE") :]


def test_an_expired_certificate_seals_nothing(settings: Settings, tmp_path: Path):
    file = tmp_path / "resmi.p12"
    file.write_bytes(official(days=-1))
    settings.SEAL_FILE, settings.SEAL_PASSWORD = str(file), "rahasia"
    with pytest.raises(SealExpired):
        seal(PAPER)


def test_a_time_stamp_is_put_into_the_seal(settings: Settings):
    with StampAuthority() as authority:
        settings.SEAL_TSA_URL = authority.url
        sealed = seal(PAPER)
    status = judged(sealed, seal_keys.credentials().chain[0])
    assert status.timestamp_validity.intact
    assert status.timestamp_validity.valid
    assert seals(sealed) == ([ranges(sealed)[0]], False)


def test_without_the_stamp_nothing_is_stored_and_the_repair_finishes_it(
    cast: Cast, settings: Settings, private_files: Path, caplog: pytest.LogCaptureFixture
):
    TrainingRecordFactory(member=cast.member)
    with StampAuthority(status=503) as authority:
        settings.SEAL_TSA_URL = authority.url
        assert (issue_due().issued, issue_due().failed) == (0, 1)
        assert pdfs_in(private_files) == []
        assert not Certificate.objects.get().is_filed
        assert "not printed: HTTPError" in caplog.text
        authority.status = 200
        assert issue_due().issued == 1
    assert Certificate.objects.get().is_filed


def test_the_command_exchanges_the_key(own_secrets: Path, capsys: pytest.CaptureFixture[str]):
    old = seal_keys.credentials().certificate
    call_command("rotate_seal_key")
    fresh = seal_keys.credentials().certificate
    assert capsys.readouterr().out == f"sealing with certificate {fresh.serial_number:x}\n"
    assert fresh != old


def test_the_command_leaves_an_official_key_alone(settings: Settings):
    settings.SEAL_FILE = "/etc/akademi/cap.p12"
    with pytest.raises(CommandError, match="SEAL_RETIRED_DIR"):
        call_command("rotate_seal_key")
