"""Which courses somebody is shown, in which order, and what a card of one needs."""

from __future__ import annotations

from django.db import models
from wagtail.images import get_image_model
from wagtail.models import PageQuerySet

from courses.lessons import published_lessons
from courses.shelves import on_shelves_of
from quizzes.models import Quiz
from training.policies import ancestors_of

COVER_SPECS = ("width-400|format-webp", "width-800|format-webp")


def _can_begin() -> models.Q:
    lessons = published_lessons(models.OuterRef("path"), models.OuterRef("depth"))
    quiz = Quiz.objects.startable().filter(pk=models.OuterRef("quiz"))
    return models.Q(models.Exists(lessons), models.Exists(quiz))


class CourseQuerySet(PageQuerySet):
    """Filters over courses."""

    def shelved_for(self, *codes: str) -> CourseQuerySet:
        """Courses on the shelves of these regions."""
        found: CourseQuerySet = self.filter(on_shelves_of(codes))
        return found

    def ready(self) -> CourseQuerySet:
        """Courses that can be begun and finished: with a published lesson and a final quiz with enough questions."""
        found: CourseQuerySet = self.filter(_can_begin())
        return found

    def nearest_first(self, code: str | None) -> CourseQuerySet:
        """In the order of the catalogue: the reader's own regions first, then what is compulsory, then by title."""
        near = on_shelves_of(ancestors_of(code) if code else [])
        case = models.Case(models.When(near, then=0), default=1, output_field=models.IntegerField())
        found: CourseQuerySet = self.annotate(distance=case).order_by("distance", "-compulsory", "title", "pk")
        return found

    def for_cards(self) -> CourseQuerySet:
        """Load along what a card shows: the cover with its renditions, and as `can_begin` whether it is ready."""
        covers = get_image_model().objects.prefetch_renditions(*COVER_SPECS)
        can_begin = models.ExpressionWrapper(_can_begin(), output_field=models.BooleanField())
        found: CourseQuerySet = self.annotate(can_begin=can_begin).prefetch_related(
            models.Prefetch("cover", queryset=covers)
        )
        return found
