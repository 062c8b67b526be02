"""The form that a course is edited with in the CMS."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from quizzes.models import Quiz
from training.policies import ancestors_of


class CoursePageForm(WagtailAdminPageForm):
    """Offers the quizzes of the shelf's own region and of the regions above it, nobody else's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "quiz" in self.fields and self.parent_page is not None:
            region = self.parent_page.specific.region
            shared = Q(bank__region__in=ancestors_of(region.pk))
            self.fields["quiz"].queryset = Quiz.objects.filter(shared | region.scope.q("bank__region__code"))

    def clean(self) -> dict[str, Any]:
        """Ask for the alternative text of a cover."""
        cleaned: dict[str, Any] = super().clean()
        if cleaned.get("cover") and not cleaned.get("cover_alt", "").strip():
            self.add_error("cover_alt", forms.ValidationError(_("Ceritakan isi gambar sampul.")))
        return cleaned
