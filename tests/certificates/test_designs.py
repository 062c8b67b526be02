"""How certificates look: whose design holds, what it says, and that nothing of it changes afterwards."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.images import ImageFile
from django.db import IntegrityError, transaction
from django.test import Client
from PIL import Image as Picture
from PIL import ImageColor
from pyzbar.pyzbar import ZBarSymbol, decode
from wagtail.images.models import Image

from certificates.design_files import data_uri
from certificates.design_preview import NAMES, example_pdf
from certificates.designs import Design, DesignSignatory, design_for
from certificates.models import Certificate, Signatory
from certificates.office import Office, ancestors
from certificates.pdf import certificate_pdf, in_full, sheet_of
from certificates.pictures import page_pictures
from certificates.press import press
from certificates.reissue import snapshot_of
from certificates.services import issue_certificate
from certificates.snapshots import frame_of, signers_of
from regions.models import Region
from tests.cast import Cast
from tests.certificates.helpers import Issued
from tests.certificates.papers import SIGNER, bound, pictures, words
from tests.certificates.test_pdf import text_of
from tests.factories import TrainingRecordFactory, make_course
from training.models import TrainingRecord

CMS = "/cms/snippets/certificates/design/"
WORDING = "telah mengikuti {pelatihan}\npada {tanggal} di {tempat} ({jp} JP), diadakan {penyelenggara}"


def logo(colour: str = "navy") -> Image:
    content = BytesIO()
    Picture.new("RGB", (900, 900), colour).save(content, "PNG")
    return Image.objects.create(title="Logo", file=ImageFile(BytesIO(content.getvalue()), name=f"{colour}.png"))


def chain(code: str) -> list[Region]:
    return ancestors(Region.objects.select_related("parent__parent").get(pk=code))


@pytest.fixture
def designed(cast: Cast, predicates: None, private_files) -> Issued:
    """A certificate of a design with everything of its own."""
    Signatory.objects.create(region_id="63.11", position="Kepala", name="Contoh", signature=logo("black"))
    Design.objects.create(
        name="Balangan", region_id="63.11", layout="band", accent="#7a1f2b", heading="Kepala <Kita>", wording=WORDING,
        logo=logo(), second_logo=logo("maroon"), frame="single",
    )  # fmt: skip
    record = TrainingRecordFactory(member=cast.member, score=88)
    return Issued(cast=cast, certificate=issue_certificate(record_id=record.pk), files=private_files)


def test_the_nearest_region_decides_and_there_the_course(regions: None):
    course = make_course()
    nation = Design.objects.create(name="Nasional", region_id="00")
    special = Design.objects.create(name="Nasional kursus", region_id="00", course=course)
    assert Design.objects.for_issuers(["63.11", "63"]) == [nation, special]
    found = [design_for(chain("63.11"), subject, [nation, special]) for subject in ("course:0", course.subject)]
    assert found == [nation, special]
    province = Design.objects.create(name="Provinsi", region_id="63")
    everything = Design.objects.for_issuers(["63.11", "63"])
    assert design_for(chain("63.11"), course.subject, everything) == province
    assert design_for(chain("63.11"), course.subject, []) is None


def test_it_is_printed_and_kept_in_the_snapshot(designed: Issued):
    said = text_of(designed.file)
    assert "KEPALA <KITA>" in said
    title = designed.certificate.snapshot["title"]
    assert f"telah mengikuti {title} pada " in said
    assert "di Akademi Linmas (daring) (4 JP), diadakan" in said
    assert "dengan predikat Memuaskan (nilai 88)." in said
    kept = designed.certificate.snapshot["design"]
    assert (kept["layout"], kept["accent"], kept["heading"]) == ("band", "#7a1f2b", "Kepala <Kita>")
    assert (kept["frame"], kept["logo"] != kept["second_logo"]) == ("single", True)


def colours_of(content: bytes) -> set[tuple[int, int, int]]:
    """What the front is coloured with."""
    (front,) = page_pictures(content, scale=1, pages=1)
    return {colour for _count, colour in front.getcolors(100_000)}


@pytest.mark.looks
@pytest.mark.parametrize("layout", Design.Layout.values)
def test_a_second_logo_stands_beside_the_first_or_the_emblem_or_not_at_all(designed: Issued, layout: str):
    kept, drawn = designed.certificate.snapshot["design"], []
    kept["layout"] = layout
    for name in ("", "logo", "second_logo"):
        kept[name] = ""
        colours = colours_of(in_full(sheet_of(designed.certificate)))
        drawn.append([name for name in ("navy", "maroon") if ImageColor.getrgb(name) in colours])
    assert drawn == [["navy", "maroon"], ["maroon"], []]


@pytest.mark.looks
@pytest.mark.parametrize("layout", Design.Layout.values)
def test_its_frame_is_of_two_lines_or_of_one_or_there_is_none(designed: Issued, layout: str):
    kept, lines = designed.certificate.snapshot["design"], {}
    kept["layout"] = layout
    for frame in Design.Frame.values:
        kept["frame"] = frame
        (front,) = page_pictures(in_full(sheet_of(designed.certificate)), scale=2, pages=1)
        edge = front.convert("L").crop((front.width * 95 // 100, front.height // 2, front.width, front.height // 2 + 1))
        dark = "".join("#" if edge.getpixel((x, 0)) < 250 else " " for x in range(edge.width))
        lines[frame] = len(dark.split())
    assert lines == {"double": 2, "single": 1, "none": 0}


def test_certificates_from_before_there_were_frames_keep_their_layouts(designed: Issued):
    snapshot = designed.certificate.snapshot
    del snapshot["design"]["frame"], snapshot["design"]["second_logo"]
    assert [sheet_of(designed.certificate).constants[name] for name in ("frame", "second_logo")] == ["none", ""]
    snapshot["design"]["layout"] = "classic"
    assert frame_of(snapshot) == "double"
    del snapshot["design"]
    assert frame_of(snapshot) == "double"


def test_nothing_that_happens_to_the_design_changes_the_certificate(designed: Issued):
    content = certificate_pdf(designed.certificate)
    Design.objects.update(heading="Lain", layout="classic")
    Image.objects.all().delete()
    Design.objects.all().delete()
    data_uri.cache_clear()
    assert certificate_pdf(Certificate.objects.get()) == content


@pytest.mark.looks
@pytest.mark.parametrize("layout", Design.Layout.values)
def test_the_press_takes_every_layout_also_where_two_or_three_sign(designed: Issued, layout: str, tmp_path: Path):
    certificates = []
    for number in (2, 3):
        one = Certificate.objects.get(pk=designed.certificate.pk)
        one.snapshot["design"] |= {"layout": layout, "frame": "single" if number == 2 else "double"}
        one.snapshot["co_signatories"] = [SIGNER | {"name": f"Rekan {n}"} for n in range(2, number + 1)]
        certificates.append(one)
    sheets = [sheet_of(certificate) for certificate in certificates]
    pressed, plain = bound(tmp_path, "pressed", map(press, sheets)), bound(tmp_path, "plain", map(in_full, sheets))
    assert words(pressed) == words(plain)
    assert [words(pressed).count(f"Rekan {n}") for n in (2, 3)] == [2, 1]
    for fast, full in zip(pictures(pressed, fronts=True), pictures(plain, fronts=True), strict=True):
        assert fast.read_bytes() == full.read_bytes()
    (code,) = decode(Picture.open(pictures(pressed, resolution=120, fronts=True)[1]), symbols=[ZBarSymbol.QRCODE])
    assert code.data.decode() == designed.certificate.qr_url


SIGNING = {"rank": "IV/a", "nip": "1" * 18}


def test_who_signs_is_the_nearest_regions_and_there_the_designs(cast: Cast, predicates: None, private_files: Path):
    record = TrainingRecordFactory(member=cast.member)
    nation = Design.objects.create(name="Nasional", region_id="00")
    DesignSignatory.objects.create(design=nation, position="Menteri")
    assert who_signs(record) == ["Menteri"]
    for order, position in [(2, "Wakil"), (1, "Kepala")]:
        Signatory.objects.create(region_id="63.11", order=order, position=position, name="Contoh", **SIGNING)
    assert who_signs(record) == ["Kepala", "Wakil"]  # nearer than the nation's, whose look they keep
    regency = Design.objects.create(name="Balangan", region_id="63.11")
    assert who_signs(record) == ["Kepala", "Wakil"]
    for order, position in enumerate(("Bupati", "Ketua", "Direktur", "Keempat")):
        DesignSignatory.objects.create(design=regency, sort_order=order, position=position)
    assert who_signs(record) == ["Bupati", "Ketua", "Direktur"]


def who_signs(record: TrainingRecord) -> list[str]:
    return [signer["position"] for signer in signers_of(snapshot_of(record, number="1", day=date(2026, 11, 23)))]


def test_all_who_sign_are_kept_printed_and_told_on_the_page(
    client: Client, cast: Cast, predicates: None, private_files: Path, django_assert_max_num_queries
):
    design = Design.objects.create(name="Balangan", region_id="63.11")
    first = {"sort_order": 0, "position": "Kepala", "name": "Contoh", "signature": logo("black")}
    for fields in (first, {"sort_order": 1, "position": "Ketua PMI", "name": "Rekan"}):
        DesignSignatory.objects.create(design=design, **fields, **SIGNING)
    regency = chain("63.11")[:1]
    with django_assert_max_num_queries(5):
        Office.of(regency)
    certificate = issue_certificate(record_id=TrainingRecordFactory(member=cast.member).pk)
    design.delete()
    assert [signer["name"] for signer in signers_of(certificate.snapshot)] == ["Contoh", "Rekan"]
    html = client.get(f"/verifikasi/{certificate.token}/").content.decode()
    assert "Penandatangan ke-2" in html
    assert f"Ketua PMI; Rekan; IV/a; NIP {'1' * 18}" in html
    said = text_of(private_files / certificate.file)
    assert "Contoh" in said
    assert "Ketua PMI" in said


def test_a_picture_that_is_gone_stops_no_certificate(cast: Cast, predicates: None, private_files):
    design = Design.objects.create(name="Balangan", region_id="63.11", logo=logo())
    design.logo.file.storage.delete(design.logo.file.name)
    certificate = issue_certificate(record_id=TrainingRecordFactory(member=cast.member).pk)
    assert certificate.snapshot["design"]["logo"] == ""


@pytest.mark.parametrize(
    ("wording", "problem"),
    [
        ("{pelatihan} {nama}", "tidak dikenal"),
        ("{pelatihan} {", "Kurung kurawal"),
        ("tanpa", "Sertakan {pelatihan}"),
        ("{pelatihan} {tanggal} {tanggal}", "satu kali"),
    ],
)
def test_a_wording_that_would_not_read_well_is_refused(regions: None, wording: str, problem: str):
    with pytest.raises(ValidationError, match=problem):
        Design(name="x", region_id="63.11", wording=wording).full_clean()


@pytest.mark.parametrize("field", ["logo", "second_logo"])
def test_a_drawing_is_no_logo(regions: None, field: str):
    content = b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"></svg>'
    drawing = Image.objects.create(title="SVG", file=ImageFile(BytesIO(content), name="x.svg"), width=10, height=10)
    with pytest.raises(ValidationError, match="bukan SVG") as refused:
        Design(name="x", region_id="63.11", **{field: drawing}).full_clean()
    assert set(refused.value.message_dict) == {field}


def test_the_database_keeps_one_a_region_and_course(regions: None):
    course = make_course()
    for fields in ({"course": None}, {"course": course}):
        Design.objects.create(name="Satu", region_id="63.11", **fields)
        with pytest.raises(IntegrityError), transaction.atomic():
            Design.objects.create(name="Dua", region_id="63.11", **fields)
    with pytest.raises(IntegrityError, match="design_accent_is_hex"), transaction.atomic():
        Design.objects.create(name="Tiga", region_id="63", accent="red; }")


FORM = {
    "name": "Balangan", "region": "63.11", "course": "", "layout": "band", "accent": "#0f4a30", "logo": "",
    "frame": "none", "second_logo": "",
    "heading": "Pelatihan", "wording": WORDING,
    "signatories-TOTAL_FORMS": 2, "signatories-INITIAL_FORMS": 0, "signatories-MIN_NUM_FORMS": 0,
    "signatories-MAX_NUM_FORMS": 3,
    "signatories-0-position": "Kepala", "signatories-0-ORDER": 2,
    "signatories-1-position": "Bupati", "signatories-1-ORDER": 1,
}  # fmt: skip


def test_the_operator_makes_one_with_a_preview_and_each_save_is_a_version(client: Client, cast: Cast):
    client.force_login(cast.admin)
    preview = f"{CMS}preview/"
    assert client.post(preview, FORM).json()["is_valid"]
    for mode in ("", "long", "short"):
        html = client.get(preview, {"mode": mode}).content.decode()
        assert html.count("data:image/png;base64,") == 2
    assert not Design.objects.exists()
    assert client.post(f"{CMS}add/", FORM).status_code == 302
    design = Design.objects.get()
    assert [person.position for person in design.people] == ["Bupati", "Kepala"]
    assert design.frame == "none"
    client.post(f"{CMS}edit/{design.pk}/", FORM | {"heading": "Lain"})
    assert design.revisions.count() == 2
    assert "NIP terdiri atas 18 angka" in client.post(f"{CMS}add/", FORM | {"signatories-0-nip": "1"}).content.decode()
    assert "tidak dikenal" in client.post(f"{CMS}add/", FORM | {"wording": "{x}"}).content.decode()


@pytest.mark.looks
def test_the_previews_show_an_ordinary_name_a_long_one_and_one_of_a_single_word(regions: None, tmp_path: Path):
    design, shown = Design(name="Balangan", region_id="63.11"), []
    for mode, _label in design.preview_modes:
        (page := tmp_path / "page.pdf").write_bytes(example_pdf(design, mode))
        shown += [name for name in NAMES.values() if name in text_of(page)]
    assert sorted(len(name.split()) for name in shown) == [1, 2, 8]


@pytest.mark.parametrize("role", ["trainer", "regency_officer", "stranger"])
def test_nobody_else_does(client: Client, cast: Cast, role: str):
    client.force_login(getattr(cast, role))
    assert client.get(CMS).status_code in (302, 403)
    client.post(f"{CMS}add/", FORM)
    assert not Design.objects.exists()
