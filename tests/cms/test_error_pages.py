"""What people see when something is wrong: plain Indonesian, a way out, no trace of the inside."""

import pytest
from django.http import Http404, HttpRequest
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from django.views import defaults
from django.views.csrf import csrf_failure
from django.views.decorators.http import require_POST

from tests.cast import Cast


def explode(request: HttpRequest) -> None:
    """A view with a fault."""
    raise RuntimeError("rahasia dapur")


urlpatterns = [path("meledak/", explode), path("tombol/", require_POST(explode))]


def test_not_found(client: Client, db: None):
    response = client.get("/tidak-ada/")
    html = response.content.decode()
    assert response.status_code == 404
    assert "Halaman tidak ditemukan" in html
    assert 'href="/"' in html


def test_forbidden(rf: RequestFactory):
    response = defaults.permission_denied(rf.get("/"), PermissionError("rahasia"))
    assert response.status_code == 403
    assert "Halaman ini bukan untuk akun Anda" in response.content.decode()
    assert "rahasia" not in response.content.decode()


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("liaison", "Anda masuk sebagai mitra Kec. Juai; halaman ini untuk peran atau wilayah lain."),
        ("member", "Halaman ini untuk petugas."),
        ("pending_member", "Keanggotaan Anda belum atau tidak lagi aktif."),
        ("stranger", "akun Anda belum terhubung dengan keduanya"),
    ],
)
def test_forbidden_says_what_the_account_is(who: str, words: str, cast: Cast, client: Client):
    person = getattr(cast, who)
    client.force_login(getattr(person, "user", person))
    response = client.get("/anggota/")
    html = response.content.decode()
    assert response.status_code == 403
    assert words in html
    assert ('href="/akun/">Ke akun saya' in html) == (who != "member")


def test_not_found_says_nothing_of_the_reason(rf: RequestFactory):
    response = defaults.page_not_found(rf.get("/"), Http404("No Member matches the given query."))
    assert "Member" not in response.content.decode()


def test_bad_request(rf: RequestFactory):
    response = defaults.bad_request(rf.get("/"), ValueError("rahasia"))
    assert response.status_code == 400
    assert "Permintaan tidak dapat dibaca" in response.content.decode()


def test_a_stale_form(rf: RequestFactory):
    response = csrf_failure(rf.post("/"))
    assert response.status_code == 403
    assert "Isian belum diterima" in response.content.decode()


def test_a_post_without_its_token_meets_the_stale_form_page(db: None):
    response = Client(enforce_csrf_checks=True).post("/tidak-ada/")
    assert response.status_code == 403
    assert "Isian belum diterima" in response.content.decode()


@override_settings(ROOT_URLCONF="tests.cms.test_error_pages")
def test_a_fault_of_ours_shows_no_trace(cast: Cast, django_assert_num_queries):
    client = Client(raise_request_exception=False)
    response = client.get("/meledak/")
    html = response.content.decode()
    assert response.status_code == 500
    assert "Terjadi gangguan di server" in html
    assert "rahasia" not in html
    assert "Traceback" not in html


def test_a_button_pressed_before_the_session_ended_says_that_nothing_was_saved(cast: Cast, client: Client):
    button = f"/anggota/{cast.pending_member.pk}/verifikasi/"
    to_log_in = client.post(button)["Location"]
    client.force_login(cast.village_officer)
    response = client.get(to_log_in.partition("next=")[2])
    html = response.content.decode()
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "Belum tersimpan" in html
    assert f'href="/anggota/{cast.pending_member.pk}/">Kembali ke halamannya' in html
    cast.pending_member.refresh_from_db()
    assert cast.pending_member.status == "pending"


def test_without_a_page_above_the_way_leads_to_the_front_page(cast: Cast, client: Client, settings):
    settings.ROOT_URLCONF = "tests.cms.test_error_pages"
    assert 'href="/">Ke halaman depan' in client.get("/tombol/").content.decode()


def test_a_script_keeps_the_bare_answer(cast: Cast, client: Client):
    client.force_login(cast.village_officer)
    response = client.put(f"/anggota/{cast.pending_member.pk}/verifikasi/")
    assert (response.status_code, response.content) == (405, b"")


@pytest.mark.parametrize("code", [400, 403, 404, 500])
def test_each_page_speaks_indonesian_and_needs_no_database(code: int, rf: RequestFactory):
    views = {
        400: lambda r: defaults.bad_request(r, None),
        403: lambda r: defaults.permission_denied(r, None),
        404: lambda r: defaults.page_not_found(r, Http404()),
        500: defaults.server_error,
    }
    html = views[code](rf.get("/")).content.decode()
    assert '<html lang="id">' in html
    assert f"Galat {code}" in html
