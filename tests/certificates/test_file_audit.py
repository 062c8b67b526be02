"""Every file of a certificate is held against its digest, and one that was changed or lost is named by its number."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command

from certificates.file_audit import FileAudit
from certificates.models import Certificate, SignedFile
from certificates.seal import seal
from certificates.signing import take_signed_file
from tests.cast import Cast
from tests.certificates.helpers import filed
from tests.certificates.signatory import sign
from tests.factories import CertificateFactory, UserFactory
from tests.files import pdf
from training.reconciliation import reconcile


@pytest.fixture
def three(cast: Cast, private_files: Path) -> list[Certificate]:
    """One as it was issued, one that was signed, and one whose file is still to be made."""
    plain, signed, _unfiled = CertificateFactory.create_batch(3, record__member=cast.member)
    filed(plain, b"%PDF-1.7 one")
    filed(signed, paper := seal(pdf()))
    take_signed_file(certificate=signed, content=sign(paper), by=UserFactory())
    signed.refresh_from_db()
    return [plain, signed]


def test_sound_files_are_read_and_nothing_is_said(three: list[Certificate], django_assert_num_queries):
    audit = FileAudit()
    with django_assert_num_queries(2):
        assert list(audit.faults()) == []
    assert audit.checked == 3


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (lambda file: file.unlink(), "is gone"),
        (lambda file: file.write_bytes(file.read_bytes()[:-1]), "is not the one that was written"),
        (lambda file: file.write_bytes(b""), "is not the one that was written"),
    ],
)
@pytest.mark.parametrize("which", ["issued", "signed", "signed before"])
def test_what_is_gone_or_changed_is_named_by_its_number(
    three: list[Certificate], private_files: Path, which: str, damage: Callable[[Path], object], fault: str
):
    certificate = three[0] if which == "issued" else three[1]
    name = SignedFile.objects.get().earlier_file if which == "signed before" else certificate.file
    damage(private_files / name)
    assert list(FileAudit().faults()) == [f"certificate {certificate.number}: its file {name} {fault}"]


def test_a_file_that_cannot_be_read_is_named_too(three: list[Certificate], private_files: Path):
    file = private_files / three[0].file
    file.unlink()
    file.mkdir()
    assert list(FileAudit().faults()) == [
        f"certificate {three[0].number}: its file {three[0].file} cannot be read: IsADirectoryError"
    ]


def test_reconcile_reads_them_where_asked(cast: Cast, private_files: Path, capsys: pytest.CaptureFixture[str]):
    certificate = filed(CertificateFactory(record__member=cast.member), b"%PDF-1.7 one")
    reconcile(fix=True)  # the factory enters bare rows
    (private_files / certificate.file).unlink()
    with pytest.raises(SystemExit, match="1"):
        call_command("reconcile", "--files")
    said = capsys.readouterr().out
    assert f"certificate {certificate.number}: its file {certificate.file} is gone" in said
    assert "1 files of certificates read" in said
    assert cast.member.name not in said
    with pytest.raises(SystemExit):  # the factory's certificate has no line in the log
        call_command("reconcile")
    said = capsys.readouterr().out
    assert "is gone" not in said
    assert "files of certificates" not in said
