"""Registration and the village's decision: what is stored, who is told, every refusal."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.dispatch import Signal
from django.utils import timezone

from members.errors import AlreadyDecided, DuplicateNIK, NIKForgotten, NotAVillage, NotRefused, ReasonMissing
from members.models import Member, MemberEvent, MemberNumbers, NikAccess, RoleGrant, RoleKind, Squad, User
from members.nik import NIKInvalid
from members.services import (
    grant_role,
    refuse_member,
    register_member,
    resubmit_member,
    reveal_nik,
    set_consent,
    verify_member,
)
from members.signals import member_refused, member_registered, member_verified, role_granted
from regions.models import Region
from regions.timezones import local_date
from tests.cast import Cast
from tests.factories import MemberFactory, UserFactory
from tests.members.people import PASSWORD, PENDING, REFUSED, personal_data


@contextmanager
def heard(signal: Signal) -> Iterator[list[dict[str, object]]]:
    """What a signal says while the block runs."""
    said: list[dict[str, object]] = []

    def listen(**kwargs: object) -> None:
        said.append({name: value for name, value in kwargs.items() if name.endswith("_id")})

    signal.connect(listen)
    try:
        yield said
    finally:
        signal.disconnect(listen)


# --- register_member --------------------------------------------------------------------------


def test_registering_stores_a_pending_member_with_an_account(regions: None, django_capture_on_commit_callbacks):
    with heard(member_registered) as said, django_capture_on_commit_callbacks(execute=True):
        member = register_member(data=personal_data(), email="Budi@Contoh.id", password=PASSWORD, whatsapp_consent=True)
    stored = Member.objects.get(pk=member.pk)
    assert stored.status == Member.Status.PENDING
    assert stored.number is None
    assert stored.nik.digits == "9901012005900001"
    assert (stored.whatsapp_consent_at is None, stored.photo_consent_at is None) == (False, True)
    assert stored.user.check_password(PASSWORD)
    assert EmailAddress.objects.get(user=stored.user).email == "budi@contoh.id"
    (event,) = stored.events.all()
    assert (event.kind, event.by) == (MemberEvent.Kind.REGISTERED, stored.user)
    assert said == [{"event_id": event.pk}]


def test_an_applicant_holds_no_phone_and_no_email(regions: None):
    member = register_member(data=personal_data(), email="budi@contoh.id", password=PASSWORD)
    assert (member.user.phone, member.user.email) == (None, None)
    assert str(member.phone) == "+6281234567890"


def test_a_village_registers_on_paper_without_an_account(cast: Cast):
    member = register_member(data=personal_data(phone=""), by=cast.village_officer, note="Sudah menikah")
    assert member.user is None
    assert member.phone is None
    event = member.events.get()
    assert (event.by, event.reason) == (cast.village_officer, "Sudah menikah")


def test_what_is_known_already_changes_nothing_for_the_stranger(cast: Cast):
    known = register_member(data=personal_data(), email="budi@contoh.id", password=PASSWORD)
    verify_member(member=known, by=cast.village_officer)
    again = register_member(data=personal_data(), email="budi@contoh.id", password="lain-" + PASSWORD)
    assert again.status == Member.Status.PENDING
    assert again.user != known.user
    assert list(Member.objects.sharing_nik(again)) == [known]
    assert list(Member.objects.sharing_phone(again)) == [known]


def test_a_member_belongs_to_a_village(regions: None):
    with pytest.raises(NotAVillage):
        register_member(data=personal_data(village=Region.objects.get(code="63.11.01")), password=PASSWORD)
    assert not Member.objects.exists()


def test_a_nik_without_form_is_refused(regions: None):
    with pytest.raises(NIKInvalid):
        register_member(data=personal_data(nik="123"), password=PASSWORD)
    assert not User.objects.exists()


def test_personal_data_is_not_printed(regions: None):
    assert "9901012005900001" not in repr(personal_data())


# --- verify_member ----------------------------------------------------------------------------


def test_verifying_makes_an_active_member(cast: Cast, django_capture_on_commit_callbacks):
    member = register_member(data=personal_data(), email="budi@contoh.id", password=PASSWORD)
    with heard(member_verified) as said, django_capture_on_commit_callbacks(execute=True):
        verify_member(member=member, by=cast.village_officer)
    member = Member.objects.get(pk=member.pk)
    assert member.status == Member.Status.ACTIVE
    assert member.number == "63110120010001"
    assert member.decided_by == cast.village_officer
    assert member.joined_on == local_date(member.decided_at, "63.11.01.2001")
    assert said == [{"member_id": member.pk}]
    assert member.events.first().kind == MemberEvent.Kind.VERIFIED


def test_a_verified_account_holds_its_phone_and_email(cast: Cast):
    member = register_member(data=personal_data(), email="budi@contoh.id", password=PASSWORD)
    verify_member(member=member, by=cast.village_officer)
    user = User.objects.get(pk=member.user_id)
    assert (str(user.phone), user.email) == ("+6281234567890", "budi@contoh.id")


def test_a_phone_stays_with_the_account_that_holds_it(cast: Cast):
    holder = UserFactory(phone="+6281234567890", email="budi@contoh.id")
    member = register_member(data=personal_data(), email="budi@contoh.id", password=PASSWORD)
    assert verify_member(member=member, by=cast.village_officer).status == Member.Status.ACTIVE
    user = User.objects.get(pk=member.user_id)
    assert (user.phone, user.email) == (None, None)
    assert str(User.objects.get(pk=holder.pk).phone) == "+6281234567890"


def test_numbers_follow_each_other_in_a_village(cast: Cast):
    numbers = [
        verify_member(member=MemberFactory(**PENDING, village_id=village), by=None).number
        for village in ("63.11.01.2001", "63.11.01.2001", "63.11.01.2002")
    ]
    assert numbers == ["63110120010001", "63110120010002", "63110120020001"]


def test_a_refused_verification_takes_no_number(cast: Cast):
    twin = MemberFactory(**PENDING, nik=cast.member.nik)
    with pytest.raises(DuplicateNIK, match="sudah dimiliki anggota"):
        verify_member(member=twin, by=None)
    assert Member.objects.get(pk=twin.pk).status == Member.Status.PENDING
    assert not MemberNumbers.objects.exists()


def test_a_decided_registration_is_not_decided_again(cast: Cast):
    for member in (cast.member, MemberFactory(**REFUSED)):
        with pytest.raises(AlreadyDecided):
            verify_member(member=member, by=None)
        with pytest.raises(AlreadyDecided):
            refuse_member(member=member, by=None, reason="Bukan warga")


# --- refuse_member, resubmit_member -----------------------------------------------------------


def test_refusing_keeps_the_reason_and_tells(cast: Cast, django_capture_on_commit_callbacks):
    with heard(member_refused) as said, django_capture_on_commit_callbacks(execute=True):
        refuse_member(member=cast.pending_member, by=cast.village_officer, reason=" Bukan warga desa ini ")
    member = Member.objects.get(pk=cast.pending_member.pk)
    assert (member.status, member.refusal_reason) == (Member.Status.REFUSED, "Bukan warga desa ini")
    event = member.events.get()
    assert (event.kind, event.reason) == (MemberEvent.Kind.REFUSED, "Bukan warga desa ini")
    assert said == [{"event_id": event.pk}]


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_refusing_needs_a_reason(reason: str, cast: Cast):
    with pytest.raises(ReasonMissing):
        refuse_member(member=cast.pending_member, by=cast.village_officer, reason=reason)
    assert Member.objects.get(pk=cast.pending_member.pk).status == Member.Status.PENDING


def test_a_refused_person_corrects_and_waits_again(cast: Cast, django_capture_on_commit_callbacks):
    member = register_member(data=personal_data(), password=PASSWORD)
    refuse_member(member=member, by=cast.village_officer, reason="NIK salah")
    with heard(member_registered) as said, django_capture_on_commit_callbacks(execute=True):
        resubmit_member(member=member, data=personal_data(nik="9901012005900002", name="Budi S."))
    member = Member.objects.get(pk=member.pk)
    assert (member.status, member.refusal_reason, member.decided_by) == (Member.Status.PENDING, "", None)
    assert (member.name, member.nik.digits) == ("Budi S.", "9901012005900002")
    kinds = [event.kind for event in member.events.all()]
    assert kinds == ["resubmitted", "refused", "registered"]
    assert member.events.get(kind="refused").reason == "NIK salah"
    assert len(said) == 1
    assert verify_member(member=member, by=cast.village_officer).status == Member.Status.ACTIVE


def test_only_a_refused_registration_is_corrected(cast: Cast):
    for member in (cast.member, cast.pending_member):
        with pytest.raises(NotRefused):
            resubmit_member(member=member, data=personal_data())


# --- roles, consent, NIK ----------------------------------------------------------------------


def test_a_role_is_granted_once(cast: Cast, django_capture_on_commit_callbacks):
    district = Region.objects.get(code="63.11.01")
    with heard(role_granted) as said, django_capture_on_commit_callbacks(execute=True):
        first = grant_role(user=cast.stranger, kind=RoleKind.TRAINER, region=district)
        second = grant_role(user=cast.stranger, kind=RoleKind.TRAINER, region=district, position="Instruktur")
    assert first.pk == second.pk
    assert RoleGrant.objects.get(user=cast.stranger).position == "Instruktur"
    assert said == [{"grant_id": first.pk}]


def test_a_consent_keeps_its_date_until_it_is_withdrawn(cast: Cast):
    set_consent(member=cast.member, whatsapp=True, photo=True)
    given = Member.objects.get(pk=cast.member.pk).whatsapp_consent_at
    set_consent(member=cast.member, whatsapp=True, photo=False)
    member = Member.objects.get(pk=cast.member.pk)
    assert (member.whatsapp_consent_at, member.photo_consent_at) == (given, None)


def test_opening_a_nik_is_written_down(cast: Cast):
    assert reveal_nik(member=cast.member, by=cast.village_officer, reason="Cocokkan dengan KTP") == cast.member.nik
    access = NikAccess.objects.get()
    assert (access.member, access.by, access.reason) == (cast.member, cast.village_officer, "Cocokkan dengan KTP")
    with pytest.raises(ProtectedError):
        cast.village_officer.delete()


def test_opening_a_nik_needs_a_reason_and_a_nik(cast: Cast):
    with pytest.raises(ReasonMissing):
        reveal_nik(member=cast.member, by=cast.village_officer, reason=" ")
    cast.member.nik_sealed = None
    with pytest.raises(NIKForgotten):
        reveal_nik(member=cast.member, by=cast.village_officer, reason="Cocokkan")
    assert not NikAccess.objects.exists()


# --- constraints ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("member_active_is_complete", {"number": None}),
        ("member_active_is_complete", {"joined_on": None}),
        ("member_active_is_complete", {"decided_at": None}),
        ("member_refused_has_reason", {"status": "refused", "refusal_reason": ""}),
    ],
)
def test_the_database_keeps_a_member_whole(name: str, row: dict[str, object], cast: Cast):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Member.objects.filter(pk=cast.member.pk).update(**row)


def test_the_database_allows_one_active_member_a_nik(cast: Cast):
    twin = MemberFactory(**PENDING, nik=cast.member.nik)
    with pytest.raises(IntegrityError, match=r"nik_index|member_active_nik_once"), transaction.atomic():
        Member.objects.filter(pk=twin.pk).update(
            status="active", number="X1", joined_on=date(2026, 1, 1), decided_at=timezone.now()
        )


def test_the_database_wants_a_reason_to_open_a_nik(cast: Cast):
    with pytest.raises(IntegrityError, match="nik_access_has_reason"), transaction.atomic():
        NikAccess.objects.create(member=cast.member, by=cast.village_officer, reason="")


def test_the_database_grants_a_role_once(cast: Cast):
    grant = cast.village_officer.role_grants.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(user=grant.user, kind=grant.kind, region=grant.region)


def test_the_five_squads_are_there(db: None):
    assert list(Squad.objects.values_list("position", flat=True)) == [1, 2, 3, 4, 5]


def test_empty_identities_do_not_collide(db: None):
    User.objects.create_user("satu", email="", password=PASSWORD, name="Satu")
    User.objects.create_user("dua", email=None, password=PASSWORD, name="Dua", phone="")
    assert list(User.objects.values_list("email", "phone")) == [(None, None), (None, None)]


def test_an_email_has_one_spelling(db: None):
    assert User.objects.create_user("satu", email="Satu@Contoh.ID", password=PASSWORD).email == "satu@contoh.id"


def test_who_proves_a_mailbox_takes_it_from_who_only_stated_it(db: None):
    stated, owner = UserFactory(email="budi@contoh.id"), UserFactory(email=None)
    EmailAddress.objects.create(user=owner, email="budi@contoh.id", verified=True, primary=True)
    assert User.objects.get(pk=stated.pk).email is None
