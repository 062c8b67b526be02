"""Wagtail's users application with our own pages for accounts; INSTALLED_APPS names it in place of wagtail.users."""

from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(WagtailUsersAppConfig):
    """Points Wagtail at the viewset that knows our User."""

    user_viewset = "members.cms_views.AccountViewSet"
