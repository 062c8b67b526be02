"""A design filled with invented data, as pictures: what the form in the CMS shows beside it."""

import base64
from datetime import date
from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image

from certificates.designs import Design
from certificates.models import Certificate
from certificates.pdf import in_full, sheet_of
from certificates.pictures import page_pictures
from certificates.signatories import Signatory
from certificates.snapshots import Snapshot, SyllabusLine, design_as_it_is, signed_by

SCALE = 1.2  # pixels a point: an A4 page is about 1,000 px wide
TOKEN = "A" * 22
NAMES = {
    "": "Ahmad Riduan",
    "long": "Muhammad Nu’man Al-Faruqi Syarifuddin bin Haji Abdul Gaffar",
    "short": "Sukarni",
}
LONG_TITLE = (
    "Penanggulangan Bencana Banjir dan Tanah Longsor, Evakuasi Warga Rentan, Dapur Umum, dan Logistik Pengungsian"
)


def design_pages(design: Design, example: str) -> list[str]:
    """Both pages as data: URIs of PNGs; `example` is one of the design's preview modes."""
    return [_data_uri(page) for page in page_pictures(example_pdf(design, example), scale=SCALE)]


def example_pdf(design: Design, example: str) -> bytes:
    """The same as a PDF."""
    return in_full(sheet_of(_certificate(_example(design, example))))


def _certificate(snapshot: Snapshot) -> Certificate:
    """Nobody's, with all that its QR tells."""
    issued_on = date.fromisoformat(snapshot["issued_on"])
    place = {"number": snapshot["number"], "issuer_id": "63.11", "year": issued_on.year, "sequence": 12}
    return Certificate(token=TOKEN, snapshot=snapshot, issued_on=issued_on, **place)


def _data_uri(page: Image.Image) -> str:
    target = BytesIO()
    page.save(target, "PNG")
    return f"data:image/png;base64,{base64.b64encode(target.getvalue()).decode()}"


def _example(design: Design, example: str) -> Snapshot:
    """What a certificate of nobody says; every text invented."""
    title = LONG_TITLE if example == "long" else _("Pertolongan Pertama & Bantuan Hidup Dasar")
    return Snapshot(
        number="0012/SERT/63.11/VIII/2026",
        name=NAMES.get(example, NAMES[""]),
        member_number="LM-00000000",
        village="Desa Contoh, Kecamatan Contoh, Kabupaten Contoh, Provinsi Contoh",
        title=title,
        lesson_hours="6",
        score="92",
        predicate=_("Sangat Memuaskan"),
        organiser=_("Satuan Polisi Pamong Praja Kabupaten Contoh"),
        completed_on=date(2026, 8, 17).isoformat(),
        venue=_("Akademi Linmas (daring)"),
        issuer="Kabupaten Contoh",
        issued_on=date(2026, 8, 18).isoformat(),
        place="Contoh",
        syllabus=[SyllabusLine(title=f"{_('Materi')} {n}", lesson_hours="1") for n in range(1, 7)],
        design=design_as_it_is(design),
        **signed_by(design.people or [_signatory(example)]),  # type: ignore[typeddict-item]  # see take_snapshot
    )


def _signatory(example: str) -> Signatory:
    """Who signs where the design names nobody: in truth whoever the region names."""
    position = _("Kepala Satuan Polisi Pamong Praja")
    if example == "long":
        position = _("Kepala Satuan Polisi Pamong Praja dan Pemadam Kebakaran Kabupaten Contoh Selatan")
    return Signatory(position=position, name="Drs. H. Contoh, M.Si.", rank="Pembina Utama Muda", nip="1" * 18)
