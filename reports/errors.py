"""Why something about a report was refused; `message` is what the person reads."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cms.errors import PhotoRefused


class ReportRefused(Exception):  # noqa: N818
    """The base of every refusal of this room."""

    message: str | Promise = _("Laporan tidak dapat diproses.")

    def __str__(self) -> str:
        return str(self.message)


class ReportNotEditable(ReportRefused):
    """It was already sent or verified."""

    message = _("Laporan yang sudah dikirim tidak dapat diubah. Minta kecamatan mengembalikannya bila ada yang keliru.")


class ReportChanged(ReportRefused):
    """Somebody else changed it after it was read."""

    message = _("Laporan ini baru saja diubah oleh orang lain. Periksa isinya, lalu ulangi.")


class ReportIncomplete(ReportRefused):
    """Parts are missing before it may be sent: `missing` maps the form's field to what to do."""

    message = _("Laporan belum lengkap.")

    def __init__(self, missing: Mapping[str, str]) -> None:
        super().__init__()
        self.missing = dict(missing)


class ReportNotWaiting(ReportRefused):
    """It is not, or no longer, waiting for a decision."""

    message = _("Laporan ini tidak sedang menunggu pemeriksaan. Muat ulang halaman untuk melihat keadaannya sekarang.")


class OwnReport(ReportRefused):
    """Nobody reviews what they wrote themselves."""

    message = _("Laporan yang Anda tulis sendiri harus diperiksa petugas lain.")


class ReasonMissing(ReportRefused):
    """Returning needs a reason."""

    message = _("Tuliskan alasan pengembalian, supaya pelapor tahu apa yang harus diperbaiki.")


class ReportHasHistory(ReportRefused):
    """A report that was sent once stays."""

    message = _("Laporan yang pernah dikirim tidak dapat dihapus.")


class MemberOfElsewhere(ReportRefused):
    """Somebody present is no active member of the village."""

    message = _("Pilih anggota yang hadir dari daftar anggota desa ini.")


class TooManyPhotos(PhotoRefused):
    """The ten places are taken."""

    message = _("Satu laporan memuat paling banyak 10 foto. Hapus foto lain lebih dulu.")
