"""The public answer: asli, dicabut, diganti, kedaluwarsa or tidak dikenal."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from certificates import lookups
from certificates.pdf import certificate_pdf
from certificates.snapshots import Snapshot
from tests.cast import Cast
from tests.certificates.helpers import Issued
from tests.certificates.test_pdf import text_of
from tests.factories import CertificateFactory

UNKNOWN = "A" * 22
CHANGED = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)  # 21 November, 01.30 WITA
pytestmark = pytest.mark.usefixtures("issued_once")


@pytest.fixture(autouse=True)
def fresh_counters(db: None) -> None:
    cache.clear()


def test_shows_every_printed_field(client: Client, issued: Issued, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):  # two of ours; the rest counts the lookup in the cache
        html = client.get(f"/verifikasi/{issued.certificate.token}/").content.decode()
    assert ">ASLI<" in html
    for words in ("Dasar Hukum, Tugas &amp; Etika Satlinmas", "4 JP", "Dari Hansip ke Linmas", "Penyelenggara"):
        assert words in html


# In a snapshot where each text is its own, so that no field is found in the words of another one.
PRINTED = {
    "number": "Nomor 1/A", "name": "Nama A", "member_number": "LM-A", "village": "Desa A", "title": "Judul A",
    "lesson_hours": "4.5", "score": "87", "predicate": "Predikat A", "organiser": "Penyelenggara A",
    "completed_on": "2026-08-16", "venue": "Gedung A", "issuer": "Kabupaten A", "issued_on": "2026-08-18",
    "place": "Kota A", "signatory_position": "Jabatan A", "signatory_name": "Pejabat A", "signatory_rank": "Pangkat A",
    "signatory_nip": "198001012005011001", "basis": "Dasar A",
}  # fmt: skip
READ_AS = {"lesson_hours": "4,5 JP", "completed_on": "16 Agustus 2026", "issued_on": "18 Agustus 2026"}
SECOND = {"position": "Jabatan B", "name": "Pejabat B", "rank": "Pangkat B", "nip": "197902022004022002"}
LISTS = {
    "syllabus": [{"title": "Materi A", "lesson_hours": "1.5"}, {"title": "Materi B", "lesson_hours": "3"}],
    "co_signatories": [{**SECOND, "signature": ""}],
}
UNPRINTED = {"signature", "design", "course_revision"}  # a picture, and which versions it was made of


def test_the_list_of_what_is_printed_is_whole():
    assert set(Snapshot.__annotations__) == PRINTED.keys() | LISTS.keys() | UNPRINTED


def test_every_field_of_the_snapshot_stands_on_the_page_and_on_the_paper(client: Client, cast: Cast, tmp_path: Path):
    certificate = CertificateFactory(record__member=cast.member, snapshot={**PRINTED, **LISTS})
    html = client.get(f"/verifikasi/{certificate.token}/").content.decode()
    html = html[html.index("Isi sertifikat") :]  # what stands before, as the head, repeats some of it
    said = ""
    for basis in (PRINTED["basis"], ""):  # where there is one, no venue is printed
        certificate.snapshot["basis"] = basis
        (paper := tmp_path / "a.pdf").write_bytes(certificate_pdf(certificate))
        said += text_of(paper).casefold()
    for field, value in PRINTED.items():
        words = READ_AS.get(field, value)
        assert words in html, field
        assert words.removesuffix(" JP").casefold() in said, field  # there the unit is spelled out
    for words in (*SECOND.values(), "Materi A", "1,5", "Materi B"):
        assert words in html
        assert words.casefold() in said


def test_shows_no_other_personal_data(client: Client, issued: Issued):
    member = issued.cast.member
    member.phone = "+6281234567890"
    member.save()
    html = client.get(f"/verifikasi/{issued.certificate.token}/").content.decode()
    for secret in ("81234567890", "1985", member.nik_index, str(issued.certificate.uuid)):
        assert secret not in html


def test_is_neither_cached_nor_indexed_nor_referred_to(client: Client, issued: Issued):
    for path in (f"/verifikasi/{issued.certificate.token}/", f"/verifikasi/{issued.certificate.token}.json"):
        response = client.get(path)
        assert response["Cache-Control"] == "no-store"
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.parametrize(
    ("status", "word"), [("revoked", "DICABUT"), ("superseded", "DIGANTI"), ("expired", "KEDALUWARSA")]
)
def test_a_changed_one_says_what_when_and_why(client: Client, cast: Cast, status: str, word: str):
    certificate = CertificateFactory(
        record__member=cast.member, status=status, reason="Data <b>keliru</b>", changed_at=CHANGED
    )
    response = client.get(f"/verifikasi/{certificate.token}/")
    html = response.content.decode()
    assert response.status_code == 200
    assert f">{word}<" in html
    assert "ASLI<" not in html
    assert "Sejak 21 November 2026. Alasan: Data &lt;b&gt;keliru&lt;/b&gt;" in html
    assert cast.member.name in html
    answer = client.get(f"/verifikasi/{certificate.token}.json").json()
    assert (answer["status"], answer["reason"]) == (status, "Data <b>keliru</b>")


def test_an_unknown_one_is_404(client: Client, cast: Cast):
    response = client.get(f"/verifikasi/{UNKNOWN}/")
    assert response.status_code == 404
    assert "TIDAK DIKENAL" in response.content.decode()


def test_the_json_is_as_the_contract_says(client: Client, issued: Issued):
    response = client.get(f"/verifikasi/{issued.certificate.token}.json")
    assert response.json() == {
        "status": "valid",
        "number": issued.certificate.number,
        "name": "Ahmad Riduan",
        "title": "Dasar Hukum, Tugas & Etika Satlinmas",
        "lesson_hours": 4,
        "issued_on": issued.certificate.issued_on.isoformat(),
        "issuer": "Kabupaten Balangan",
        "reason": None,
        "valid_until": None,
        "replaced_by": None,
        "signed_by": None,
    }


def test_unknown_json_has_the_same_shape_and_nulls(client: Client, issued: Issued):
    response = client.get(f"/verifikasi/{UNKNOWN}.json")
    assert response.status_code == 404
    known = client.get(f"/verifikasi/{issued.certificate.token}.json").json()
    assert response.json() == {**dict.fromkeys(known), "status": "unknown"}
    assert list(json.loads(response.content)) == list(known)


def test_half_lesson_hours_stay_half(client: Client, cast: Cast):
    certificate = CertificateFactory(record__member=cast.member, record__lesson_hours="4.5")
    assert client.get(f"/verifikasi/{certificate.token}.json").json()["lesson_hours"] == 4.5
    assert "4,5 JP" in client.get(f"/verifikasi/{certificate.token}/").content.decode()


@pytest.mark.parametrize("shape", ["{token}", "{url}", " {url} ", "https://lain.id/verifikasi/{token}", "{token}.json"])
def test_the_form_takes_the_code_or_the_address(client: Client, issued: Issued, shape: str):
    code = shape.format(token=issued.certificate.token, url=issued.certificate.verification_url)
    response = client.post("/verifikasi/", {"code": code})
    assert response["Location"] == f"/verifikasi/{issued.certificate.token}/"


@pytest.mark.parametrize("name", ["Ahmad Riduan", "  ahmad   riduan ", "AHMAD-RIDUAN.", "Ahmad Ridüan"])
def test_the_form_takes_the_number_with_the_name(client: Client, issued: Issued, name: str):
    response = client.post("/verifikasi/", {"code": f" {issued.certificate.number.lower()} ", "name": name})
    assert response["Location"] == f"/verifikasi/{issued.certificate.token}/"


@pytest.mark.parametrize("shape", ["{n}/SERT/63.11/XI/2026", "00{n}/sert/ 63.11/xi/2026", "{n:04}/SERT/63.11/XI/2026"])
def test_zeros_before_a_number_do_not_matter(client: Client, issued: Issued, shape: str):
    found = CertificateFactory(record__member=issued.cast.member, number="0580/SERT/63.11/XI/2026")
    response = client.post("/verifikasi/", {"code": shape.format(n=580), "name": "Ahmad Riduan"})
    assert response["Location"] == f"/verifikasi/{found.token}/"


def test_of_two_spellings_the_one_that_was_typed_is_meant(client: Client, issued: Issued):
    numbers = ("0580/63.11/2026", "580/63.11/2026")
    both = [CertificateFactory(record__member=issued.cast.member, number=number) for number in numbers]
    for number, found in zip(numbers, both, strict=True):
        response = client.post("/verifikasi/", {"code": number, "name": "Ahmad Riduan"})
        assert response["Location"] == f"/verifikasi/{found.token}/"
    either = client.post("/verifikasi/", {"code": "00580/63.11/2026", "name": "Ahmad Riduan"})
    assert either.status_code == 404


def test_any_apostrophe_will_do(client: Client, cast: Cast):
    certificate = CertificateFactory(record__member__name="Nu’man")
    response = client.post("/verifikasi/", {"code": certificate.number, "name": "nu'man"})
    assert response.status_code == 302


def test_the_form_says_when_the_name_is_needed(client: Client, cast: Cast):
    page = client.get("/verifikasi/").content.decode()
    assert "(perlu bila memakai nomor)" in page
    assert "boleh kosong" not in page


def test_the_number_alone_tells_nobody_who_holds_it(client: Client, issued: Issued):
    response = client.post("/verifikasi/", {"code": issued.certificate.number})
    assert response.status_code == 200
    assert "Nomor saja tidak cukup. Tulis juga nama pemegang" in response.content.decode()
    assert "Ahmad" not in response.content.decode()


@pytest.mark.parametrize(
    "guess",
    [
        {"code": UNKNOWN},
        {"code": "9999/SERT/63.11/XI/2026", "name": "Ahmad Riduan"},
        {"code": "{number}", "name": "Orang Lain"},
        {"code": "apa saja", "name": "x"},
        {"code": "xxxx"},
        {"code": "https://contoh.id/verifikasi/x1/"},
        {"code": "{number}", "name": "..."},
    ],
)
def test_a_wrong_guess_is_unknown_and_nothing_more(client: Client, issued: Issued, guess: dict[str, str]):
    data = {key: value.format(number=issued.certificate.number) for key, value in guess.items()}
    response = client.post("/verifikasi/", data)
    html = response.content.decode()
    assert response.status_code == 404
    assert "TIDAK DIKENAL" in html
    assert "ASLI" not in html


def test_an_empty_form_asks_for_the_code(client: Client, db: None):
    assert client.get("/verifikasi/").status_code == 200
    assert client.post("/verifikasi/", {}).status_code == 200


def test_nobody_may_ask_too_often(client: Client, issued: Issued, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lookups, "_minute", lambda: 1)
    path = f"/verifikasi/{issued.certificate.token}.json"
    answers = [client.get(path).status_code for _ in range(61)]
    assert answers == [200] * 60 + [429]
    refused = client.post("/verifikasi/", {"code": UNKNOWN})
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert client.get("/verifikasi/").status_code == 200
    assert Client(REMOTE_ADDR="10.9.8.7").get(path).status_code == 200
    monkeypatch.setattr(lookups, "_minute", lambda: 2)
    assert client.get(path).status_code == 200


def test_the_counter_keeps_no_address_and_takes_an_ipv6_network_for_one_client(rf):
    assert "203.0.113.9" not in lookups._key(rf.get("/", REMOTE_ADDR="203.0.113.9"))
    assert lookups._key(rf.get("/", REMOTE_ADDR="2001:db8::1")) == lookups._key(rf.get("/", REMOTE_ADDR="2001:db8::2"))
    assert lookups._key(rf.get("/", REMOTE_ADDR="2001:db8::1")) != lookups._key(
        rf.get("/", REMOTE_ADDR="2001:db8:0:1::1")
    )
