"""The course pages of the public site: the catalogue, a region's shelf and its courses.

A shelf is a boundary of rights in the CMS and no part of any address: `/kursus/<course>/<lesson>/`.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, Page, PageManager, PagePermissionTester, PageQuerySet
from wagtail.url_routing import RouteResult

from courses.addresses import ADDRESS_PANEL, UrlParts, without_shelf
from courses.lessons import LessonPage
from courses.page_forms import CoursePageForm


class OperatorsOnly(PagePermissionTester):
    """Trainers may look inside and add pages; the page itself is the operator's."""

    def _operator(self) -> bool:
        return bool(self.user.is_active and self.user.is_superuser)

    can_edit = can_unpublish = can_publish = can_lock = can_copy = _operator

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """Only the operator."""
        return bool(self._operator() and super().can_delete(ignore_bulk))


class CourseIndexPage(Page):
    """The catalogue at `/kursus/`; made once, by the services."""

    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
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

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        """Trainers never change the catalogue itself."""
        return OperatorsOnly(user, self)


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

    def get_url_parts(self, request: HttpRequest | None = None) -> None:
        """None: shelves are not routable."""

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Nothing is found by way of a shelf."""
        raise Http404

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        """Trainers fill the shelf; they never change, move or unpublish it."""
        return OperatorsOnly(user, self)


class CourseQuerySet(PageQuerySet):
    """Filters over courses."""

    def shelved_for(self, *codes: str) -> CourseQuerySet:
        """Courses on the shelves of these regions."""
        paths = CourseShelfPage.objects.filter(region__in=codes).values_list("path", flat=True)
        wanted = models.Q(pk__in=[])
        for path in paths:
            wanted |= models.Q(path__startswith=path)
        found: CourseQuerySet = self.filter(wanted)
        return found


class CoursePage(Page):
    """A course: what it teaches, to whom, for how many JP, and the quiz that completes it."""

    class Field(models.TextChoices):
        """The training fields of Permendagri 42/2017."""

        FITNESS = "kesemaptaan", _("Kesemaptaan")
        PROTECTION = "pelindungan_masyarakat", _("Pelindungan masyarakat")
        DISASTER = "bencana_kebakaran", _("Bencana dan kebakaran")
        DEFENCE = "pertahanan_negara", _("Pertahanan negara")
        LOCAL_WISDOM = "kearifan_lokal", _("Kearifan lokal")

    class Half(models.IntegerChoices):
        """The half-year in which the final quiz is open."""

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
        _("dihitung pada"), choices=Half, default=Half.ANY, help_text=_("Kuis akhir hanya dibuka pada semester ini.")
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

    def clean(self) -> None:
        """Refuse an address that another course has, whichever shelf that stands on."""
        super().clean()
        self._take_address()

    def minimal_clean(self) -> None:
        """The same for a draft."""
        super().minimal_clean()
        self._take_address()

    def _take_address(self) -> None:
        taken = CoursePage.objects.exclude(pk=self.pk).filter(address=self.slug)
        if self.slug and taken.exists():
            raise ValidationError({"slug": _("Alamat “%s” sudah dipakai kursus lain. Pilih alamat lain.") % self.slug})
        self.address = self.slug

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
        return RouteResult(lesson)


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
