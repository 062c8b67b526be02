"""How the certificates of a region, or of one course, look: chosen, previewed and versioned in the CMS.

The nearest region upwards of the issuer decides; within it a design of the course itself goes before one for all
courses. Without any design the first layout stands, with the words that are built in. A design may name who signs;
one that does not leaves that to the region.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable, PreviewableMixin, RevisionMixin

from certificates.signatories import MOST, NIP, SigningPerson
from notifications.texts import problem_of, variables_of
from regions.models import Region
from regions.scope import NATION_CODE

HEX = r"^#[0-9a-fA-F]{6}$"
VARIABLES = ("pelatihan", "penyelenggara", "tanggal", "tempat", "jp")
WORDING = _(
    "atas partisipasinya sebagai peserta {pelatihan}\n"
    "yang diselenggarakan oleh {penyelenggara}\n"
    "pada tanggal {tanggal} di {tempat}, selama {jp} jam pelajaran"
)


def wording() -> str:
    """The wording that a new design begins with."""
    return str(WORDING)


class DesignQuerySet(models.QuerySet["Design"]):
    """Filters over designs."""

    def for_issuers(self, codes: Iterable[str]) -> list[Design]:
        """The designs that certificates of these regions, and of those above them, may have; at most two queries."""
        signing = models.Prefetch("signatories", DesignSignatory.objects.select_related("signature"))
        rows = self.filter(region__in={*codes, NATION_CODE})
        return list(rows.select_related("logo", "second_logo").prefetch_related(signing))


class Design(PreviewableMixin, RevisionMixin, ClusterableModel):
    """A layout with an authority's own colour, frame, logos and words."""

    class Layout(models.TextChoices):
        CLASSIC = "classic", _("Klasik: rata tengah")
        BAND = "band", _("Pita: pita warna di kiri, rata kiri")

    class Frame(models.TextChoices):
        DOUBLE = "double", _("Ganda, dengan hiasan sudut")
        SINGLE = "single", _("Satu garis")
        NONE = "none", _("Tanpa bingkai")

    name = models.CharField(_("nama"), max_length=80)
    region = models.ForeignKey(
        "regions.Region",
        models.PROTECT,
        related_name="+",
        verbose_name=_("wilayah"),
        limit_choices_to={"level__lte": Region.Level.REGENCY},
        help_text=_("Kabupaten/kota, provinsi, atau nasional. Yang terdekat dengan penerbit yang dipakai."),
    )
    course = models.ForeignKey(
        "courses.CoursePage",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("kursus"),
        help_text=_("Kosong: untuk semua pelatihan wilayah ini."),
    )
    layout = models.CharField(_("tata letak"), max_length=10, choices=Layout, default=Layout.CLASSIC)
    frame = models.CharField(_("bingkai"), max_length=10, choices=Frame, default=Frame.DOUBLE)
    accent = models.CharField(
        _("warna"),
        max_length=7,
        default="#14532d",
        validators=[RegexValidator(HEX, _("Tulis warna sebagai # dan enam angka heksa, mis. #14532d."))],
        help_text=_("Warna judul dan bingkai, mis. #14532d."),
    )
    logo = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("logo"),
        help_text=_("PNG atau JPEG, sebaiknya persegi. Kosong: lambang Akademi Linmas."),
    )
    second_logo = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("logo kedua"),
        help_text=_("Misalnya lambang Satpol PP di samping lambang daerah. Kosong: satu logo saja."),
    )
    heading = models.CharField(_("kepala"), max_length=120, default=_("Pelatihan Satuan Pelindungan Masyarakat"))
    wording = models.TextField(
        _("kalimat"),
        max_length=400,
        default=wording,
        help_text=_("Baris baru tetap baris baru. Variabel: {pelatihan}, {penyelenggara}, {tanggal}, {tempat}, {jp}."),
    )

    objects = DesignQuerySet.as_manager()

    class Meta:
        verbose_name = _("desain")
        verbose_name_plural = _("desain")
        ordering = ["region", "name"]
        constraints = [
            models.UniqueConstraint(fields=["region", "course"], name="design_once_a_course"),
            models.UniqueConstraint(
                fields=["region"], condition=models.Q(course__isnull=True), name="design_once_a_region"
            ),
            models.CheckConstraint(condition=models.Q(accent__regex=HEX), name="design_accent_is_hex"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def people(self) -> list[DesignSignatory]:
        """Who signs, in order; empty leaves it to the region."""
        return list(self.signatories.all())[:MOST]

    @property
    def subject(self) -> str:
        """What the ledger calls the course; empty for all courses."""
        return f"course:{self.course_id}" if self.course_id else ""

    def clean(self) -> None:
        """Refuse a wording that would print braces, miss the training, or tell the day twice."""
        super().clean()
        problem = problem_of(self.wording, VARIABLES)
        if not problem and "pelatihan" not in variables_of(self.wording):
            problem = str(_("Sertakan {pelatihan}: tanpa itu sertifikat tidak menyebut pelatihannya."))
        if not problem and self.wording.count("{tanggal}") > 1:
            problem = str(_("Pakai {tanggal} satu kali saja."))
        if problem:
            raise ValidationError({"wording": problem})
        drawn = [name for name in ("logo", "second_logo") if (logo := getattr(self, name)) and logo.is_svg()]
        if drawn:
            raise ValidationError(dict.fromkeys(drawn, _("Logo harus PNG atau JPEG, bukan SVG.")))

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        """The pages beside the form in the CMS."""
        return "certificates/cms/design_preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        """The design as it is typed, and which example to fill it with."""
        context: dict[str, Any] = super().get_preview_context(request, mode_name)
        return context | {"design": self, "example": mode_name}

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """Ordinary data, and the longest that may come."""
        return [("", _("Contoh biasa")), ("long", _("Contoh terpanjang")), ("short", _("Nama satu kata"))]


class DesignSignatory(SigningPerson, Orderable):
    """Who signs certificates of a design."""

    design = ParentalKey(Design, related_name="signatories")

    class Meta(Orderable.Meta):
        verbose_name = _("penandatangan")
        verbose_name_plural = _("penandatangan")
        constraints = [
            models.CheckConstraint(condition=~models.Q(position=""), name="design_signatory_has_position"),
            models.CheckConstraint(
                condition=models.Q(nip="") | models.Q(nip__regex=NIP), name="design_signatory_nip_is_18_digits"
            ),
        ]

    def __str__(self) -> str:
        return self.position


def designs_of(code: str, subject: str, designs: Sequence[Design]) -> list[Design]:
    """The designs of one region that a training may have, that of its course first."""
    here = [design for design in designs if design.region_id == code and design.subject in ("", subject)]
    return sorted(here, key=lambda design: design.subject == "")


def design_for(regions: Sequence[Region], subject: str, designs: Sequence[Design]) -> Design | None:
    """The design of a training whose issuer has these regions, nearest first."""
    for code in [*(region.code for region in regions), NATION_CODE]:
        if here := designs_of(code, subject, designs):
            return here[0]
    return None
