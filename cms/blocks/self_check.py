"""The practice question of a lesson."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks.base import Value, refuse


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
            raise refuse("question", _("Tandai pilihan yang benar, dan sisakan paling sedikit satu yang salah."))
        return cleaned
