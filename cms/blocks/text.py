"""Boxes, steps and lists beside the running text."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks.base import RICH_TEXT


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


class ChecklistBlock(blocks.StructBlock):
    """Points to remember or to have ready."""

    title = blocks.CharBlock(label=_("Judul"), max_length=120)
    items = blocks.ListBlock(blocks.CharBlock(label=_("Butir"), max_length=300), label=_("Butir"), min_num=1)

    class Meta:
        icon = "list-ul"
        label = _("Daftar periksa")
        template = "blocks/checklist.html"
