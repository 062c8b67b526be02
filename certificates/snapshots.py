"""What a certificate says, gathered once when it is issued; the PDF and the verification page read nothing else."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NotRequired, TypedDict

from django.utils.translation import gettext as _

from certificates.design_files import freeze
from certificates.designs import Design
from certificates.office import Office, ancestors, spelled_out
from certificates.signatories import SigningPerson
from regions.models import Region
from training.models import TrainingRecord


class SyllabusLine(TypedDict):
    """One subject and its lesson hours, as decimal text."""

    title: str
    lesson_hours: str


class SignatorySnapshot(TypedDict):
    """Who signs; `signature` is the scanned one, a frozen picture, or empty."""

    position: str
    name: str
    rank: str
    nip: str
    signature: str


class Signing(TypedDict):
    """All who sign; the first in fields of its own, as before there could be several: `signers_of` reads them all."""

    signatory_position: str
    signatory_name: str
    signatory_rank: str
    signatory_nip: str
    signature: NotRequired[str]  # the first one's
    co_signatories: NotRequired[list[SignatorySnapshot]]


class DesignSnapshot(TypedDict):
    """The design as it was; `version` is the number of its revision, logos are frozen pictures or empty."""

    id: int
    version: int
    layout: str
    accent: str
    heading: str
    wording: str
    logo: str
    second_logo: NotRequired[str]  # absent, like the frame, in those from before there were any: see `frame_of`
    frame: NotRequired[str]


class Snapshot(Signing):
    """Every printed field, and whose versions they were; dates are ISO, numbers decimal text, absent ones empty."""

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
    syllabus: list[SyllabusLine]
    design: NotRequired[DesignSnapshot]  # absent: the built-in one
    course_revision: NotRequired[int]  # of the course as it was published when the training was entered
    basis: NotRequired[str]  # of a training that others held: why it is certified here


def plain(value: Any) -> str:
    """A decimal without superfluous zeros: 4.0 is "4", 4.50 is "4.5"."""
    return f"{Decimal(str(value)).normalize():f}"


def issuer_of(record: TrainingRecord) -> Region:
    """The regency or city of the village that the member trained for."""
    return next(region for region in ancestors(record.village) if region.level == Region.Level.REGENCY)


def _venue_of(record: TrainingRecord, issuer: Region) -> str:
    """Where the training took place; the ledger keeps no hall, so a classroom is placed in the regency.

    Of a training elsewhere nobody stated the place, so none is told.
    """
    if record.kind == TrainingRecord.Kind.ONLINE:
        return _("Akademi Linmas (daring)")
    return "" if record.kind == TrainingRecord.Kind.EXTERNAL else spelled_out(issuer)


def take_snapshot(record: TrainingRecord, *, number: str, issued_on: date, office: Office) -> Snapshot:
    """Everything the certificate of `record` will ever say, and how it looks."""
    issuer = issuer_of(record)
    people, place = office.signing_of(issuer, record.subject)
    design = office.design_of(issuer, record.subject)
    snapshot = Snapshot(
        number=number,
        name=record.member.name,
        member_number=record.member.number or "",
        village=", ".join(spelled_out(region) for region in ancestors(record.village)),
        title=record.title,
        lesson_hours=plain(record.lesson_hours),
        score="" if record.score is None else plain(record.score),
        predicate=office.predicate_for(record.score),
        organiser=record.organiser or spelled_out(issuer),
        completed_on=record.completed_on.isoformat(),
        venue=_venue_of(record, issuer),
        issuer=spelled_out(issuer),
        issued_on=issued_on.isoformat(),
        place=place or issuer.name,
        syllabus=[
            SyllabusLine(title=str(line["title"]), lesson_hours=plain(line.get("lesson_hours") or 0))
            for line in record.syllabus
        ],
        **signed_by(people),  # type: ignore[typeddict-item]  # mypy fears keys that may be missing, as they may
    )
    if record.kind == TrainingRecord.Kind.EXTERNAL:  # the issuer did not hold it, only recognised it
        snapshot["basis"] = _(
            "Pelatihan ini diselenggarakan di luar Akademi Linmas dan diakui berdasarkan bukti yang diperiksa petugas."
        )
    if record.course_revision is not None:
        snapshot["course_revision"] = record.course_revision
    if design is not None:
        snapshot["design"] = design_as_it_is(design)
    return snapshot


def signers_of(snapshot: Snapshot) -> list[SignatorySnapshot]:
    """Who signs, in order, from any snapshot."""
    first = SignatorySnapshot(
        position=snapshot["signatory_position"],
        name=snapshot["signatory_name"],
        rank=snapshot["signatory_rank"],
        nip=snapshot["signatory_nip"],
        signature=snapshot.get("signature", ""),
    )
    return [first, *snapshot.get("co_signatories", [])]


def signed_by(people: Iterable[SigningPerson]) -> Signing:
    """What a certificate keeps of who signs it, stored or not, the scanned signatures frozen; one at least."""
    first, *others = (
        SignatorySnapshot(
            position=one.position, name=one.name, rank=one.rank, nip=one.nip, signature=freeze(one.signature)
        )
        for one in people
    )
    kept = Signing(
        signatory_position=first["position"],
        signatory_name=first["name"],
        signatory_rank=first["rank"],
        signatory_nip=first["nip"],
    )
    if first["signature"]:
        kept["signature"] = first["signature"]
    if others:
        kept["co_signatories"] = others
    return kept


def frame_of(snapshot: Snapshot) -> str:
    """The frame of any snapshot; before it could be chosen it was the layout's."""
    design = snapshot.get("design")
    usual = Design.Frame.NONE if design and design["layout"] == Design.Layout.BAND else Design.Frame.DOUBLE
    return design.get("frame", usual) if design else usual


def design_as_it_is(design: Design) -> DesignSnapshot:
    """What a certificate keeps of a design, stored or not, its logos frozen."""
    return DesignSnapshot(
        id=design.pk or 0,
        version=design.latest_revision_id or 0,
        layout=design.layout,
        accent=design.accent,
        heading=design.heading,
        wording=design.wording,
        logo=freeze(design.logo),
        second_logo=freeze(design.second_logo),
        frame=design.frame,
    )
