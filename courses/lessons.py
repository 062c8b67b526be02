"""The lesson (materi) of a course."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.views import redirect_to_login
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.decorators.gzip import gzip_page
from wagtail.admin.panels import FieldPanel
from wagtail.blocks.stream_block import StreamValue
from wagtail.models import Page, PageQuerySet

from cms.blocks import LessonBodyField
from courses.addresses import ADDRESS_PANEL, UrlParts, public_path, without_shelf
from courses.page_forms import OwnMediaForm
from courses.readers import active_member, may_read_lessons

if TYPE_CHECKING:
    from courses.pages import CoursePage


PICTURE_BYTES = 80_000  # about what a photo weighs as WebP, 800 px wide


def size_of(body: StreamValue) -> int:
    """Bytes a phone fetches to read the body: its text and pictures. Audio, video and files name their own size."""
    pictures = [block.value["image"] for block in body if block.block_type == "image" and block.value["image"]]
    text = len(json.dumps(list(body.get_prep_value()), ensure_ascii=False).encode())
    sizes = [(picture.get_file_size(), picture.is_svg()) for picture in pictures]
    return text + sum(int(size) if is_svg else min(int(size), PICTURE_BYTES) for size, is_svg in sizes)


class LessonPage(Page):
    """One lesson (materi) of a course."""

    summary = models.CharField(_("ringkasan"), max_length=250, blank=True, help_text=_("Satu kalimat."))
    minutes = models.PositiveSmallIntegerField(
        _("perkiraan waktu (menit)"), default=10, validators=[MinValueValidator(1)]
    )
    body = LessonBodyField(verbose_name=_("isi materi"), blank=True)
    size_bytes = models.PositiveIntegerField(default=0, editable=False)

    base_form_class = OwnMediaForm
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
    settings_panels: ClassVar[list[Any]] = []  # published when somebody publishes, by no schedule

    class Meta:
        verbose_name = _("materi")
        verbose_name_plural = _("materi")
        constraints = [models.CheckConstraint(condition=models.Q(minutes__gte=1), name="lesson_takes_a_minute")]

    @cached_property
    def course(self) -> CoursePage:
        """The course that the lesson belongs to."""
        course: CoursePage = self.get_parent().specific
        return course

    def can_move_to(self, parent: Page) -> bool:
        """A lesson that members have done stays in its course."""
        return bool(super().can_move_to(parent)) and not self.completions.exists()

    @method_decorator(gzip_page)
    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the lesson to whoever may learn; others log in, or read why they have to wait."""
        if getattr(request, "is_preview", False) or may_read_lessons(request):
            response: HttpResponse = super().serve(request, *args, **kwargs)
            return response
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        context = {"page": self, "member": request.access.member}  # type: ignore[attr-defined]
        return TemplateResponse(request, "courses/lesson_closed.html", context, status=403)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The reader's progress and the lessons beside this one."""
        member = active_member(request)
        progress = self.course.progress_of(member)
        before, after = progress.beside(self)
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | {
            "member": member,
            "progress": progress,
            "number": progress.number_of(self),
            "done": self.pk in progress.done,
            "before": before,
            "after": after,
        }

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Measure the body, so that members see what it costs before they open it."""
        self.size_bytes = size_of(self.body)
        super().save(*args, **kwargs)

    @property
    def public_path(self) -> str:
        """`/kursus/<course>/<lesson>/`."""
        return public_path(self)

    def get_url_parts(self, request: HttpRequest | None = None) -> UrlParts | None:
        """`/kursus/<course>/<lesson>/`."""
        return without_shelf(super().get_url_parts(request), keep=2)


def published_lessons(path: Combinable, depth: Combinable) -> PageQuerySet:
    """Lessons right below the course at this place of the tree, as a range that the index of paths answers."""
    last = Concat(path, Value(Page.alphabet[-1] * Page.steplen))
    lessons: PageQuerySet = LessonPage.objects.live().filter(path__gt=path, path__lte=last, depth=depth + Value(1))
    return lessons
