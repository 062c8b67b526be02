"""The NIK: its form, what it says about a person, how it is sealed at rest and found again.

A NIK is 16 digits: PPKKCC (where it was first registered), DDMMYY (birth date, day + 40 for women) and a serial
0001–9999. It has no check digit and never changes, so disagreeing with a person's data is a warning, never a refusal.
Decision record: docs/adr/0010-the-nik-is-sealed.md.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

DEMO_PREFIX = "99"  # no province has it, so invented people can never collide with real ones
FORMAT = b"\x01"
KEY_ID_BYTES = 4
NONCE_BYTES = 12
MASK = "•" * 10


class NIKInvalid(ValueError):  # noqa: N818
    """The text is not a NIK; the message says in Indonesian what is wrong."""


class NIKUnreadable(Exception):  # noqa: N818
    """A sealed NIK was changed, moved to another row, or its key is missing."""


@dataclass(frozen=True)
class NIK:
    """A well-formed NIK."""

    digits: str

    @classmethod
    def parse(cls, text: str) -> NIK:
        """Read a NIK as people type it, with spaces, dots or dashes.

        Raises NIKInvalid.
        """
        digits = re.sub(r"[\s.\-]", "", text)
        if not re.fullmatch(r"[0-9]{16}", digits):
            raise NIKInvalid(_("NIK terdiri atas 16 angka. Periksa kembali di KTP."))
        nik = cls(digits)
        if digits.endswith("0000"):
            raise NIKInvalid(_("Empat angka terakhir NIK tidak mungkin 0000. Periksa kembali di KTP."))
        if not nik.birth_dates:
            raise NIKInvalid(_("Angka ke-7 sampai ke-12 NIK bukan tanggal lahir. Periksa kembali di KTP."))
        return nik

    @property
    def district_code(self) -> str:
        """The kecamatan of first registration as `PP.KK.CC`."""
        return f"{self.digits[:2]}.{self.digits[2:4]}.{self.digits[4:6]}"

    @property
    def is_female(self) -> bool:
        """Whether the day carries the women's 40."""
        return int(self.digits[6:8]) > 40

    @property
    def birth_dates(self) -> list[date]:
        """The dates it may mean: the year has two digits, so the century is open."""
        day = int(self.digits[6:8]) - (40 if self.is_female else 0)
        found = []
        for century in (1900, 2000):
            try:
                found.append(date(century + int(self.digits[10:12]), int(self.digits[8:10]), day))
            except ValueError:
                continue
        return found

    @property
    def masked(self) -> str:
        """What screens show: `99••••••••••1234`."""
        return f"{self.digits[:2]}{MASK}{self.digits[-4:]}"

    def mismatches(self, *, birth_date: date, is_female: bool, village_code: str) -> list[str]:
        """What the NIK says differently from the person's data, as warnings for the verifier."""
        warnings = []
        if birth_date not in self.birth_dates:
            warnings.append(_("Tanggal lahir tidak sama dengan yang tertulis di dalam NIK."))
        if is_female != self.is_female:
            warnings.append(_("Jenis kelamin tidak sama dengan yang tertulis di dalam NIK."))
        if not self.digits.startswith(DEMO_PREFIX) and self.district_code != village_code[:8]:
            warnings.append(_("NIK pertama kali terdaftar di kecamatan lain (wajar bila pernah pindah)."))
        return warnings


@lru_cache(maxsize=16)  # one NIK takes half a dozen derivations, and the secrets of a process are few
def _key(secret: str, purpose: bytes) -> bytes:
    """32 bytes for one purpose from a secret of the environment, whatever its length; derived once a process."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"akademi-linmas " + purpose).derive(secret.encode())


def _sealing_keys() -> dict[bytes, bytes]:
    """Key id → key; the first one seals, all of them open."""
    keys = [_key(secret, b"nik seal") for secret in (settings.NIK_KEY, *settings.NIK_OLD_KEYS)]
    return {hashlib.sha256(key).digest()[:KEY_ID_BYTES]: key for key in keys}


def seal_nik(nik: NIK, *, row: UUID) -> bytes:
    """Encrypt a NIK for the member row `row`: format, key id, nonce, AES-256-GCM ciphertext with its tag."""
    key_id, key = next(iter(_sealing_keys().items()))
    head = FORMAT + key_id
    nonce = os.urandom(NONCE_BYTES)
    return head + nonce + AESGCM(key).encrypt(nonce, nik.digits.encode(), head + row.bytes)


def open_nik(blob: bytes | memoryview, *, row: UUID) -> NIK:
    """Decrypt the NIK of the member row `row`.

    Raises NIKUnreadable when it was tampered with, belongs to another row, or its key is not configured.
    """
    blob = bytes(blob)
    head, rest = blob[: 1 + KEY_ID_BYTES], blob[1 + KEY_ID_BYTES :]
    key = _sealing_keys().get(head[1:])
    if head[:1] != FORMAT or key is None:
        raise NIKUnreadable
    try:
        digits = AESGCM(key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], head + row.bytes)
    except (InvalidTag, ValueError) as error:
        raise NIKUnreadable from error
    return NIK(digits.decode())


def is_sealed_with_current_key(blob: bytes | memoryview) -> bool:
    """Whether key rotation has already reached this blob."""
    return bytes(blob)[1 : 1 + KEY_ID_BYTES] == next(iter(_sealing_keys()))


def index_nik(nik: NIK) -> str:
    """The blind index: equal NIKs have equal indexes, and without NIK_INDEX_KEY nothing can be read from it."""
    return hmac.digest(_key(settings.NIK_INDEX_KEY, b"nik index"), nik.digits.encode(), "sha256").hex()
