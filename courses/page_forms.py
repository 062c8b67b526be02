"""The forms that courses and lessons are edited with in the CMS."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.blocks.stream_block import StreamValue
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from courses.cms_scope import all_choosable, read_key
from quizzes.models import Quiz
from training.policies import ancestors_of

NOT_YOURS = _("Gambar, dokumen atau halaman ini bukan milik wilayah Anda. Pilih dari koleksi Anda sendiri.")


class OwnMediaForm(WagtailAdminPageForm):
    """Takes pictures, documents and links from the person's own collections and pages, and those the page has already.

    Wagtail's choosers offer no others, but its fields take any id, and show its title in the answer.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sent = {name: self._sent(name) for name in self.fields} if self.is_bound else {}
        if not self.for_user.is_superuser:
            for name in [name for name, value in sent.items() if self._names_foreign(name, value)]:
                self._refuse(self.fields[name])

    def _sent(self, name: str) -> Any:
        """The value as it was sent. No form of ours sends an id that is no number, and Wagtail's blocks fail on one."""
        try:
            return self[name].value()
        except (TypeError, ValueError, OverflowError) as failure:
            raise BadRequest(f"unreadable: {name}") from failure

    def _names_foreign(self, name: str, value: Any) -> bool:
        field = self.fields[name]
        sent = set(_references(field, value))
        stored = set(_references(field, self.get_initial_for_field(field, name)))
        return not all_choosable(sent - stored, self.for_user)

    def clean(self) -> dict[str, Any]:
        """Say where the draft is, when Wagtail saved it by itself while the person was publishing."""
        cleaned: dict[str, Any] = super().clean()
        if self.instance.pk is None and self.parent_page is not None and "slug" in self.fields:
            drafts = self.parent_page.get_children().not_live().filter(owner=self.for_user)
            draft = drafts.filter(slug=self["slug"].value() or "").first()  # not in `cleaned`: it is refused already
            if draft:
                text = _('Draf halaman ini sudah tersimpan. <a href="{}">Buka drafnya</a> untuk menerbitkannya.')
                address = reverse("wagtailadmin_pages:edit", args=[draft.pk])
                self.add_error(None, forms.ValidationError(format_html(str(text), address)))
        return cleaned

    def _refuse(self, field: forms.Field) -> None:
        """Whatever else is wrong with it; shown as it is stored, for what was sent would show the stranger's title."""

        def refuse(value: Any) -> None:
            raise forms.ValidationError(NOT_YOURS)

        field.clean = refuse  # type: ignore[method-assign]
        field.bound_data = lambda data, initial: initial  # type: ignore[method-assign]


def _references(field: forms.Field, value: Any) -> Iterable[tuple[type[Any], str]]:
    """What a field's value points at, as (model, id)."""
    if isinstance(value, StreamValue):
        for model, key, *_path in value.stream_block.extract_references(value):
            yield model, str(key)
    elif isinstance(field, forms.ModelChoiceField) and value not in field.empty_values:
        model = field.queryset.model  # type: ignore[union-attr]
        if model in (get_image_model(), get_document_model()):
            yield model, str(read_key(value) or value)


class CoursePageForm(OwnMediaForm):
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
