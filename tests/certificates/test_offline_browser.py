"""The page that verifies without the network, with the network really gone."""

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from certificates.models import Certificate
from tests.browser import DESKTOP, TABLET, Browse, log_in
from tests.cast import Cast, make_cast
from tests.certificates.test_browser import look
from tests.factories import CertificateFactory

pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.django_db(transaction=True)]
READY = "Siap dipakai tanpa internet"


@pytest.fixture
def people(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def certificate(people: Cast) -> Certificate:
    return CertificateFactory(record__member=people.member)


def path_of(certificate: Certificate) -> str:
    return certificate.qr_url.split("/", 3)[3]


def expect_word(page: Page, word: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(word)


def kept(page: Page) -> None:
    """Open the page once, as one does while there is a signal."""
    page.goto("/verifikasi/luring/")
    expect(page.get_by_text(READY)).to_be_visible()


def check(page: Page, **typed: str) -> None:
    for label, text in typed.items():
        page.get_by_label({"name": "Nama pemegang", "course": "Nama pelatihan", "address": "Alamat"}[label]).fill(text)
    page.get_by_role("button", name="Periksa", exact=True).click()


@pytest.mark.parametrize("size", [None, TABLET, DESKTOP], ids=["360", "768", "1200"])
def test_a_scanned_code_is_proved_without_the_network(browse: Browse, certificate: Certificate, size):
    page = browse(**({"size": size} if size else {}), console_errors=9)  # Chromium reports what it could not load
    look(page, "/verifikasi/luring/", "luring")
    expect(page.get_by_text(READY)).to_be_visible()
    page.context.set_offline(True)

    page.goto(f"/{path_of(certificate)}")
    expect_word(page, "KODE ASLI")
    expect(page.get_by_text("63.11")).to_be_visible()
    expect(page.get_by_text("4 JP")).to_be_visible()
    expect(page.locator("[data-fact=sequence]")).to_have_text(str(certificate.sequence))
    look(page, "", "luring-kode")
    check(page, name="ahmad  riduan", course=certificate.snapshot["title"].upper())
    expect_word(page, "COCOK")
    look(page, "", "luring-cocok")
    check(page, name="Orang Lain")
    expect_word(page, "ISI TIDAK COCOK")
    look(page, "", "luring-lain")


def test_forged_old_and_foreign_addresses_are_told_apart(browse: Browse, certificate: Certificate):
    page = browse(console_errors=9)
    kept(page)
    page.context.set_offline(True)
    page.reload()
    true = certificate.qr_url
    forged = true.replace(certificate.token, "A" * 22)
    for address, word in [
        (forged, "KODE PALSU"),
        (true[:-4] + "AAAA", "KODE PALSU"),
        (true[:-9], "KODE PALSU"),
        (certificate.verification_url, "PERLU INTERNET"),
        ("https://contoh.id/lain", "TIDAK TERBACA"),
        (true, "KODE ASLI"),
    ]:
        check(page, address=address)
        expect_word(page, word)


def test_nothing_of_who_was_logged_in_is_kept(browse: Browse, people: Cast, certificate: Certificate):
    page = browse(console_errors=9)
    log_in(page, people.member.user)
    kept(page)
    page.reload()  # under the worker
    expect(page.get_by_text("Menu akun")).to_have_count(1)
    page.context.set_offline(True)
    page.goto("/verifikasi/luring/")
    expect(page.get_by_label("Alamat")).to_be_visible()
    expect(page.get_by_text("Menu akun")).to_have_count(0)
    assert people.member.name not in page.content()
    expect(page.get_by_role("link", name="Masuk")).to_have_count(1)
    stored = page.evaluate(
        "caches.open('verifikasi').then(c => c.keys()).then(k => k.map(r => new URL(r.url).pathname))"
    )
    assert [path for path in stored if not path.startswith("/static/")] == ["/verifikasi/luring/"]


def test_with_the_network_the_server_answers(browse: Browse, certificate: Certificate):
    page = browse()
    kept(page)
    page.goto(f"/{path_of(certificate)}")
    expect_word(page, "ASLI")
    expect(page.get_by_text("Ahmad Riduan")).to_be_visible()


WORKER_IN_A_PAGE = """(text) => {
    const heard = {}, worker = {addEventListener: (name, answer) => { heard[name] = answer; }};
    const stores = {match: async (file) => window.kept && `kept ${file}`};
    let fetched;
    const network = () => new Promise((resolve) => { fetched = resolve; });
    new Function("self", "caches", "fetch", text)(worker, stores, network);
    window.open_page = () => heard.fetch({
        request: {method: "GET", mode: "navigate", url: "https://a.example/verifikasi/x/"},
        respondWith: (answer) => { window.answered = null; answer.then((it) => { window.answered = it; }); },
    });
    window.arrive = () => fetched("network");
}"""


def test_where_the_signal_is_too_weak_what_is_kept_answers_in_time(browse: Browse):
    """The worker's text in a page whose clock the test moves."""
    page = browse()
    page.clock.install()
    page.evaluate(WORKER_IN_A_PAGE, Client().get("/verifikasi/sw.js").content.decode())
    for kept, arrives, answer in [
        (True, False, "kept /verifikasi/luring/"),
        (True, True, "network"),
        (False, True, "network"),
    ]:
        page.evaluate("(kept) => { window.kept = kept; open_page(); }", kept)
        if arrives and kept:
            page.evaluate("arrive()")
        page.clock.fast_forward(9000)
        if arrives and not kept:
            assert page.evaluate("answered") is None
            page.evaluate("arrive()")
        assert page.evaluate("answered") == answer


def test_without_scripts_it_says_what_to_do(browse: Browse, people: Cast):
    page = browse(java_script_enabled=False)
    page.goto("/verifikasi/luring/")
    expect(page.get_by_text("perlu JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Periksa", exact=True)).not_to_be_visible()
