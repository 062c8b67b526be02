"""Refusals of the room; each carries the sentence its view shows."""

from django.utils.translation import gettext_lazy as _


class CertificateError(Exception):
    """Base of the room's refusals; `message` is for the person."""

    message = _("Sertifikat tidak dapat diproses.")

    def __str__(self) -> str:
        return str(self.message)


class AlreadyRevoked(CertificateError):  # noqa: N818
    """The certificate was revoked before."""

    message = _("Sertifikat ini sudah dicabut.")


class AlreadyReplaced(CertificateError):  # noqa: N818
    """The certificate was superseded by another one, which is what can be revoked now."""

    message = _("Sertifikat ini sudah diganti. Cabut penggantinya.")


class NotReissuable(CertificateError):  # noqa: N818
    """Another certificate has its place, or its training was taken back."""

    message = _("Sertifikat ini sudah diganti, atau pelatihannya dibatalkan, jadi tidak dapat diterbitkan ulang.")


class ReasonMissing(CertificateError):  # noqa: N818
    """A revocation, or a new issue, without a reason."""

    message = _("Tuliskan alasannya.")


class FileDamaged(CertificateError):  # noqa: N818
    """The stored PDF is gone or is not the one that was issued."""

    message = _("Berkas sertifikat ini tidak utuh, jadi tidak kami tampilkan.")


class NothingDue(CertificateError):  # noqa: N818
    """Every training in the list has its certificate."""

    message = _("Semua pelatihan pada daftar ini sudah bersertifikat.")


class TooManyToIssue(CertificateError):  # noqa: N818
    """More trainings than one run takes."""

    message = _("Terlalu banyak untuk sekali terbit (lebih dari 10.000). Saring dulu, misalnya per kecamatan.")


class NothingToPrint(CertificateError):  # noqa: N818
    """No certificate with a file is in the list."""

    message = _("Tidak ada sertifikat yang dapat dicetak pada daftar ini.")


class TooManyToPrint(CertificateError):  # noqa: N818
    """More certificates than one print file takes."""

    message = _("Terlalu banyak untuk satu berkas cetak. Saring dulu, misalnya per desa, atau unduh ZIP.")


class SealMisconfigured(CertificateError):  # noqa: N818
    """The file of the seal's key is missing, unreadable, locked, or holds no certificate of its key."""

    message = _("Kunci cap elektronik tidak dapat dipakai.")


class SealExpired(CertificateError):  # noqa: N818
    """The seal's certificate is past its last day."""

    message = _("Masa berlaku cap elektronik sudah habis.")


class NotSignable(CertificateError):  # noqa: N818
    """Only a certificate that holds and has its file can be signed."""

    message = _("Sertifikat ini sudah dicabut, diganti, atau belum ada berkasnya, jadi tidak dapat ditandatangani.")


class AnotherFile(CertificateError):  # noqa: N818
    """The upload does not go on from the certificate's file."""

    message = _(
        "Ini bukan kelanjutan berkas sertifikat ini. Unduh PDF-nya dari halaman ini, tanda tangani berkas itu apa "
        "adanya, lalu unggah hasilnya. Jangan dicetak ulang ke PDF, dan jangan disimpan ulang dengan aplikasi lain."
    )


class NotSigned(CertificateError):  # noqa: N818
    """The upload has no signature but those that were there."""

    message = _("Berkas ini belum memuat tanda tangan elektronik yang baru.")


class SignatureBroken(CertificateError):  # noqa: N818
    """A new signature is not intact, or the newest one does not cover the whole file."""

    message = _("Tanda tangan elektronik pada berkas ini tidak utuh atau tidak mencakup seluruh berkas.")


class ChangedBesidesSigning(CertificateError):  # noqa: N818
    """More was added to the certificate's file than signatures."""

    message = _("Selain ditandatangani, berkas ini diubah. Tanda tangani PDF dari halaman ini tanpa mengubah apa pun.")


class StampMisplaced(CertificateError):  # noqa: N818
    """What the signatory's tool has drawn could hide the certificate behind it."""

    message = _(
        "Gambar tanda tangan pada berkas ini dapat menutupi isi sertifikat. Unduh lagi PDF-nya, lalu tanda tangani "
        "dengan gambar di tempat tanda tangan, yaitu seperempat halaman paling bawah."
    )


class SignatureUntrusted(CertificateError):  # noqa: N818
    """The signature leads to none of the roots that the operator trusts."""

    message = _("Sertifikat tanda tangan ini bukan dari penyelenggara yang dipercaya (BSrE).")


class FileReplaced(CertificateError):  # noqa: N818
    """Another signed version was faster."""

    message = _("Berkas sertifikat ini baru saja diganti. Unduh yang terbaru, lalu tanda tangani yang itu.")
