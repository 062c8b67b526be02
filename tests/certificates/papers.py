"""Certificates that stand in no database, and what other people's tools say of their PDFs."""

import subprocess
from collections.abc import Iterable
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader

from certificates.models import Certificate
from certificates.snapshots import SignatorySnapshot, Snapshot

SNAPSHOT = Snapshot(
    number="0001/SERT/63.11/XI/2026",
    name="Ahmad Riduan",
    member_number="63.11.01.2001-0007",
    village="Desa Muara Ninian, Kecamatan Juai, Kabupaten Balangan, Provinsi Kalimantan Selatan",
    title="Dasar Hukum, Tugas & Etika Satlinmas",
    lesson_hours="4.5",
    score="87.25",
    predicate="Memuaskan",
    organiser="Satpol PP Kabupaten Balangan",
    completed_on="2026-11-20",
    venue="Akademi Linmas (daring)",
    issuer="Kabupaten Balangan",
    issued_on="2026-11-23",
    place="Paringin",
    signatory_position="Kepala Satuan Polisi Pamong Praja Kabupaten Balangan",
    signatory_name="Contoh Pejabat, S.Sos.",
    signatory_rank="Pembina Tk. I (IV/b)",
    signatory_nip="199001012015011001",
    syllabus=[
        {"title": "Dari Hansip ke Linmas", "lesson_hours": "1"},
        {"title": "Tugas dan wewenang", "lesson_hours": "2"},
        {"title": "Etika di lapangan", "lesson_hours": "1.5"},
    ],
)

SIGNER = SignatorySnapshot(
    position="Kepala Pelaksana Badan Penanggulangan Bencana Daerah Kabupaten Balangan",
    name="Rekan Contoh, M.Si.",
    rank="Pembina Utama Muda (IV/c)",
    nip="197001012015011001",
    signature="",
)


def paper(at: int = 0, **fields: object) -> Certificate:
    """The certificate with this place in a row, unsaved; equal arguments give equal ones."""
    snapshot = {**SNAPSHOT, "number": f"{at + 1:04}/SERT/63.11/XI/2026", **fields}
    token = f"{at:06d}AJ-_fiTaVWxyzQ9{at % 10}"
    return Certificate(
        pk=at + 1,
        token=token,
        snapshot=snapshot,
        issuer_id="63.11",
        sequence=at + 1,
        issued_on=date(2026, 11, 23),
        issued_at=datetime(2026, 11, 23, 2, 30, tzinfo=UTC),
    )


def bound(folder: Path, name: str, contents: Iterable[bytes]) -> Path:
    """The PDFs as one file, page after page, so that the tools start once."""
    files = []
    for at, content in enumerate(contents):
        files.append(folder / f"{name}-{at:03}.pdf")
        files[-1].write_bytes(content)
    whole = folder / f"{name}.pdf"
    subprocess.run(["qpdf", "--empty", "--pages", *files, "--", whole], check=True)
    return whole


def pictures(file: Path, *, resolution: int = 72, fronts: bool = False) -> list[Path]:
    """The pages as pictures in grey, in order; with `fronts` anew those of the first, third, … page only."""
    odd = ["-o"] if fronts else []
    subprocess.run(["pdftoppm", *odd, "-r", str(resolution), "-gray", file, file.with_suffix("")], check=True)
    return sorted(file.parent.glob(f"{file.stem}-*.pgm"))


def words(file: Path) -> str:
    """The text of all pages, as it lies on them."""
    return subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout


def operations(content: bytes) -> list[list[bytes]]:
    """What is drawn on each page, operation by operation."""
    return [page["/Contents"].get_object().get_data().split(b"\n") for page in PdfReader(BytesIO(content)).pages]
