"""A region's shelf of courses: the part of the CMS that its trainers see. It is no part of any address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Left
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, PagePermissionTester
from wagtail.url_routing import RouteResult

from courses.addresses import UrlParts


class OperatorsOnly(PagePermissionTester):
    """Trainers may look inside and add pages; the page itself is the operator's."""

    def _operator(self) -> bool:
        return bool(self.user.is_active and self.user.is_superuser)

    can_edit = can_unpublish = can_publish = can_lock = can_copy = _operator

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """Only the operator."""
        return bool(self._operator() and super().can_delete(ignore_bulk))


class CourseShelfPage(Page):
    """A region's shelf: the part of the CMS that its trainers see; it has no address on the public site."""

    region = models.OneToOneField(
        "regions.Region", models.PROTECT, related_name="course_shelf", verbose_name=_("wilayah")
    )
    group = models.OneToOneField("auth.Group", models.PROTECT, related_name="+", editable=False)
    collection = models.OneToOneField("wagtailcore.Collection", models.PROTECT, related_name="+", editable=False)

    parent_page_types: ClassVar[list[str]] = ["courses.CourseIndexPage"]
    subpage_types: ClassVar[list[str]] = ["courses.CoursePage"]
    is_creatable = False
    preview_modes: ClassVar[list[tuple[str, str]]] = []
    private_page_options: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("rak kursus")

    def get_url_parts(self, request: HttpRequest | None = None) -> UrlParts | None:
        """The site without a path: shelves are not routable."""
        parts: UrlParts | None = super().get_url_parts(request)
        return (parts[0], None, None) if parts else None

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Nothing is found by way of a shelf."""
        raise Http404

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        """Trainers fill the shelf; they never change, move or unpublish it."""
        return OperatorsOnly(user, self)


SHELF_PATH = 4 * 4  # characters of a shelf's path: root, front page, catalogue, shelf


def on_shelves_of(codes: Iterable[str]) -> models.Exists:
    """A filter on pages: those under the shelves of these regions."""
    shelves = CourseShelfPage.objects.filter(region__in=list(codes))
    return models.Exists(shelves.filter(path=Left(models.OuterRef("path"), SHELF_PATH)))
