"""What the CMS shows trainers, and what it refuses to do to courses that somebody has learned from."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.ui.components import Component
from wagtail.models import Page

from courses.cms_scope import pages_within_reach
from courses.models import CoursePage, CourseShelfPage, Enrolment, LessonCompletion, LessonPage

OPERATORS_MENU = frozenset({"reports", "help", "settings"})


@hooks.register("construct_page_chooser_queryset")
def choose_within_reach(pages: Any, request: HttpRequest) -> Any:
    """Links lead to pages of the trainer's own shelves."""
    return pages if request.user.is_superuser else pages & pages_within_reach(request.user)


@hooks.register("construct_main_menu")
def hide_what_trainers_do_not_need(request: HttpRequest, menu_items: list[Any]) -> None:
    """Courses, pictures, documents and quizzes are left."""
    if not request.user.is_superuser:
        menu_items[:] = [item for item in menu_items if item.name not in OPERATORS_MENU]


class ShelvesPanel(Component):
    """The first thing a trainer sees: their shelves, and the button that starts a course."""

    name = "shelves"
    order = 50
    template_name = "courses/cms_shelves.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """The shelves that the person's groups open; all of them for the operator, the first few."""
        request = parent_context["request"]
        shelves = CourseShelfPage.objects.select_related("region").order_by("region")
        if not request.user.is_superuser:
            shelves = shelves.filter(group__in=request.user.groups.all())
        return {"shelves": shelves[:12]}


@hooks.register("construct_homepage_panels")
def show_shelves(request: HttpRequest, panels: list[Any]) -> None:
    """Put the shelves first."""
    panels.append(ShelvesPanel())


def learners_under(page: Page) -> int:
    """How many enrolments depend on the page or a page under it."""
    taken = Enrolment.objects.filter(course__path__startswith=page.path).count()
    return taken or LessonCompletion.objects.filter(lesson__path__startswith=page.path).count()


def refuse_deletion(request: HttpRequest, pages: Iterable[Page]) -> HttpResponse | None:
    """A message and the way back, if members have learned from any of the pages."""
    for page in pages:
        learners = learners_under(page)
        if learners:
            text = _("“%(title)s” tidak dapat dihapus: sudah dipakai belajar oleh %(learners)d anggota. ")
            advice = _("Batalkan penerbitannya bila tidak dipakai lagi; catatan anggota tetap tersimpan.")
            messages.error(request, text % {"title": page.get_admin_display_title(), "learners": learners} + advice)
            return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None


@hooks.register("before_delete_page")
def keep_what_members_learned_from(request: HttpRequest, page: Page) -> HttpResponse | None:
    """One page, from its own menu."""
    return refuse_deletion(request, [page])


@hooks.register("before_bulk_action")
def keep_all_that_members_learned_from(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """Many pages at once."""
    if action_type != "delete" or action.model is not Page:
        return None
    return refuse_deletion(request, objects)


@hooks.register("before_copy_page")
def ask_for_a_free_address(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Wagtail's form knows the shelf only; an address is one in the whole catalogue."""
    slug = request.POST.get("new_slug", "").strip()  # as the form will
    if issubclass(page.specific_class, CoursePage) and CoursePage.objects.filter(address=slug).exists():
        messages.error(request, _("Alamat “%s” sudah dipakai kursus lain. Pilih alamat lain.") % slug)
        return redirect("wagtailadmin_pages:copy", page.pk)
    return None


class Missing(NamedTuple):
    """Something that members need and do not find: in words, and where a trainer mends it."""

    words: str
    label: str
    address: str


def _missing_parts(course: CoursePage) -> list[Missing]:
    """What members need to begin and finish the course and do not find."""
    parts = []
    if not course.has_published_lessons:
        drafts = course.get_children().exists()
        label = _("Terbitkan materinya") if drafts else _("Tulis materi")
        add = reverse("wagtailadmin_pages:add", args=["courses", "lessonpage", course.pk])
        parts.append(
            Missing(
                _("materi yang terbit"), label, reverse("wagtailadmin_explore", args=[course.pk]) if drafts else add
            )
        )
    if course.quiz is None:
        parts.append(Missing(_("kuis akhir, yang dipilih pada kursus ini"), _("Siapkan kuis"), reverse("kuis:index")))
    elif (short := course.quiz.draw - course.quiz.ready_count) > 0:
        words = _("%(n)d soal siap pakai lagi di bank soal “%(bank)s”") % {"n": short, "bank": course.quiz.bank}
        parts.append(Missing(words, _("Tulis soal"), reverse("soal:add")))
    return parts


def _lead_on_from_course(request: HttpRequest, course: CoursePage) -> None:
    if not _lead_to_missing_parts(request, course):
        view = messages.button(course.public_path, _("Lihat kursusnya"), new_window=True)
        text = _("“%s” lengkap: anggota sudah dapat mengikutinya.")
        messages.info(request, text % course.get_admin_display_title(), buttons=[view])


def _lead_to_missing_parts(request: HttpRequest, course: CoursePage) -> bool:
    """Name what keeps members from a published course; False where nothing does."""
    missing = _missing_parts(course)
    if missing:
        view = messages.button(course.public_path, _("Lihat kursusnya"), new_window=True)
        text = _("“%(title)s” sudah terbit, tetapi belum dapat dimulai anggota. Yang masih kurang: %(missing)s.")
        facts = {"title": course.get_admin_display_title(), "missing": "; ".join(part.words for part in missing)}
        messages.warning(
            request, text % facts, buttons=[*(messages.button(part.address, part.label) for part in missing), view]
        )
    return bool(missing)


def _lead_on_from_lesson(request: HttpRequest, lesson: LessonPage) -> None:
    if not lesson.body:
        text = _("“%s” sudah terbit tanpa isi: anggota membuka halaman kosong.")
        messages.warning(request, text % lesson.title)


def _lead_on_from_course_of_lessons(request: HttpRequest, course: CoursePage) -> None:
    if course.live:
        _lead_to_missing_parts(request, course)
    else:
        text = _("Kursus “%s” sendiri belum terbit, jadi anggota belum melihat materi ini.")
        open_course = messages.button(reverse("wagtailadmin_pages:edit", args=[course.pk]), _("Buka kursusnya"))
        messages.warning(request, text % course.get_admin_display_title(), buttons=[open_course])


def lead_on(request: HttpRequest, pages: Iterable[Page]) -> None:
    """Say of each published page what keeps members from learning with it, and lead to where that is mended."""
    live = [found for page in pages if (found := page.specific).live]
    courses = {found.pk for found in live if isinstance(found, CoursePage)}
    of_lessons: dict[int, CoursePage] = {}  # each once, however many lessons
    for found in live:
        if isinstance(found, CoursePage):
            _lead_on_from_course(request, found)
        elif isinstance(found, LessonPage):
            _lead_on_from_lesson(request, found)
            of_lessons[found.course.pk] = found.course
    for pk, course in of_lessons.items():
        if pk not in courses:
            _lead_on_from_course_of_lessons(request, course)


@hooks.register("after_publish_page")
def lead_on_from_one(request: HttpRequest, page: Page) -> None:
    """One page, from its editor."""
    lead_on(request, [page])


@hooks.register("after_bulk_action")
def lead_on_from_many(request: HttpRequest, action_type: str, objects: list[Any], action: Any) -> None:
    """Many pages at once."""
    if action_type == "publish" and action.model is Page:
        lead_on(request, Page.objects.filter(pk__in=[page.pk for page in objects]))
