"""Refusals of the room; each message is what the screen shows."""

from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class MemberError(Exception):
    """Something that a person asked for and that cannot be done."""

    message: str | Promise = _("Permintaan tidak dapat diproses.")

    def __str__(self) -> str:
        return str(self.message)


class AlreadyDecided(MemberError):  # noqa: N818
    """Somebody verified or refused the registration in the meantime."""

    message = _("Pendaftaran ini sudah diputuskan. Muat ulang halaman untuk melihat hasilnya.")


class DuplicateNIK(MemberError):  # noqa: N818
    """An active member has the same NIK; told to officers only."""

    message = _(
        "NIK ini sudah dimiliki anggota yang aktif. Periksa apakah orangnya sama; "
        "bila ya, tolak pendaftaran ini dengan alasan “sudah terdaftar”."
    )


class ReasonMissing(MemberError):  # noqa: N818
    """A refusal or an unmasking without a reason."""

    message = _("Tuliskan alasannya.")


class NotRefused(MemberError):  # noqa: N818
    """Only a refused registration can be corrected and sent again."""

    message = _("Pendaftaran ini tidak sedang menunggu perbaikan.")


class NIKForgotten(MemberError):  # noqa: N818
    """The NIK was erased or cannot be read any more."""

    message = _("NIK anggota ini tidak tersimpan atau tidak dapat dibaca.")


class NotAVillage(MemberError):  # noqa: N818
    """A member belongs to a village, never to a region above it."""

    message = _("Pilih desa atau kelurahan.")


class NoPasswordLink(MemberError):  # noqa: N818
    """A password link for somebody without an account, or whose account may do more than the member's."""

    message = _("Tautan kata sandi hanya untuk anggota yang punya akun dan tidak memegang peran lain.")


class NotYetJoined(MemberError):  # noqa: N818
    """The date a membership began lies in the future, or before the person was born."""

    message = _("Tanggal mulai menjadi anggota tidak mungkin. Isi tanggal pada SK, paling akhir hari ini.")


class OwnRegistration(MemberError):  # noqa: N818
    """An officer decides about others, never about themselves."""

    message = _("Ini pendaftaran Anda sendiri. Petugas lain yang memutuskannya.")


class OwnMembership(MemberError):  # noqa: N818
    """An officer changes the membership of others, never their own."""

    message = _("Ini keanggotaan Anda sendiri. Petugas lain yang mengubahnya.")


class OutOfReach(MemberError):  # noqa: N818
    """The member belongs to a village of other officers, perhaps since a moment ago."""

    message = _("Anggota ini tidak lagi tercatat di wilayah Anda. Petugas desanya yang mengubahnya.")


class NotServing(MemberError):  # noqa: N818
    """An end or a move of somebody who does not serve."""

    message = _("Anggota ini sudah tidak aktif. Muat ulang halaman untuk melihat riwayatnya.")


class NotEnded(MemberError):  # noqa: N818
    """A return of somebody whose membership has not ended."""

    message = _("Keanggotaan ini tidak sedang berakhir, jadi tidak perlu diaktifkan kembali.")


class DayImpossible(MemberError):  # noqa: N818
    """The day lies in the future, or before the membership or its last change; `first` and `last` are possible."""

    def __init__(self, first: date, last: date) -> None:
        super().__init__()
        facts = {"first": date_format(first, "j F Y"), "last": date_format(last, "j F Y")}
        self.message = _("Pilih tanggal dari %(first)s sampai %(last)s.") % facts


class AlreadyThere(MemberError):  # noqa: N818
    """A move to the village in which the member serves."""

    message = _("Anggota ini sudah tercatat di desa itu.")


class MoveWaits(MemberError):  # noqa: N818
    """A second move while one waits for its answer."""

    message = _("Permintaan pindah anggota ini masih menunggu jawaban. Batalkan dulu bila keliru.")


class MoveAnswered(MemberError):  # noqa: N818
    """Somebody answered the request meanwhile."""

    message = _("Permintaan pindah ini sudah dijawab. Muat ulang halaman untuk melihat hasilnya.")


class NotTheirMove(MemberError):  # noqa: N818
    """The request is answered by the receiving side and taken back by the other."""

    message = _("Permintaan ini diputuskan oleh petugas desa tujuan.")


class MoveOutdated(MemberError):  # noqa: N818
    """The day that was asked for lies before what the history says by now; who answers cannot choose another."""

    message = _(
        "Tanggal pindahnya tidak cocok lagi dengan riwayat anggota ini. Tolak permintaannya, "
        "agar desa asal mengirimnya lagi dengan tanggal lain."
    )


class NothingCorrected(MemberError):  # noqa: N818
    """A correction that changes nothing, or was made already."""

    message = _("Tidak ada yang berubah: datanya sudah seperti itu.")


class ChangedMeanwhile(MemberError):  # noqa: N818
    """Somebody else changed the member since the form was opened."""

    message = _("Petugas lain baru saja mengubah data anggota ini. Periksa data yang sekarang, lalu perbaiki lagi.")


class BirthDateImpossible(MemberError):  # noqa: N818
    """A birth date with which nobody serves."""

    message = _("Periksa tahun lahirnya.")


class TooYoung(MemberError):  # noqa: N818
    """Under the minimum age on the day of joining, without the exception for who is married."""

    message = _(
        "Pada tanggal bergabung belum cukup umur. Periksa kedua tanggalnya; "
        "bila saat itu sudah menikah, centang pengecualian."
    )
