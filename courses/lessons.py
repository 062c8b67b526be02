"""The lesson (materi) of a course."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from cms.blocks import LessonBodyField
from courses.addresses import ADDRESS_PANEL, UrlParts, without_shelf

if TYPE_CHECKING:
    from courses.pages import CoursePage


class LessonPage(Page):
    """One lesson (materi) of a course."""

    summary = models.CharField(_("ringkasan"), max_length=250, blank=True, help_text=_("Satu kalimat."))
    minutes = models.PositiveSmallIntegerField(
        _("perkiraan waktu (menit)"), default=10, validators=[MinValueValidator(1)]
    )
    body = LessonBodyField(verbose_name=_("isi materi"), blank=True)
    size_bytes = models.PositiveIntegerField(default=0, editable=False)

    parent_page_types: ClassVar[list[str]] = ["courses.CoursePage"]
    subpage_types: ClassVar[list[str]] = []
    private_page_options: ClassVar[list[str]] = []
    template = "courses/lesson_page.html"

    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("minutes"),
        FieldPanel("body"),
    ]
    promote_panels: ClassVar[list[Any]] = [ADDRESS_PANEL]

    class Meta:
        verbose_name = _("materi")
        verbose_name_plural = _("materi")
        constraints = [models.CheckConstraint(condition=models.Q(minutes__gte=1), name="lesson_takes_a_minute")]

    @property
    def course(self) -> CoursePage:
        """The course that the lesson belongs to."""
        course: CoursePage = self.get_parent().specific
        return course

    def get_url_parts(self, request: HttpRequest | None = None) -> UrlParts | None:
        """`/kursus/<course>/<lesson>/`."""
        return without_shelf(super().get_url_parts(request), keep=2)
