"""The letter of an exemption: who puts it there, who sees it, and that every look is written down."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests.cast import Cast
from tests.files import pdf, picture, upload
from training.errors import AlreadyDecided, LetterChanged, LetterSeen, NotTheAsker
from training.exemption_services import ask_exemption, grant_exemption
from training.letter_services import attach_letter, open_letter
from training.models import Exemption, LetterAccess

pytestmark = pytest.mark.usefixtures("private_folder")


@pytest.fixture
def asked(cast: Cast) -> Exemption:
    """Asked for Ahmad by his village, with a photo of the letter."""
    facts = {"kind": "illness", "reason": "Sakit", "starts_on": date(2026, 7, 1), "ends_on": date(2026, 12, 31)}
    (exemption,) = ask_exemption(members=[cast.member], by=cast.village_officer, **facts)
    return attach_letter(exemption=exemption, by=cast.village_officer, upload=picture())


def at(name: str, exemption: Exemption) -> str:
    return reverse(f"training:{name}", args=[exemption.uuid])


def stored(folder) -> list[str]:
    return sorted(path.suffix for path in folder.rglob("*") if path.is_file())


# --- putting it there ---------------------------------------------------------------------------


def test_who_asked_attaches_a_letter_and_another_takes_its_place(
    cast: Cast, asked: Exemption, as_user, private_folder, django_capture_on_commit_callbacks
):
    assert stored(private_folder) == [".jpg"]
    client = as_user(cast.village_officer)
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(at("exemption_attach", asked), {"letter": upload(pdf(), "surat.pdf")}, follow=True)
    assert "Surat terlampir" in response.content.decode()
    assert stored(private_folder) == [".pdf"]


def test_what_is_no_photo_and_no_page_is_refused(cast: Cast, asked: Exemption, as_user, private_folder):
    client, before = as_user(cast.village_officer), asked.letter.name
    for sent in ({"letter": upload(b"x", "surat.jpg")}, {"letter": upload(pdf(attachment=True), "a.pdf")}, {}):
        client.post(at("exemption_attach", asked), sent)
    assert Exemption.objects.get().letter.name == before
    assert len(stored(private_folder)) == 1


def test_only_who_asked_attaches_and_only_while_it_waits(cast: Cast, asked: Exemption, private_folder):
    with pytest.raises(NotTheAsker):
        attach_letter(exemption=asked, by=cast.district_officer, upload=picture())
    grant_exemption(exemption=asked, by=cast.district_officer)
    with pytest.raises(AlreadyDecided):
        attach_letter(exemption=asked, by=cast.village_officer, upload=picture())
    assert len(stored(private_folder)) == 1


def test_a_letter_that_an_officer_has_read_stays(cast: Cast, asked: Exemption, as_user, private_folder):
    open_letter(exemption=asked, by=cast.member.user)
    asked = attach_letter(exemption=asked, by=cast.village_officer, upload=picture())  # only the person has looked
    open_letter(exemption=asked, by=cast.district_officer, reason="Memeriksa tanggal")
    client, name = as_user(cast.village_officer), asked.letter.name
    page = client.get(at("exemption", asked)).content.decode()
    assert "Petugas sudah membaca surat ini" in page
    assert 'name="letter"' not in page
    response = client.post(at("exemption_attach", asked), {"letter": upload(pdf(), "surat.pdf")}, follow=True)
    assert "sudah dibaca petugas" in response.content.decode()
    assert Exemption.objects.get().letter.name == name
    with pytest.raises(LetterSeen):
        attach_letter(exemption=asked, by=cast.village_officer, upload=picture())
    assert len(stored(private_folder)) == 2  # the one read, and the first, which goes after commit


def test_what_is_written_down_is_the_letter_that_was_opened(cast: Cast, asked: Exemption):
    attach_letter(exemption=asked, by=cast.village_officer, upload=picture())
    with pytest.raises(LetterChanged):  # `asked` still has the first one
        open_letter(exemption=asked, by=cast.district_officer, reason="Memeriksa tanggal")
    assert not LetterAccess.objects.exists()


# --- who opened it ------------------------------------------------------------------------------


def test_officers_read_who_opened_it_and_names_only_within_their_region(cast: Cast, asked: Exemption, as_user):
    unread = as_user(cast.village_officer).get(at("exemption", asked)).content.decode()
    assert "Belum ada yang membuka surat ini" in unread
    open_letter(exemption=asked, by=cast.member.user)
    open_letter(exemption=asked, by=cast.district_officer, reason="Memeriksa tanggal surat")
    open_letter(exemption=asked, by=cast.regency_officer, reason="Contoh periksa")
    district = as_user(cast.district_officer).get(at("exemption", asked)).content.decode()
    for text in ("Siapa yang membuka", "Kasi Trantib Juai", "Memeriksa tanggal surat", "Orangnya sendiri"):
        assert text in district
    assert "Satpol PP Balangan" not in district
    assert "Petugas kabupaten" in district
    below = as_user(cast.village_officer).get(at("exemption", asked)).content.decode()
    assert "Petugas kecamatan" in below
    assert "Memeriksa tanggal surat" not in below  # reasons are for who decides
    assert "Kasi Trantib Juai" not in below
    assert as_user(cast.neighbour_district_officer).get(at("exemption", asked)).status_code == 404


def test_the_looks_cost_the_same_however_many(cast: Cast, asked: Exemption, as_user, django_assert_max_num_queries):
    for _n in range(12):
        open_letter(exemption=asked, by=cast.district_officer, reason="Memeriksa")
        open_letter(exemption=asked, by=cast.regency_officer, reason="Memeriksa")
    client = as_user(cast.district_officer)
    with django_assert_max_num_queries(22):
        client.get(at("exemption", asked))


# --- opening it ---------------------------------------------------------------------------------


def test_who_decides_opens_it_with_a_reason_that_is_kept(cast: Cast, asked: Exemption, as_user):
    client = as_user(cast.district_officer)
    assert "Buka surat" in client.get(at("exemption", asked)).content.decode()
    response = client.post(at("exemption_letter", asked), {"reason": "Memeriksa tanggal surat"})
    assert response["Content-Type"] == "image/jpeg"
    assert response.getvalue().startswith(b"\xff\xd8")
    assert "no-store" in response["Cache-Control"]
    look = LetterAccess.objects.get()
    assert (look.exemption, look.by, look.reason) == (asked, cast.district_officer, "Memeriksa tanggal surat")


def test_without_a_reason_it_stays_closed(cast: Cast, asked: Exemption, as_user):
    client = as_user(cast.district_officer)
    assert client.post(at("exemption_letter", asked), {"reason": "  "}).status_code == 302
    assert client.get(at("exemption_letter", asked)).status_code == 405
    assert not LetterAccess.objects.exists()


def test_the_person_opens_their_own(cast: Cast, asked: Exemption, as_user):
    client = as_user(cast.member)
    assert at("exemption_letter", asked) in client.get("/perpanjangan/").content.decode()
    assert client.post(at("exemption_letter", asked)).status_code == 200
    assert LetterAccess.objects.get().by == cast.member.user


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("village_officer", 403),  # who asked has put it there, and sees it no more
        ("neighbour_district_officer", 404),
        ("other_member", 404),
        ("liaison", 403),
        ("trainer", 403),
    ],
)
def test_nobody_else_opens_it(cast: Cast, asked: Exemption, as_user, who: str, status: int):
    client = as_user(getattr(cast, who))
    assert client.post(at("exemption_letter", asked), {"reason": "Ingin tahu"}).status_code == status
    assert not LetterAccess.objects.exists()


def test_a_look_has_a_reason_by_constraint(cast: Cast, asked: Exemption):
    with pytest.raises(IntegrityError), transaction.atomic():
        LetterAccess.objects.create(exemption=asked, by=cast.district_officer, reason="")


def test_no_export_and_no_list_tells_of_the_letter(cast: Cast, asked: Exemption, as_user):
    client = as_user(cast.district_officer)
    for address in ("/dispensasi/", "/dispensasi/unduh.csv"):
        response = client.get(address)
        body = response.getvalue() if response.streaming else response.content
        assert asked.letter.name.encode() not in body


def test_a_nul_in_the_reason_is_left_out(cast: Cast, asked: Exemption, as_user):
    response = as_user(cast.district_officer).post(at("exemption_letter", asked), {"reason": "Memeriksa\0 surat."})

    assert response.status_code == 200
    assert LetterAccess.objects.get().reason == "Memeriksa surat."
