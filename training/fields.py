"""The fields of training that Permendagri 42/2017 names."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TrainingField(models.TextChoices):
    """A field of training, as courses, the ledger and policies name it."""

    FITNESS = "kesemaptaan", _("Kesemaptaan")
    PROTECTION = "pelindungan_masyarakat", _("Pelindungan masyarakat")
    DISASTER = "bencana_kebakaran", _("Bencana dan kebakaran")
    DEFENCE = "pertahanan_negara", _("Pertahanan negara")
    LOCAL_WISDOM = "kearifan_lokal", _("Kearifan lokal")
