"""Who writes and who signs: the words of a region's letterhead and of its head, for every print."""

from __future__ import annotations

from dataclasses import dataclass

from regions.models import Region

_LONG = {"Kab.": "Kabupaten", "Kec.": "Kecamatan", "Prov.": "Provinsi"}
_HEADS = {"Kec.": "Camat", "Kelurahan": "Lurah"}
_POLICE, _DIRECTORATE = "Satuan Polisi Pamong Praja", "Bina Administrasi Kewilayahan"
_CAPITAL = "Jakarta"


def long_label(region: Region | None) -> str:
    """`Kabupaten Balangan`, as a letterhead writes it."""
    if region is None:
        return ""
    label = region.label or ("Provinsi" if region.level == Region.Level.PROVINCE else "")
    return f"{_LONG.get(label, label)} {region.name}".strip()


def head_of(region: Region | None) -> str:
    """Who leads a region: `Camat Juai`, `Kepala Desa Muara Ninian`, `Lurah Paringin Kota`, `Kepala Distrik Abepura`."""
    if region is None:
        return ""
    return f"{_HEADS.get(region.label) or f'Kepala {region.label}'.strip()} {region.name}"


@dataclass(frozen=True)
class Letterhead:
    """The lines above the name, the name of who writes in large letters, and the unit below it, if any."""

    above: tuple[str, ...]
    name: str
    unit: str = ""


def letterhead_of(region: Region) -> Letterhead:
    """Of a village its Satlinmas, of a kecamatan itself, above that the Satpol PP, of the nation the directorate."""
    if region.level == Region.Level.NATION:
        return Letterhead(("Kementerian Dalam Negeri",), f"Direktorat Jenderal {_DIRECTORATE}")
    if region.level <= Region.Level.REGENCY:
        return Letterhead((f"Pemerintah {long_label(region)}",), _POLICE)
    district = region if region.level == Region.Level.DISTRICT else region.parent
    regency = f"Pemerintah {long_label(district.parent if district else None)}"
    if region.level == Region.Level.DISTRICT:
        return Letterhead((regency,), long_label(region))
    return Letterhead((regency, long_label(district)), region.display_name, "Satuan Pelindungan Masyarakat")


def signatory_of(region: Region) -> str:
    """The office that signs for the region."""
    if region.level == Region.Level.NATION:
        return f"Direktur Jenderal {_DIRECTORATE}"
    if region.level <= Region.Level.REGENCY:
        return f"Kepala {_POLICE} {long_label(region)}"
    return head_of(region)


def signing_place(region: Region) -> str:
    """Where it is signed: the region's name, the capital for the nation."""
    return _CAPITAL if region.level == Region.Level.NATION else region.name
