"""What verification says about a certificate: a word and a sentence for people, JSON for machines."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from certificates.models import Certificate, SignedFile
from certificates.pdf_check import Inspection, Origin
from certificates.snapshots import SignatorySnapshot, signers_of
from certificates.validity import has_expired, last_day
from regions.timezones import local_date


@dataclass(frozen=True)
class Verdict:
    """The answer at a glance; the tone and icon only repeat the word."""

    word: str
    sentence: str
    tone: str
    icon: str
    changed: str = ""

    @property
    def is_good(self) -> bool:
        """Whether what was asked about holds."""
        return self.tone == "ok"


def verdict_of(certificate: Certificate | None) -> Verdict:
    """The answer for a certificate, or for a code that belongs to none."""
    if certificate is None:
        sentence = _("Tidak ada sertifikat dengan keterangan ini. Periksa lagi, atau minta yang asli dari pemegangnya.")
        return Verdict(_("TIDAK DIKENAL"), sentence, "late", "question-mark-circle")
    if certificate.status != Certificate.Status.VALID:
        return _changed(certificate)
    until = last_day(certificate)
    if has_expired(certificate, until):
        return _expired(until)
    sentence = _("Sertifikat ini terbit dari Akademi Linmas dan berlaku. Cocokkan isinya dengan yang tercetak.")
    return Verdict(_("ASLI"), sentence, "ok", "check-badge", _until(until))


def _expired(until: date | None) -> Verdict:
    """The answer for a certificate whose course the region asks for again."""
    sentence = _("Sertifikat ini asli, tetapi masa berlakunya sudah habis. Pelatihannya perlu diulang.")
    return Verdict(_("KEDALUWARSA"), sentence, "soon", "clock", _until(until))


def _until(until: date | None) -> str:
    return _("Berlaku sampai %(day)s.") % {"day": date_format(until, "j F Y")} if until else ""


def verdict_of_file(inspection: Inspection) -> Verdict:
    """The answer for a PDF: the certificate's own where the file is the stored one."""
    if inspection.origin == Origin.STORED:
        return verdict_of(inspection.certificate)
    word, sentence, tone, icon = {
        Origin.CHANGED: (
            _("PDF INI DIUBAH"),
            _("Berkas ini dibuat dari sertifikat kami, lalu diubah. Jangan diterima; yang benar tertulis di bawah."),
            "late",
            "x-circle",
        ),
        Origin.UNREGISTERED: (
            _("TIDAK TERDAFTAR"),
            _("Cap elektroniknya cap kami, tetapi berkas ini tidak ada di daftar kami. Periksa juga kode QR-nya."),
            "soon",
            "question-mark-circle",
        ),
        Origin.FOREIGN: (
            _("BUKAN CAP KAMI"),
            _("PDF ini bercap elektronik, tetapi bukan cap Akademi Linmas. Periksa kode QR-nya."),
            "late",
            "x-circle",
        ),
        Origin.UNKNOWN: (
            _("TIDAK DIKENAL"),
            _("Berkas ini tidak memuat cap kami. Hasil cetak ulang ke PDF juga begitu: periksa kode QR atau nomornya."),
            "late",
            "question-mark-circle",
        ),
    }[inspection.origin]
    return Verdict(word, sentence, tone, icon)


def _changed(certificate: Certificate) -> Verdict:
    """The answer for a certificate that was true once."""
    word, sentence, tone, icon = {
        Certificate.Status.REVOKED: (
            _("DICABUT"),
            _("Sertifikat ini pernah terbit, lalu dicabut. Jangan diterima sebagai bukti pelatihan."),
            "late",
            "x-circle",
        ),
        Certificate.Status.SUPERSEDED: (
            _("DIGANTI"),
            _("Sertifikat ini asli, tetapi sudah diganti dengan yang lebih baru. Mintalah yang terbaru."),
            "soon",
            "arrow-path",
        ),
        Certificate.Status.EXPIRED: (
            _("KEDALUWARSA"),
            _("Sertifikat ini asli, tetapi masa berlakunya sudah habis."),
            "soon",
            "clock",
        ),
    }[Certificate.Status(certificate.status)]
    assert certificate.changed_at is not None  # noqa: S101  # the constraint certificate_change_has_reason
    day = date_format(local_date(certificate.changed_at, certificate.issuer_id), "j F Y")
    changed = _("Sejak %(day)s. Alasan: %(reason)s") % {"day": day, "reason": certificate.reason}
    return Verdict(word, sentence, tone, icon, changed)


def signature_lines(certificate: Certificate) -> list[str]:
    """Who has signed electronically and when, a sentence each, in order; one query."""
    return [_signature_line(signed, certificate.issuer_id) for signed in certificate.signings.all()]


def _signature_line(signed: SignedFile, issuer: str) -> str:
    about = {"name": signed.signer, "day": date_format(local_date(signed.signed_at, issuer), "j F Y")}
    if signed.is_trusted:
        return _("Ditandatangani elektronik (BSrE) oleh %(name)s pada %(day)s.") % about
    return _("Ditandatangani elektronik oleh %(name)s pada %(day)s. Penerbit tanda tangannya belum diperiksa.") % about


def heir_of(certificate: Certificate) -> Certificate | None:
    """The certificate that was issued in its place."""
    return getattr(certificate, "replaced_by", None)


def facts(certificate: Certificate) -> list[tuple[str, str]]:
    """Every printed field but the syllabus, labelled, in the order of the paper; empty ones are left out."""
    s = certificate.snapshot
    first, *others = signers_of(s)
    rows = [
        (_("Nomor sertifikat"), s["number"]),
        (_("Diberikan kepada"), s["name"]),
        (_("Nomor anggota"), s["member_number"]),
        (_("Desa/kelurahan"), s["village"]),
        (_("Pelatihan"), s["title"]),
        (_("Penyelenggara"), s["organiser"]),
        (_("Tanggal pelatihan"), _long(s["completed_on"])),
        (_("Tempat pelatihan"), s["venue"]),
        (_("Dasar"), s.get("basis", "")),
        (_("Jam pelajaran"), _("%(hours)s JP") % {"hours": decimal(s["lesson_hours"])}),
        (_("Predikat"), s["predicate"]),
        (_("Nilai"), decimal(s["score"])),
        (_("Penerbit"), s["issuer"]),
        (_("Tempat dan tanggal terbit"), f"{s['place']}, {_long(s['issued_on'])}"),
        (_("Jabatan penandatangan"), first["position"]),
        (_("Nama penandatangan"), first["name"]),
        (_("Pangkat/golongan"), first["rank"]),
        (_("NIP"), first["nip"]),
    ]
    rows += [(_("Penandatangan ke-%(n)s") % {"n": n}, _in_a_line(other)) for n, other in enumerate(others, start=2)]
    return [(label, value) for label, value in rows if value]


def _in_a_line(signer: SignatorySnapshot) -> str:
    nip = _("NIP %(nip)s") % {"nip": signer["nip"]} if signer["nip"] else ""
    return "; ".join(filter(None, [signer["position"], signer["name"], signer["rank"], nip]))


def differences(old: Certificate, new: Certificate) -> list[tuple[str, str, str]]:
    """The printed fields that are not the same: label, how it was, how it becomes; the syllabus in a few words."""
    before, after = dict(facts(old)), dict(facts(new))
    labels = [*before, *(label for label in after if label not in before)]
    rows = [(label, before.get(label, "–"), after.get(label, "–")) for label in labels]
    rows.append((_("Daftar materi"), _summary(old), _summary(new)))
    return [row for row in rows if row[1] != row[2]]


def _summary(certificate: Certificate) -> str:
    return "; ".join(f"{title} ({hours})" for title, hours in syllabus(certificate)) or "–"


def syllabus(certificate: Certificate) -> list[tuple[str, str]]:
    """Subjects and their lesson hours."""
    return [(line["title"], decimal(line["lesson_hours"])) for line in certificate.snapshot["syllabus"]]


def decimal(text: str) -> str:
    """A stored decimal as people read it: "4.5" is "4,5"."""
    return number_format(Decimal(text), use_l10n=True) if text else ""


def _long(iso: str) -> str:
    return date_format(date.fromisoformat(iso), "j F Y")


def as_json(certificate: Certificate | None) -> dict[str, str | int | float | None]:
    """The answer for machines; an unknown certificate has the same shape and nulls."""
    if certificate is None:
        keys = (
            "number",
            "name",
            "title",
            "lesson_hours",
            "issued_on",
            "issuer",
            "reason",
            "valid_until",
            "replaced_by",
            "signed_by",
        )
        return {"status": "unknown", **dict.fromkeys(keys)}
    hours, until = Decimal(certificate.snapshot["lesson_hours"]), last_day(certificate)
    expired, heir = has_expired(certificate, until), heir_of(certificate)
    return {
        "status": Certificate.Status.EXPIRED.value if expired else certificate.status,
        "number": certificate.number,
        "name": certificate.snapshot["name"],
        "title": certificate.snapshot["title"],
        "lesson_hours": int(hours) if hours == int(hours) else float(hours),
        "issued_on": certificate.snapshot["issued_on"],
        "issuer": certificate.snapshot["issuer"],
        "reason": certificate.reason or None,
        "valid_until": until.isoformat() if until else None,
        "replaced_by": heir.verification_url if heir else None,
        "signed_by": ", ".join(signed.signer for signed in certificate.signings.all()) or None,
    }


def offline_verdicts() -> dict[str, Verdict]:
    """What a browser may find without the network, by the keys that static/js/offline.js uses."""
    return {
        "genuine": Verdict(
            _("COCOK"), _("Kode QR ini dari kami, untuk nama dan pelatihan yang Anda ketik."), "ok", "check-badge"
        ),
        "code": Verdict(
            _("KODE ASLI"),
            _("Kode QR ini dari kami. Cocokkan dulu isinya: ketik nama dan pelatihan yang tercetak."),
            "soon",  # a true code may stand on a changed paper
            "qr-code",
        ),
        "mismatch": Verdict(
            _("ISI TIDAK COCOK"),
            _("Kode QR ini dari kami, tetapi untuk isi yang lain. Periksa ejaannya; bila benar, kertasnya diubah."),
            "late",
            "x-circle",
        ),
        "false": Verdict(_("KODE PALSU"), _("Kode QR ini bukan dari kami, atau diubah."), "late", "x-circle"),
        "unsigned": Verdict(
            _("PERLU INTERNET"),
            _(
                "Alamat yang tercetak tidak cukup untuk diperiksa tanpa internet: pindai kode QR-nya, "
                "atau periksa dengan internet."
            ),
            "soon",
            "wifi",
        ),
        "unreadable": Verdict(
            _("TIDAK TERBACA"),
            _("Ini bukan alamat verifikasi sertifikat kami. Pindai lagi kode QR-nya."),
            "late",
            "question-mark-circle",
        ),
    }
