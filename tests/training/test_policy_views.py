"""The pages of policies."""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import Cast
from tests.factories import make_course
from training.models import Policy, PolicyCourse
from training.periods import current_period
from training.policy_services import coming_halves
from training.services import open_period, record_training

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast_once")]


def client_of(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def filled(**facts: object) -> dict[str, object]:
    values = {
        "starts_on": coming_halves()[0].first_day.isoformat(),
        "per_half": 1,
        "per_year": 3,
        "hours_per_half": "4",
        "at_risk_days": 45,
        "grace_days": 0,
        "exempt_days": 90,
        "limit_external": 1,
    }
    return {**values, **facts}


def test_every_officer_reads_what_holds(cast: Cast):
    Policy.objects.create(region_id="63", per_year=4, hours_per_half=6)
    page = client_of(cast.village_officer).get("/kebijakan/").content.decode()
    assert "1 tiap semester, 4 setahun" in page
    assert "Kalimantan Selatan" in page
    assert "Buat kebijakan" not in page


def test_a_regency_sets_a_policy_with_a_compulsory_course(cast: Cast):
    course = make_course("Pertolongan Pertama")
    client = client_of(cast.regency_officer)
    assert "Pertolongan Pertama" in client.get("/kebijakan/baru/").content.decode()
    row = f"course-{course.pk}"
    answer = client.post("/kebijakan/baru/", filled(**{f"{row}-is_compulsory": "on", f"{row}-valid_months": 24}))
    assert answer.status_code == 302
    policy = Policy.objects.get()
    assert (policy.region_id, policy.per_year, policy.limits) == ("63.11", 3, {"external": 1})
    assert list(PolicyCourse.objects.values_list("subject", "valid_months", "window_days")) == [
        (f"course:{course.pk}", 24, 60)
    ]
    page = client.get("/kebijakan/").content.decode()
    assert "Akan berlaku" in page


def test_a_course_that_ends_within_the_half_cannot_be_asked_for(cast: Cast):
    row = f"course-{make_course('Pertolongan Pertama').pk}"
    client = client_of(cast.regency_officer)
    answer = client.post("/kebijakan/baru/", filled(**{f"{row}-is_compulsory": "on", f"{row}-valid_months": 5}))
    assert answer.status_code != 302
    assert not Policy.objects.exists()


def test_the_preview_saves_nothing_and_keeps_what_was_typed(cast: Cast):
    answer = client_of(cast.regency_officer).post("/kebijakan/baru/", filled(preview="1", per_year=7))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Dengan kebijakan ini, 0 dari 0 anggota wajib akan terpenuhi" in page
    assert 'value="7"' in page
    assert not Policy.objects.exists()


def test_the_preview_warns_of_what_nobody_would_meet(cast: Cast):
    half = current_period("63.11")
    open_period(period=half, now=timezone.now())
    page = client_of(cast.regency_officer).post("/kebijakan/baru/", filled(preview="1", per_year=2)).content.decode()
    assert "Dengan kebijakan ini, 0 dari 3 anggota wajib akan terpenuhi (0%)." in page
    assert "callout--soon" in page
    assert "Kebijakan ini tetap dapat disimpan." in page
    record_training(
        member=cast.member, source="x", kind="online", title="Dasar", lesson_hours=4, completed_at=timezone.now()
    )
    page = client_of(cast.regency_officer).post("/kebijakan/baru/", filled(preview="1", per_year=2)).content.decode()
    assert "Dengan kebijakan ini, 1 dari 3 anggota wajib" in page
    assert "callout--soon" not in page


def test_the_hint_says_what_the_days_do(cast: Cast):
    assert "ditambahkan pada hari yang" in client_of(cast.regency_officer).get("/kebijakan/baru/").content.decode()
    assert "Menggantikan hari yang biasa" in client_of(cast.admin).get("/kebijakan/baru/").content.decode()


def test_days_of_reminders_are_typed_as_one_line(cast: Cast):
    client = client_of(cast.regency_officer)
    assert client.post("/kebijakan/baru/", filled(reminder_days="45, 90 ;10")).status_code == 302
    policy = Policy.objects.get()
    assert policy.reminder_days == [90, 45, 10]
    assert 'value="90, 45, 10"' in client.get(f"/kebijakan/{policy.pk}/").content.decode()
    page = client.get("/kebijakan/").content.decode()
    assert "60, 30, 14, 7, 1 hari sebelum berakhir" in page
    assert "90, 60, 45, 30, 14, 10, 7, 1 hari sebelum berakhir" in page


@pytest.mark.parametrize("days", ["0", "200", "7, 7", "tiga", "²", "7 -3", "99999999999999999999"])
def test_days_that_are_none_are_named_and_kept(cast: Cast, days: str):
    answer = client_of(cast.regency_officer).post("/kebijakan/baru/", filled(reminder_days=days))
    assert answer.status_code == 400
    assert "Isi paling banyak 12 angka berbeda dari 1 sampai 180" in answer.content.decode()
    assert f'value="{days}"' in answer.content.decode()
    assert not Policy.objects.exists()


def test_a_looser_policy_is_refused_with_what_is_looser(cast: Cast):
    Policy.objects.create(region_id="63", per_year=4, hours_per_half=6)
    answer = client_of(cast.regency_officer).post("/kebijakan/baru/", filled())
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "JP tiap semester lebih sedikit." in page
    assert "Pelatihan setahun lebih sedikit." in page
    assert Policy.objects.count() == 1


def test_the_preview_of_a_looser_policy_says_why_it_cannot_be_saved(cast: Cast):
    Policy.objects.create(region_id="63", per_year=4, hours_per_half=6)
    answer = client_of(cast.regency_officer).post("/kebijakan/baru/", filled(preview="1"))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "JP tiap semester lebih sedikit." in page
    assert "Dengan kebijakan ini" not in page


def test_the_preview_says_where_the_policy_above_still_asks_for_more(cast: Cast):
    half = current_period("63.11")
    Policy.objects.create(region_id="63", per_year=8, starts_on=half.first_day, ends_on=half.last_day)
    page = client_of(cast.regency_officer).post("/kebijakan/baru/", filled(preview="1", per_year=4)).content.decode()
    assert "masih berlaku kebijakan di atasnya" in page


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"per_year": 1}, "Paling sedikit dua kali jumlah tiap semester."),
        ({"starts_on": "2020-01-01"}, "2020-01-01"),
        ({"grace_days": 91}, "90"),
        ({"limit_external": -1}, "0"),
        ({"limit_external": 0, "limit_online": 0, "limit_classroom": 0}, "tidak mungkin tercapai"),
    ],
)
def test_bad_values_are_named(cast: Cast, values: dict[str, object], words: str):
    answer = client_of(cast.regency_officer).post("/kebijakan/baru/", filled(**values))
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not Policy.objects.exists()


def test_one_that_has_begun_is_not_edited(cast: Cast):
    policy = Policy.objects.create(region_id="63.11", per_year=4)
    client = client_of(cast.regency_officer)
    assert client.post(f"/kebijakan/{policy.pk}/", filled()).status_code == 302
    assert Policy.objects.get().per_year == 4


def test_withdrawing_ends_it_with_the_half(cast: Cast):
    policy = Policy.objects.create(region_id="63.11", per_year=4)
    assert client_of(cast.regency_officer).post(f"/kebijakan/{policy.pk}/cabut/").status_code == 302
    assert Policy.objects.get().ends_on is not None


def test_a_neighbours_policy_does_not_exist(cast: Cast):
    policy = Policy.objects.create(region_id="63.09", per_year=4)
    client = client_of(cast.regency_officer)
    assert client.get(f"/kebijakan/{policy.pk}/").status_code == 404
    assert client.post(f"/kebijakan/{policy.pk}/cabut/").status_code == 404
    assert client.get("/kebijakan/?wilayah=63.09").status_code == 404
    assert client.get("/kebijakan/baru/?wilayah=63.09").status_code == 404


def test_below_the_regency_no_policy_is_offered(cast: Cast):
    client = client_of(cast.regency_officer)
    assert "Buat kebijakan" in client.get("/kebijakan/").content.decode()
    assert "Buat kebijakan" not in client.get("/kebijakan/?wilayah=63.11.01").content.decode()


def test_one_deleted_meanwhile_is_told(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    half = coming_halves()[0]
    policy = Policy.objects.create(region_id="63.11", starts_on=half.first_day, per_year=4)
    monkeypatch.setattr("training.policy_views._own", lambda request, pk: policy)
    Policy.objects.filter(pk=policy.pk).delete()
    client = client_of(cast.regency_officer)
    answer = client.post(f"/kebijakan/{policy.pk}/", filled())
    assert (answer.status_code, "sudah dihapus orang lain" in answer.content.decode()) == (400, True)
    answer = client.post(f"/kebijakan/{policy.pk}/cabut/", follow=True)
    assert "sudah dihapus orang lain" in answer.content.decode()


def test_the_list_goes_on_over_pages_and_counts(cast: Cast):
    Policy.objects.bulk_create(
        Policy(region_id="63.11", starts_on=date(1960 + n, 1, 1), ends_on=date(1960 + n, 12, 31)) for n in range(60)
    )
    client = client_of(cast.regency_officer)
    assert "1–25 dari 60 kebijakan" in client.get("/kebijakan/").content.decode()
    page = client.get("/kebijakan/?page=3").content.decode()
    assert "51–60 dari 60 kebijakan" in page
    assert "1 Januari 1960" in page


@pytest.mark.parametrize("role", ["village_officer", "district_officer", "trainer", "stranger"])
def test_below_the_regency_nobody_sets_one(cast: Cast, role: str):
    policy = Policy.objects.create(region_id="63.11", per_year=4)
    client = client_of(getattr(cast, role))
    for address in ("/kebijakan/baru/", f"/kebijakan/{policy.pk}/", f"/kebijakan/{policy.pk}/cabut/"):
        assert client.post(address, filled()).status_code == 403
    assert Policy.objects.get().per_year == 4


def test_queries_do_not_grow_with_policies(cast: Cast, django_assert_max_num_queries):
    for code in ("63", "63.11", "63.11.01", "63.11.02"):
        Policy.objects.create(region_id=code, per_year=4)
    client = client_of(cast.regency_officer)
    with django_assert_max_num_queries(15):
        client.get("/kebijakan/")
