"""Two officers at once, with real threads, on either database."""

import pytest

from members.errors import AlreadyDecided, DuplicateNIK
from members.models import Member, MemberNumbers
from members.services import refuse_member, verify_member
from tests.factories import MemberFactory, make_regions
from tests.members.people import PENDING
from tests.races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("books_in_order")]


def test_two_officers_give_one_number():
    make_regions()
    member = MemberFactory(**PENDING)
    results = at_once(*[lambda: verify_member(member=member, by=None)] * 2, refusals=AlreadyDecided)
    assert {type(result) for result in results} == {Member, AlreadyDecided}
    assert Member.objects.get(pk=member.pk).number == "63110120010001"
    assert MemberNumbers.objects.get().last == 1
    assert member.events.count() == 1


def test_one_verifies_while_the_other_refuses():
    make_regions()
    member = MemberFactory(**PENDING)
    results = at_once(
        lambda: verify_member(member=member, by=None),
        lambda: refuse_member(member=member, by=None, reason="Bukan warga"),
        refusals=AlreadyDecided,
    )
    assert {type(result) for result in results} == {Member, AlreadyDecided}
    assert member.events.count() == 1


@pytest.mark.parametrize("villages", [("63.11.01.2001", "63.11.01.2001"), ("63.11.01.2001", "63.11.02.2001")])
def test_of_two_members_with_one_nik_one_wins(villages: tuple[str, str]):
    make_regions()
    first = MemberFactory(**PENDING, village_id=villages[0])
    second = MemberFactory(**PENDING, village_id=villages[1], nik=first.nik)
    results = at_once(*(lambda m=m: verify_member(member=m, by=None) for m in (first, second)), refusals=DuplicateNIK)
    assert {type(result) for result in results} == {Member, DuplicateNIK}
    assert Member.objects.active().count() == 1
    assert Member.objects.pending().count() == 1


def test_many_verifications_leave_no_gap():
    make_regions()
    members = MemberFactory.create_batch(8, **PENDING)
    at_once(*(lambda m=member: verify_member(member=m, by=None) for member in members))
    assert sorted(Member.objects.values_list("number", flat=True)) == [f"6311012001{n:04}" for n in range(1, 9)]
