"""Banks, questions and quizzes in the CMS: lists, forms and exports, each within the trainer's regions."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import django_filters
from django.db.models import Count, Exists, Model, OuterRef, ProtectedError, Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BooleanColumn, Column, NumberColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from members.spreadsheets import safe_cell
from quizzes.editing import BANK_PANELS, QUESTION_PANELS, QUIZ_PANELS, copy_of
from quizzes.models import Question, QuestionBank, Quiz
from quizzes.permissions import TrainerPolicy, kept_by

View = Callable[..., HttpResponseBase]


class ScopedIndexView(generic.IndexView):
    """A list of what lies in the trainer's regions; what a spreadsheet would run as a formula is exported as text."""

    def get_base_queryset(self) -> QuerySet[Any]:
        """The user's own rows."""
        return self.annotated(kept_by(self.model, self.request.user))

    def annotated(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """What the columns need."""
        return rows

    def to_row_dict(self, item: Model) -> dict[str, Any]:
        """One row of an export."""
        row = super().to_row_dict(item)
        return {field: safe_cell(value) if isinstance(value, str) else value for field, value in row.items()}


class SafeDeleteView(generic.DeleteView):
    """Says what is in the way instead of failing."""

    def form_valid(self, form: Any) -> HttpResponseBase:
        """Delete, unless something still needs it."""
        self.usage = None  # Wagtail would refuse by its index of references, without a word; the database knows more
        try:
            response: HttpResponseBase = super().form_valid(form)
        except ProtectedError as error:
            users = sorted({str(user._meta.verbose_name) for user in error.protected_objects})
            text = _("“%(object)s” tidak bisa dihapus karena masih dipakai: %(users)s.")
            messages.error(self.request, text % {"object": self.object, "users": ", ".join(users)})
            return redirect(self.edit_url_name, self.object.pk)
        return response


class ScopedViewSet(ModelViewSet):
    """A viewset whose every address with an id answers 404 outside the trainer's regions."""

    index_view_class = ScopedIndexView
    delete_view_class = SafeDeleteView
    inspect_view_enabled = False
    list_per_page = 25
    add_to_reference_index = True

    @property
    def permission_policy(self) -> TrainerPolicy:
        """By role and region."""
        return TrainerPolicy(self.model)

    def register_permissions(self) -> None:
        """Nothing to tick in a group's form: the right comes with the role."""

    def get_urlpatterns(self) -> list[URLPattern]:
        """Wagtail's addresses, all behind the same door."""
        patterns: list[URLPattern] = super().get_urlpatterns()
        for pattern in patterns:
            pattern.callback = self._within_scope(pattern.callback)
        return patterns

    def _within_scope(self, view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if "pk" in kwargs:
                get_object_or_404(kept_by(self.model, request.user), pk=kwargs["pk"])
            return view(request, *args, **kwargs)

        return guarded


READY = Question.objects.ready().values("pk")


class BankIndexView(ScopedIndexView):
    """Banks with how many questions they hold."""

    def annotated(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Count all questions and those that can be drawn."""
        counted: QuerySet[Any] = rows.select_related("region").annotate(
            n_questions=Count("questions", distinct=True),
            n_ready=Count("questions", filter=Q(questions__in=READY), distinct=True),
        )
        return counted


class BankViewSet(ScopedViewSet):
    """Question banks."""

    model = QuestionBank
    name = "bank-soal"
    icon = "folder-open-inverse"
    menu_label = gettext_lazy("Bank soal")
    edit_handler = BANK_PANELS
    index_view_class = BankIndexView
    copy_view_enabled = False  # a copy without its questions helps nobody
    search_fields = ["title"]
    list_display = [
        "title",
        Column("region", label=gettext_lazy("Wilayah"), sort_key="region_id"),
        NumberColumn("n_ready", label=gettext_lazy("Siap pakai"), sort_key="n_ready"),
        NumberColumn("n_questions", label=gettext_lazy("Semua soal"), sort_key="n_questions"),
    ]
    list_export = ["title", "region", "n_ready", "n_questions"]
    export_filename = "bank-soal"


class QuestionFilterSet(WagtailFilterSet):
    """By bank (the trainer's own), kind and use."""

    bank = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Bank soal"), queryset=lambda request: kept_by(QuestionBank, request.user)
    )

    class Meta:
        model = Question
        fields = ["bank", "kind", "is_active"]


class QuestionIndexView(ScopedIndexView):
    """Questions, with whether a quiz can draw them."""

    def annotated(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The bank, and the choices where an export needs them."""
        ready = Exists(Question.objects.ready().filter(pk=OuterRef("pk")))
        rows = rows.select_related("bank").annotate(is_ready=ready).order_by("-pk")
        return rows.prefetch_related("choices") if self.is_export else rows

    def to_row_dict(self, item: Model) -> dict[str, Any]:
        """Choices in one cell, the right ones marked with an asterisk."""
        row = super().to_row_dict(item)
        choices = item.choices.all()  # type: ignore[attr-defined]
        lines = (f"{'* ' if choice.is_correct else '  '}{choice.text}" for choice in choices)
        return row | {"choices": safe_cell("\n".join(lines).strip("\n"))}


class QuestionCopyView(generic.CopyView):
    """A new question that starts as a copy."""

    def get_initial_form_instance(self) -> Question:
        """Never the question itself, so that saving cannot touch it."""
        return copy_of(self.get_object())


class QuestionViewSet(ScopedViewSet):
    """Questions with their choices."""

    model = Question
    name = "soal"
    icon = "help"
    menu_label = gettext_lazy("Butir soal")
    edit_handler = QUESTION_PANELS
    index_view_class = QuestionIndexView
    copy_view_class = QuestionCopyView
    filterset_class = QuestionFilterSet
    search_fields = ["text", "topic"]
    list_display = [
        "text",
        Column("bank", label=gettext_lazy("Bank soal"), sort_key="bank__title"),
        Column("get_kind_display", label=gettext_lazy("Jenis"), sort_key="kind"),
        Column("topic", label=gettext_lazy("Topik"), sort_key="topic"),
        BooleanColumn("is_ready", label=gettext_lazy("Siap pakai")),
    ]
    list_export = ["bank", "get_kind_display", "topic", "text", "choices", "explanation", "is_active"]
    export_headings = {
        "bank": gettext_lazy("Bank soal"),
        "get_kind_display": gettext_lazy("Jenis"),
        "choices": gettext_lazy("Pilihan (* benar)"),
    }
    export_filename = "butir-soal"


class QuizIndexView(ScopedIndexView):
    """Quizzes, with how many questions their banks can offer."""

    def annotated(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The bank and its ready questions."""
        counted: QuerySet[Any] = rows.select_related("bank").with_ready()  # type: ignore[attr-defined]
        return counted


class WarnsOfShortBank:
    """Tells the trainer when the bank cannot fill the draw yet."""

    def save_instance(self) -> Quiz:
        """Save, then compare."""
        quiz: Quiz = super().save_instance()  # type: ignore[misc]
        if (ready := quiz.ready_count) < quiz.draw:
            text = _(
                "Kuis ini belum bisa dimulai: bank soalnya baru punya %(ready)d dari %(draw)d soal yang siap pakai."
            )
            messages.warning(self.request, text % {"ready": ready, "draw": quiz.draw})  # type: ignore[attr-defined]
        return quiz


class QuizCreateView(WarnsOfShortBank, generic.CreateView):
    """A new quiz."""


class QuizEditView(WarnsOfShortBank, generic.EditView):
    """Changed rules of a quiz."""


class QuizCopyView(generic.CopyView):
    """A new quiz that starts with the rules of another."""

    def get_initial_form_instance(self) -> Quiz:
        """Never the quiz itself, so that saving cannot touch it."""
        quiz: Quiz = self.get_object()
        quiz.pk, quiz._state.adding = None, True
        return quiz


class QuizViewSet(ScopedViewSet):
    """Quizzes and their rules."""

    model = Quiz
    name = "kuis"
    icon = "clipboard-list"
    menu_label = gettext_lazy("Kuis")
    edit_handler = QUIZ_PANELS
    index_view_class = QuizIndexView
    add_view_class = QuizCreateView
    edit_view_class = QuizEditView
    copy_view_class = QuizCopyView
    search_fields = ["title"]
    list_display = [
        "title",
        Column("bank", label=gettext_lazy("Bank soal"), sort_key="bank__title"),
        NumberColumn("draw", label=gettext_lazy("Diundi"), sort_key="draw"),
        NumberColumn("n_ready", label=gettext_lazy("Siap pakai"), sort_key="n_ready"),
        NumberColumn("minutes", label=gettext_lazy("Menit"), sort_key="minutes"),
        NumberColumn("pass_mark", label=gettext_lazy("Nilai ambang"), sort_key="pass_mark"),
    ]
    list_export = ["title", "bank", "draw", "n_ready", "minutes", "pass_mark", "max_attempts", "retry_after_hours"]
    export_headings = {"bank": gettext_lazy("Bank soal"), "n_ready": gettext_lazy("Siap pakai")}
    export_filename = "kuis"


class QuizGroup(ModelViewSetGroup):
    """One entry of the CMS's menu for all three."""

    items = (QuizViewSet, QuestionViewSet, BankViewSet)
    menu_label = gettext_lazy("Kuis & bank soal")
    menu_name = "kuis-bank-soal"
    menu_icon = "help"
    menu_order = 210
