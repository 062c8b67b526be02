"""The forms of allauth's pages: registration, log-in, a new e-mail."""

from typing import Any

from allauth.account.forms import AddEmailForm, ResetPasswordForm
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.account.internal.flows.email_verification import send_verification_email_to_address
from allauth.account.models import EmailAddress
from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from members.backend import read_identifier
from members.forms import PersonForm
from members.models import User
from members.services import register_member


class RegisterForm(PersonForm, AllauthSignupForm):
    """Registration by the person: their data, an optional e-mail, a password, consent for the optional parts."""

    whatsapp_consent = forms.BooleanField(
        label=_("Saya mau menerima pengingat lewat WhatsApp atau SMS"),
        required=False,
        help_text=_("Boleh dicabut kapan saja."),
    )
    photo_consent = forms.BooleanField(
        label=_("Foto saya boleh dimuat di berita dan laporan"),
        required=False,
        help_text=_("Boleh dicabut kapan saja."),
    )
    field_order = [
        *("name", "nik", "birth_date", "sex", "phone", "village", "email"),
        *("password1", "password2", "whatsapp_consent", "photo_consent"),
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")
        self.fields["email"].help_text = _("Bila punya: untuk mengatur ulang kata sandi sendiri.")
        self.fields["password1"].help_text = _("Paling sedikit 8 huruf atau angka, jangan angka semua.")
        self.fields["password1"].error_messages["required"] = _("Tulis kata sandi.")
        self.fields["password2"].error_messages["required"] = _("Tulis kata sandi yang sama sekali lagi.")
        for name in ("email", "password1", "password2"):
            self.fields[name].widget.attrs.pop("placeholder", None)

    @property
    def groups(self) -> list[tuple[Any, Any, list[forms.BoundField]]]:
        """The fields under headings: title, lead, fields."""
        person = ("name", "nik", "birth_date", "sex", "phone", "village")
        consents = ("whatsapp_consent", "photo_consent")
        return [
            (_("Data diri"), "", [self[name] for name in person]),
            (_("Kata sandi"), "", [self[name] for name in ("password1", "password2", "email")]),
            (_("Persetujuan"), _("Boleh dilewati."), [self[name] for name in consents]),
        ]

    def clean_email(self) -> str:
        """Lower case; unlike allauth's, it never tells that an address is taken."""
        return str(self.cleaned_data["email"]).lower()

    def save(self, request: HttpRequest) -> User | None:
        """Store the registration; allauth then opens the session for the account."""
        data = self.cleaned_data
        member = register_member(
            data=self.personal_data(),
            email=data["email"],
            password=data["password1"],
            whatsapp_consent=data["whatsapp_consent"],
            photo_consent=data["photo_consent"],
        )
        return member.user


class ResetForm(ResetPasswordForm):
    """allauth's form in our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")
        self.fields["email"].widget.attrs.pop("placeholder", None)


class EmailForm(AddEmailForm):
    """A new e-mail for an account; the one it holds stays until the new mailbox has answered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail baru")
        self.fields["email"].widget.attrs.pop("placeholder", None)

    @transaction.atomic
    def save(self, request: HttpRequest) -> EmailAddress:
        """Ask the new mailbox; allauth's own would let go of the address the account holds."""
        waiting = EmailAddress.objects.filter(user=self.user, verified=False)
        waiting.exclude(email=self.user.email or "").delete()
        address = EmailAddress.objects.create(user=self.user, email=self.cleaned_data["email"])
        send_verification_email_to_address(request, address)
        return address


class LoginForm(AllauthLoginForm):
    """allauth's form with one field for a phone, an e-mail or a membership number."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("Nomor HP, e-mail atau nomor anggota"),
            max_length=254,
            widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
        )
        self.fields["password"].label = _("Kata sandi")
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.fields["remember"].label = _("Tetap masuk di perangkat ini")
        self.fields["remember"].initial = True
        self.order_fields(["login", "password", "remember"])

    def user_credentials(self) -> dict[str, str]:
        """Exactly one identifier, and the password."""
        return read_identifier(self.cleaned_data["login"]) | {"password": self.cleaned_data["password"]}
