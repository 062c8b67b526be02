"""The Laporan Kepatuhan by e-mail on Mondays: to whom, when, once, and when it stops."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, transaction
from django.test import Client

from members.models import RoleGrant, RoleKind, User
from monitoring import periodic, weekly
from monitoring.errors import NoProvenEmail
from monitoring.models import WeeklyChoice, WeeklyMail
from monitoring.weekly import WeeklyResult, choose_weekly, grants_of, send_weekly
from notifications.models import Notice
from regions.models import Region
from tests.cast import Cast
from tests.factories import grant
from tests.races import at_once
from tests.training.conftest import open_halves

PAGE = "/pantau/tiap-senin/"
SIX_WITA = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)  # Monday 23 November 2026, 06.00 in Balangan


class FussyBackend(EmailBackend):
    """A mail server that refuses one address."""

    refused = "kecamatan@contoh.id"

    def send_messages(self, messages):
        if any(self.refused in message.to for message in messages):
            raise OSError(f"550 {self.refused}")
        return super().send_messages(messages)


def prove(user: User) -> User:
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def choose(user: User) -> None:
    choose_weekly(user=prove(user), grants=grants_of(user))


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


# --- the choice ---------------------------------------------------------------------------------


def test_an_officer_chooses_and_stops(cast: Cast):
    other = grant(cast.district_officer, "63.11.02")
    own = cast.district_officer.role_grants.get(region="63.11.01")
    client = browser_of(prove(cast.district_officer))
    page = client.get(PAGE).content.decode()
    assert "Kec. Juai" in page
    assert "Kec. Halong" in page
    assert " checked" not in page  # nobody gets mail they did not ask for
    response = client.post(PAGE, {"peran": [own.pk]}, follow=True)
    assert "Mulai Senin depan 1 laporan dikirim ke kecamatan@contoh.id" in response.content.decode()
    assert list(WeeklyChoice.objects.values_list("grant", flat=True)) == [own.pk]
    client.post(PAGE, {"peran": [own.pk, other.pk]})
    assert WeeklyChoice.objects.count() == 2
    assert "Tidak ada laporan yang dikirim lagi" in client.post(PAGE, follow=True).content.decode()
    assert not WeeklyChoice.objects.exists()


@pytest.mark.parametrize("who", ["neighbour_district_officer", "trainer"])
def test_nobody_chooses_by_the_role_of_another(cast: Cast, who: str):
    user = grant(prove(getattr(cast, who)), "63.09").user
    foreign = cast.district_officer.role_grants.get()
    browser_of(user).post(PAGE, {"peran": [foreign.pk, "x", ""]})
    assert not WeeklyChoice.objects.exists()
    choose_weekly(user=user, grants=[foreign])
    assert not WeeklyChoice.objects.exists()


def test_an_email_that_nobody_proved_gets_no_figures(cast: Cast):
    user = cast.district_officer
    with pytest.raises(NoProvenEmail):
        choose_weekly(user=user, grants=grants_of(user))
    client = browser_of(user)
    assert "belum dikonfirmasi" in client.get(PAGE).content.decode()
    response = client.post(PAGE, {"peran": [user.role_grants.get().pk]}, follow=True)
    assert "Konfirmasi dulu alamat e-mail Anda" in response.content.decode()
    assert not WeeklyChoice.objects.exists()


def test_the_page_asks_little(cast: Cast, django_assert_max_num_queries):
    for n in range(1, 3):
        grant(cast.district_officer, f"63.11.02{'.2001' if n == 2 else ''}")
    client = browser_of(prove(cast.district_officer))
    with django_assert_max_num_queries(9):
        client.get(PAGE)


# --- sending ------------------------------------------------------------------------------------


def test_it_comes_on_monday_morning_once(cast: Cast):
    choose(cast.district_officer)
    assert send_weekly(now=SIX_WITA - timedelta(minutes=1)) == WeeklyResult(0, 0)
    assert send_weekly(now=SIX_WITA) == WeeklyResult(1, 0)
    assert send_weekly(now=SIX_WITA + timedelta(hours=9)) == WeeklyResult(0, 0)
    (message,) = mail.outbox
    assert message.to == ["kecamatan@contoh.id"]
    assert message.subject == "Laporan Kepatuhan Kec. Juai, 23 November 2026"
    assert "/pantau/tiap-senin/" in message.body
    name, content, kind = message.attachments[0]
    assert (name, kind) == ("laporan-kepatuhan-63.11.01-20261123.pdf", "application/pdf")
    assert content.startswith(b"%PDF-")
    assert WeeklyMail.objects.get().sent_at is not None
    assert send_weekly(now=SIX_WITA + timedelta(days=1)) == WeeklyResult(0, 0)
    assert send_weekly(now=SIX_WITA + timedelta(days=7)) == WeeklyResult(1, 0)


def test_each_zone_has_its_own_monday(cast: Cast):
    choose(grant(cast.admin, "00").user)  # the nation goes by the capital's clock, an hour later
    assert send_weekly(now=SIX_WITA) == WeeklyResult(0, 0)
    assert send_weekly(now=SIX_WITA + timedelta(hours=1)) == WeeklyResult(1, 0)
    assert mail.outbox[0].subject == "Laporan Kepatuhan seluruh Indonesia, 23 November 2026"


def test_it_stops_with_the_role_the_account_or_the_proof(cast: Cast):
    for user in (cast.district_officer, cast.village_officer, cast.regency_officer):
        choose(user)
    cast.district_officer.role_grants.get().delete()
    User.objects.filter(pk=cast.village_officer.pk).update(is_active=False)
    EmailAddress.objects.filter(user=cast.regency_officer).update(verified=False)
    assert WeeklyChoice.objects.count() == 2
    assert send_weekly(now=SIX_WITA) == WeeklyResult(0, 0)
    grant(cast.district_officer, "63.11.01")  # a role given anew is asked about anew
    assert send_weekly(now=SIX_WITA) == WeeklyResult(0, 0)


def test_choosing_again_sends_no_second_one(cast: Cast):
    choose(cast.district_officer)
    send_weekly(now=SIX_WITA)
    choose_weekly(user=cast.district_officer, grants=[])
    choose_weekly(user=cast.district_officer, grants=grants_of(cast.district_officer))
    assert send_weekly(now=SIX_WITA) == WeeklyResult(0, 0)


class Watch:
    """Twenty seconds go by at each look."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        self.at += 20
        return self.at


def test_a_run_ends_in_time_and_the_next_one_goes_on(cast: Cast, settings, monkeypatch: pytest.MonkeyPatch):
    officers = (cast.village_officer, cast.district_officer, cast.neighbour_district_officer, cast.regency_officer)
    for user in officers:
        choose(user)
    settings.SENDING_SECONDS = 50
    monkeypatch.setattr(weekly, "monotonic", Watch())
    monkeypatch.setattr(weekly, "compliance_pdf", lambda **_: b"%PDF-")  # what is drawn is not asked here
    assert send_weekly(now=SIX_WITA) == WeeklyResult(2, 0, left=2)
    (step,) = [step for step in periodic.run_periodic(now=SIX_WITA) if step.name == "weekly reports sent"]
    assert str(step) == "2 weekly reports sent"
    assert send_weekly(now=SIX_WITA) == WeeklyResult(0, 0)
    assert {message.to[0] for message in mail.outbox} == {user.email for user in officers}


def test_what_is_left_is_no_failure_of_the_run(cast: Cast, settings):
    choose(cast.district_officer)
    settings.SENDING_SECONDS = 0
    (step,) = [step for step in periodic.run_periodic(now=SIX_WITA) if step.name == "weekly reports sent"]
    assert (str(step), step.failed) == ("0 weekly reports sent (1 left for the next run)", False)


def test_what_was_refused_waits_behind_the_others(cast: Cast, settings, monkeypatch: pytest.MonkeyPatch):
    choose(cast.district_officer)
    choose(cast.regency_officer)
    monkeypatch.setattr(weekly, "compliance_pdf", lambda **_: b"%PDF-")
    settings.EMAIL_BACKEND = f"{__name__}.FussyBackend"
    monkeypatch.setattr(FussyBackend, "refused", cast.regency_officer.email)
    settings.SENDING_SECONDS = 30
    monkeypatch.setattr(weekly, "monotonic", Watch())
    assert send_weekly(now=SIX_WITA) == WeeklyResult(0, 1, left=1)
    assert send_weekly(now=SIX_WITA) == WeeklyResult(1, 0, left=1)


def test_once_a_week_by_constraint(cast: Cast):
    week = {"user": cast.district_officer, "region_id": "63.11.01", "monday": SIX_WITA.date()}
    WeeklyMail.objects.create(**week)
    with pytest.raises(IntegrityError), transaction.atomic():
        WeeklyMail.objects.create(**week)


def test_a_refusal_of_the_mail_server_stops_no_other_and_is_tried_again(cast: Cast, settings, caplog):
    choose(cast.district_officer)
    grant(choose_too := cast.neighbour_district_officer, "63.11.01")
    choose(choose_too)
    settings.EMAIL_BACKEND = f"{__name__}.FussyBackend"
    assert send_weekly(now=SIX_WITA) == WeeklyResult(2, 1)  # two regions of the neighbour's
    assert "OSError" in caplog.text
    assert "kecamatan@contoh.id" not in caplog.text
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_weekly(now=SIX_WITA + timedelta(hours=1)) == WeeklyResult(1, 0)
    assert sorted(message.to[0] for message in mail.outbox) == sorted(
        ["kecamatan@contoh.id", "kecamatan-halong@contoh.id", "kecamatan-halong@contoh.id"]
    )


def fail_on(monday: datetime, settings) -> None:
    """Three tries of that morning, all refused."""
    settings.EMAIL_BACKEND = f"{__name__}.FussyBackend"
    for hour in range(3):
        assert send_weekly(now=monday + timedelta(hours=hour)).failed == 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def test_three_mondays_in_a_row_without_success_stop_it_and_say_so(cast: Cast, settings):
    choose(cast.district_officer)
    for week in range(2):
        fail_on(SIX_WITA + timedelta(weeks=week), settings)
    assert WeeklyChoice.objects.get().failures == 2  # however often each morning was tried
    assert not Notice.objects.of(cast.district_officer).exists()
    fail_on(SIX_WITA + timedelta(weeks=2), settings)
    assert send_weekly(now=SIX_WITA + timedelta(weeks=2, hours=18)) == WeeklyResult(0, 0)  # Tuesday has begun
    assert not WeeklyChoice.objects.exists()
    notice = Notice.objects.of(cast.district_officer).get()
    assert "dihentikan" in notice.title
    assert "Kec. Juai" in notice.body
    assert "@" not in notice.body
    assert notice.path == PAGE
    choose_weekly(user=cast.district_officer, grants=grants_of(cast.district_officer))
    assert WeeklyChoice.objects.get().failures == 0  # chosen anew, counted anew


def test_the_third_monday_is_tried_until_its_midnight(cast: Cast, settings):
    choose(cast.district_officer)
    for week in range(3):
        fail_on(SIX_WITA + timedelta(weeks=week), settings)
    almost_midnight = SIX_WITA + timedelta(weeks=2, hours=17, minutes=59)
    settings.EMAIL_BACKEND = f"{__name__}.FussyBackend"
    assert send_weekly(now=almost_midnight - timedelta(hours=1)) == WeeklyResult(0, 1)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_weekly(now=almost_midnight) == WeeklyResult(1, 0)
    send_weekly(now=almost_midnight + timedelta(hours=1))
    assert WeeklyChoice.objects.get().failures == 0
    assert not Notice.objects.of(cast.district_officer).exists()


def test_a_scheduler_that_rested_ends_it_before_the_fourth_monday(cast: Cast, settings):
    choose(cast.district_officer)
    for week in range(3):
        fail_on(SIX_WITA + timedelta(weeks=week), settings)
    assert send_weekly(now=SIX_WITA + timedelta(weeks=3)) == WeeklyResult(0, 0)
    assert Notice.objects.of(cast.district_officer).count() == 1
    assert not WeeklyChoice.objects.exists()


def test_a_success_starts_the_count_anew(cast: Cast, settings):
    choose(cast.district_officer)
    for week in range(2):
        fail_on(SIX_WITA + timedelta(weeks=week), settings)
    assert send_weekly(now=SIX_WITA + timedelta(weeks=1, hours=5)) == WeeklyResult(1, 0)
    choice = WeeklyChoice.objects.get()
    assert (choice.failures, choice.failed_on) == (0, None)
    fail_on(SIX_WITA + timedelta(weeks=2), settings)
    assert WeeklyChoice.objects.get().failures == 1


def test_the_scheduler_sends_it(cast: Cast):
    choose(cast.district_officer)
    results = {step.name: step.done for step in periodic.run_periodic(now=SIX_WITA)}
    assert results["weekly reports sent"] == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.usefixtures("books_in_order")
def test_three_schedulers_send_one(cast: Cast):
    open_halves()
    choose(cast.district_officer)
    assert sum(at_once(*[lambda: send_weekly(now=SIX_WITA).sent] * 3)) == 1
    assert len(mail.outbox) == 1


def test_only_officers_roles_are_offered(cast: Cast):
    user = prove(cast.district_officer)
    RoleGrant.objects.create(user=user, kind=RoleKind.TRAINER, region=Region.objects.get(pk="63.11"))
    assert [found.region_id for found in grants_of(user)] == ["63.11.01"]
