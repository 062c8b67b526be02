"""What somebody who registers types, for the tests of the room."""

from datetime import date
from typing import Any

from members.personal_data import PersonalData
from regions.models import Region

PASSWORD = "sandi-yang-panjang-2026"
# For MemberFactory, whose members are active unless told otherwise.
PENDING = {"status": "pending", "number": None, "joined_on": None, "decided_at": None}
REFUSED = {"status": "refused", "number": None, "joined_on": None, "refusal_reason": "NIK salah"}

# What the officer's form of verification says: joined today, or by a decree.
JOINED_TODAY = {"since": "new", "joined_on": ""}


def joined(day: str) -> dict[str, str]:
    """By the decree of this day."""
    return {"since": "earlier", "joined_on": day}


def personal_data(**changes: Any) -> PersonalData:
    """A man of Muara Ninian born on 20 May 1990."""
    data: dict[str, Any] = {
        "name": "Budi Santoso",
        "nik": "9901012005900001",
        "birth_date": date(1990, 5, 20),
        "sex": "m",
        "phone": "+6281234567890",
        "village": Region.objects.get(code="63.11.01.2001"),
    }
    return PersonalData(**{**data, **changes})
