"""What the QR proves without the network: always as long, always the same, and only with our key."""

import base64
from datetime import date

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from django.test import Client
from pytest_django.fixtures import Settings

from certificates.proofs import ORDER, proof_of, words_digest
from tests.cast import Cast
from tests.factories import CertificateFactory

TOKEN = "A" * 22
SNAPSHOT = {"name": "Nu’man Al-Faruqi", "title": "Dasar", "lesson_hours": "4.5", "completed_on": "2026-08-17"}
FACTS = {"token": TOKEN, "issuer": "63.11", "issued_on": date(2026, 11, 29), "sequence": 12, "snapshot": SNAPSHOT}


def unpack(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def check(key: dict[str, str], token: str, proof: str) -> bytes:
    """The facts, if the published key vouches for them."""
    x, y = (int.from_bytes(unpack(key[name])) for name in "xy")
    content = unpack(proof)
    facts, signature = content[:27], content[27:]
    halves = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    signed = b"akademi-linmas:1:" + token.encode() + facts
    public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    public.verify(encode_dss_signature(*halves), signed, ec.ECDSA(hashes.SHA256()))
    return facts


@pytest.fixture
def keys(client: Client) -> list[dict[str, str]]:
    response = client.get("/.well-known/jwks.json")
    assert response["Access-Control-Allow-Origin"] == "*"
    return response.json()["keys"]


def test_the_published_key_proves_the_facts(keys: list[dict[str, str]]):
    facts = check(keys[0], TOKEN, proof_of(**FACTS))
    assert facts[:1] == b"\1"
    numbers = [int.from_bytes(facts[a:b]) for a, b in [(1, 3), (3, 5), (5, 8), (8, 10), (10, 13)]]
    days = [(day - date(1950, 1, 1)).days for day in (date(2026, 11, 29), date(2026, 8, 17))]
    assert numbers == [6311, days[0], 12, days[1], 45]
    assert facts[13:19] == words_digest(TOKEN, "name", "NU'MAN  al faruqi")[:6]
    assert facts[19:] == words_digest(TOKEN, "title", "dasar")[:8]


def test_another_token_fact_or_key_does_not(keys: list[dict[str, str]], settings: Settings, client: Client):
    proof = proof_of(**FACTS)
    with pytest.raises(InvalidSignature):
        check(keys[0], "B" * 22, proof)
    changed = bytearray(unpack(proof))
    changed[7] ^= 1
    with pytest.raises(InvalidSignature):
        check(keys[0], TOKEN, base64.urlsafe_b64encode(changed).decode().rstrip("="))
    settings.QR_KEY = "kunci lain"
    with pytest.raises(InvalidSignature):
        check(client.get("/.well-known/jwks.json").json()["keys"][0], TOKEN, proof)


def test_a_retired_key_is_still_published(settings: Settings, keys: list[dict[str, str]], client: Client):
    proof = proof_of(**FACTS)
    settings.QR_OLD_KEYS, settings.QR_KEY = [settings.QR_KEY], "kunci baru"
    fresh = client.get("/.well-known/jwks.json").json()["keys"]
    assert fresh[1] == keys[0]
    assert fresh[0]["kid"] != fresh[1]["kid"]
    assert check(fresh[1], TOKEN, proof)


def test_the_keys_say_no_secret(client: Client, settings: Settings, keys: list[dict[str, str]]):
    assert set(keys[0]) == {"crv", "kty", "x", "y", "kid", "use", "alg"}
    assert settings.QR_KEY not in client.get("/.well-known/jwks.json").content.decode()


@pytest.mark.parametrize(
    "change",
    [
        {"name": "X" * 100, "title": "Y" * 255, "lesson_hours": "9999.9"},
        {"name": "", "completed_on": "1949-01-01", "lesson_hours": "0"},
        {"name": "李", "title": "🙂"},
    ],
)
def test_it_is_as_long_whatever_the_certificate_says(change: dict[str, str]):
    facts = {**FACTS, "sequence": 9_999_999, "issuer": "11.01", "snapshot": SNAPSHOT | change}
    assert len(proof_of(**facts)) == len(proof_of(**FACTS)) == 122


def test_equal_facts_give_equal_bytes(cast: Cast):
    certificate = CertificateFactory(record__member=cast.member)
    assert proof_of(**FACTS) == proof_of(**FACTS)
    assert certificate.qr_url == certificate.qr_url
    assert certificate.qr_url.startswith(f"{certificate.verification_url}?b=")
    assert cast.member.name not in certificate.qr_url
    other = CertificateFactory(record__member=cast.other_member, issuer_id="63.09")
    assert len(other.qr_url) == len(certificate.qr_url)


def test_the_order_is_that_of_the_curve():
    point = ec.derive_private_key(ORDER - 1, ec.SECP256R1()).public_key().public_numbers()
    assert point.x == ec.derive_private_key(1, ec.SECP256R1()).public_key().public_numbers().x


def test_the_address_of_the_qr_leads_to_the_same_page(client: Client, cast: Cast):
    certificate = CertificateFactory(record__member=cast.member)
    path = certificate.qr_url.removeprefix("http://127.0.0.1:8000")
    assert ">ASLI<" in client.get(path).content.decode()
    response = client.post("/verifikasi/", {"code": certificate.qr_url})
    assert response["Location"] == f"/verifikasi/{certificate.token}/"


def test_the_worker_keeps_public_files_only(client: Client, settings: Settings, cast: Cast):
    client.force_login(cast.member.user)
    response = client.get("/verifikasi/sw.js")
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    text = response.content.decode()
    assert '"/verifikasi/luring/"' in text
    assert cast.member.name not in text
    settings.QR_KEY = "kunci baru"
    assert client.get("/verifikasi/sw.js").content.decode() != text
