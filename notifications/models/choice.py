"""Which channels a person wants beside the inbox."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ChannelChoice(models.Model):
    """A person's choice; whoever has no row takes every channel they can be reached by.

    WhatsApp also needs the member's consent (`Member.whatsapp_consent_at`), whatever is chosen here.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="channel_choice"
    )
    email = models.BooleanField(_("e-mail"), default=True)
    whatsapp = models.BooleanField(_("WhatsApp atau SMS"), default=True)

    class Meta:
        verbose_name = _("pilihan saluran")
        verbose_name_plural = _("pilihan saluran")

    def __str__(self) -> str:
        return f"{self.user_id}"
