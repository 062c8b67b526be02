"""`/masuk/`: one field for three identifiers, one way in for everybody, nothing told to a stranger."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.models import Member, User
from members.services import refuse_member, register_member, verify_member
from tests.cast import Cast
from tests.factories import UserFactory
from tests.members.conftest import CountingHasher
from tests.members.people import PASSWORD, personal_data


def log_in(client: Client, login: str, password: str = PASSWORD, **extra: str):
    return client.post("/masuk/", {"login": login, "password": password, **extra})


@pytest.fixture
def verified(cast: Cast) -> Member:
    """A member who registered and was verified: 63110120010001."""
    member = register_member(data=personal_data(), email="budi@contoh.id", password=PASSWORD)
    return verify_member(member=member, by=cast.village_officer)


# --- success ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "login",
    [
        *("081234567890", "0812-3456-7890", "6281234567890", "+62 812 3456 7890", " 081234567890 "),
        *("budi@contoh.id", "Budi@Contoh.ID"),
        *("63110120010001", "6311 0120 01 0001"),
    ],
)
def test_phone_email_and_number_log_in(login: str, verified: Member, client: Client):
    response = log_in(client, login)
    assert response.status_code == 302
    assert response["Location"] == "/belajar/"
    assert client.session["_auth_user_id"] == str(verified.user_id)


@pytest.mark.parametrize("login", ["081234567890", "budi@contoh.id"])
def test_an_applicant_logs_in_to_see_where_they_stand(login: str, regions: None, client: Client):
    register_member(data=personal_data(), email="budi@contoh.id", password=PASSWORD)
    assert log_in(client, login)["Location"] == "/akun/"
    assert "Menunggu verifikasi" in client.get("/akun/").content.decode()


@pytest.mark.parametrize(
    ("who", "home"),
    [
        ("village_officer", "/pantau/"),
        ("regency_officer", "/pantau/"),
        ("trainer", "/cms/"),
        ("liaison", "/akun/"),
        ("stranger", "/akun/"),
        ("admin", "/cms/"),
    ],
)
def test_each_role_starts_at_its_own_page(who: str, home: str, cast: Cast, client: Client):
    assert log_in(client, getattr(cast, who).email, "linmas-demo-2026")["Location"] == home


def test_next_goes_before_the_front_page_and_never_off_the_site(cast: Cast, client: Client):
    response = log_in(client, cast.admin.email, "linmas-demo-2026", next="/cms/pages/")
    assert response["Location"] == "/cms/pages/"
    response = log_in(Client(), cast.admin.email, "linmas-demo-2026", next="https://jahat.example/")
    assert response["Location"] == "/cms/"


def test_who_came_for_another_page_is_told_why_they_are_here(cast: Cast, client: Client):
    told = "Masuk dulu untuk melanjutkan."
    assert told in client.get("/masuk/?next=/anggota/").content.decode()
    assert told not in client.get("/masuk/").content.decode()
    assert told not in client.post("/masuk/", {"login": "", "next": "/anggota/"}).content.decode()


def test_remember_decides_how_long_the_session_lasts(cast: Cast):
    short, long = Client(), Client()
    log_in(short, cast.stranger.email, "linmas-demo-2026")
    log_in(long, cast.stranger.email, "linmas-demo-2026", remember="on")
    assert short.session.get_expire_at_browser_close()
    assert not long.session.get_expire_at_browser_close()


def test_logging_out_asks_and_then_ends_the_session(cast: Cast, client: Client):
    client.force_login(cast.member.user)
    assert client.get("/keluar/").status_code == 200
    assert client.post("/keluar/")["Location"] == "/"
    assert "_auth_user_id" not in client.session


# --- refusals ---------------------------------------------------------------------------------

NO_MATCH = "tidak cocok"
UNKNOWN = ["089999999999", "siapa@contoh.id", "63110120019999", "bukan-siapa"]
KNOWN = ["081234567890", "budi@contoh.id", "63110120010001"]


def words_of(response) -> str:
    """The page without what differs by itself: the token, and what was typed."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|X-CSRFToken[^}]+', "", response.content.decode())
    return re.sub(r'name="login" value="[^"]*"', "", page)


def test_a_wrong_password_and_an_unknown_person_read_the_same(verified: Member):
    pages = {words_of(log_in(Client(), login, "salah-sama-sekali")) for login in [*KNOWN, *UNKNOWN]}
    assert len(pages) == 1
    assert NO_MATCH in pages.pop()


def test_what_was_typed_stays_the_password_does_not(verified: Member, client: Client):
    page = log_in(client, "0812-3456-7890", "salah-sama-sekali").content.decode()
    assert 'value="0812-3456-7890"' in page
    assert "salah-sama-sekali" not in page


@pytest.mark.parametrize(("known", "unknown"), [("081234567890", "089999999999"), ("budi@contoh.id", "x@contoh.id")])
def test_a_failed_attempt_costs_the_same_for_the_known_and_the_unknown(
    known: str, unknown: str, verified: Member, hash_rounds: type[CountingHasher]
):
    costs = set()
    for login in (known, unknown):
        hash_rounds.rounds = 0
        log_in(Client(), login, "salah-sama-sekali")
        costs.add(hash_rounds.rounds)
    assert costs == {3}


def test_an_attempt_by_number_costs_the_same(verified: Member, hash_rounds: type[CountingHasher]):
    costs = set()
    for login in ("63110120010001", "63110120019999", "bukan-siapa"):
        hash_rounds.rounds = 0
        log_in(Client(), login, "salah-sama-sekali")
        costs.add(hash_rounds.rounds)
    assert costs == {1}


def test_an_inactive_account_stays_out(verified: Member, client: Client):
    User.objects.filter(pk=verified.user_id).update(is_active=False)
    assert log_in(client, "081234567890")["Location"] == "/akun/nonaktif/"
    page = client.get("/akun/nonaktif/").content.decode()
    assert "kantor desa atau kelurahan tempat Anda terdaftar" in page
    assert verified.name not in page
    assert "_auth_user_id" not in client.session


def test_failures_are_counted_under_one_spelling_of_a_phone(verified: Member):
    spellings = ["081234567890", "0812-3456-7890", "6281234567890", "+6281234567890", "0812 3456 7890"]
    for login in spellings:
        assert NO_MATCH in log_in(Client(), login, "salah-sama-sekali").content.decode()
    page = log_in(Client(), "081234567890").content.decode()
    assert "Terlalu banyak percobaan" in page


def test_too_many_attempts_from_one_address_are_turned_away(db: None):
    answers = [log_in(Client(), f"orang{n}@contoh.id", "salah").status_code for n in range(31)]
    assert answers[0] == 200
    assert answers[-1] == 429


def test_a_stranger_cannot_reach_an_account_without_a_password(db: None, client: Client):
    user = UserFactory()
    user.set_unusable_password()
    user.save()
    for password in ("", "!", user.password):
        assert log_in(client, user.email, password).status_code == 200
    assert "_auth_user_id" not in client.session


# --- a phone or an e-mail that two accounts state ------------------------------------------------


def test_the_password_decides_between_two_accounts_with_one_phone(verified: Member):
    other = register_member(data=personal_data(nik="9901012005900002"), password="sandi-lain-2026")
    first, second = Client(), Client()
    log_in(first, "081234567890")
    log_in(second, "081234567890", "sandi-lain-2026")
    assert first.session["_auth_user_id"] == str(verified.user_id)
    assert second.session["_auth_user_id"] == str(other.user_id)


def test_registering_a_known_phone_behaves_like_registering_an_unknown_one(
    verified: Member, hash_rounds: type[CountingHasher]
):
    """What somebody can find out by registering and then logging in: nothing."""
    seen = []
    for phone, email, serial in (("+6281234567890", "budi@contoh.id", 11), ("+6289999999999", "baru@contoh.id", 12)):
        data = personal_data(phone=phone, nik=f"99010120059000{serial}")
        register_member(data=data, email=email, password="sandi-lain-2026")
        for login in (phone, email):
            hash_rounds.rounds = 0
            response = log_in(Client(), login, "sandi-lain-2026")
            seen.append((response.status_code, response["Location"], hash_rounds.rounds))
    assert set(seen) == {(302, "/akun/", 3)}


def test_an_older_applicant_with_the_same_phone_learns_nothing_either(verified: Member):
    """Two registrations with a phone: the older one cannot tell whether a member holds it."""
    answers = []
    for phone in ("+6281234567890", "+6289999999999"):
        for password in ("sandi-pertama-2026", "sandi-kedua-2026"):
            register_member(data=personal_data(phone=phone), password=password)
        answers.append([log_in(Client(), phone, p).status_code for p in ("sandi-pertama-2026", "sandi-kedua-2026")])
    assert answers[0] == answers[1] == [200, 302]


def test_a_later_registration_takes_no_members_place(verified: Member, cast: Cast):
    """A member who shares the phone of another still logs in by it after somebody registers with it, too."""
    wife = register_member(data=personal_data(nik="9901012005900002"), password="sandi-istri-2026")
    verify_member(member=wife, by=cast.village_officer)
    register_member(data=personal_data(nik="9901012005900003"), password="sandi-asing-2026")
    browsers = {password: Client() for password in (PASSWORD, "sandi-istri-2026", "sandi-asing-2026")}
    for password, browser in browsers.items():
        assert log_in(browser, "081234567890", password).status_code == 302
    assert browsers["sandi-istri-2026"].session["_auth_user_id"] == str(wife.user_id)


def test_a_verified_members_email_is_not_taken_by_a_later_registration(verified: Member, cast: Cast):
    other = personal_data(nik="9901012005900002", phone="+6289999999998")
    wife = register_member(data=other, email="budi@contoh.id", password="sandi-istri-2026")
    verify_member(member=wife, by=cast.village_officer)
    third = personal_data(nik="9901012005900003", phone="+6289999999997")
    register_member(data=third, email="budi@contoh.id", password="sandi-asing-2026")
    assert log_in(Client(), "budi@contoh.id", "sandi-istri-2026").status_code == 302


@pytest.mark.parametrize("login", ["081234567890", "089999999999", "budi@contoh.id", "siapa@contoh.id"])
def test_a_refusal_costs_the_same_whoever_shares_the_phone(
    login: str, verified: Member, cast: Cast, hash_rounds: type[CountingHasher]
):
    wife = register_member(data=personal_data(nik="9901012005900002"), password="sandi-istri-2026")
    verify_member(member=wife, by=cast.village_officer)
    register_member(data=personal_data(nik="9901012005900003"), password="sandi-asing-2026")
    hash_rounds.rounds = 0
    with CaptureQueriesContext(connection) as asked:
        assert NO_MATCH in log_in(Client(), login, "salah-sama-sekali").content.decode()
    assert hash_rounds.rounds == 3
    assert sum("members_user" in query["sql"] for query in asked) == 3


def test_a_refused_person_still_logs_in(cast: Cast, client: Client):
    member = register_member(data=personal_data(), password=PASSWORD)
    refuse_member(member=member, by=cast.village_officer, reason="NIK salah ketik")
    assert log_in(client, "081234567890")["Location"] == "/akun/"
    assert "NIK salah ketik" in client.get("/akun/").content.decode()


def test_who_shares_a_phone_is_told_to_use_the_number(verified: Member, cast: Cast, client: Client):
    other = register_member(data=personal_data(nik="9901012005900002"), password="sandi-lain-2026")
    other = verify_member(member=other, by=cast.village_officer)
    client.force_login(other.user)
    assert "masuklah dengan nomor anggota" in client.get("/akun/").content.decode()
    assert log_in(Client(), other.number, "sandi-lain-2026").status_code == 302


# --- a forgotten password ------------------------------------------------------------------------


def test_a_new_password_by_email(verified: Member, client: Client):
    response = client.post(reverse("account_reset_password"), {"email": "Budi@contoh.id"}, follow=True)
    assert response.redirect_chain[-1][0] == "/masuk/lupa/terkirim/"
    (message,) = mail.outbox
    assert message.to == ["budi@contoh.id"]
    link = re.search(r"http://testserver(/masuk/lupa/\S+)", message.body)
    page = client.get(link[1], follow=True)
    new = {"password1": "sandi-baru-2027", "password2": "sandi-baru-2027"}
    assert client.post(page.redirect_chain[-1][0], new).status_code == 302
    assert log_in(Client(), "081234567890", "sandi-baru-2027").status_code == 302
    assert log_in(Client(), "081234567890").status_code == 200


def test_the_reset_page_reads_the_same_for_an_unknown_address(verified: Member):
    pages = set()
    for email in ("budi@contoh.id", "siapa@contoh.id"):
        pages.add(words_of(Client().post(reverse("account_reset_password"), {"email": email}, follow=True)))
    assert len(pages) == 1
    assert [message.to for message in mail.outbox] == [["budi@contoh.id"], ["siapa@contoh.id"]]


def test_counts_of_failed_attempts_are_not_crowded_out(db: None):
    cache.set("a-count", [1.0], 300)
    for n in range(400):
        cache.set(f"many-names-{n}", [1.0], 300)
    assert cache.get("a-count") == [1.0]


def test_a_mail_server_that_is_down_tells_nothing(verified: Member, client: Client, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens on the discard port
    response = client.post(reverse("account_reset_password"), {"email": "budi@contoh.id"})
    assert response["Location"] == "/masuk/lupa/terkirim/"
    assert "budi" not in caplog.text
    assert "could not send account/email/password_reset_key" in caplog.text


def test_an_applicant_resets_by_email_too(regions: None, client: Client):
    member = register_member(data=personal_data(), email="budi@contoh.id", password=PASSWORD)
    client.post(reverse("account_reset_password"), {"email": "budi@contoh.id"})
    link = re.search(r"http://testserver(/masuk/lupa/\S+)", mail.outbox[0].body)
    page = client.get(link[1], follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": "sandi-baru-2027", "password2": "sandi-baru-2027"})
    assert User.objects.get(pk=member.user_id).check_password("sandi-baru-2027")


def test_resetting_proves_the_mailbox_and_takes_it_from_who_only_stated_it(verified: Member, client: Client):
    """The owner of the mailbox registers after somebody else had stated their address."""
    owner = register_member(data=personal_data(phone="+6289999999999"), email="budi@contoh.id", password=PASSWORD)
    client.post(reverse("account_reset_password"), {"email": "budi@contoh.id"})
    links = [re.search(r"http://testserver(/masuk/lupa/\S+)", message.body)[1] for message in mail.outbox]
    assert len(links) == 2
    for link in links:
        page = Client().get(link, follow=True)
        assert page.status_code == 200
    EmailAddress.objects.get(user=owner.user).delete()
    assert User.objects.get(pk=verified.user_id).email == "budi@contoh.id"


# --- e-mail of an account ------------------------------------------------------------------------


def test_a_new_email_counts_once_its_mailbox_answered(cast: Cast, client: Client):
    user = cast.member.user
    client.force_login(user)
    client.post(reverse("account_email"), {"email": "Baru@contoh.id", "action_add": "1"})
    assert User.objects.get(pk=user.pk).email == "anggota@contoh.id"
    link = re.search(r"http://testserver(/akun/email/konfirmasi/\S+)", mail.outbox[-1].body)
    assert client.get(link[1]).status_code == 200
    client.post(link[1])
    assert User.objects.get(pk=user.pk).email == "baru@contoh.id"


def test_the_old_email_stays_until_then_and_comes_back(cast: Cast, client: Client):
    client.force_login(cast.member.user)
    client.post(reverse("account_email"), {"email": "baru@contoh.id", "action_add": "1"})
    page = client.get(reverse("account_email")).content.decode()
    assert "anggota@contoh.id" in page
    assert "Menunggu konfirmasi" in page
    client.post(reverse("account_email"), {"email": "baru@contoh.id", "action_remove": "1"})
    assert User.objects.get(pk=cast.member.user_id).email == "anggota@contoh.id"
    assert "Menunggu konfirmasi" not in client.get(reverse("account_email")).content.decode()


def test_the_email_an_account_holds_is_not_taken_away(cast: Cast, client: Client):
    client.force_login(cast.member.user)
    client.get(reverse("account_email"))
    client.post(reverse("account_email"), {"email": "anggota@contoh.id", "action_remove": "1"})
    assert User.objects.get(pk=cast.member.user_id).email == "anggota@contoh.id"


def test_asking_for_somebody_elses_email_tells_nothing(cast: Cast, client: Client):
    client.force_login(cast.member.user)
    pages = set()
    for email in (cast.stranger.email, "baru@contoh.id"):
        response = client.post(reverse("account_email"), {"email": email, "action_add": "1"}, follow=True)
        pages.add(words_of(response).replace(email, "…"))
    assert len(pages) == 1


def test_confirming_a_stated_email_takes_it_over(cast: Cast, client: Client):
    user = cast.member.user
    client.force_login(user)
    client.post(reverse("account_email"), {"email": cast.stranger.email, "action_add": "1"})
    link = re.search(r"http://testserver(/akun/email/konfirmasi/\S+)", mail.outbox[-1].body)
    client.post(link[1])
    assert User.objects.get(pk=user.pk).email == cast.stranger.email
    assert User.objects.get(pk=cast.stranger.pk).email is None


def test_changing_the_password_asks_for_the_old_one(cast: Cast, client: Client):
    client.force_login(cast.member.user)
    new = {"password1": "sandi-baru-2027", "password2": "sandi-baru-2027"}
    assert client.post("/akun/sandi/", {"oldpassword": "salah", **new}).status_code == 200
    assert client.post("/akun/sandi/", {"oldpassword": "linmas-demo-2026", **new})["Location"] == "/akun/"
    assert client.get("/akun/").status_code == 200  # still logged in
    assert User.objects.get(pk=cast.member.user_id).check_password("sandi-baru-2027")


def test_the_log_in_page_asks_the_database_little(db: None, client: Client, django_assert_max_num_queries):
    with django_assert_max_num_queries(0):
        client.get("/masuk/")
