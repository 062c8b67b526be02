"""The blocks that lessons and information pages are written in.

Names and shapes are stored with every page: a renamed block orphans what trainers wrote, so add, never rename.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.contrib.table_block.blocks import TableBlock as HandsontableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageChooserBlock

RICH_TEXT = ["bold", "italic", "ol", "ul", "link"]
VIDEO_HOSTS = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com", "youtu.be", "vimeo.com"})
AUDIO_EXTENSIONS = frozenset({"mp3", "m4a", "ogg"})
VIDEO_EXTENSIONS = frozenset({"mp4", "webm"})

Value = Mapping[str, Any]


def _refuse(field: str, message: object) -> StructBlockValidationError:
    return StructBlockValidationError(block_errors={field: ValidationError(str(message))})


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
            raise _refuse("alt", _("Tulis teks pengganti, atau centang “Hanya hiasan”."))
        return cleaned


class CalloutBlock(blocks.StructBlock):
    """A box that stands out from the text."""

    tone = blocks.ChoiceBlock(
        label=_("Jenis"),
        choices=[("info", _("Info")), ("law", _("Dasar hukum")), ("tip", _("Tips")), ("warning", _("Perhatian"))],
        default="info",
    )
    title = blocks.CharBlock(label=_("Judul"), max_length=120)
    html = blocks.RichTextBlock(label=_("Isi"), features=RICH_TEXT)

    class Meta:
        icon = "info-circle"
        label = _("Kotak penting")
        template = "blocks/callout.html"


class StepBlock(blocks.StructBlock):
    """One step of a procedure."""

    title = blocks.CharBlock(label=_("Langkah"), max_length=120)
    text = blocks.TextBlock(label=_("Penjelasan"), required=False, rows=3)

    class Meta:
        icon = "arrow-right"
        label = _("Langkah")


class StepsBlock(blocks.StructBlock):
    """Numbered steps."""

    title = blocks.CharBlock(label=_("Judul"), required=False, max_length=120)
    items = blocks.ListBlock(StepBlock(), label=_("Langkah"), min_num=1)

    class Meta:
        icon = "list-ol"
        label = _("Langkah-langkah")
        template = "blocks/steps.html"


TABLE_MENU = {
    "row_above": _("Sisipkan baris di atas"),
    "row_below": _("Sisipkan baris di bawah"),
    "col_left": _("Sisipkan kolom di kiri"),
    "col_right": _("Sisipkan kolom di kanan"),
    "remove_row": _("Hapus baris"),
    "remove_col": _("Hapus kolom"),
    "undo": _("Batalkan"),
    "redo": _("Ulangi"),
}
TABLE_OPTIONS = {
    "language": "en-US",  # Handsontable speaks no Indonesian: the menu's words are ours
    "contextMenu": {"items": {key: {"name": str(name)} for key, name in TABLE_MENU.items()}},
}
EMPTY_TABLE = {
    "data": [["", "", ""], ["", "", ""], ["", "", ""]],
    "table_caption": "",
    "table_header_choice": "row",
    "first_row_is_table_header": True,
    "first_col_is_header": False,
}


class TableBlock(HandsontableBlock):
    """A table whose first row is its header; trainers may paste from Excel or Word."""

    class Meta:
        icon = "table"
        label = _("Tabel")
        default = EMPTY_TABLE

    def clean(self, value: dict[str, Any]) -> dict[str, Any]:
        """Insist on a caption and a header row, which screen readers need."""
        value = {**value, "table_header_choice": "row"} if value else value
        cleaned: dict[str, Any] = super().clean(value)
        if self.is_deferred_validation:
            return cleaned
        if not cleaned or len(cleaned.get("data", [])) < 2:
            raise ValidationError(_("Isi tabel: baris pertama untuk judul kolom, lalu paling sedikit satu baris isi."))
        if not (cleaned.get("table_caption") or "").strip():
            raise ValidationError(_("Beri judul pada tabel ini."))
        return cleaned

    def render(self, value: dict[str, Any] | None, context: dict[str, Any] | None = None) -> SafeString:
        """A table whose every cell also carries its column's name, for phones that show rows as cards."""
        labels, *rows = value["data"] if value and value.get("data") else [[]]
        named = [list(zip(labels, row, strict=False)) for row in rows]
        shown = {"caption": (value or {}).get("table_caption"), "labels": labels, "rows": named}
        return render_to_string("blocks/table.html", shown)


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
            raise _refuse("file", _("Pilih berkas MP3, M4A, atau OGG."))
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
            raise _refuse("url", _("Pilih salah satu: berkas video atau tautan."))
        if document and document.file_extension.lower() not in VIDEO_EXTENSIONS:
            raise _refuse("file", _("Pilih berkas MP4 atau WebM."))
        if url and (urlsplit(url).scheme != "https" or urlsplit(url).hostname not in VIDEO_HOSTS):
            raise _refuse("url", _("Hanya tautan https YouTube atau Vimeo yang diterima."))
        return cleaned


class FileBlock(blocks.StructBlock):
    """A document to download, with its size."""

    file = DocumentChooserBlock(label=_("Dokumen"))
    label = blocks.CharBlock(label=_("Nama yang ditampilkan"), required=False, max_length=120)

    class Meta:
        icon = "doc-full"
        label = _("Dokumen")
        template = "blocks/file.html"


class ChecklistBlock(blocks.StructBlock):
    """Points to remember or to have ready."""

    title = blocks.CharBlock(label=_("Judul"), max_length=120)
    items = blocks.ListBlock(blocks.CharBlock(label=_("Butir"), max_length=300), label=_("Butir"), min_num=1)

    class Meta:
        icon = "list-ul"
        label = _("Daftar periksa")
        template = "blocks/checklist.html"


class SelfCheckChoiceBlock(blocks.StructBlock):
    """One answer and what to say to whoever picks it."""

    text = blocks.CharBlock(label=_("Pilihan"), max_length=300)
    correct = blocks.BooleanBlock(label=_("Benar"), required=False)
    feedback = blocks.TextBlock(label=_("Umpan balik"), rows=2)

    class Meta:
        icon = "tick"
        label = _("Pilihan")


EMPTY_CHOICE = {"text": "", "correct": False, "feedback": ""}


class SelfCheckBlock(blocks.StructBlock):
    """A practice question (periksa diri): answers are in the page and count for nothing."""

    question = blocks.TextBlock(label=_("Pertanyaan"), rows=2)
    choices = blocks.ListBlock(
        SelfCheckChoiceBlock(), label=_("Pilihan"), min_num=2, max_num=6, default=[EMPTY_CHOICE, EMPTY_CHOICE]
    )

    class Meta:
        icon = "help"
        label = _("Periksa diri")
        template = "blocks/self_check.html"

    def clean(self, value: Value) -> Value:
        """Want at least one right answer and one wrong one."""
        cleaned: Value = super().clean(value)
        if not self.is_deferred_validation and len({choice["correct"] for choice in cleaned["choices"]}) < 2:
            raise _refuse("question", _("Tandai pilihan yang benar, dan sisakan paling sedikit satu yang salah."))
        return cleaned


class LessonBody(blocks.StreamBlock):
    """Everything a lesson or an information page may hold."""

    heading = blocks.CharBlock(label=_("Judul bagian"), icon="title", max_length=120, template="blocks/heading.html")
    paragraph = blocks.RichTextBlock(
        label=_("Paragraf"), icon="pilcrow", features=RICH_TEXT, template="blocks/paragraph.html"
    )
    image = ImageBlock()
    callout = CalloutBlock()
    steps = StepsBlock()
    table = TableBlock(
        table_options=TABLE_OPTIONS,
        help_text=_(
            "Baris pertama adalah judul kolom. Tabel dari Word atau Excel dapat langsung ditempel; "
            "klik kanan pada sel untuk menambah atau menghapus baris dan kolom."
        ),
    )
    audio = AudioBlock()
    video = VideoBlock()
    file = FileBlock()
    checklist = ChecklistBlock()
    self_check = SelfCheckBlock()


class LessonBodyField(StreamField):
    """A `StreamField` of `LessonBody` whose migrations do not repeat the blocks, so wording may change freely."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(LessonBody(), **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """Leave the blocks out."""
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [], kwargs
