"""Refusals of the room; each message is what the screen shows."""

from django.utils.translation import gettext_lazy as _


class MemberError(Exception):
    """Something that a person asked for and that cannot be done."""

    message = _("Permintaan tidak dapat diproses.")

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
