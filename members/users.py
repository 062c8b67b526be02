"""The account that logs in."""

from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField


class AccountManager(UserManager["User"]):
    """Makes accounts; an empty e-mail or phone is stored as NULL, so that the unique constraints hold."""

    def _create_user(self, username: str, email: str | None, password: str | None, **extra: Any) -> "User":
        user = self.model(username=username, email=email, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_applicant(self, *, name: str, password: str) -> "User":
        """An account of somebody who registers: it holds no phone and no e-mail until they are verified."""
        return self.create_user(f"daftar-{uuid4().hex[:16]}", password=password, name=name)


class User(AbstractUser):
    """One person's account: logs in by phone, e-mail or membership number.

    `phone` and `email` are held by one account only. Applicants hold neither until an officer has verified them
    (docs/adr/0001-a-user-model-of-our-own.md), and log in by what their Member row and allauth's EmailAddress say.
    """

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

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep one spelling of an e-mail, and NULL for none, so that the unique constraints mean what they say."""
        self.email = self.email.lower() if self.email else None
        self.phone = self.phone or None
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """AbstractUser turns a missing e-mail into an empty text here; keep it NULL."""
        super().clean()
        self.email = self.email.lower() if self.email else None

    def get_full_name(self) -> str:
        """The one name field."""
        return self.name

    def get_short_name(self) -> str:
        """The one name field."""
        return self.name
