"""The fixed cast: people that every test knows, made afresh for each test that asks for `cast`."""

from dataclasses import dataclass

from members.models import Member, RoleKind, User
from tests.factories import MemberFactory, UserFactory, grant, make_regions


@dataclass
class Cast:
    """Everybody, by what they are; `neighbour_*` live in kecamatan Halong, `stranger` has no role."""

    member: Member  # Muara Ninian, Juai
    other_member: Member  # Sirap, Juai
    neighbour_member: Member  # Kapul, Halong
    pending_member: Member  # waits for verification in Muara Ninian
    village_officer: User  # Muara Ninian
    neighbour_village_officer: User  # Kapul, Halong
    district_officer: User  # Juai
    neighbour_district_officer: User  # Halong
    regency_officer: User  # Balangan
    trainer: User  # Balangan
    neighbour_trainer: User  # Tabalong
    liaison: User  # Juai
    stranger: User
    admin: User


def _person(username: str, name: str, code: str = "", kind: str = RoleKind.OFFICER) -> User:
    user: User = UserFactory(username=username, name=name)
    if code:
        grant(user, code, kind)
    return user


def make_cast() -> Cast:
    """Create the regions and everybody in them."""
    make_regions()
    pending = {"number": None, "joined_on": None, "decided_at": None, "status": Member.Status.PENDING}
    return Cast(
        member=MemberFactory(name="Ahmad Riduan", user__username="anggota"),
        other_member=MemberFactory(name="Siti Rahmah", sex="f", village_id="63.11.01.2002"),
        neighbour_member=MemberFactory(name="Mahyudin", village_id="63.11.02.2001"),
        pending_member=MemberFactory(name="Noor Laila", sex="f", **pending),
        village_officer=_person("aparat", "Kades Muara Ninian", "63.11.01.2001"),
        neighbour_village_officer=_person("aparat-kapul", "Kades Kapul", "63.11.02.2001"),
        district_officer=_person("kecamatan", "Kasi Trantib Juai", "63.11.01"),
        neighbour_district_officer=_person("kecamatan-halong", "Kasi Trantib Halong", "63.11.02"),
        regency_officer=_person("kabupaten", "Satpol PP Balangan", "63.11"),
        trainer=_person("pelatih", "Pelatih Balangan", "63.11", RoleKind.TRAINER),
        neighbour_trainer=_person("pelatih-tabalong", "Pelatih Tabalong", "63.09", RoleKind.TRAINER),
        liaison=_person("mitra", "Bhabinkamtibmas Juai", "63.11.01", RoleKind.LIAISON),
        stranger=_person("asing", "Orang Lain"),
        admin=UserFactory(username="admin", name="Admin", is_superuser=True, is_staff=True),
    )
