"""Two officers at once, with real threads, on either database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import close_old_connections, connection

from members.errors import AlreadyDecided, DuplicateNIK, MemberError
from members.models import Member, MemberNumbers
from members.services import refuse_member, verify_member
from tests.factories import MemberFactory, make_regions
from tests.members.people import PENDING

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("books_in_order")]


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Run the calls in threads that start together; errors of the room are results."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        close_old_connections()
        barrier.wait()
        try:
            return call()
        except MemberError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_two_officers_give_one_number():
    make_regions()
    member = MemberFactory(**PENDING)
    results = at_once(*[lambda: verify_member(member=member, by=None)] * 2)
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
    )
    assert {type(result) for result in results} == {Member, AlreadyDecided}
    assert member.events.count() == 1


@pytest.mark.parametrize("villages", [("63.11.01.2001", "63.11.01.2001"), ("63.11.01.2001", "63.11.02.2001")])
def test_of_two_members_with_one_nik_one_wins(villages: tuple[str, str]):
    make_regions()
    first = MemberFactory(**PENDING, village_id=villages[0])
    second = MemberFactory(**PENDING, village_id=villages[1], nik=first.nik)
    results = at_once(lambda: verify_member(member=first, by=None), lambda: verify_member(member=second, by=None))
    assert {type(result) for result in results} == {Member, DuplicateNIK}
    assert Member.objects.active().count() == 1
    assert Member.objects.pending().count() == 1


def test_many_verifications_leave_no_gap():
    make_regions()
    members = MemberFactory.create_batch(8, **PENDING)
    at_once(*[lambda m=member: verify_member(member=m, by=None) for member in members])
    assert sorted(Member.objects.values_list("number", flat=True)) == [f"6311012001{n:04}" for n in range(1, 9)]
