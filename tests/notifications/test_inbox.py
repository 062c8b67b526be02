"""`/pemberitahuan/`: the inbox, and the notices on other pages."""

from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import Client

from notifications.models import Notice
from notifications.services import notify
from tests.cast import Cast


def tell(cast: Cast, count: int = 1, path: str = "/akun/") -> list[Notice]:
    return [
        notify(user=cast.member.user, key=f"uji:{n}", title=f"Judul {n}", body="Isi", path=path) for n in range(count)
    ]


def rendered(source: str, user: object) -> str:
    return Template("{% load notifications %}" + source).render(Context({"user": user})).strip()


def test_the_inbox_shows_ones_own_newest_first(cast: Cast, client: Client, django_assert_max_num_queries):
    tell(cast, 3)
    notify(user=cast.admin, key="lain:1", title="Rahasia admin")
    client.force_login(cast.member.user)
    with django_assert_max_num_queries(8):
        page = client.get("/pemberitahuan/").content.decode()
    assert page.index("Judul 2") < page.index("Judul 0")
    assert "Rahasia" not in page


def test_an_empty_inbox_says_what_comes_here(cast: Cast, client: Client):
    client.force_login(cast.member.user)
    assert "Belum ada pemberitahuan" in client.get("/pemberitahuan/").content.decode()


def test_a_page_holds_25(cast: Cast, client: Client):
    tell(cast, 30)
    client.force_login(cast.member.user)
    assert len(client.get("/pemberitahuan/").context["page_obj"]) == 25
    assert len(client.get("/pemberitahuan/?page=2").context["page_obj"]) == 5


def test_opening_marks_read_and_leads_on(cast: Cast, client: Client):
    (notice,) = tell(cast)
    client.force_login(cast.member.user)
    assert client.post(f"/pemberitahuan/{notice.pk}/")["Location"] == "/akun/"
    assert Notice.objects.get(pk=notice.pk).read_at is not None


def test_a_notice_without_a_place_leads_back(cast: Cast, client: Client):
    (notice,) = tell(cast, path="")
    client.force_login(cast.member.user)
    assert client.post(f"/pemberitahuan/{notice.pk}/")["Location"] == "/pemberitahuan/"


def test_a_notice_never_leads_off_the_site(cast: Cast, client: Client):
    (notice,) = tell(cast, path="//jahat.example/")
    client.force_login(cast.member.user)
    assert client.post(f"/pemberitahuan/{notice.pk}/")["Location"] == "/pemberitahuan/"


def test_somebody_elses_notice_is_not_there(cast: Cast, client: Client):
    (notice,) = tell(cast)
    client.force_login(cast.other_member.user)
    assert client.post(f"/pemberitahuan/{notice.pk}/").status_code == 404
    assert Notice.objects.get(pk=notice.pk).read_at is None


def test_everything_is_marked_read_at_once(cast: Cast, client: Client):
    tell(cast, 3)
    client.force_login(cast.member.user)
    assert client.post("/pemberitahuan/dibaca/")["Location"] == "/pemberitahuan/"
    assert not Notice.objects.of(cast.member.user).unread().exists()


def test_other_pages_show_what_is_unread(cast: Cast, django_assert_num_queries):
    notices = tell(cast, 7)
    notices[6].read_at = notices[6].created_at
    notices[6].save()
    with django_assert_num_queries(1):
        html = rendered("{% notice_list user limit=5 %}", cast.member.user)
    assert html.count("<li>") == 5
    assert "Judul 6" not in html
    assert rendered("{% notice_list user %}", cast.stranger) == ""
    assert rendered("{% notice_list user %}", AnonymousUser()) == ""


def test_the_count_costs_one_query_and_none_for_strangers(cast: Cast, django_assert_num_queries):
    tell(cast, 3)
    with django_assert_num_queries(1):
        assert rendered("{% unread_notices user %}", cast.member.user) == "3"
    with django_assert_num_queries(0):
        assert rendered("{% unread_notices user %}", AnonymousUser()) == "0"
