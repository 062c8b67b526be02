"""What a registration hands on, from the form or a list, to the services that write it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from members.models import Squad
from regions.models import Region


@dataclass(frozen=True, kw_only=True, repr=False)
class PersonalData:
    """What a person states about themselves; `phone` in E.164 or empty, `nik` as 16 digits."""

    name: str
    nik: str
    birth_date: date
    sex: str
    phone: str
    village: Region
    squad: Squad | None = None
