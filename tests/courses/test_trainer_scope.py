"""A trainer's CMS ends at their shelf: every address of it, with the ids of a neighbour."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from wagtail.admin.menu import admin_menu
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, PageLogEntry, Revision

from certificates.models import Signatory
from courses.models import CoursePage, CourseShelfPage, LessonPage
from tests.cast import Cast
from tests.courses.helpers import COURSE_FORM, LESSON_FORM
from tests.factories import make_course, make_lesson

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10" viewBox="0 0 10 10"/>'
pytestmark = pytest.mark.usefixtures("world")
SECRET = "Rahasia"
EMERGENCY = "cms/failwhale/"  # Wagtail's page that fails on purpose


@dataclass
class Neighbour:
    """What the neighbour has; picture and document share the course's id, so one id tries them all."""

    course: CoursePage
    lesson: LessonPage
    draft: Revision
    shelf: CourseShelfPage


@dataclass
class World:
    """Built once: a page tree costs as much as the request that is tried on it; every test takes back what it did."""

    own: CoursePage
    neighbour: Neighbour


@pytest.fixture(scope="module")
def world(cast_once: Cast) -> World:
    return World(make_course("Kursus sendiri"), make_neighbour(cast_once))


def make_neighbour(cast: Cast) -> Neighbour:
    course = make_course(f"{SECRET} tetangga", region="63.09")
    lesson = make_lesson(course, f"{SECRET} materi", live=False)
    course.save_revision(user=cast.neighbour_trainer).publish()
    course.title = f"{SECRET} draf"
    draft = course.save_revision(user=cast.neighbour_trainer)
    shelf = course.shelf
    get_image_model().objects.create(
        pk=course.pk,
        title=f"{SECRET} gambar",
        file=ImageFile(ContentFile(SVG), name="rahasia.svg"),
        collection=shelf.collection,
        uploaded_by_user=cast.neighbour_trainer,
    )
    get_document_model().objects.create(
        pk=course.pk,
        title=f"{SECRET} dokumen",
        file=ContentFile(b"x", name="rahasia.txt"),
        collection=shelf.collection,
    )
    return Neighbour(CoursePage.objects.get(pk=course.pk), lesson, draft, shelf)


@pytest.fixture
def neighbour(world: World, cast: Cast) -> Neighbour:
    return deepcopy(world.neighbour)


@pytest.fixture
def own(world: World, cast: Cast) -> CoursePage:
    return deepcopy(world.own)


@pytest.fixture
def trainer(cast: Cast, own: CoursePage) -> Client:
    client = Client()
    client.force_login(cast.trainer)
    return client


def cms_routes(patterns: list, prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from cms_routes(pattern.url_patterns, address)
        elif address.startswith("cms/") and address != EMERGENCY:
            yield address


def fill(route: str, neighbour: Neighbour) -> str:
    """The route with the neighbour's ids in it."""
    pk = str(neighbour.course.pk)
    route = re.sub(r"<\w+:revision_\w+>", str(neighbour.draft.pk), route)
    route = re.sub(r"<\w+:(content_type_)?(app_label|app_name)>", "wagtailcore", route)
    route = re.sub(r"<\w+:(content_type_)?model_name>", "page", route)
    route = re.sub(r"<\w+:action>", "delete", route)
    route = re.sub(r"<(int|str|path):\w*(id|pk|key)>", pk, route)
    route = re.sub(r"<\w+:\w+>", pk, route)
    route = re.sub(r"\^?\(\\d\+\)/revisions/compare/.*", f"{pk}/revisions/compare/live...latest/", route)
    return "/" + re.sub(r"[\^$\\]", "", route)


def test_no_address_of_the_cms_tells_of_a_neighbour(trainer: Client, neighbour: Neighbour):
    query = {"id": neighbour.course.pk, "q": "tetangga", "childOf": neighbour.shelf.pk, "next": "/cms/"}
    told, seen = [], 0
    for route in cms_routes(get_resolver().url_patterns):
        address = fill(route, neighbour)
        response = trainer.get(address, query)
        assert response.status_code < 500, address
        body = b"".join(response) if response.streaming else response.content
        seen += response.status_code == 200
        if SECRET.encode() in body:
            told.append(address)
    assert told == []
    assert seen > 10  # the walk did open pages


def test_the_same_walk_finds_the_secret_for_its_owner(cast: Cast, neighbour: Neighbour):
    client = Client()
    client.force_login(cast.neighbour_trainer)
    for name in ("wagtailadmin_pages:edit", "wagtailadmin_pages:history", "wagtailadmin_pages:usage"):
        response = client.get(reverse(name, args=[neighbour.course.pk]))
        assert response.status_code == 200
        assert SECRET in response.content.decode()


PAGE_POSTS = [
    ("wagtailadmin_pages:edit", {"title": "Diubah", "slug": "diubah", "action-publish": "1"}),
    ("wagtailadmin_pages:delete", {}),
    ("wagtailadmin_pages:unpublish", {}),
    ("wagtailadmin_pages:copy", {"new_title": "Salinan", "new_slug": "salinan", "copy_subpages": "1"}),
    ("wagtailadmin_pages:set_privacy", {"restriction_type": "login"}),
    ("wagtailadmin_pages:lock", {}),
    ("wagtailadmin_pages:unlock", {}),
    ("wagtailadmin_pages:convert_alias", {}),
    ("wagtailadmin_pages:preview_on_edit", {"title": "Diubah"}),
    ("wagtailadmin_pages:set_page_position", {}),
]


@pytest.mark.parametrize(("name", "data"), PAGE_POSTS, ids=lambda value: value if isinstance(value, str) else "")
def test_no_post_changes_a_neighbours_course(trainer: Client, neighbour: Neighbour, name: str, data: dict[str, str]):
    pages, log = Page.objects.count(), PageLogEntry.objects.count()
    assert trainer.post(reverse(name, args=[neighbour.course.pk]), data).status_code == 404
    course = CoursePage.objects.get(pk=neighbour.course.pk)
    assert (course.title, course.live, course.locked) == (f"{SECRET} tetangga", True, False)
    assert not course.view_restrictions.exists()
    assert (Page.objects.count(), PageLogEntry.objects.count()) == (pages, log)


def test_a_neighbours_course_is_not_copied_to_the_own_shelf(trainer: Client, neighbour: Neighbour, own: CoursePage):
    data = {"new_title": "Salinan", "new_slug": "salinan", "new_parent_page": own.shelf.pk, "copy_subpages": "1"}
    assert trainer.post(reverse("wagtailadmin_pages:copy", args=[neighbour.course.pk]), data).status_code == 404
    assert not CoursePage.objects.filter(slug="salinan").exists()


def test_the_own_course_is_not_copied_to_a_neighbours_shelf(trainer: Client, neighbour: Neighbour, own: CoursePage):
    data = {"new_title": "Salinan", "new_slug": "salinan", "new_parent_page": neighbour.shelf.pk}
    trainer.post(reverse("wagtailadmin_pages:copy", args=[own.pk]), data)
    assert not CoursePage.objects.filter(slug="salinan").exists()


@pytest.mark.parametrize("direction", ["take", "give"])
def test_courses_do_not_move_between_shelves(trainer: Client, neighbour: Neighbour, own: CoursePage, direction: str):
    moved, to = (neighbour.course, own.shelf) if direction == "take" else (own, neighbour.shelf)
    before = CoursePage.objects.get(pk=moved.pk).path
    address = reverse("wagtailadmin_pages:move_confirm", args=[moved.pk, to.pk])
    assert trainer.post(address).status_code == 404
    assert CoursePage.objects.get(pk=moved.pk).path == before


def test_nothing_is_added_to_a_neighbours_shelf(trainer: Client, neighbour: Neighbour):
    address = reverse("wagtailadmin_pages:add", args=["courses", "coursepage", neighbour.shelf.pk])
    assert trainer.get(address).status_code == 404
    assert trainer.post(address, {"title": "Sisipan", "slug": "sisipan"}).status_code == 404


@pytest.mark.parametrize("action", ["delete", "publish", "unpublish", "move"])
def test_bulk_actions_name_own_pages_only(trainer: Client, neighbour: Neighbour, own: CoursePage, action: str):
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
    query = f"?id={own.pk}&id={neighbour.course.pk}&next=/cms/"
    assert trainer.get(address + query).status_code == 404
    assert trainer.post(address + query, {"chooser": neighbour.shelf.pk}).status_code == 404
    assert CoursePage.objects.get(pk=neighbour.course.pk).live


BULK = [("wagtailcore", "page"), ("wagtailimages", "image"), ("wagtaildocs", "document")]


@pytest.mark.parametrize(("app", "kind"), BULK)
@pytest.mark.parametrize("spelling", [" {}", "+{}", "{}\n", "0_{}"])
def test_no_spelling_of_an_id_names_a_neighbours(
    trainer: Client, neighbour: Neighbour, app: str, kind: str, spelling: str
):
    query = {"id": spelling.format(neighbour.course.pk), "next": "/cms/"}
    assert trainer.get(reverse("wagtail_bulk_action", args=[app, kind, "delete"]), query).status_code == 404
    assert trainer.get(reverse("wagtailadmin_choose_page_chosen_multiple"), query).status_code == 404


@pytest.mark.parametrize("key", ["", "x", "²", "-1", "0", "9" * 30])
def test_an_id_that_is_none_is_not_found(trainer: Client, own: CoursePage, key: str):
    for app, kind in BULK:
        address = reverse("wagtail_bulk_action", args=[app, kind, "delete"])
        assert trainer.get(address, {"id": key, "next": "/cms/"}).status_code == 404
    assert trainer.get(reverse("wagtailadmin_choose_page_chosen_multiple"), {"id": key}).status_code == 404
    if key.isdecimal() and key.isascii():
        assert trainer.get(f"/cms/pages/{key}/edit/").status_code == 404


def test_all_pages_are_those_of_the_own_shelf(trainer: Client, neighbour: Neighbour, own: CoursePage):
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    index, root = own.shelf.get_parent(), Page.objects.get(depth=1)
    for above in ({}, {"childOf": index.pk}, {"childOf": root.pk, "q": "Rahasia"}, {"childOf": neighbour.shelf.pk}):
        assert trainer.get(address, {"id": "all", "next": "/cms/", **above}).status_code == 404
    page = trainer.get(address, {"id": "all", "next": "/cms/", "childOf": own.shelf.pk})
    assert own.title in page.content.decode()


@pytest.mark.parametrize(("app", "kind"), BULK[1:])
def test_all_media_of_the_own_collection_can_be_named_at_once(
    trainer: Client, neighbour: Neighbour, own: CoursePage, app: str, kind: str
):
    file = ImageFile(ContentFile(SVG), name="sendiri.svg")
    apps.get_model(app, kind).objects.create(title="Sendiri", file=file, collection=own.shelf.collection)
    address = reverse("wagtail_bulk_action", args=[app, kind, "delete"])
    page = trainer.get(address, {"id": "all", "next": "/cms/", "childOf": own.shelf.collection_id})
    assert "Sendiri" in page.content.decode()
    assert SECRET not in page.content.decode()


@pytest.mark.parametrize(("app", "kind"), [("certificates", "signatory"), ("members", "user")])
def test_bulk_actions_on_what_is_the_operators_do_not_exist(trainer: Client, neighbour: Neighbour, app: str, kind: str):
    Signatory.objects.create(region_id="63.09", position=f"{SECRET} kepala")
    address = reverse("wagtail_bulk_action", args=[app, kind, "delete"])
    assert trainer.get(address, {"id": "all", "next": "/cms/"}).status_code == 404


def test_pages_are_not_bulk_moved_to_a_neighbours_shelf(trainer: Client, neighbour: Neighbour, own: CoursePage):
    before = own.path
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "move"])
    trainer.post(f"{address}?id={own.pk}&next=/cms/", {"chooser": neighbour.shelf.pk})
    assert CoursePage.objects.get(pk=own.pk).path == before


def test_a_draft_is_not_reverted_published_or_unscheduled(trainer: Client, neighbour: Neighbour):
    for name in ("revisions_view", "revisions_revert", "revisions_unschedule"):
        address = reverse(f"wagtailadmin_pages:{name}", args=[neighbour.course.pk, neighbour.draft.pk])
        assert trainer.get(address).status_code == 404
        assert trainer.post(address).status_code == 404


def test_an_own_course_does_not_open_a_neighbours_revision(trainer: Client, neighbour: Neighbour, own: CoursePage):
    for name in ("revisions_view", "revisions_revert"):
        address = reverse(f"wagtailadmin_pages:{name}", args=[own.pk, neighbour.draft.pk])
        assert trainer.get(address).status_code == 404


def test_media_of_a_neighbour_is_out_of_reach(trainer: Client, neighbour: Neighbour):
    pk = neighbour.course.pk
    for name in ("wagtailimages:edit", "wagtailimages:delete", "wagtailimages:image_usage"):
        assert_denied(trainer, reverse(name, args=[pk]))
    for name in ("wagtaildocs:edit", "wagtaildocs:delete", "wagtaildocs:document_usage"):
        assert_denied(trainer, reverse(name, args=[pk]))
    assert trainer.get(reverse("wagtailimages_chooser:select_format", args=[pk])).status_code == 404
    for kind in ("image", "document"):
        app = f"wagtail{kind}s" if kind == "image" else "wagtaildocs"
        address = reverse("wagtail_bulk_action", args=[app, kind, "delete"])
        assert trainer.post(f"{address}?id={pk}&next=/cms/").status_code == 404
    assert get_image_model().objects.filter(pk=pk).exists()
    assert get_document_model().objects.filter(pk=pk).exists()


# What a hand-made form of a page may name; `{}` is the neighbour's id.
FOREIGN_VALUES = [
    ("coursepage", {"cover": "{}", "cover_alt": "Foto"}),
    ("coursepage", {"cover": " {} ", "cover_alt": ""}),
    ("lessonpage", {"body-0-type": "image", "body-0-value-image": "{}", "body-0-value-alt_text": "Foto"}),
    ("lessonpage", {"body-0-type": "image", "body-0-value-image": "{}"}),
    ("lessonpage", {"body-0-type": "file", "body-0-value-file": "{}"}),
    ("lessonpage", {"body-0-type": "audio", "body-0-value-file": "{}"}),
]


@pytest.mark.parametrize(("kind", "sent"), FOREIGN_VALUES)
def test_a_page_takes_no_media_of_a_neighbour(
    trainer: Client, neighbour: Neighbour, own: CoursePage, kind: str, sent: dict[str, str]
):
    parent, form = (own.shelf, COURSE_FORM) if kind == "coursepage" else (own, LESSON_FORM)
    data = form | {key: value.format(neighbour.course.pk) for key, value in sent.items()}
    for action in ({}, {"action-publish": "1"}):
        response = trainer.post(reverse("wagtailadmin_pages:add", args=["courses", kind, parent.pk]), data | action)
        assert response.status_code == 200
        assert "bukan milik wilayah Anda" in response.content.decode()
        assert SECRET not in response.content.decode()
    preview = reverse("wagtailadmin_pages:preview_on_add", args=["courses", kind, parent.pk])
    assert not trainer.post(preview, data).json()["is_valid"]
    assert not Page.objects.filter(slug=data["slug"]).exists()


def other_spellings(key: int) -> list[str]:
    """The same id as a form might write it to slip past a comparison of texts, and what only looks like it."""
    arabic = str(key).translate({ord("0") + n: 0x0660 + n for n in range(10)})
    return [f" {key}", f"+{key}", f"{key}\n", f"0_{key}", f"\u00a0{key}", arabic, f"{key}.0", f"{key}e0", f"0x{key:x}"]


def test_no_spelling_of_an_id_puts_a_neighbours_media_into_a_page(
    trainer: Client, neighbour: Neighbour, own: CoursePage
):
    course_address = reverse("wagtailadmin_pages:add", args=["courses", "coursepage", own.shelf.pk])
    lesson_address = reverse("wagtailadmin_pages:add", args=["courses", "lessonpage", own.pk])
    for key in other_spellings(neighbour.course.pk):
        response = trainer.post(course_address, COURSE_FORM | {"cover": key, "cover_alt": "Foto"})
        assert response.status_code == 200, key
        assert "bukan milik wilayah Anda" in response.content.decode(), key
        for block in ("image", "file", "audio"):
            name = "body-0-value-image" if block == "image" else "body-0-value-file"
            data = LESSON_FORM | {"body-0-type": block, name: key, "body-0-value-alt": "Foto"}
            response = trainer.post(lesson_address, data)
            assert response.status_code in (200, 400), (block, key)
            assert SECRET not in response.content.decode(), (block, key)
    assert not Page.objects.filter(slug__in=[COURSE_FORM["slug"], LESSON_FORM["slug"]]).exists()


@pytest.mark.parametrize("key", ["+{}", "{}.0", "x"])
def test_a_link_written_in_another_way_leads_to_no_page_of_a_neighbour(
    trainer: Client, neighbour: Neighbour, own: CoursePage, key: str
):
    response = post_link(trainer, own, key.format(neighbour.course.pk))
    assert response.status_code == 200
    assert "bukan milik wilayah Anda" in response.content.decode()
    assert "rahasia" not in response.content.decode()


def post_link(trainer: Client, own: CoursePage, key: object):
    """A new lesson whose text links to the page with this id."""
    entity = {"type": "LINK", "mutability": "MUTABLE", "data": {"id": key}}
    line = {"key": "a", "text": "sini", "type": "unstyled", "depth": 0, "inlineStyleRanges": []}
    text = {"blocks": [line | {"entityRanges": [{"offset": 0, "length": 4, "key": 0}]}], "entityMap": {"0": entity}}
    data = LESSON_FORM | {"body-0-type": "paragraph", "body-0-value": json.dumps(text)}
    return trainer.post(reverse("wagtailadmin_pages:add", args=["courses", "lessonpage", own.pk]), data)


def test_a_text_links_to_no_page_of_a_neighbour(trainer: Client, neighbour: Neighbour, own: CoursePage):
    response = post_link(trainer, own, neighbour.course.pk)
    assert "bukan milik wilayah Anda" in response.content.decode()
    assert "rahasia" not in response.content.decode()


def test_a_page_keeps_the_media_it_has(trainer: Client, neighbour: Neighbour, own: CoursePage):
    """A picture that the operator put there is no reason to refuse the trainer's next edit."""
    own.cover_id, own.cover_alt = neighbour.course.pk, "Foto"
    own.save_revision().publish()
    data = COURSE_FORM | {"cover": own.cover_id, "cover_alt": "Foto regu"}
    assert trainer.post(reverse("wagtailadmin_pages:edit", args=[own.pk]), data).status_code == 302
    saved = CoursePage.objects.get(pk=own.pk).get_latest_revision_as_object()
    assert (saved.cover_id, saved.cover_alt) == (neighbour.course.pk, "Foto regu")


def test_a_page_takes_media_of_the_own_collection(trainer: Client, neighbour: Neighbour, own: CoursePage):
    file = ImageFile(ContentFile(SVG), name="sendiri.svg")
    picture = get_image_model().objects.create(title="Sendiri", file=file, collection=own.shelf.collection)
    data = COURSE_FORM | {"cover": picture.pk, "cover_alt": "Foto"}
    address = reverse("wagtailadmin_pages:add", args=["courses", "coursepage", own.shelf.pk])
    assert trainer.post(address, data).status_code == 302
    assert CoursePage.objects.get(slug=data["slug"]).cover == picture


def assert_denied(client: Client, address: str) -> None:
    """Refused outright, or sent back to the CMS's first page as Wagtail does."""
    for response in (client.get(address), client.post(address, {"title": "x"})):
        assert response.status_code in (403, 404) or response.headers["Location"] == "/cms/", address


def test_uploads_go_to_the_own_collection_only(trainer: Client, neighbour: Neighbour, own: CoursePage):
    form = trainer.get(reverse("wagtailimages:add")).context["form"]
    assert "collection" not in form.fields or set(form.fields["collection"].queryset) == {own.shelf.collection}
    file = ContentFile(SVG, name="gambar.svg")
    data = {"title": "Gambar", "file": file, "collection": neighbour.shelf.collection_id}
    trainer.post(reverse("wagtailimages:add"), data)
    assert get_image_model().objects.get(title="Gambar").collection == own.shelf.collection


def test_a_trainer_works_on_their_own_shelf(trainer: Client, own: CoursePage):
    lesson = LessonPage.objects.child_of(own).first()
    assert lesson
    for name in ("edit", "history", "usage", "copy", "move", "unpublish", "delete"):
        assert trainer.get(reverse(f"wagtailadmin_pages:{name}", args=[lesson.pk])).status_code == 200, name
    assert trainer.get(reverse("wagtailadmin_explore", args=[own.shelf.pk])).status_code == 200
    assert (
        trainer.get(reverse("wagtailadmin_pages:add", args=["courses", "coursepage", own.shelf.pk])).status_code == 200
    )
    assert trainer.get(reverse("wagtailadmin_pages:add", args=["courses", "lessonpage", own.pk])).status_code == 200


@pytest.mark.parametrize("name", ["edit", "delete", "unpublish", "copy", "move"])
def test_the_shelf_and_the_catalogue_are_the_operators(trainer: Client, own: CoursePage, name: str):
    for page in (own.shelf, own.shelf.get_parent()):
        response = trainer.get(reverse(f"wagtailadmin_pages:{name}", args=[page.pk]))
        assert response.status_code == 404 or response.headers["Location"] == "/cms/"


def test_the_chooser_leads_to_the_own_shelf(trainer: Client, neighbour: Neighbour, own: CoursePage):
    index = own.shelf.get_parent()
    body = trainer.get(reverse("wagtailadmin_choose_page_child", args=[index.pk])).json()["html"]
    assert own.shelf.title in body
    assert neighbour.shelf.title not in body


def test_the_menu_has_what_a_trainer_needs(trainer: Client, cast: Cast):
    def entries(client: Client) -> set[str]:
        request = client.get("/cms/").wsgi_request
        return {item.name for item in admin_menu.menu_items_for_request(request)}

    admin = Client()
    admin.force_login(cast.admin)
    assert {"reports", "settings", "images"} <= entries(admin)
    assert {"explorer", "images", "documents"} <= entries(trainer)
    assert not {"reports", "settings", "help"} & entries(trainer)


def test_the_first_page_starts_a_course(trainer: Client, neighbour: Neighbour, own: CoursePage):
    page = trainer.get("/cms/").content.decode()
    assert reverse("wagtailadmin_pages:add", args=["courses", "coursepage", own.shelf.pk]) in page
    assert neighbour.shelf.title not in page


def test_who_is_no_trainer_has_no_cms(cast: Cast):
    for user in (cast.member.user, cast.village_officer, cast.liaison, cast.stranger):
        client = Client()
        client.force_login(user)
        assert client.get("/cms/").status_code in (302, 403)


@pytest.mark.django_db
def test_strangers_log_in_where_everybody_does():
    assert Client().get("/cms/", follow=True).redirect_chain[-1][0].startswith("/masuk/")
