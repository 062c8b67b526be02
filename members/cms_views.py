"""The operator's pages in the CMS: accounts, roles over regions, one's own settings."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.views.account import AccountView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.users.views.users import IndexView, UserViewSet

from members.cms_forms import AccountCreationForm, AccountEditForm, RoleGrantForm
from members.models import RoleGrant


class AccountIndexView(IndexView):
    """Accounts, found by name too."""

    search_fields = ["name", "username", "email", "phone", "member__number"]


class AccountViewSet(UserViewSet):
    """Accounts; our User has one name, and a phone."""

    index_view_class = AccountIndexView
    create_template_name = "members/cms/account_create.html"
    edit_template_name = "members/cms/account_edit.html"

    def get_form_class(self, for_update: bool = False) -> type[AccountCreationForm | AccountEditForm]:
        """Our forms in place of Wagtail's, which want a first and a last name."""
        return AccountEditForm if for_update else AccountCreationForm


class OperatorsPolicy(ModelPermissionPolicy):
    """Roles are the operator's to give; a permission that somebody was given in a group changes nothing."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """The operator may add and delete; a role is not edited, but taken and given anew."""
        return bool(user.is_active and user.is_superuser and action != "change")

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """The same for several actions."""
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """The same for one role."""
        return self.user_has_permission(user, action)

    def user_has_any_permission_for_instance(self, user: Any, actions: Any, instance: Any) -> bool:
        """The same for several actions on one role."""
        return self.user_has_any_permission(user, actions)


class RoleGrantIndexView(generic.IndexView):
    """Roles with their people and regions in one query."""

    def get_base_queryset(self) -> Any:
        """Nothing is looked up row by row."""
        return super().get_base_queryset().select_related("user", "region")


class RoleGrantViewSet(ModelViewSet):
    """Roles over regions."""

    index_view_class = RoleGrantIndexView

    model = RoleGrant
    icon = "group"
    menu_label = _("Peran & wilayah")
    menu_name = "roles"
    menu_order = 610
    add_to_settings_menu = True
    add_to_reference_index = False
    list_display = ["user", Column("kind", label=_("Peran"), accessor="get_kind_display"), "region", "position"]
    list_filter = ["kind"]
    search_fields = ["user__name", "user__email", "region__name"]
    permission_policy = OperatorsPolicy(RoleGrant)
    ordering = ["user__name"]
    copy_view_enabled = False
    inspect_view_enabled = False

    def get_form_class(self, for_update: bool = False) -> type[RoleGrantForm]:
        """The form that goes through the service."""
        return RoleGrantForm


class SettingsView(AccountView):
    """One's own settings in the CMS, without Wagtail's first and last name; the rest is at /akun/."""

    def get_panels(self) -> list[Any]:
        """All but the name."""
        return [panel for panel in super().get_panels() if panel.name != "name_email"]
