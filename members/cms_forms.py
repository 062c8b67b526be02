"""The operator's forms in the CMS: accounts as our User has them, and roles over regions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.users.forms import UserCreationForm, UserEditForm

from members.backend import held_by, is_proven
from members.forms import PhoneField
from members.models import RoleGrant, User
from members.services import grant_role
from regions.models import Region

COMMON_FIELDS = ["username", "name", "email", "phone", "is_superuser", "groups"]

UNPROVEN = _(
    "Pemilik e-mail ini belum membuktikannya, jadi akunnya mungkin milik orang lain. Minta ia mengonfirmasi e-mail di "
    "halaman akunnya, atau tulis nomor anggota atau nama penggunanya."
)


class _AccountFields(forms.ModelForm):  # type: ignore[type-arg]
    """One name instead of Wagtail's two; e-mail and phone may be empty."""

    first_name = None
    last_name = None
    name = forms.CharField(label=_("Nama lengkap"), max_length=100)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = PhoneField(label=_("Nomor HP"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["phone"] = self.instance.phone.as_national if self.instance.phone else ""

    def clean_email(self) -> str | None:
        """NULL for none, lower case, and nobody else's."""
        email = self.cleaned_data["email"].lower() or None
        if email and User.objects.filter(email=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("E-mail ini dipakai akun lain."))
        return email

    def clean_phone(self) -> str | None:
        """NULL for none, and nobody else's."""
        phone = self.cleaned_data["phone"] or None
        if phone and User.objects.filter(phone=phone).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Nomor HP ini dipakai akun lain."))
        return phone


class AccountCreationForm(_AccountFields, UserCreationForm):
    """A new account, e.g. of an officer."""

    class Meta(UserCreationForm.Meta):
        fields = COMMON_FIELDS


class AccountEditForm(_AccountFields, UserEditForm):
    """An account as it is."""

    class Meta(UserEditForm.Meta):
        fields = [*COMMON_FIELDS, "is_active"]


class RoleGrantForm(WagtailAdminModelForm):
    """A role over a region: the account by what its owner logs in with, the region by its code."""

    account = forms.CharField(
        label=_("Akun"), help_text=_("Nomor HP, e-mail, nomor anggota atau nama pengguna yang sudah terdaftar.")
    )
    region_code = forms.CharField(
        label=_("Kode wilayah"),
        max_length=13,
        help_text=_(
            "Kode Kemendagri: 63 provinsi, 63.11 kabupaten, 63.11.01 kecamatan, 63.11.01.2001 desa, 00 nasional."
        ),
    )

    class Meta:
        model = RoleGrant
        fields = ["kind", "position"]

    def clean_account(self) -> User:
        """The account that holds the identifier; who only states an e-mail must not get the role of its owner."""
        user = held_by(self.cleaned_data["account"])
        if user is None:
            raise forms.ValidationError(_("Tidak ada akun dengan nomor HP, e-mail atau nomor ini."))
        if not is_proven(self.cleaned_data["account"], user):
            raise forms.ValidationError(UNPROVEN)
        return user

    def clean_region_code(self) -> Region:
        """The region with this code, if the Ministry still lists it."""
        region = Region.objects.active().filter(pk=self.cleaned_data["region_code"].strip()).first()
        if region is None:
            raise forms.ValidationError(_("Tidak ada wilayah dengan kode ini."))
        return region

    def save(self, commit: bool = True) -> RoleGrant:
        """Through the service, so that whoever listens hears of it."""
        data = self.cleaned_data
        self.instance = grant_role(
            user=data["account"], kind=data["kind"], region=data["region_code"], position=data["position"]
        )
        return self.instance
