"""The frame of every page: the navigation a person's roles give them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django import forms, template
from django.template.base import NodeList, Parser, Token
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

register = template.Library()

SORTING = "urut"  # the field that says in which order, never what
MAX_TABS = 5  # as many as fit side by side on a phone of 360 px


@dataclass(frozen=True)
class NavItem:
    """One entry of the navigation; `path` is part of the product's contract of addresses."""

    path: str
    label: str | Promise
    icon: str

    def is_current(self, path: str) -> bool:
        """Whether the page at `path` belongs to this entry."""
        return path.startswith(self.path)


LEARN = NavItem("/belajar/", _("Belajar"), "academic-cap")
COURSES = NavItem("/kursus/", _("Kursus"), "book-open")
REPORTS = NavItem("/laporan/", _("Laporan"), "document-text")
CERTIFICATES = NavItem("/sertifikat/", _("Sertifikat"), "trophy")
MONITORING = NavItem("/pantau/", _("Pantau"), "chart-bar")
MEMBERS = NavItem("/anggota/", _("Anggota"), "users")
CMS = NavItem("/cms/", _("CMS"), "pencil-square")
OUTSIDE = NavItem("/pelatihan-luar/", _("Pelatihan luar"), "document-plus")
EXEMPTIONS = NavItem("/dispensasi/", _("Dispensasi"), "calendar-days")
EXTENSIONS = NavItem("/perpanjangan/", _("Perpanjangan"), "clock")
REGION_CERTIFICATES = NavItem("/sertifikat/wilayah/", _("Sertifikat wilayah"), "trophy")
POLICIES = NavItem("/kebijakan/", _("Kebijakan"), "scale")
OFFICE = (REGION_CERTIFICATES, OUTSIDE, EXEMPTIONS, EXTENSIONS, POLICIES)
VERIFICATION = NavItem("/verifikasi/", _("Periksa sertifikat"), "shield-check")


Roles = tuple[bool, bool, bool]  # officer, serving member, trainer
NOBODY: Roles = (False, False, False)


def roles_of(access: Any) -> Roles:
    """What somebody with this access (`request.access`) is, as far as the navigation asks."""
    if access is None:
        return NOBODY
    return bool(access.officer_scope), bool(access.is_serving), bool(access.trainer_scope)


@lru_cache
def items_for(roles: Roles) -> tuple[NavItem, ...]:
    """The entries for these roles, the most used first."""
    is_officer, is_serving, is_trainer = roles
    items = [MONITORING, MEMBERS, REPORTS] if is_officer else []
    if is_serving:
        items += [LEARN, COURSES, REPORTS, CERTIFICATES]
    if is_trainer:
        items += [COURSES, CMS]
    if not items:
        items = [COURSES, VERIFICATION]
    return tuple(dict.fromkeys(items))


@dataclass(frozen=True)
class Menus:
    """The parts of a page's frame that depend on roles and address alone, as HTML; they name nobody."""

    main: SafeString
    visitor: SafeString
    account: SafeString


@register.simple_tag(takes_context=True)
def menus(context: template.Context) -> Menus:
    """The menus of whoever asks, where they are."""
    request = context.get("request")
    path = getattr(request, "path", "")
    roles = roles_of(getattr(request, "access", None))
    return _menus(roles, tuple(item.is_current(path) for item in items_for(roles)), get_language())


@lru_cache(maxsize=256)
def _menus(roles: Roles, current: tuple[bool, ...], language: str | None) -> Menus:
    """Drawn once a process for each place in the navigation; `extra` entries are in the account's menu on a phone."""
    entries = [
        {"item": item, "current": is_current, "extra": place >= MAX_TABS}
        for place, (item, is_current) in enumerate(zip(items_for(roles), current, strict=True))
    ]
    facts = {"nav": entries, "office": OFFICE if roles[0] else ()}
    names = ("main_nav", "visitor_nav", "account_links")
    return Menus(*(render_to_string(f"components/{name}.html", facts) for name in names))


class OnceNode(template.Node):
    """See `once`."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self.drawn: dict[str | None, SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        """From nothing of the page's, so that nothing of somebody's can stay in it."""
        language = get_language()
        if language not in self.drawn:
            empty = template.Context()
            empty.template = context.template
            self.drawn[language] = self.nodelist.render(empty)
        return self.drawn[language]


@register.tag
def once(parser: Parser, token: Token) -> OnceNode:
    """`{% once %}…{% endonce %}`: what is the same on every page, drawn once a process."""
    nodelist = parser.parse(("endonce",))
    parser.delete_first_token()
    return OnceNode(nodelist)


@register.filter
def is_filtering(form: forms.BaseForm) -> bool:
    """Whether a form of filters narrows its list: something is typed or chosen, the order apart."""
    return any(field.name in form.changed_data and field.name != SORTING for field in form.visible_fields())
