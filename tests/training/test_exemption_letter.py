"""The letter of an exemption: who puts it there, who sees it, and that every look is written down."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests.cast import Cast
from tests.files import pdf, picture, upload
from training.errors import AlreadyDecided, NotTheAsker
from training.exemption_services import ask_exemption, grant_exemption
from training.letter_services import attach_letter
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
