"""The catalogue and its courses, at `/kursus/` and `/kursus/<course>/`; the shelf between them shows in no address."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.core.validators import MinValueValidator
from django.db import models
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, Page, PageManager, PagePermissionTester
from wagtail.url_routing import RouteResult

from courses.addresses import ADDRESS_PANEL, UrlParts, public_path, without_shelf
from courses.catalogue import CourseQuerySet
from courses.lessons import LessonPage, published_lessons
from courses.page_forms import CoursePageForm
from courses.progress import CourseRow, Progress, progress_of
from courses.readers import active_member, may_read_lessons
from courses.shelves import CourseShelfPage, OperatorsOnly
from members.models import Member
from quizzes.models import Attempt, Quiz
from training.fields import TrainingField
from training.services import period_it_counts_in

PAGE_SIZE = 25


class CourseIndexPage(Page):
    """The catalogue at `/kursus/`; made once, by the services."""

    parent_page_types: ClassVar[list[str]] = ["cms.HomePage"]
    max_count = 1
    subpage_types: ClassVar[list[str]] = ["courses.CourseShelfPage"]
    is_creatable = False
    private_page_options: ClassVar[list[str]] = []
    template = "courses/course_index_page.html"

    class Meta:
        verbose_name = _("katalog kursus")

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find the course by its own address, whichever shelf it stands on."""
        if not path_components:
            return super().route(request, path_components)
        course = CoursePage.objects.descendant_of(self).live().filter(address=path_components[0]).first()
        if course is None:
            raise Http404
        return course.route(request, path_components[1:])

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """A page of courses, those of the member's own region and the compulsory ones first."""
        member = active_member(request)
        only_compulsory = request.GET.get("tampil") == "wajib"
        courses = CoursePage.objects.descendant_of(self).live().nearest_first(member.village_id if member else None)
        if only_compulsory:
            courses = courses.filter(compulsory=True)
        page = Paginator(courses.for_cards(), PAGE_SIZE).get_page(request.GET.get("page"))
        progress = progress_of(member, list(page))
        rows = [CourseRow(course, progress[course.pk]) for course in page]
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | {"member": member, "page_obj": page, "rows": rows, "only_compulsory": only_compulsory}

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        """Trainers never change the catalogue itself."""
        return OperatorsOnly(user, self)


class CoursePage(Page):
    """A course: what it teaches, to whom, for how many JP, and the quiz that completes it."""

    Field = TrainingField

    class Half(models.IntegerChoices):
        """The half-year in which the course counts; the final quiz opens while finishing it counts there."""

        ANY = 0, _("Semester I dan II")
        FIRST = 1, _("Hanya Semester I (Januari–Juni)")
        SECOND = 2, _("Hanya Semester II (Juli–Desember)")

    address = models.SlugField(_("alamat"), max_length=255, allow_unicode=True, blank=True, editable=False)
    summary = models.CharField(
        _("ringkasan"), max_length=160, help_text=_("Satu kalimat yang tampil di katalog, paling panjang 160 huruf.")
    )
    goal = models.TextField(_("tujuan"), help_text=_("Apa yang dapat dilakukan peserta sesudah kursus ini."))
    audience = models.TextField(_("sasaran peserta"), blank=True, help_text=_("Untuk siapa kursus ini."))
    trainer = models.CharField(
        _("penyelenggara"), max_length=150, help_text=_("Nama pelatih atau instansi; tampil di sertifikat.")
    )
    field = models.CharField(_("bidang"), max_length=40, choices=Field, default=Field.PROTECTION)
    lesson_hours = models.DecimalField(
        _("jumlah JP"),
        max_digits=4,
        decimal_places=1,
        validators=[MinValueValidator(0.5)],
        help_text=_("1 JP = 45 menit"),
    )
    compulsory = models.BooleanField(
        _("wajib"), default=False, help_text=_("Ditampilkan lebih dahulu kepada anggota di wilayah ini.")
    )
    counts_in = models.PositiveSmallIntegerField(
        _("dihitung pada"),
        choices=Half,
        default=Half.ANY,
        help_text=_("Kuis akhir hanya dibuka selama pelatihan yang selesai dihitung pada semester ini."),
    )
    cover = models.ForeignKey(
        "wagtailimages.Image", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("gambar sampul")
    )
    cover_alt = models.CharField(_("teks pengganti sampul"), max_length=300, blank=True)
    quiz = models.ForeignKey(
        "quizzes.Quiz",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("kuis akhir"),
        help_text=_("Buat kuisnya lebih dahulu di menu Kuis. Tanpa kuis, kursus belum dapat diselesaikan."),
    )

    objects: ClassVar[Any] = PageManager.from_queryset(CourseQuerySet)()
    base_form_class = CoursePageForm
    parent_page_types: ClassVar[list[str]] = ["courses.CourseShelfPage"]
    subpage_types: ClassVar[list[str]] = ["courses.LessonPage"]
    private_page_options: ClassVar[list[str]] = []
    template = "courses/course_page.html"
    admin_default_ordering = "ord"  # lessons in the order they are taught

    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("summary"),
        MultiFieldPanel(
            [FieldPanel("goal"), FieldPanel("audience"), FieldPanel("trainer")], heading=_("Tentang kursus")
        ),
        MultiFieldPanel(
            [FieldPanel("lesson_hours"), FieldPanel("field"), FieldPanel("compulsory"), FieldPanel("counts_in")],
            heading=_("Ketentuan"),
        ),
        FieldPanel("quiz", widget=forms.Select),
        MultiFieldPanel([FieldPanel("cover"), FieldPanel("cover_alt")], heading=_("Sampul")),
        InlinePanel("syllabus", heading=_("Silabus"), label=_("pokok bahasan")),
    ]
    promote_panels: ClassVar[list[Any]] = [ADDRESS_PANEL]
    settings_panels: ClassVar[list[Any]] = []  # published when somebody publishes, by no schedule

    class Meta:
        verbose_name = _("kursus")
        verbose_name_plural = _("kursus")
        constraints = [
            models.UniqueConstraint(fields=["address"], name="course_address_once"),
            models.CheckConstraint(condition=models.Q(lesson_hours__gt=0), name="course_has_hours"),
            models.CheckConstraint(condition=models.Q(counts_in__in=[0, 1, 2]), name="course_half_known"),
        ]

    @property
    def shelf(self) -> CourseShelfPage:
        """The shelf that the course stands on."""
        shelf: CourseShelfPage = self.get_parent().specific
        return shelf

    @property
    def pass_mark(self) -> int | None:
        """The quiz's pass mark, 0–100; None until the course has a quiz."""
        return self.quiz.pass_mark if self.quiz else None

    @property
    def is_ready(self) -> bool:
        """Whether the course can be begun and finished: it has a published lesson and a final quiz to start."""
        return self.has_published_lessons and not self.quiz_obstacle

    @property
    def quiz_obstacle(self) -> str:
        """Why nobody can start the final quiz yet, as members read it; empty once they can. A query if it has one."""
        if self.quiz is None:
            return gettext("Kuis akhir belum dibuka: pelatih belum menyiapkannya.")
        return "" if self.quiz.is_startable else gettext("Kuis akhir belum dibuka: soalnya masih dilengkapi pelatih.")

    @property
    def has_published_lessons(self) -> bool:
        """Whether members find anything to read."""
        return bool(published_lessons(models.Value(self.path), models.Value(self.depth)).exists())

    def progress_of(self, member: Member | None) -> Progress:
        """How far the member is."""
        return progress_of(member, [self])[self.pk]

    def is_open_in(self, half: int) -> bool:
        """Whether the final quiz is open to who it would count for in this half of the year, 1 or 2."""
        return self.counts_in in (self.Half.ANY, half)

    def season_obstacle(self, member: Member) -> str:
        """Why the final quiz is closed to the member today, as they read it; empty while it is open.

        Whose attempt has time left may finish it. No query for a course that counts in both halves.
        """
        if self.counts_in == self.Half.ANY:
            return ""
        now = timezone.now()
        half = period_it_counts_in(member, now, self.subject)
        if self.is_open_in(half.half):
            return ""
        if Attempt.objects.of(member).in_time(now).filter(quiz=self.quiz_id).exists():
            return ""
        text = gettext(
            "Kuis akhir ditutup: yang selesai sekarang dihitung untuk %(half)s, kursus ini hanya untuk %(only)s."
        )
        return text % {"half": half, "only": f"Semester {'I' * self.counts_in}"}

    @classmethod
    def from_serializable_data(cls, data: dict[str, Any], *args: Any, **kwargs: Any) -> CoursePage:
        """A revision whose quiz was deleted meanwhile opens without one, where Wagtail would fail."""
        if not Quiz.objects.filter(pk=data.get("quiz") or 0).exists():
            data = {**data, "quiz": None}
        page: CoursePage = super().from_serializable_data(data, *args, **kwargs)
        return page

    def clean(self) -> None:
        """Refuse an address that another course has, whichever shelf that stands on."""
        super().clean()
        self._take_address()

    def minimal_clean(self) -> None:
        """The same for a draft."""
        super().minimal_clean()
        self._take_address()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the address beside the slug, on every way in."""
        self.address = self.slug or self.address
        super().save(*args, **kwargs)

    def _take_address(self) -> None:
        taken = CoursePage.objects.exclude(pk=self.pk).filter(address=self.slug)
        if self.slug and taken.exists():
            raise ValidationError({"slug": _("Alamat “%s” sudah dipakai kursus lain. Pilih alamat lain.") % self.slug})
        self.address = self.slug

    @property
    def subject(self) -> str:
        """What the ledger calls the course, the same each time somebody takes it."""
        return f"course:{self.pk}"

    @property
    def public_path(self) -> str:
        """`/kursus/<course>/`."""
        return public_path(self)

    def get_url_parts(self, request: HttpRequest | None = None) -> UrlParts | None:
        """`/kursus/<course>/`."""
        return without_shelf(super().get_url_parts(request), keep=1)

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """The course or one of its lessons; neither while the course is not published."""
        if not self.live or len(path_components) > 1:
            raise Http404
        if not path_components:
            return RouteResult(self)
        lesson = LessonPage.objects.child_of(self).live().filter(slug=path_components[0]).first()
        if lesson is None:
            raise Http404
        lesson.course = self
        return RouteResult(lesson)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The reader's progress."""
        member = active_member(request)
        progress = self.progress_of(member)
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        obstacle = self.quiz_obstacle
        if member and progress.is_open and progress.lessons_done:
            obstacle = obstacle or self.season_obstacle(member)
        return context | {
            "member": member,
            "progress": progress,
            "quiz_obstacle": obstacle,
            "may_read": may_read_lessons(request),
        }


class SyllabusItem(Orderable):
    """One subject of a course's syllabus, as page 2 of the certificate prints it."""

    course = ParentalKey(CoursePage, on_delete=models.CASCADE, related_name="syllabus")
    title = models.CharField(_("pokok bahasan"), max_length=200)
    lesson_hours = models.DecimalField(_("JP"), max_digits=4, decimal_places=1, validators=[MinValueValidator(0)])

    class Meta(Orderable.Meta):
        verbose_name = _("pokok bahasan")
        verbose_name_plural = _("silabus")
        constraints = [
            models.CheckConstraint(condition=models.Q(lesson_hours__gte=0), name="syllabus_hours_not_negative")
        ]

    def __str__(self) -> str:
        return self.title
