"""The paper itself, read back from storage with other people's tools."""

import subprocess
from pathlib import Path

import pytest
from PIL import Image
from pyzbar.pyzbar import ZBarSymbol, decode

from certificates.models import Certificate, Signatory, make_token
from certificates.pdf import certificate_pdf
from certificates.services import issue_certificate
from tests.cast import Cast
from tests.certificates.helpers import Issued
from tests.factories import CertificateFactory, MemberFactory, TrainingRecordFactory

LONGEST_NAME = "Raden Mas Haryo Kusumoningrat Prawirodirdjo Wiryosumarto Notonegoro Hadiningrat Suryokusumo Djoyoatm"
NAMES = [
    "Sukarno",
    "Muhammad Nu’man Al-Faruqi Syarifuddin bin H. Abdul Gaffar Ma’ruf",
    "D'Angelo <b>&amp; Çelik Łódź Nguyễn",
    LONGEST_NAME,
]


def text_of(file: Path, *options: str) -> str:
    """The words of a PDF, spaces and line ends flattened."""
    return " ".join(
        subprocess.run(["pdftotext", *options, file, "-"], capture_output=True, text=True, check=True).stdout.split()
    )


def unspaced(file: Path) -> str:
    """Line by line, without spaces: pdftotext sees one between some pairs of letters ("AJ") where none is."""
    lines = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    return lines.replace(" ", "")


def info_of(file: Path) -> dict[str, str]:
    """What pdfinfo says."""
    lines = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True).stdout.splitlines()
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}


@pytest.fixture
def signed(cast: Cast, predicates: None, private_files: Path) -> Issued:
    """A certificate with a full signature block."""
    Signatory.objects.create(
        region_id="63.11",
        position="Kepala Satuan Polisi Pamong Praja Kabupaten Balangan",
        name="Contoh Pejabat, S.Sos.",
        rank="Pembina Tk. I (IV/b)",
        nip="199001012015011001",
        place="Paringin",
    )
    record = TrainingRecordFactory(member=cast.member, score="87.25", lesson_hours="4.5")
    return Issued(cast=cast, certificate=issue_certificate(record_id=record.pk), files=private_files)


def test_says_everything_that_the_snapshot_says(signed: Issued):
    text = text_of(signed.file)
    certificate = signed.certificate
    for words in (
        "PELATIHAN SATUAN PELINDUNGAN MASYARAKAT KABUPATEN BALANGAN SERTIFIKAT",
        f"Nomor {certificate.number}",
        "Diberikan kepada Ahmad Riduan",
        f"Nomor anggota {signed.cast.member.number}",
        "Desa Muara Ninian, Kecamatan Juai, Kabupaten Balangan, Provinsi Kalimantan Selatan",
        "atas partisipasinya sebagai peserta Dasar Hukum, Tugas & Etika Satlinmas yang diselenggarakan oleh "
        "Satpol PP Kabupaten Balangan pada tanggal",
        "di Akademi Linmas (daring), selama 4,5 jam pelajaran, dengan predikat Memuaskan (nilai 87,25).",
        "Kepala Satuan Polisi Pamong Praja Kabupaten Balangan",
        "Contoh Pejabat, S.Sos. Pembina Tk. I (IV/b) NIP 199001012015011001",
        "Daftar Materi",
        "Dari Hansip ke Linmas",
        "Seluruhnya 4,5",
        "Halaman 2 dari 2",
    ):
        assert words in text
    assert "Paringin, " in text
    assert certificate.verification_url in unspaced(signed.file)


@pytest.mark.looks
def test_is_sound_and_small_with_every_font_embedded(signed: Issued):
    assert subprocess.run(["qpdf", "--check", signed.file], capture_output=True, check=False).returncode == 0
    fonts = subprocess.run(["pdffonts", signed.file], capture_output=True, text=True, check=True).stdout.splitlines()[
        2:
    ]
    assert len(fonts) >= 3
    assert all(" yes yes yes " in line for line in fonts)
    assert signed.file.stat().st_size <= 80_000


@pytest.mark.looks
def test_is_landscape_a4_with_title_author_and_language(signed: Issued):
    info = info_of(signed.file)
    assert info["Page size"] == "841.89 x 595.276 pts (A4)"
    assert (info["Title"], info["Author"]) == (f"Sertifikat {signed.certificate.number}", "Akademi Linmas")
    assert info["Pages"] == "2"
    assert info["Tagged"] == "yes"
    assert (
        b"/Lang (id)"
        in subprocess.run(
            ["qpdf", "--qdf", "--object-streams=disable", signed.file, "-"], capture_output=True, check=True
        ).stdout
    )


@pytest.mark.looks
@pytest.mark.parametrize("resolution", [150, 200])
def test_its_qr_leads_to_the_verification(signed: Issued, tmp_path: Path, resolution: int):
    subprocess.run(
        [
            "pdftoppm",
            "-r",
            str(resolution),
            "-f",
            "1",
            "-l",
            "1",
            "-png",
            "-singlefile",
            signed.file,
            tmp_path / "page",
        ],
        check=True,
    )
    codes = decode(Image.open(tmp_path / "page.png"), symbols=[ZBarSymbol.QRCODE])
    assert [code.data.decode() for code in codes] == [signed.certificate.qr_url]


def test_the_same_certificate_gives_the_same_bytes(signed: Issued):
    printed = certificate_pdf(signed.certificate)
    assert printed == certificate_pdf(Certificate.objects.get())
    assert signed.file.read_bytes().startswith(printed)  # the seal is added behind it


@pytest.mark.looks
@pytest.mark.parametrize("name", NAMES, ids=len)
@pytest.mark.parametrize("title_length", [9, 255])
def test_no_text_is_lost_or_pushed_to_another_page(cast: Cast, tmp_path: Path, name: str, title_length: int):
    title = ("Kebakaran " * 26)[:title_length].strip()
    Signatory.objects.create(
        region_id="63", position=("Kepala Bidang " * 12)[:150].strip(), name="Pejabat", nip="1" * 18
    )
    record = TrainingRecordFactory(member=MemberFactory(name=name), title=title, organiser="P" * 150)
    certificate = issue_certificate(record_id=record.pk)
    file = tmp_path / "uji.pdf"
    file.write_bytes(certificate_pdf(certificate))

    front = text_of(file, "-f", "1", "-l", "1")
    assert name in front
    assert title in front
    assert "NIP 111111111111111111" in front
    assert info_of(file)["Pages"] == "2"


@pytest.mark.looks
def test_the_blocks_of_the_longest_certificate_do_not_overlap(cast: Cast, tmp_path: Path):
    position = ("Pelaksana Tugas Kepala Satuan Polisi Pamong Praja dan Pelindungan Masyarakat " * 2)[:150].strip()
    Signatory.objects.create(region_id="63.11", position=position, name="Pejabat", rank="IV/c", nip="1" * 18)
    record = TrainingRecordFactory(
        member=MemberFactory(name=LONGEST_NAME),
        title=("Pelatihan Dasar " * 16)[:255].strip(),
        organiser=("Satpol PP " * 15),
    )
    file = tmp_path / "uji.pdf"
    file.write_bytes(certificate_pdf(issue_certificate(record_id=record.pk)))

    words = subprocess.run(
        ["pdftotext", "-bbox", "-l", "1", file, "-"], capture_output=True, text=True, check=True
    ).stdout
    lines = [line.split('"') for line in words.splitlines() if "<word" in line]
    bottoms = {line[8].strip("></word"): float(line[7]) for line in lines}
    tops = [float(line[3]) for line in lines if line[8].startswith(">Balangan,")]
    wording_ends = max(float(line[7]) for line in lines if line[8].startswith(">pelajaran"))
    assert tops
    assert wording_ends < max(tops)
    assert max(bottoms.values()) < 595 - 28  # inside the frame


@pytest.mark.looks
def test_a_long_syllabus_flows_on_under_its_heading(cast: Cast, tmp_path: Path):
    lines = [{"title": f"Materi {n}", "lesson_hours": 0.5} for n in range(1, 61)]
    record = TrainingRecordFactory(member=cast.member, syllabus=lines, lesson_hours=30)
    file = tmp_path / "uji.pdf"
    file.write_bytes(certificate_pdf(issue_certificate(record_id=record.pk)))
    assert int(info_of(file)["Pages"]) > 3
    assert text_of(file, "-f", "4", "-l", "4").startswith("No. Materi JP")
    assert "Materi 60 0,5" in text_of(file, "-layout")


def test_a_certificate_without_score_and_member_number_leaves_them_out(cast: Cast, tmp_path: Path):
    certificate = CertificateFactory(record__member=cast.member)
    certificate.snapshot |= {"score": "", "predicate": "", "member_number": ""}
    file = tmp_path / "uji.pdf"
    file.write_bytes(certificate_pdf(certificate))
    text = text_of(file)
    assert "selama 4 jam pelajaran." in text
    assert "predikat" not in text
    assert "Nomor anggota" not in text


@pytest.mark.looks
@pytest.mark.parametrize("host", ["http://127.0.0.1:8000", "https://akademi-linmas.balangankab.go.id"])
def test_the_address_stays_on_one_line(signed: Issued, tmp_path: Path, settings, host: str):
    settings.BASE_URL = host
    file = tmp_path / "uji.pdf"
    for _ in range(3):
        signed.certificate.token = make_token()
        file.write_bytes(certificate_pdf(signed.certificate))
        assert signed.certificate.verification_url in unspaced(file)


def test_a_training_held_by_others_says_who_held_it_and_why_it_is_certified(cast: Cast, private_files: Path):
    record = TrainingRecordFactory(
        member=cast.member, kind="external", organiser="BPBD Balangan", title="Dapur Umum", score=None, syllabus=[]
    )
    issued = Issued(cast=cast, certificate=issue_certificate(record_id=record.pk), files=private_files)
    text = text_of(issued.file)
    assert "atas keikutsertaannya dalam Dapur Umum yang diselenggarakan oleh BPBD Balangan, selesai pada" in text
    assert "diakui berdasarkan bukti yang diperiksa petugas." in text
    assert "Menurut penyelenggara" in text
    assert info_of(issued.file)["Pages"] == "2"
