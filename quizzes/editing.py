"""The forms of the CMS: what a trainer may choose, and what makes a question answerable."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.forms import BaseChildFormSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, HelpPanel, InlinePanel, MultiFieldPanel, ObjectList

from members.models import RoleKind
from quizzes.bank import CHOICE_LIMIT, choices_problem
from quizzes.models import Choice, Question, QuestionBank
from quizzes.permissions import kept_by, trainer_scope
from regions.models import Region


class BankForm(WagtailAdminModelForm):
    """Offers the regions that the trainer writes for: those of their roles, and provinces and regencies under them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Q(pk__in=self.for_user.role_grants.filter(kind=RoleKind.TRAINER).values("region"))
        regions = Region.objects.active().within(trainer_scope(self.for_user))
        self.fields["region"].queryset = regions.filter(own | Q(level__lte=Region.Level.REGENCY))
        if self.instance.region_id is None:
            self.initial.setdefault("region", self.fields["region"].queryset.order_by("code").first())


class InBankForm(WagtailAdminModelForm):
    """Offers the trainer's own banks; the only one is chosen already."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        banks = self.fields["bank"].queryset = kept_by(QuestionBank, self.for_user)
        if self.instance.bank_id is None and len(some := banks[:2]) == 1:
            self.initial.setdefault("bank", some[0])


class ChoiceFormSet(BaseChildFormSet):
    """The choices of a question, which have to fit its kind."""

    def clean(self, *args: Any, **kwargs: Any) -> None:
        """Say in words what keeps the question from being asked."""
        super().clean(*args, **kwargs)
        kind = self.data.get("kind", "")  # of the question in the same form, which may not be clean yet
        if any(self.errors) or kind not in Question.Kind.values:
            return
        kept = [form for form in self.forms if form.has_changed() or form.instance.pk]
        rows = [form.cleaned_data for form in kept if not self._should_delete_form(form)]
        choices = [(str(row.get("text", "")), bool(row.get("is_correct"))) for row in rows]
        if problem := choices_problem(kind=kind, choices=choices):
            raise ValidationError(problem)


class ChoicesPanel(InlinePanel):
    """The choices, checked by the formset above instead of by a bare minimum."""

    def get_form_options(self) -> dict[str, Any]:
        """Wagtail's options with our formset."""
        options: dict[str, Any] = super().get_form_options()
        options["formsets"][self.relation_name] |= {"formset": ChoiceFormSet, "validate_min": False}
        return options


BANK_PANELS = ObjectList(
    [
        FieldPanel("title", help_text=_("Satu bank untuk satu pokok bahasan, misalnya “Pertolongan pertama”.")),
        FieldPanel(
            "region",
            widget=forms.Select,
            help_text=_("Bank ini hanya terlihat oleh pelatih wilayah ini dan wilayah di atasnya."),
        ),
    ],
    base_form_class=BankForm,
)

QUESTION_PANELS = ObjectList(
    [
        MultiFieldPanel(
            [
                FieldPanel("bank", widget=forms.Select),
                FieldPanel("kind", help_text=_("Menentukan berapa pilihan yang boleh ditandai benar.")),
                FieldPanel(
                    "topic", help_text=_("Materi yang diuji, misalnya “dasar hukum”; untuk mencari dan menyaring.")
                ),
            ],
            heading=_("Tempat dan jenis"),
        ),
        FieldPanel(
            "text",
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("Tulis sebagai satu pertanyaan pendek; dibaca di layar HP."),
        ),
        ChoicesPanel(
            "choices",
            heading=_("Pilihan jawaban"),
            label=_("Pilihan"),
            panels=[
                FieldPanel("text"),
                FieldPanel("is_correct", help_text=_("Tandai kalau pilihan ini jawaban yang benar.")),
            ],
            min_num=2,
            max_num=CHOICE_LIMIT,
            help_text=_("Urutan diacak untuk setiap peserta, kecuali pada soal benar/salah."),
        ),
        FieldPanel(
            "explanation",
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("Mengapa jawaban itu benar. Dibaca peserta setelah kuis selesai, tidak sebelumnya."),
        ),
        FieldPanel("is_active", help_text=_("Hapus centang agar soal ini tidak diundi lagi.")),
        HelpPanel(
            content=_(
                "Mengubah soal hanya memengaruhi kuis yang dimulai sesudahnya. "
                "Kuis yang sedang atau sudah dikerjakan memakai salinannya sendiri."
            )
        ),
    ],
    base_form_class=InBankForm,
)

QUIZ_PANELS = ObjectList(
    [
        FieldPanel("title", help_text=_("Judul yang dibaca peserta, misalnya “Kuis akhir: Dasar Hukum”.")),
        FieldPanel("bank", widget=forms.Select),
        MultiFieldPanel(
            [
                FieldPanel(
                    "draw", help_text=_("Diundi dari soal yang siap pakai di bank, untuk setiap peserta berbeda.")
                ),
                FieldPanel(
                    "minutes", help_text=_("Menurut jam server. Setelah habis, jawaban yang tersimpan dinilai.")
                ),
                FieldPanel("pass_mark", help_text=_("0–100. Peserta lulus dengan nilai ini atau lebih.")),
            ],
            heading=_("Soal dan waktu"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("max_attempts", help_text=_("Berapa kali peserta boleh mencoba dalam satu putaran.")),
                FieldPanel("retry_after_hours"),
            ],
            heading=_("Kesempatan"),
        ),
        HelpPanel(content=_("Perubahan berlaku untuk percobaan yang dimulai sesudahnya.")),
    ],
    base_form_class=InBankForm,
)


def copy_of(question: Question) -> Question:
    """An unsaved copy with unsaved copies of its choices."""
    fields = ("bank", "kind", "topic", "text", "explanation", "is_active")
    copy = Question(**{name: getattr(question, name) for name in fields})
    copy.choices = [
        Choice(text=choice.text, is_correct=choice.is_correct, sort_order=order)
        for order, choice in enumerate(question.choices.all())
    ]
    return copy
