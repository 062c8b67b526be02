"""The room in the CMS: roles, and accounts that are switched off rather than deleted."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks

from members.cms_views import RoleGrantViewSet
from members.models import User


@hooks.register("register_admin_viewset")
def register_roles() -> RoleGrantViewSet:
    """Roles over regions, in the settings menu."""
    return RoleGrantViewSet("roles", url_prefix="roles")


def _keep_accounts(request: HttpRequest) -> HttpResponse:
    text = _("Akun tidak dihapus supaya catatan tetap bernama. Nonaktifkan akunnya: orangnya tidak dapat masuk lagi.")
    messages.error(request, text)
    return redirect("wagtailusers_users:index")


@hooks.register("before_delete_user")
def keep_account(request: HttpRequest, user: User) -> HttpResponse:
    """Records name who did something."""
    return _keep_accounts(request)


@hooks.register("before_bulk_action")
def keep_accounts(request: HttpRequest, action_type: str, objects: Any, action: Any) -> HttpResponse | None:
    """The same for many at once."""
    return _keep_accounts(request) if action_type == "delete" and User in action.models else None
