"""Who signs certificates: up to three people, side by side in their order; of a region here, of a design there."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from regions.models import Region

MOST = 3  # as many as stand beside each other with room for their names
NIP = r"^[0-9]{18}$"


class SigningPerson(models.Model):
    """A position, and who holds it."""

    position = models.CharField(_("jabatan"), max_length=150)
    name = models.CharField(_("nama"), max_length=100, blank=True)
    rank = models.CharField(_("pangkat/golongan"), max_length=60, blank=True)
    nip = models.CharField(
        _("NIP"), max_length=18, blank=True, validators=[RegexValidator(r"^\d{18}$", _("NIP terdiri atas 18 angka."))]
    )
    signature = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("tanda tangan"),
        help_text=_("Pindaian tanda tangan, PNG tembus pandang. Boleh kosong."),
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Refuse a signature that no print can hold."""
        super().clean()
        if self.signature and self.signature.is_svg():
            raise ValidationError({"signature": _("Tanda tangan harus PNG atau JPEG, bukan SVG.")})


class Signatory(SigningPerson):
    """Who signs the certificates of a region; the nearest region upwards of the issuer that has any decides."""

    region = models.ForeignKey(
        "regions.Region",
        models.PROTECT,
        related_name="+",
        verbose_name=_("wilayah"),
        limit_choices_to={"level__lte": Region.Level.REGENCY},
        help_text=_("Kabupaten/kota, provinsi, atau nasional. Yang terdekat dengan penerbit yang dipakai."),
    )
    order = models.PositiveSmallIntegerField(
        _("urutan"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST)],
        help_text=_("1 sampai 3: paling banyak tiga penandatangan, berdampingan dari kiri."),
    )
    place = models.CharField(
        _("tempat"), max_length=60, blank=True, help_text=_("Kota tempat terbit, mis. Paringin. Kosong: nama wilayah.")
    )

    class Meta:
        verbose_name = _("penandatangan")
        verbose_name_plural = _("penandatangan")
        ordering = ["region", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "order"],
                name="signatory_order_once",
                violation_error_message=_("Urutan ini sudah dipakai penandatangan lain wilayah ini."),
            ),
            models.CheckConstraint(
                condition=models.Q(order__gte=1, order__lte=MOST), name="signatory_at_most_three_a_region"
            ),
            models.CheckConstraint(condition=~models.Q(position=""), name="signatory_has_position"),
            models.CheckConstraint(
                condition=models.Q(nip="") | models.Q(nip__regex=NIP), name="signatory_nip_is_18_digits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} ({self.region})"
