"""Time zones by province; Indonesia has three and no daylight saving."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

WIB, WITA, WIT = ZoneInfo("Asia/Jakarta"), ZoneInfo("Asia/Makassar"), ZoneInfo("Asia/Jayapura")
PROVINCES = [f"{number}" for number in range(11, 97)]  # every code a province has or may get
_ABBREVIATIONS = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


def zone_of(code: str) -> ZoneInfo:
    """The time zone of a region code; the nation, an empty code and unknown provinces use WIB, the capital's."""
    province = int(code[:2] or 0)
    if 51 <= province <= 53 or 63 <= province <= 65 or 71 <= province <= 76:
        return WITA
    if province in (81, 82) or 91 <= province <= 96:
        return WIT
    return WIB


def provinces_of(zone: ZoneInfo) -> list[str]:
    """The codes of the zone's provinces."""
    return [code for code in PROVINCES if zone_of(code) == zone]


def abbreviation(zone: ZoneInfo) -> str:
    """WIB, WITA or WIT."""
    return _ABBREVIATIONS[zone.key]


def local_date(moment: datetime, code: str) -> date:
    """The calendar day of an aware `moment` in the region's own zone."""
    return moment.astimezone(zone_of(code)).date()
