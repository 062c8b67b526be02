"""Refusals about evidence; the message of each is what the person reads."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from training.errors import TrainingRefused


class EvidenceRefused(TrainingRefused):
    """The base of every refusal about evidence."""


class EvidenceInvalid(EvidenceRefused):
    """What was entered cannot be: `problems` maps the field to what to do."""

    message = _("Isian belum benar. Perbaiki yang ditandai, lalu kirim lagi.")

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__()
        self.problems = dict(problems)


class MemberNotServing(EvidenceRefused):
    """Only an active member's trainings count."""

    message = _("Hanya pelatihan anggota aktif yang dapat dicatat. Verifikasi dulu keanggotaannya.")


class AlreadyEntered(EvidenceRefused):
    """The same training of the same day waits or counts already."""

    message = _("Pelatihan dengan nama dan tanggal ini sudah tercatat. Lihat di daftar pelatihan luar.")


class OwnEvidence(EvidenceRefused):
    """Nobody decides about what they entered, or about themselves."""

    message = _(
        "Pelatihan yang Anda catat sendiri, atau pelatihan Anda sendiri, harus diputuskan petugas lain: "
        "rekan di desa atau petugas kecamatan."
    )


class EvidenceElsewhere(EvidenceRefused):
    """The member moved to a village of other officers meanwhile, and what waits went with them."""

    message = _("Anggota ini baru saja pindah ke desa lain. Petugas di sana yang memutuskan.")


class EvidenceDecided(EvidenceRefused):
    """It was approved or refused in the meantime."""

    message = _("Pelatihan ini sudah diputuskan. Muat ulang halaman untuk melihat hasilnya.")


class ReasonMissing(EvidenceRefused):
    """A refusal needs a reason."""

    message = _("Tuliskan alasan penolakan, supaya anggota tahu apa yang harus diperbaiki.")


class FileRefused(EvidenceRefused):
    """The base of every reason not to take a file."""


class FileTooBig(FileRefused):
    """More bytes than we take."""

    message = _("Ukuran berkas lebih dari 5 MB. Perkecil fotonya atau pindai ulang PDF-nya, lalu unggah lagi.")


class FileUnreadable(FileRefused):
    """Neither a picture nor a PDF that we can read."""

    message = _("Berkas ini bukan foto (JPEG, PNG, WebP) atau PDF yang utuh. Pilih berkas lain atau foto ulang.")


class PhotoUnusable(FileRefused):
    """A picture that cannot be used, in the words of whoever looked at it."""

    def __init__(self, message: str) -> None:
        super().__init__()
        self.message = message


class PdfLocked(FileRefused):
    """It asks for a password, or hides what it holds."""

    message = _("PDF ini terkunci sandi. Simpan tanpa sandi, atau foto lembarnya.")


class PdfIsActive(FileRefused):
    """It holds scripts, programs or other files."""

    message = _("PDF ini berisi program atau berkas lain, jadi tidak diterima. Foto lembarnya, lalu kirim fotonya.")


class PdfTooLong(FileRefused):
    """More pages or parts than evidence needs."""

    message = _("PDF ini terlalu panjang. Kirim hanya halaman yang membuktikan pelatihan, paling banyak 30 halaman.")


class SheetRefused(EvidenceRefused):
    """A spreadsheet that cannot be imported as a whole, in words that say how to mend it."""

    def __init__(self, message: str) -> None:
        super().__init__()
        self.message = message


class PreviewGone(EvidenceRefused):
    """The preview was saved, replaced or forgotten."""

    message = _("Pratinjau ini sudah tidak tersimpan. Unggah lagi berkasnya.")


class ImportOvertaken(EvidenceRefused):
    """Somebody entered one of the trainings between the preview and the saving."""

    message = _("Sebagian baris baru saja dicatat orang lain; belum ada yang tersimpan. Periksa pratinjaunya lagi.")
