"""Writes of the room: opening shelves for trainers, learning, and completing a course."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page, Site

from courses.models import CourseIndexPage, CourseShelfPage
from members.models import RoleGrant, RoleKind, User
from regions.models import Region
from regions.scope import Scope

INDEX_SLUG = "kursus"
PAGE_RIGHTS = ["add_page", "change_page", "publish_page"]
COLLECTION_RIGHTS = ["add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document"]


def ensure_course_index() -> CourseIndexPage:
    """The catalogue page at `/kursus/` under the default site's home, made if it is missing."""
    index: CourseIndexPage | None = CourseIndexPage.objects.first()
    if index is None:
        home = Site.objects.get(is_default_site=True).root_page
        index = home.add_child(instance=CourseIndexPage(title=_("Kursus"), slug=INDEX_SLUG, show_in_menus=True))
    return index


@transaction.atomic
def open_shelf(*, region: Region) -> CourseShelfPage:
    """The region's shelf, with its group, its collection and its trainers; made on the first call.

    Trainers of the region and of any region above it join the group.
    """
    index = Page.objects.select_for_update().get(pk=ensure_course_index().pk)
    existing: CourseShelfPage | None = CourseShelfPage.objects.filter(region=region).first()
    if existing is not None:
        return existing
    name = f"{region.display_name} ({region.pk})"
    group = Group.objects.create(name=_("Pelatih %s") % name)
    collection = Collection.get_first_root_node().add_child(name=_("Media pelatih %s") % name)
    shelf = CourseShelfPage(
        title=region.display_name, slug=region.pk.replace(".", "-"), region=region, group=group, collection=collection
    )
    index.add_child(instance=shelf)
    _give_rights(shelf)
    for grant in RoleGrant.objects.filter(kind=RoleKind.TRAINER).select_related("user"):
        if Scope.of(grant.region_id).covers(region.pk):
            grant.user.groups.add(group)
    return shelf


def _give_rights(shelf: CourseShelfPage) -> None:
    """Let the shelf's group write and publish there, use its own media, and keep questions and quizzes."""
    rights = Permission.objects.filter(codename="access_admin", content_type__app_label="wagtailadmin")
    snippets = Permission.objects.filter(
        content_type__app_label="quizzes", content_type__model__in=["questionbank", "question", "quiz"]
    )
    shelf.group.permissions.set(rights | snippets)
    for codename in PAGE_RIGHTS:
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
        GroupPagePermission.objects.create(group=shelf.group, page=shelf, permission=permission)
    media = Permission.objects.filter(
        content_type__app_label__in=["wagtailimages", "wagtaildocs"], codename__in=COLLECTION_RIGHTS
    )
    GroupCollectionPermission.objects.bulk_create(
        [GroupCollectionPermission(group=shelf.group, collection=shelf.collection, permission=p) for p in media]
    )


@transaction.atomic
def seat_trainer(*, user: User) -> list[CourseShelfPage]:
    """Put the user into the groups of exactly the shelves that their trainer roles cover, opening their own ones.

    Safe to run after any change of roles: groups of shelves that no role covers any more are left.
    """
    regions = [g.region for g in user.role_grants.filter(kind=RoleKind.TRAINER).select_related("region")]
    for region in regions:
        open_shelf(region=region)
    scope = Scope.of(*(region.pk for region in regions))
    shelves = list(CourseShelfPage.objects.filter(scope.q("region__code"))) if scope else []
    every = CourseShelfPage.objects.values_list("group_id", flat=True)
    wanted = {shelf.group_id for shelf in shelves}
    user.groups.remove(*user.groups.filter(pk__in=every).exclude(pk__in=wanted))
    user.groups.add(*wanted)
    return shelves
