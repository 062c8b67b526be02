"""Refusals of the room; the message of each is what the person reads."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class TrainingRefused(Exception):  # noqa: N818, refusals read as what happened
    """Base of the room's refusals."""

    message: str | Promise = ""

    def __str__(self) -> str:
        return str(self.message)


class UnknownPeriod(TrainingRefused):
    """The text does not name a period."""

    message = _("Periode tidak dikenal. Tulis tahun dan semester, misalnya 2026-2.")


class PeriodAhead(UnknownPeriod):
    """The period has begun nowhere yet."""

    message = _("Semester itu belum dimulai.")


class SourceTaken(TrainingRefused):
    """The source already stands in the ledger under another member."""

    message = _("Sumber pelatihan ini sudah tercatat untuk anggota lain.")


class LedgerIsAppendOnly(TrainingRefused):
    """Somebody tried to change or delete a row of the ledger."""

    message = _("Catatan pelatihan tidak dapat diubah atau dihapus.")


class AlreadyReversed(TrainingRefused):
    """The training has been taken back before."""

    message = _("Catatan pelatihan ini sudah dibatalkan.")


class ReasonMissing(TrainingRefused):
    """Whoever decides must say why."""

    message = _("Tulis alasannya.")


class NoLongerActive(TrainingRefused):
    """Who is asked for left, or was refused, since the page was opened."""

    message = _("Ada anggota pilihan Anda yang sudah tidak aktif. Periksa lagi pilihannya, lalu ajukan sekali lagi.")


class AlreadyDecided(TrainingRefused):
    """Somebody else answered the request meanwhile."""

    message = _("Permohonan ini sudah diputuskan. Muat ulang halaman untuk melihat hasilnya.")


class NotAbove(TrainingRefused):
    """The decision belongs to the level above the one that asked."""

    message = _("Permohonan ini diputuskan oleh tingkat di atas yang mengajukan, misalnya kecamatan untuk desa.")


class OwnMatter(TrainingRefused):
    """Somebody would decide about themselves."""

    message = _("Ini menyangkut diri Anda sendiri, jadi petugas lain yang memutuskan.")


class OwnRequest(NotAbove):
    """Somebody would answer what they asked for."""

    message = _("Permohonan ini Anda ajukan sendiri, jadi petugas lain di tingkat atas yang memutuskan.")


class AskedByYou(TrainingRefused):
    """An officer would answer what they asked for in a member's place."""

    message = _("Permohonan ini Anda ajukan sendiri, jadi petugas lain yang memutuskan.")


class NotTheirOfficer(TrainingRefused):
    """The decision belongs to officers of the member's village or above it."""

    message = _("Permohonan ini diputuskan oleh aparat desa anggota itu atau petugas di atasnya.")


class NotTheAsker(TrainingRefused):
    """A letter is put to a request by whoever asked."""

    message = _("Surat dilampirkan oleh petugas yang mengajukan permohonan ini.")


class LetterClosed(TrainingRefused):
    """The letter is for the person and for who decides."""

    message = _("Surat ini hanya dapat dibuka oleh pemutus permohonan dan orangnya sendiri.")


class LetterSeen(TrainingRefused):
    """An officer has read the letter; what was decided by it stays what was read."""

    message = _(
        "Surat ini sudah dibaca petugas, jadi tidak dapat diganti. "
        "Minta petugas menolak permohonan ini, lalu ajukan lagi dengan surat yang benar."
    )


class LetterChanged(TrainingRefused):
    """Another letter took the place of the one that was about to be opened."""

    message = _("Surat ini baru saja diganti. Buka lagi untuk melihat yang sekarang.")


class BadDates(TrainingRefused):
    """The dates do not fit together."""

    message = _("Tanggal selesai harus sama dengan atau setelah tanggal mulai.")


class TooLong(TrainingRefused):
    """An exemption that reaches too far."""

    message = _("Satu dispensasi paling lama dua tahun. Pilih tanggal selesai yang lebih awal.")


class AskedBefore(TrainingRefused):
    """The same request waits or holds already."""

    message = _("Permohonan yang sama sudah ada.")


class NothingToExtend(TrainingRefused):
    """The member owes the period nothing, or has met it."""

    message = _("Tidak ada kewajiban yang belum terpenuhi pada periode ini, jadi tidak perlu perpanjangan waktu.")


class ExtensionOutOfRange(TrainingRefused):
    """The later day is not after the period, or too late."""

    message = _("Pilih tanggal setelah akhir periode, paling lama 90 hari sesudahnya.")


class PeriodStillRuns(TrainingRefused):
    """The period is not over everywhere, or its days of grace are not."""

    message = _("Periode ini belum dapat ditutup: masih berjalan, atau masa kelonggarannya belum lewat.")


class PeriodClosed(TrainingRefused):
    """The period's figures are frozen already."""

    message = _("Periode ini sudah ditutup.")


class PolicyHasBegun(TrainingRefused):
    """A policy of a half that runs or is over."""

    message = _("Kebijakan berlaku untuk semester penuh. Pilih semester yang belum dimulai.")


class PolicyGone(TrainingRefused):
    """Somebody deleted the policy meanwhile."""

    message = _("Kebijakan ini sudah dihapus orang lain. Buat yang baru bila masih diperlukan.")


class PolicyTaken(TrainingRefused):
    """The region has a policy from that half on."""

    message = _("Wilayah ini sudah punya kebijakan yang mulai pada semester itu. Ubah yang sudah ada.")


class PolicyLooser(TrainingRefused):
    """A policy that asks for less than the one above it; `looser` says in what, one sentence each."""

    message = _("Kebijakan wilayah hanya boleh lebih ketat daripada kebijakan di atasnya.")

    def __init__(self, looser: list[str]) -> None:
        super().__init__()
        self.looser = looser
