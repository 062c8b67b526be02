"""The press: pages as the layout engine lays them out, faster; and what it refuses to set."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.test import override_settings
from PIL import Image
from pypdf import PdfReader
from pyzbar.pyzbar import ZBarSymbol, decode

from certificates import press as press_room
from certificates.models import Certificate
from certificates.pdf import certificate_pdf, in_full, sheet_of
from certificates.press import NotPressed, Sheet, press
from tests.certificates.papers import bound, operations, paper, pictures, words

LOCMEM = "django.template.loaders.locmem.Loader"
FILESYSTEM = "django.template.loaders.filesystem.Loader"
NAMES = [
    "Sukarno",
    "Ng",
    "M. Ali",
    "AVAWATO",
    "Ahmad Riduan",
    "Siti Nur’aini",
    "Nu'man Ma'ruf",
    "I Gusti Ngurah Rai",
    "H. Abdul Gaffar, S.Pd.",
    "Dr. Ir. H. Joko W., M.Si.",
    "Fifi Taffy Offira Efflin",
    "Maria Goreti Kou'uf",
    "André Désiré Nuñez",
    "Jürgen Öztürk Çelik",
    "Ana-Maria Tae (Bos)",
    "d'Angelo & Putra",
    "Yohanes 2",
    "Wayan Ty. Vy, A.Md.",
    "LALU AGUS TAWAKAL",
    "T. Tgk. Teuku Yusuf V",
    "Desak Made Rai Puspa",
    "Rr. Retno Wulandari",
    "Andi Tenri Ajeng",
    "Muhammad Nu’man Al-Faruqi",
    "Muhammad Nu’man Al-Faruqi bin H. Abdul",
    "Raden Mas Haryo Kusumoningrat, S.H., M.Hum.",
    "Muhammad Nu’man Al-Faruqi Syarifuddin bin Abdul Gaffar",
    "Prof. Dr. dr. Hj. Siti Aminah binti Abdul Rahman, Sp.A.(K)",
    "Muhammad Nu’man Al-Faruqi Syarifuddin bin H. Abdul Gaffar Ma’ruf",
    "W" * 14,
    "Kusumawardhanamangkubuminingratsuryadiningratprawirodirdjatm",
    "i" * 26,
    "Wijaya Mangkubumi Wicaksono Atmawijaya Kusumawardhana Wiryo",
]
LONGEST = "Raden Mas Haryo Kusumoningrat Prawirodirdjo Wiryosumarto Notonegoro Hadiningrat Suryokusumo Djoyoatm"


def row_of_papers() -> list[Certificate]:
    """A certificate for each name, other texts changing as they do in a batch."""
    scores, days = ["87.25", "100", "70.5"], ["2026-11-01", "2026-05-20", "2026-09-30"]
    predicates, issued = ["Memuaskan", "Sangat Memuaskan", "Baik"], ["2026-11-23", "2027-02-01", "2026-09-30"]
    villages = ["Desa Sirap, Kecamatan Juai, Kabupaten Balangan, Provinsi Kalimantan Selatan", "Desa Ta’ba", "Kota Va"]
    return [
        paper(
            at,
            name=name,
            score=scores[at % 3],
            predicate=predicates[at % 3],
            completed_on=days[at % 3],
            issued_on=issued[at // 3 % 3],
            village=villages[at // 2 % 3],
        )
        for at, name in enumerate(NAMES)
    ]


@pytest.mark.long
def test_pages_look_and_read_as_the_engine_lays_them_out(tmp_path: Path):
    certificates = row_of_papers()
    sheets = [sheet_of(certificate) for certificate in certificates]
    fast = bound(tmp_path, "fast", map(press, sheets))
    full = bound(tmp_path, "full", map(in_full, sheets))

    assert words(fast) == words(full)
    fast_pages, full_pages = pictures(fast), pictures(full)
    assert len(fast_pages) == len(full_pages) == 2 * len(NAMES)
    differing = [one.name for one, other in zip(fast_pages, full_pages, strict=True) if _differ(one, other)]
    assert differing == []
    fine_pages = pictures(
        fast, resolution=120, fronts=True
    )  # 2.4 pixels a module, as a phone sees it from an arm's length
    for certificate, page in zip(certificates, fine_pages[::2], strict=True):
        (code,) = decode(Image.open(page), symbols=[ZBarSymbol.QRCODE])
        assert code.data.decode() == certificate.qr_url


def _differ(one: Path, other: Path) -> bool:
    return one.read_bytes() != other.read_bytes()


def test_its_qr_leads_to_the_verification(tmp_path: Path, settings):
    certificates = [paper(at) for at in range(3)]
    pages = pictures(bound(tmp_path, "fast", map(certificate_pdf, certificates)), resolution=150)[::2]
    for certificate, page in zip(certificates, pages, strict=True):
        (code,) = decode(Image.open(page), symbols=[ZBarSymbol.QRCODE])
        assert code.data.decode().startswith(f"{settings.BASE_URL}/verifikasi/{certificate.token}/")


def test_every_word_can_be_copied_the_address_without_gaps(tmp_path: Path):
    certificate = paper(3, name="Siti Nur’aini & Putra")
    text = words(bound(tmp_path, "fast", [certificate_pdf(certificate)]))
    assert certificate.verification_url in text
    assert text.count("Siti Nur’aini & Putra") == 2
    assert text.count("0004/SERT/63.11/XI/2026") == 3  # on the front, on the back, at its foot


def test_embeds_its_fonts_is_sound_and_small(tmp_path: Path):
    file = tmp_path / "uji.pdf"
    file.write_bytes(certificate_pdf(paper()))
    assert subprocess.run(["qpdf", "--check", file], capture_output=True, check=False).returncode == 0
    fonts = subprocess.run(["pdffonts", file], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert len(fonts) == 5
    assert all(" yes yes yes " in line for line in fonts)
    assert file.stat().st_size <= 70_000  # 80,000 with the seal


def test_its_title_carries_the_number():
    info = PdfReader(BytesIO(certificate_pdf(paper(41)))).metadata
    assert (info.title, info.author) == ("Sertifikat 0042/SERT/63.11/XI/2026", "Akademi Linmas")
    assert info.creation_date.date().isoformat() == "2026-11-23"


def test_its_description_tells_the_day_it_was_issued_on():
    certificate_pdf(paper())
    for content in (certificate_pdf(paper(issued_on="2027-02-01")), in_full(sheet_of(paper(issued_on="2027-02-01")))):
        reader = PdfReader(BytesIO(content))
        assert reader.metadata.creation_date.date() == date(2027, 2, 1)
        assert reader.xmp_metadata.xmp_create_date.date() == date(2027, 2, 1)
        assert b"1111" not in reader.root_object["/Metadata"].get_object().get_data()


def test_the_same_certificate_gives_the_same_bytes_whatever_was_pressed_before():
    first = certificate_pdf(paper(5))
    certificate_pdf(paper(6, name="Orang Lain"))
    assert certificate_pdf(paper(5)) == first
    press_room._forms.clear()
    assert certificate_pdf(paper(5)) == first


def test_what_is_alike_is_copied_byte_for_byte_and_laid_out_once(monkeypatch):
    one = certificate_pdf(paper(7))
    monkeypatch.setattr(press_room, "lay_out_form", None)
    days = {"completed_on": "2026-01-02", "issued_on": "2027-02-03"}
    other = certificate_pdf(paper(8, name="Orang Lain", village="Desa Sirap", score="71", **days))
    assert one[:45_000] == other[:45_000]  # fonts, frame, structure


def test_on_page_two_only_the_texts_of_its_slots_change():
    one, other = (operations(certificate_pdf(paper(at, name=name)))[1] for at, name in [(1, "Budi"), (2, "Wati")])
    changed = [(before, after) for before, after in zip(one, other, strict=True) if before != after]
    assert len(changed) == 3  # the name, the number, the number in the footer
    assert all(before.endswith(b"] TJ") and after.endswith(b"] TJ") for before, after in changed)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"name": LONGEST}, "a line that has to be broken or set smaller"),
        ({"name": "W" * 60}, "a line that has to be broken or set smaller"),
        ({"village": "Desa Panjang Sekali, " * 12}, "a line that has to be broken or set smaller"),
        ({"name": "Nguyễn Łódź"}, "name: a letter that is not at hand"),
        ({"name": "Siti\u00a0Aminah"}, "name: a letter that is not at hand"),
        ({"village": "Desa Ḥasan"}, "village: a letter that is not at hand"),
    ],
    ids=lambda value: None if isinstance(value, str) else next(iter(value)),
)
def test_what_does_not_fit_is_laid_out_in_full_and_the_log_says_so(caplog, fields, reason):
    certificate = paper(9, **fields)
    with caplog.at_level("INFO", "akademi.certificates"):
        content = certificate_pdf(certificate)
    assert content == in_full(sheet_of(certificate))
    assert [record.getMessage() for record in caplog.records] == [f"certificate 10 laid out in full: {reason}"]


def test_keeps_no_more_forms_than_it_says(monkeypatch):
    monkeypatch.setattr(press_room, "FORMS", 2)
    for title in ("Satu", "Dua", "Tiga"):
        certificate_pdf(paper(title=title))
    assert len(press_room._forms) == 2
    assert all("'title': 'Satu'" not in key for key in press_room._forms)


# --- designs -----------------------------------------------------------------------------------


@pytest.fixture
def press_design(settings) -> Callable[[str], bytes]:
    """Presses a small sheet of the given body and title; the name is a slot."""

    def pressed(body: str, title: str = "Uji", name: str = "Budi") -> bytes:
        text = '{% extends "print/base.html" %}{% block title %}' + title + "{% endblock %}{% block body %}"
        engine = settings.TEMPLATES[0]
        loaders = [(LOCMEM, {"uji.html": text + body + "{% endblock %}"}), FILESYSTEM]
        options = {**engine["OPTIONS"], "loaders": loaders}
        sheet = Sheet("uji.html", {"body": body, "title": title}, {"name": name}, ALPHABET, "https://a.example/x/", DAY)
        with override_settings(TEMPLATES=[{**engine, "APP_DIRS": False, "OPTIONS": options}]):
            return press(sheet)

    return pressed


DAY = date(2026, 11, 23)
ALPHABET = {"name": "ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz -& AVATaTo"}
QR = '<img alt="QR" src="{{ qr }}" style="width: 3cm">'


def test_a_line_may_hold_other_words_and_stand_left_right_or_centred(press_design, tmp_path: Path):
    body = "".join(
        f'<p style="text-align: {side}; white-space: nowrap">Yth. <em>{{{{ name }}}}</em> di tempat</p>'
        for side in ("left", "center", "right")
    )
    text = words(bound(tmp_path, "uji", [press_design(QR + body)]))
    lines = [line for line in text.splitlines() if "Yth." in line]
    assert [line.split() for line in lines] == [["Yth.", "Budi", "di", "tempat"]] * 3
    starts = [len(line) - len(line.lstrip()) for line in lines]
    assert starts == sorted(starts)
    assert starts[0] < starts[1] < starts[2]


@pytest.mark.parametrize(
    ("body", "title", "reason"),
    [
        ("<p>{{ name }}</p>", "Uji", "its QR is not drawn straight onto a page"),
        (QR + '<p style="width: 3cm">{{ name }}</p>', "Uji", "a mark is broken into lines, or changed"),
        (QR + '<p style="text-transform: uppercase">{{ name }}</p>', "Uji", "a mark is broken into lines, or changed"),
        (QR + '<p style="white-space: nowrap; letter-spacing: 2pt">{{ name }}</p>', "Uji", "only the engine can set"),
        (QR + '<p style="white-space: nowrap"><img alt="" src="{{ qr }}"> {{ name }}</p>', "Uji", "besides text"),
        (QR + '<p style="white-space: nowrap"><sup>a</sup>{{ name }}</p>', "Uji", "not on one height"),
        (QR + '<p style="white-space: nowrap"><b style="margin: 2pt">a</b>{{ name }}</p>', "Uji", "follow one another"),
        (QR + '<p style="white-space: nowrap">{{ name }}</p>', "{{ name }}", "signs that XML writes otherwise"),
    ],
)
def test_a_design_whose_texts_cannot_be_placed_for_certain_is_not_pressed(press_design, body, title, reason):
    for _ in range(2):  # a second time from memory
        with pytest.raises(NotPressed, match=f"the design: .*{reason}"):
            press_design(body, title)


def test_a_ligature_that_the_form_does_not_embed_is_not_pressed(press_design):
    body = QR + '<p style="white-space: nowrap">{{ name }}</p>'
    assert press_design(body, name="Afandi").startswith(b"%PDF-")
    with pytest.raises(NotPressed, match="a letter that is not at hand"):
        press_design(body, name="Afif")


def test_a_sheet_with_other_constants_has_another_form():
    sheet = sheet_of(paper())
    own = {"name": "Orang Lain", "score": "71", "issued_on": "2026-11-24"}
    assert sheet.key == sheet_of(paper(1, **own)).key
    for other in (
        sheet_of(paper(title="Lain")),
        sheet_of(paper(predicate="Baik")),
        sheet_of(paper(score="", predicate="")),
        sheet_of(paper(name="Muhammad Nu’man Al-Faruqi Syarifuddin")),
        replace(sheet, template="lain.html"),
        replace(sheet, address=sheet.address + "x"),
    ):
        assert other.key != sheet.key
