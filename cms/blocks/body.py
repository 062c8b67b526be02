"""Everything a lesson or an information page may hold, and the field that keeps it."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.fields import StreamField

from cms.blocks.base import RICH_TEXT
from cms.blocks.media import AudioBlock, FileBlock, ImageBlock, VideoBlock
from cms.blocks.self_check import SelfCheckBlock
from cms.blocks.table import TABLE_OPTIONS, TableBlock
from cms.blocks.text import CalloutBlock, ChecklistBlock, StepsBlock


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
        """Leave the blocks out, and name the package: migrations know no modules of it."""
        name, _path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return str(name), "cms.blocks.LessonBodyField", [], kwargs
