"""Pictures, recordings, videos and documents."""

from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from cms.blocks.base import Value, refuse

VIDEO_HOSTS = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com", "youtu.be", "vimeo.com"})
AUDIO_EXTENSIONS = frozenset({"mp3", "m4a", "ogg"})
VIDEO_EXTENSIONS = frozenset({"mp4", "webm"})


class ImageValue(blocks.StructValue):
    """A picture with the alternative text it is shown with."""

    @property
    def shown_alt(self) -> str:
        """Empty for decoration, so that screen readers pass it by."""
        return "" if self["decorative"] else str(self["alt"])


class ImageBlock(blocks.StructBlock):
    """A picture that either tells what it shows or says that it is decoration."""

    image = ImageChooserBlock(label=_("Gambar"))
    alt = blocks.CharBlock(
        label=_("Teks pengganti"),
        required=False,
        max_length=300,
        help_text=_("Ceritakan isi gambar bagi yang tidak dapat melihatnya. Wajib, kecuali gambar hanya hiasan."),
    )
    decorative = blocks.BooleanBlock(label=_("Hanya hiasan"), required=False)
    caption = blocks.CharBlock(label=_("Keterangan di bawah gambar"), required=False, max_length=200)

    class Meta:
        icon = "image"
        label = _("Gambar")
        template = "blocks/image.html"
        value_class = ImageValue

    def clean(self, value: Value) -> Value:
        """Ask for the alternative text unless the picture is decoration."""
        cleaned: Value = super().clean(value)
        if not self.is_deferred_validation and not cleaned["decorative"] and not cleaned["alt"].strip():
            raise refuse("alt", _("Tulis teks pengganti, atau centang “Hanya hiasan”."))
        return cleaned


class AudioBlock(blocks.StructBlock):
    """A recording and its words, for those who cannot hear or have no data left."""

    title = blocks.CharBlock(label=_("Judul"), max_length=120)
    file = DocumentChooserBlock(label=_("Berkas audio"), help_text=_("MP3, M4A, atau OGG."))
    transcript = blocks.TextBlock(label=_("Transkrip"), rows=6, help_text=_("Seluruh ucapan dalam rekaman."))

    class Meta:
        icon = "media"
        label = _("Audio")
        template = "blocks/audio.html"

    def clean(self, value: Value) -> Value:
        """Accept only what browsers play."""
        cleaned: Value = super().clean(value)
        if cleaned["file"] and cleaned["file"].file_extension.lower() not in AUDIO_EXTENSIONS:
            raise refuse("file", _("Pilih berkas MP3, M4A, atau OGG."))
        return cleaned


class VideoBlock(blocks.StructBlock):
    """A video: an uploaded file that starts only when asked, or a link to a known host."""

    title = blocks.CharBlock(label=_("Judul"), max_length=120)
    file = DocumentChooserBlock(label=_("Berkas video"), required=False, help_text=_("MP4 atau WebM."))
    url = blocks.URLBlock(label=_("Atau tautan"), required=False, help_text=_("Tautan YouTube atau Vimeo."))
    poster = ImageChooserBlock(label=_("Gambar sampul"), required=False)
    description = blocks.TextBlock(
        label=_("Ringkasan isi video"), rows=4, help_text=_("Bagi anggota yang tidak dapat memutar video.")
    )

    class Meta:
        icon = "media"
        label = _("Video")
        template = "blocks/video.html"

    def clean(self, value: Value) -> Value:
        """Want exactly one of the file and the link, of a kind that can be played."""
        cleaned: Value = super().clean(value)
        document, url = cleaned["file"], cleaned["url"]
        if bool(document) == bool(url) and not (self.is_deferred_validation and not document):
            raise refuse("url", _("Pilih salah satu: berkas video atau tautan."))
        if document and document.file_extension.lower() not in VIDEO_EXTENSIONS:
            raise refuse("file", _("Pilih berkas MP4 atau WebM."))
        if url and (urlsplit(url).scheme != "https" or urlsplit(url).hostname not in VIDEO_HOSTS):
            raise refuse("url", _("Hanya tautan https YouTube atau Vimeo yang diterima."))
        return cleaned


class FileBlock(blocks.StructBlock):
    """A document to download, with its size."""

    file = DocumentChooserBlock(label=_("Dokumen"))
    label = blocks.CharBlock(label=_("Nama yang ditampilkan"), required=False, max_length=120)

    class Meta:
        icon = "doc-full"
        label = _("Dokumen")
        template = "blocks/file.html"
