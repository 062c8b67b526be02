"""Why something uploaded was refused; `message` is what the person reads."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class PhotoRefused(Exception):  # noqa: N818
    """The base of every reason not to take a photo; `name` is the file's own name."""

    message: str | Promise = _("Foto tidak dapat dipakai.")

    def __init__(self, name: str = "") -> None:
        super().__init__()
        self.name = name

    def __str__(self) -> str:
        return str(self.message)


class PhotoTooBig(PhotoRefused):
    """More bytes than we take."""

    message = _("Ukuran berkas lebih dari 10 MB. Perkecil fotonya, lalu unggah lagi.")


class PhotoNotAnImage(PhotoRefused):
    """No picture that we can read."""

    message = _("Berkas ini bukan foto JPEG, PNG, atau WebP yang utuh.")


class PhotoIsHeic(PhotoRefused):
    """An iPhone's own format."""

    message = _(
        "Foto berformat HEIC belum dapat dibaca. Di iPhone buka Pengaturan › Kamera › Format › Paling Kompatibel, "
        "atau kirim tangkapan layar fotonya."
    )


class PhotoTooManyPixels(PhotoRefused):
    """A picture whose size alone would exhaust the machine."""

    message = _("Resolusi foto terlalu besar. Pakai resolusi kamera paling tinggi 50 megapiksel.")
