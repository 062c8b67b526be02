"""The account that logs in."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField


class AccountManager(UserManager["User"]):
    """Makes accounts; an empty e-mail or phone is stored as NULL, so that the unique constraints hold."""

    def _create_user(self, username: str, email: str | None, password: str | None, **extra: Any) -> "User":
        user = self.model(username=username, email=self.normalize_email(email) or None, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractUser):
    """One person's account: logs in by phone, e-mail or member number (the username, once they have one)."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("nama lengkap"), max_length=100)
    email = models.EmailField(_("alamat e-mail"), unique=True, null=True, blank=True)  # type: ignore[assignment]
    phone = PhoneNumberField(_("nomor HP"), unique=True, null=True, blank=True)

    objects: ClassVar[AccountManager] = AccountManager()
    REQUIRED_FIELDS = ["name", "email"]

    class Meta:
        verbose_name = _("pengguna")
        verbose_name_plural = _("pengguna")

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        """The one name field."""
        return self.name

    def get_short_name(self) -> str:
        """The one name field."""
        return self.name
