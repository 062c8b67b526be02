"""Pictures of a certificate: for its holder's list, and for the preview of a link that is shared."""

import re
from datetime import UTC, date, datetime
from html import unescape
from io import BytesIO

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from PIL import Image

from certificates import lookups
from certificates.models import Certificate
from certificates.revoking import revoke_certificate
from certificates.signing import take_signed_file
from tests.cast import Cast
from tests.certificates.helpers import Issued
from tests.certificates.signatory import sign
from tests.factories import CertificateFactory
from training.models import Policy, PolicyCourse

pytestmark = pytest.mark.usefixtures("issued_once")


@pytest.fixture(autouse=True)
def fresh_counters(db: None) -> None:
    cache.clear()


def browser_of(user: object) -> Client:
    client = Client()
    client.force_login(user)
    return client


def preview_path(certificate: Certificate) -> str:
    return f"/sertifikat/{certificate.uuid}.webp"


def picture_path(certificate: Certificate) -> str:
    return f"/verifikasi/{certificate.token}/gambar.png"


def open_graph(html: str) -> dict[str, str]:
    """The tags that messengers read."""
    return {
        name: unescape(value) for name, value in re.findall(r'<meta property="og:([^"]+)" content="([^"]*)">', html)
    }


# --- the holder's own ----------------------------------------------------------------------------


def test_the_list_shows_the_first_page_small_when_it_comes_into_sight(issued: Issued):
    client = browser_of(issued.cast.member.user)
    html = client.get("/sertifikat/").content.decode()
    assert re.search(rf'<img src="{preview_path(issued.certificate)}" [^>]*loading="lazy"', html)
    response = client.get(preview_path(issued.certificate))
    assert (response["Content-Type"], response["Cache-Control"]) == ("image/webp", "private, no-cache")
    assert len(response.content) < 20_000
    picture = Image.open(BytesIO(response.content))
    assert (picture.format, picture.size) == ("WEBP", (480, 339))
    again = client.get(preview_path(issued.certificate), HTTP_IF_NONE_MATCH=response["ETag"])
    assert (again.status_code, again.content) == (304, b"")


def test_the_list_offers_what_a_valid_one_has(cast: Cast, issued: Issued):
    html = browser_of(issued.cast.member.user).get("/sertifikat/").content.decode()
    assert f'href="{issued.certificate.pdf_path}" download' in html
    assert f'href="/sertifikat/{issued.certificate.uuid}.badge.jwt" download' in html
    revoke_certificate(certificate=issued.certificate, by=None, reason="Salah orang")
    html = browser_of(issued.cast.member.user).get("/sertifikat/").content.decode()
    assert f'href="{issued.certificate.pdf_path}" download' in html
    assert "badge.jwt" not in html
    assert ".webp" not in html


@pytest.mark.parametrize("role", ["village_officer", "district_officer"])
def test_officers_of_the_village_may_see_it(issued: Issued, role: str):
    assert browser_of(getattr(issued.cast, role)).get(preview_path(issued.certificate)).status_code == 200


@pytest.mark.parametrize("role", ["neighbour_village_officer", "neighbour_district_officer", "trainer", "stranger"])
def test_nobody_else_may(issued: Issued, role: str):
    assert browser_of(getattr(issued.cast, role)).get(preview_path(issued.certificate)).status_code == 404


def test_another_member_may_not(issued: Issued):
    client = browser_of(issued.cast.other_member.user)
    assert client.get(preview_path(issued.certificate)).status_code == 404


def test_a_damaged_file_gives_no_picture(issued: Issued, caplog: pytest.LogCaptureFixture):
    issued.file.write_bytes(b"%PDF-1.7 lain")
    assert browser_of(issued.cast.member.user).get(preview_path(issued.certificate)).status_code == 404
    assert Client().get(picture_path(issued.certificate)).status_code == 404
    assert f"certificate {issued.certificate.pk}" in caplog.text
    assert issued.cast.member.name not in caplog.text


def test_what_an_officer_brought_is_not_drawn(issued: Issued):
    plain = Client().get(picture_path(issued.certificate)).content
    content = sign(issued.file.read_bytes())
    take_signed_file(certificate=issued.certificate, content=content, by=issued.cast.regency_officer)
    assert Client().get(picture_path(issued.certificate)).content == plain
    issued.file.write_bytes(b"%PDF-1.7 lain")
    assert Client().get(picture_path(issued.certificate)).status_code == 404


# --- a shared link -------------------------------------------------------------------------------


def test_a_shared_link_shows_the_certificate_in_words_that_name_nobody(issued: Issued):
    certificate = issued.certificate
    tags = open_graph(Client().get(f"/verifikasi/{certificate.token}/").content.decode())
    assert tags["title"] == "Sertifikat “Dasar Hukum, Tugas & Etika Satlinmas”"
    assert tags["description"] == "4 JP, penerbit Kabupaten Balangan. Buka untuk memeriksa keasliannya."
    assert tags["url"] == certificate.verification_url
    assert tags["image"] == f"{certificate.verification_url}gambar.png"
    assert (tags["image:width"], tags["image:height"]) == ("1200", "630")
    for words in (issued.cast.member.name, "ASLI", certificate.number):
        assert words not in " ".join(tags.values())


def test_its_picture_is_the_frozen_page(issued: Issued, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):  # one of ours; the rest counts the lookup in the cache
        response = Client().get(picture_path(issued.certificate))
    assert response["Content-Type"] == "image/png"
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("no-store", "noindex, nofollow")
    assert len(response.content) <= 300_000
    picture = Image.open(BytesIO(response.content))
    assert (picture.format, picture.size) == ("PNG", (1200, 630))
    corner, paper = picture.convert("RGB").getpixel((5, 5)), picture.convert("RGB").getpixel((205, 40))
    assert corner[1] > corner[0]
    assert min(paper) > 240


@pytest.mark.parametrize(("status", "word"), [("revoked", "DICABUT"), ("superseded", "DIGANTI")])
def test_what_no_longer_holds_says_so_and_has_no_picture(issued: Issued, status: str, word: str):
    fields = {"status": status, "reason": "Keliru", "changed_at": timezone.now()}
    Certificate.objects.filter(pk=issued.certificate.pk).update(**fields)
    tags = open_graph(Client().get(f"/verifikasi/{issued.certificate.token}/").content.decode())
    assert tags["title"].startswith(f"{word} – Sertifikat")
    assert "image" not in tags
    assert Client().get(picture_path(issued.certificate)).status_code == 404


def test_one_that_has_expired_says_so_and_has_no_picture(issued: Issued):
    policy = Policy.objects.create(region_id="63.11", starts_on=date(2024, 1, 1))
    PolicyCourse.objects.create(policy=policy, subject="course:7", title="Pertolongan Pertama", valid_months=12)
    done = {"record__completed_at": datetime(2024, 3, 10, 2, tzinfo=UTC), "record__completed_on": date(2024, 3, 10)}
    (issued.files / "salinan.pdf").write_bytes(issued.file.read_bytes())
    file = {"file": "salinan.pdf", "sha256": issued.certificate.sha256}
    certificate = CertificateFactory(record__member=issued.cast.member, record__subject="course:7", **done, **file)
    tags = open_graph(Client().get(f"/verifikasi/{certificate.token}/").content.decode())
    assert tags["title"].startswith("KEDALUWARSA – Sertifikat")
    assert "image" not in tags
    assert Client().get(picture_path(certificate)).status_code == 404
    assert browser_of(issued.cast.member.user).get(preview_path(certificate)).status_code == 200


def test_one_in_the_making_has_no_picture_yet_and_an_unknown_one_no_tags(cast: Cast):
    certificate = CertificateFactory(record__member=cast.member)
    tags = open_graph(Client().get(f"/verifikasi/{certificate.token}/").content.decode())
    assert "title" in tags
    assert "image" not in tags
    assert Client().get(picture_path(certificate)).status_code == 404
    unknown = Client().get(f"/verifikasi/{'A' * 22}/")
    assert open_graph(unknown.content.decode()) == {}
    assert Client().get(f"/verifikasi/{'A' * 22}/gambar.png").status_code == 404


def test_nobody_may_ask_for_pictures_too_often(issued: Issued, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lookups, "_minute", lambda: 1)
    monkeypatch.setattr(lookups, "PER_MINUTE", 2)
    answers = [Client().get(picture_path(issued.certificate)).status_code for _ in range(3)]
    assert answers == [200, 200, 429]
