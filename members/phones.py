"""Mobile numbers as people type them, and as E.164."""

import re

from django.utils.translation import gettext as _

# 08…, 62… or +62…; mobile is 8 and 8 to 11 more digits.
_MOBILE = re.compile(r"(?:0|\+?62)(8[0-9]{8,11})")
_SEPARATORS = re.compile(r"[\s.\-()]")


class PhoneInvalid(ValueError):  # noqa: N818
    """The text is not an Indonesian mobile number."""


def parse_phone(text: str) -> str:
    """Return the E.164 form of a mobile number typed with spaces, dots or dashes.

    Raises PhoneInvalid.
    """
    match = _MOBILE.fullmatch(_SEPARATORS.sub("", text))
    if match is None:
        raise PhoneInvalid(_("Tulis nomor HP seperti 0812-3456-7890."))
    return f"+62{match[1]}"


def national_form(e164: str) -> str:
    """How people read a stored mobile number: `+6281234567890` as `0812-3456-7890`; nothing for nothing."""
    digits = e164.removeprefix("+62")
    return f"0{digits[:3]}-{digits[3:7]}-{digits[7:]}" if digits else ""
