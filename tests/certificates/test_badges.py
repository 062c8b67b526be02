"""The digital badge: an Open Badges 3.0 credential that a published key proves, inside the PDF and beside it."""

import base64
import gzip
import hashlib
import json
import subprocess
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader
from pytest_django.fixtures import Settings

from certificates.badges import badge_of
from certificates.models import Certificate
from certificates.pdf import certificate_pdf, in_full, sheet_of
from certificates.reissue import reissue_certificate
from certificates.revoking import revoke_certificate
from certificates.status_lists import SIZE, entry_of
from tests.cast import Cast
from tests.certificates.helpers import Issued
from tests.certificates.papers import paper
from tests.factories import CertificateFactory

pytestmark = pytest.mark.usefixtures("issued_once")


@pytest.fixture(autouse=True)
def fresh_lists(db: None) -> None:
    cache.clear()


def unpack(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def read(token: str) -> dict[str, Any]:
    """What a token says, once a key published at the address that its header names vouches for it."""
    header, payload, signature = token.split(".")
    address, _, name = json.loads(unpack(header))["kid"].partition("#")
    keys = Client().get(address.removeprefix("http://127.0.0.1:8000")).json()["keys"]
    (key,) = [key for key in keys if key["kid"] == name]
    x, y = (int.from_bytes(unpack(key[side])) for side in "xy")
    public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    halves = int.from_bytes(unpack(signature)[:32]), int.from_bytes(unpack(signature)[32:])
    public.verify(encode_dss_signature(*halves), f"{header}.{payload}".encode(), ec.ECDSA(hashes.SHA256()))
    return json.loads(unpack(payload))


def browser_of(user: object) -> Client:
    client = Client()
    client.force_login(user)
    return client


def download(user: object, certificate: Certificate):
    return browser_of(user).get(f"/sertifikat/{certificate.uuid}.badge.jwt")


def is_revoked(token: str) -> bool:
    """What a verifier finds who follows the token's own status."""
    status = read(token)["credentialStatus"]
    assert (status["type"], status["statusPurpose"]) == ("BitstringStatusListEntry", "revocation")
    response = Client().get(status["statusListCredential"].removeprefix("http://127.0.0.1:8000"))
    assert response["Content-Type"] == "application/vc+jwt"
    published = read(response.content.decode())
    assert (published["id"], published["type"][1]) == (status["statusListCredential"], "BitstringStatusListCredential")
    assert published["validFrom"] <= f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}" < published["validUntil"]
    subject = published["credentialSubject"]
    assert (subject["type"], subject["statusPurpose"], subject["encodedList"][0]) == (
        "BitstringStatusList",
        "revocation",
        "u",
    )
    bits = gzip.decompress(unpack(subject["encodedList"][1:]))
    assert len(bits) == 16 * 1024
    place = int(status["statusListIndex"])
    return bool(bits[place // 8] & (0x80 >> place % 8))


def test_the_badge_says_what_the_standard_asks_for(issued: Issued, django_assert_max_num_queries):
    certificate = issued.certificate
    client = browser_of(issued.cast.member.user)
    with django_assert_max_num_queries(6):
        response = client.get(f"/sertifikat/{certificate.uuid}.badge.jwt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Cache-Control"] == "private, no-cache"
    assert response["Content-Disposition"].endswith('.jwt"')
    badge = read(response.content.decode())
    assert badge["@context"] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]
    assert badge["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert badge["id"] == badge["jti"] == certificate.verification_url
    assert badge["iss"] == badge["issuer"]["id"]
    assert (badge["issuer"]["type"], badge["issuer"]["name"]) == (["Profile"], "Kabupaten Balangan")
    subject = badge["credentialSubject"]
    assert (badge["sub"], subject["type"]) == (subject["id"], ["AchievementSubject"])
    assert badge["nbf"] == int(certificate.issued_at.timestamp())
    assert datetime.fromisoformat(badge["validFrom"]).timestamp() == badge["nbf"]
    achievement = subject["achievement"]
    assert achievement["id"].startswith("urn:uuid:")
    assert achievement["type"] == ["Achievement"]
    assert badge["name"] == achievement["name"] == "Dasar Hukum, Tugas & Etika Satlinmas"
    assert "4 JP" in achievement["description"]
    assert "- Dari Hansip ke Linmas" in achievement["criteria"]["narrative"]
    assert certificate.number in badge["description"]


def test_its_header_has_what_the_standard_allows_and_no_more():
    header = json.loads(unpack(badge_of(paper()).split(".")[0]))
    assert {**header, "kid": ""} == {"alg": "ES256", "kid": "", "typ": "JWT"}


def test_it_names_nobody_but_whoever_knows_the_name_can_compare_it(issued: Issued):
    member, certificate = issued.cast.member, issued.certificate
    payload = unpack(badge_of(certificate).split(".")[1]).decode()
    for secret in (member.name, member.number, member.nik_index, str(certificate.uuid), str(member.birth_date)):
        assert secret not in payload
    identities = json.loads(payload)["credentialSubject"]["identifier"]
    for identity, known in zip(identities, (member.name, member.number), strict=True):
        digest = hashlib.sha256(f"{known}{identity['salt']}".encode()).hexdigest()
        assert (identity["type"], identity["hashed"]) == ("IdentityObject", True)
        assert identity["identityHash"] == f"sha256${digest}"


def test_a_changed_badge_is_found_out():
    header, payload, signature = badge_of(paper()).split(".")
    other = payload[:-3] + ("AAA" if payload[-3:] != "AAA" else "BBB")
    with pytest.raises(InvalidSignature):
        read(f"{header}.{other}.{signature}")


def test_the_stored_pdf_carries_it(issued: Issued):
    command = ["qpdf", "--show-attachment=lencana.jwt", str(issued.file)]
    attached = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert attached == badge_of(issued.certificate)
    assert read(attached)["id"] == issued.certificate.verification_url
    assert issued.file.stat().st_size <= 80_000


def test_both_ways_of_printing_attach_the_same():
    certificate = paper(5, name="Siti Aminah")
    found = []
    for content in (certificate_pdf(certificate), in_full(sheet_of(certificate))):
        specification = PdfReader(BytesIO(content)).root_object["/AF"][0].get_object()
        file = specification["/EF"]["/F"].get_object()
        described = {key: str(specification[key]) for key in ("/F", "/UF", "/Desc", "/AFRelationship")}
        found.append((described, {key: str(value) for key, value in file.items()}, file.get_data()))
    assert found[0] == found[1]
    assert found[0][2].decode() == badge_of(certificate)
    assert found[0][1]["/Subtype"] == "/application/jwt"


def test_equal_certificates_have_equal_badges_and_equal_trainings_equal_achievements():
    assert badge_of(paper(2)) == badge_of(paper(2))
    identities = [
        json.loads(unpack(badge_of(one).split(".")[1]))["credentialSubject"]["achievement"]["id"]
        for one in (paper(2), paper(3, name="Orang Lain"), paper(2, title="Lain"), paper(2, lesson_hours="5"))
    ]
    assert identities[0] == identities[1]
    assert len(set(identities)) == 3


def test_an_old_certificate_has_one_too_and_a_recognised_training_says_why(cast: Cast):
    snapshot = CertificateFactory(record__member=cast.member).snapshot
    snapshot |= {"basis": "Diakui berdasarkan bukti.", "syllabus": []}
    certificate = CertificateFactory(record__member=cast.member, snapshot=snapshot)
    badge = read(download(cast.member.user, certificate).content.decode())
    narrative = badge["credentialSubject"]["achievement"]["criteria"]["narrative"]
    assert narrative.endswith("(1 JP = 45 menit).\n\nDiakui berdasarkan bukti.")


def test_a_badge_of_a_retired_key_still_holds(issued: Issued, settings: Settings):
    old = badge_of(issued.certificate)
    settings.QR_OLD_KEYS, settings.QR_KEY = [settings.QR_KEY], "kunci baru"
    assert read(old)["id"] == issued.certificate.verification_url
    fresh = badge_of(issued.certificate)
    assert fresh.split(".")[0] != old.split(".")[0]
    assert read(fresh) == read(old)


@pytest.mark.parametrize("role", ["village_officer", "district_officer", "regency_officer"])
def test_officers_of_the_village_may_have_it(issued: Issued, role: str):
    assert download(getattr(issued.cast, role), issued.certificate).status_code == 200


@pytest.mark.parametrize("role", ["neighbour_village_officer", "neighbour_district_officer", "trainer", "stranger"])
def test_nobody_else_may(issued: Issued, role: str):
    assert download(getattr(issued.cast, role), issued.certificate).status_code == 404


def test_another_member_may_not(issued: Issued):
    assert download(issued.cast.other_member.user, issued.certificate).status_code == 404


# --- whether it still holds ----------------------------------------------------------------------


def test_a_revoked_one_is_marked_and_no_other(issued: Issued):
    other = CertificateFactory(record__member=issued.cast.other_member)
    token = badge_of(issued.certificate)
    assert not is_revoked(token)
    revoke_certificate(certificate=issued.certificate, by=None, reason="Salah orang")
    cache.clear()
    assert is_revoked(token)
    assert not is_revoked(badge_of(other))


def test_a_replaced_one_is_marked_and_its_successor_is_not(issued: Issued):
    new = reissue_certificate(certificate=issued.certificate, by=None, reason="Ejaan nama")
    assert is_revoked(badge_of(issued.certificate))
    assert not is_revoked(badge_of(new))


def test_what_was_marked_expired_by_hand_is_marked(cast: Cast):
    fields = {"status": "expired", "reason": "Lewat", "changed_at": timezone.now()}
    assert is_revoked(badge_of(CertificateFactory(record__member=cast.member, **fields)))


def test_the_list_is_the_same_for_all_and_tells_of_nobody(issued: Issued):
    path = entry_of(issued.certificate.pk)["statusListCredential"].removeprefix("http://127.0.0.1:8000")
    response = browser_of(issued.cast.member.user).get(path)
    assert response["Cache-Control"] == "public, max-age=300"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Vary" not in response
    assert not response.cookies
    assert len(response.content) < 2_000
    assert Client().get(path).content == response.content
    payload = unpack(response.content.decode().split(".")[1]).decode()
    for secret in (issued.cast.member.name, issued.certificate.token, issued.certificate.number):
        assert secret not in payload


def test_there_is_no_list_without_certificates(issued: Issued):
    number = issued.certificate.pk // SIZE + 1
    assert Client().get(f"/verifikasi/status/{number}.jwt").status_code == 404
    assert Client().get(f"/verifikasi/status/{10**30}.jwt").status_code == 404


def test_lists_begin_anew_after_their_size():
    assert entry_of(SIZE - 1)["id"].endswith(f"/status/0.jwt#{SIZE - 1}")
    assert entry_of(SIZE)["id"].endswith("/status/1.jwt#0")
