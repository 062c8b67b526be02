"""How allauth behaves here: where people go, what it says, how it counts failed attempts."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.access import Access
from members.models import Member, User

logger = logging.getLogger("akademi.members")

MEMBER_HOME, OFFICER_HOME, CMS_HOME = "/belajar/", "/pantau/", "/cms/"
NO_MATCH = _("Nomor HP, e-mail, nomor anggota atau kata sandi tidak cocok. Periksa lalu coba lagi.")


def display_name(user: User) -> str:
    """How allauth's pages and mails call a person; never the user name."""
    return str(user)


def home_of(user: User) -> str:
    """Where a person starts after logging in: their widest duty; without any, their own account page."""
    access = Access(user)
    if access.is_admin:
        return CMS_HOME
    if access.officer_scope:
        return OFFICER_HOME
    if access.trainer_scope:
        return CMS_HOME
    if access.member and access.member.status == Member.Status.ACTIVE:
        return MEMBER_HOME
    return reverse("members:account")


class AccountAdapter(DefaultAccountAdapter):
    """allauth's hooks."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        # The same words whatever was typed and whether or not somebody has it.
        "username_password_mismatch": NO_MATCH,
        "email_password_mismatch": NO_MATCH,
        "phone_password_mismatch": NO_MATCH,
        "too_many_login_attempts": _("Terlalu banyak percobaan. Tunggu lima menit, lalu coba lagi."),
    }

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Each role's own front page; `?next=` goes before it."""
        return home_of(request.user)  # type: ignore[arg-type]  # allauth asks only after the log-in

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """The page that says what happens next."""
        return reverse("members:account")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the account, where a message says that it worked."""
        return reverse("members:account")

    def can_delete_email(self, email_address: EmailAddress) -> bool:
        """The address an account holds is replaced by another, never taken away."""
        return bool(email_address.email != email_address.user.email)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """allauth's own counts e-mails and user names only; phones arrive here in one spelling, so they count too."""
        return str(credentials.get("phone") or credentials.get("email") or credentials.get("username") or "").lower()

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is down must not break, or betray, what the person was doing."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:  # smtplib's errors are OSError; their text may hold the address
            logger.error("could not send %s: %s", template_prefix, type(error).__name__)
