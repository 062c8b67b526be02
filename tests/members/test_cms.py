"""The operator's pages in the CMS: accounts, roles over regions, one's own settings."""

from datetime import date

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from members.models import RoleGrant, RoleKind, User
from members.services import register_member, verify_member
from tests.cast import Cast
from tests.factories import UserFactory
from tests.members.people import PASSWORD, personal_data


@pytest.fixture
def operator(cast: Cast, client: Client) -> Client:
    """The browser of the platform's operator."""
    client.force_login(cast.admin)
    return client


def account_of(user: User, **changes: str) -> dict[str, str]:
    """The edit form of an account as the browser sends it."""
    form = {"username": user.username, "name": user.name, "email": user.email or "", "phone": "", "is_active": "on"}
    return {**form, "password1": "", "password2": "", **changes}


def new_role(account: str, **changes: str) -> dict[str, str]:
    return {"account": account, "kind": "officer", "region_code": "63.11.01", "position": "Kasi Trantib", **changes}


# --- accounts -----------------------------------------------------------------------------------


def test_accounts_are_listed_and_found_by_name_and_number(cast: Cast, operator: Client):
    assert "Kades Muara Ninian" in operator.get("/cms/users/").content.decode()
    found = operator.get("/cms/users/?q=riduan").content.decode()
    assert "Ahmad Riduan" in found
    assert "Kades Muara Ninian" not in found
    assert "Ahmad Riduan" in operator.get(f"/cms/users/?q={cast.member.number}").content.decode()


def test_an_account_is_edited(cast: Cast, operator: Client):
    address = reverse("wagtailusers_users:edit", args=[cast.stranger.pk])
    page = operator.get(address).content.decode()
    assert 'value="Orang Lain"' in page
    assert "first_name" not in page
    form = account_of(cast.stranger, name="Orang Baru", phone="0812-3456-7890", email="Baru@contoh.id")
    assert operator.post(address, form).status_code == 302
    user = User.objects.get(pk=cast.stranger.pk)
    assert (user.name, str(user.phone), user.email) == ("Orang Baru", "+6281234567890", "baru@contoh.id")
    assert user.check_password("linmas-demo-2026")
    assert 'value="0812-3456-7890"' in operator.get(address).content.decode()


def test_several_accounts_may_have_neither_email_nor_phone(cast: Cast, operator: Client):
    for user in (cast.stranger, cast.trainer):
        address = reverse("wagtailusers_users:edit", args=[user.pk])
        assert operator.post(address, account_of(user, email="")).status_code == 302
        assert User.objects.get(pk=user.pk).email is None


@pytest.mark.parametrize(
    ("field", "value"), [("email", "aparat@contoh.id"), ("phone", "0812-0000-0001"), ("phone", "123"), ("name", "")]
)
def test_what_cannot_be_is_said_beside_the_field(field: str, value: str, cast: Cast, operator: Client):
    User.objects.filter(pk=cast.trainer.pk).update(phone="+6281200000001")
    address = reverse("wagtailusers_users:edit", args=[cast.stranger.pk])
    response = operator.post(address, account_of(cast.stranger, **{field: value}))
    assert list(response.context["form"].errors) == [field]


def test_an_account_is_made(cast: Cast, operator: Client):
    page = operator.get(reverse("wagtailusers_users:add"))
    assert page.status_code == 200
    passwords = {"password1": "sandi-panjang-2026", "password2": "sandi-panjang-2026"}
    form = {"username": "camat", "name": "Camat Juai", "email": "camat@contoh.id", "phone": "", **passwords}
    assert operator.post(reverse("wagtailusers_users:add"), form).status_code == 302
    assert User.objects.get(username="camat").check_password("sandi-panjang-2026")


def test_accounts_are_switched_off_not_deleted(cast: Cast, operator: Client):
    address = reverse("wagtailusers_users:delete", args=[cast.stranger.pk])
    assert "tidak dihapus" in operator.post(address, follow=True).content.decode()
    bulk = reverse("wagtail_bulk_action", args=["members", "user", "delete"])
    operator.post(f"{bulk}?id={cast.stranger.pk}")
    assert User.objects.filter(pk=cast.stranger.pk).exists()


@pytest.mark.parametrize("who", ["trainer", "village_officer", "stranger"])
@pytest.mark.parametrize("address", ["/cms/users/", "/cms/roles/", "/cms/roles/new/"])
def test_nobody_else_comes_near(who: str, address: str, cast: Cast, client: Client):
    client.force_login(getattr(cast, who))
    assert client.get(address).status_code in (302, 403)


def test_ones_own_settings_ask_for_no_first_name(operator: Client):
    page = operator.get("/cms/account/").content.decode()
    assert "first_name" not in page
    assert "Asia/Makassar" in page
    assert "localtime" not in page  # the machine may know it as a time zone; browsers fail on it
    assert "first_name" not in operator.post("/cms/account/", {"theme-theme": "dark"}, follow=True).content.decode()


def test_ones_own_settings_are_for_those_with_a_cms(cast: Cast, client: Client):
    client.force_login(cast.stranger)
    assert client.get("/cms/account/").status_code == 302


# --- roles --------------------------------------------------------------------------------------


@pytest.mark.parametrize("account", ["asing", "asing@contoh.id", "Asing@Contoh.ID", "0812-3456-7890"])
def test_a_role_is_given_to_whom_the_operator_names(account: str, cast: Cast, operator: Client):
    User.objects.filter(pk=cast.stranger.pk).update(phone="+6281234567890")
    EmailAddress.objects.create(user=cast.stranger, email="asing@contoh.id", primary=True, verified=True)
    assert operator.get("/cms/roles/new/").status_code == 200
    assert operator.post("/cms/roles/new/", new_role(account)).status_code == 302
    grant = RoleGrant.objects.get(user=cast.stranger)
    assert (grant.kind, grant.region_id, grant.position) == (RoleKind.OFFICER, "63.11.01", "Kasi Trantib")
    assert "Orang Lain" in operator.get("/cms/roles/").content.decode()


def test_a_role_is_given_to_a_member_by_number(cast: Cast, operator: Client):
    operator.post("/cms/roles/new/", new_role(cast.member.number, kind="trainer"))
    assert RoleGrant.objects.get(user=cast.member.user).kind == RoleKind.TRAINER


@pytest.mark.parametrize(
    ("field", "value"),
    [("account", "siapa@contoh.id"), ("account", "089999999999"), ("region_code", "63.99"), ("kind", "x")],
)
def test_a_role_needs_an_account_and_a_region(field: str, value: str, cast: Cast, operator: Client):
    response = operator.post("/cms/roles/new/", new_role("asing") | {field: value})
    assert list(response.context["form"].errors) == [field]
    assert not RoleGrant.objects.filter(user=cast.stranger).exists()


def test_an_applicant_with_the_same_phone_gets_no_role(cast: Cast, operator: Client):
    """A phone that is only stated names nobody: a role must not go to whoever registered last."""
    cast.pending_member.phone = "+6289999999999"
    cast.pending_member.save()
    response = operator.post("/cms/roles/new/", new_role("089999999999"))
    assert list(response.context["form"].errors) == ["account"]


def test_an_email_that_nobody_proved_names_nobody(cast: Cast, operator: Client):
    """A member may have stated the address of the camat when they registered."""
    member = register_member(data=personal_data(), email="camat@contoh.id", password=PASSWORD)
    member = verify_member(member=member, by=cast.village_officer, joined_on=date(2024, 1, 15))
    response = operator.post("/cms/roles/new/", new_role("camat@contoh.id"))
    assert "belum membuktikannya" in str(response.context["form"].errors["account"])
    assert not RoleGrant.objects.filter(user=member.user).exists()
    assert (
        operator.post("/cms/roles/new/", new_role(member.number)).status_code == 302
    )  # verified: the number is theirs
    EmailAddress.objects.filter(user=member.user).update(verified=True)
    assert operator.post("/cms/roles/new/", new_role("Camat@contoh.id", kind="trainer")).status_code == 302
    assert RoleGrant.objects.filter(user=member.user).count() == 2


def test_a_role_is_taken_away(cast: Cast, operator: Client):
    grant = cast.village_officer.role_grants.get()
    assert operator.post(f"/cms/roles/delete/{grant.pk}/").status_code == 302
    assert not RoleGrant.objects.filter(pk=grant.pk).exists()


def test_a_role_is_not_edited(cast: Cast, operator: Client):
    grant = cast.village_officer.role_grants.get()
    assert operator.get(f"/cms/roles/edit/{grant.pk}/").status_code == 302
    assert operator.post(f"/cms/roles/edit/{grant.pk}/", new_role("asing")).status_code == 302
    assert RoleGrant.objects.get(pk=grant.pk).user == cast.village_officer


def test_the_list_of_roles_asks_little(cast: Cast, operator: Client, django_assert_max_num_queries):
    operator.get("/cms/roles/")
    for user in UserFactory.create_batch(15):
        RoleGrant.objects.create(user=user, kind=RoleKind.OFFICER, region_id="63.11.02")
    with django_assert_max_num_queries(25):
        operator.get("/cms/roles/")
