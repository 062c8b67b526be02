"""What a certificate says, gathered once when it is issued; the PDF and the verification page read nothing else."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NotRequired, TypedDict

from django.utils.translation import gettext as _

from certificates.models import Predicate, Signatory
from regions.models import Region
from regions.scope import NATION_CODE
from training.models import TrainingRecord

_SPELLED_OUT = {"Kec.": "Kecamatan", "Kab.": "Kabupaten", "Prov.": "Provinsi"}


class SyllabusLine(TypedDict):
    """One subject and its lesson hours, as decimal text."""

    title: str
    lesson_hours: str


class Snapshot(TypedDict):
    """Every printed field; dates are ISO, numbers decimal text, absent ones empty."""

    number: str
    name: str
    member_number: str
    village: str
    title: str
    lesson_hours: str
    score: str
    predicate: str
    organiser: str
    completed_on: str
    venue: str
    issuer: str
    issued_on: str
    place: str
    signatory_position: str
    signatory_name: str
    signatory_rank: str
    signatory_nip: str
    syllabus: list[SyllabusLine]
    basis: NotRequired[str]  # of a training that others held: why it is certified here


def plain(value: Any) -> str:
    """A decimal without superfluous zeros: 4.0 is "4", 4.50 is "4.5"."""
    return f"{Decimal(str(value)).normalize():f}"


def spelled_out(region: Region) -> str:
    """The region's name with its label in full, as official papers write it: `Kabupaten Balangan`."""
    return f"{_SPELLED_OUT.get(region.label, region.label)} {region.name}".strip()


def ancestors(region: Region) -> list[Region]:
    """The region and those above it up to its province, nearest first; load `parent__parent__parent` beforehand."""
    chain = [region]
    while chain[-1].level > Region.Level.PROVINCE and chain[-1].parent is not None:
        chain.append(chain[-1].parent)
    return chain


def issuer_of(record: TrainingRecord) -> Region:
    """The regency or city of the village that the member trained for."""
    return next(region for region in ancestors(record.village) if region.level == Region.Level.REGENCY)


def predicate_for(score: Decimal | None, bands: Sequence[Predicate]) -> str:
    """The word for a score, empty without one; `bands` come highest first."""
    if score is None:
        return ""
    return next((band.label for band in bands if score >= band.minimum), "")


def signatories_for(issuers: Iterable[Region]) -> dict[str, Signatory]:
    """Signatories of the issuers' own regions and all above them, by region code; one query."""
    codes = {region.code for issuer in issuers for region in ancestors(issuer)} | {NATION_CODE}
    return {row.region_id: row for row in Signatory.objects.filter(region__in=codes)}


def _signatory_of(issuer: Region, signatories: dict[str, Signatory]) -> Signatory:
    """The nearest signatory upwards; without any, a position that names no person."""
    codes = [*(region.code for region in ancestors(issuer)), NATION_CODE]
    found = next((signatories[code] for code in codes if code in signatories), None)
    neutral = _("Penyelenggara Pelatihan Satlinmas %(issuer)s") % {"issuer": spelled_out(issuer)}
    return found or Signatory(region=issuer, position=neutral)


def _venue_of(record: TrainingRecord, issuer: Region) -> str:
    """Where the training took place; the ledger keeps no hall, so a classroom is placed in the regency.

    Of a training elsewhere nobody stated the place, so none is told.
    """
    if record.kind == TrainingRecord.Kind.ONLINE:
        return _("Akademi Linmas (daring)")
    return "" if record.kind == TrainingRecord.Kind.EXTERNAL else spelled_out(issuer)


def take_snapshot(
    record: TrainingRecord,
    *,
    number: str,
    issued_on: date,
    signatories: dict[str, Signatory],
    bands: Sequence[Predicate],
) -> Snapshot:
    """Everything the certificate of `record` will ever say."""
    issuer = issuer_of(record)
    signatory = _signatory_of(issuer, signatories)
    snapshot = Snapshot(
        number=number,
        name=record.member.name,
        member_number=record.member.number or "",
        village=", ".join(spelled_out(region) for region in ancestors(record.village)),
        title=record.title,
        lesson_hours=plain(record.lesson_hours),
        score="" if record.score is None else plain(record.score),
        predicate=predicate_for(record.score, bands),
        organiser=record.organiser or spelled_out(issuer),
        completed_on=record.completed_on.isoformat(),
        venue=_venue_of(record, issuer),
        issuer=spelled_out(issuer),
        issued_on=issued_on.isoformat(),
        place=signatory.place or issuer.name,
        signatory_position=signatory.position,
        signatory_name=signatory.name,
        signatory_rank=signatory.rank,
        signatory_nip=signatory.nip,
        syllabus=[
            SyllabusLine(title=str(line["title"]), lesson_hours=plain(line.get("lesson_hours") or 0))
            for line in record.syllabus
        ],
    )
    if record.kind == TrainingRecord.Kind.EXTERNAL:  # the issuer did not hold it, only recognised it
        snapshot["basis"] = _(
            "Pelatihan ini diselenggarakan di luar Akademi Linmas dan diakui berdasarkan bukti yang diperiksa petugas."
        )
    return snapshot
