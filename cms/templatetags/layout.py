"""The frame of every page: the navigation a person's roles give them."""

from dataclasses import dataclass
from typing import Any

from django import forms, template
from django.utils.functional import Promise
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


def items_for(access: Any) -> list[NavItem]:
    """The entries for somebody with this access (`request.access`), the most used first."""
    items = [MONITORING, MEMBERS, REPORTS] if getattr(access, "officer_scope", None) else []
    if getattr(access, "is_serving", False):
        items += [LEARN, COURSES, REPORTS, CERTIFICATES]
    if getattr(access, "trainer_scope", None):
        items += [COURSES, CMS]
    if not items:
        items = [COURSES, VERIFICATION]
    return list(dict.fromkeys(items))


@register.simple_tag(takes_context=True)
def main_nav(context: template.Context) -> list[dict[str, Any]]:
    """Entries of the navigation: `item`, whether it is `current`, `extra` on a phone (then in the menu)."""
    request = context.get("request")
    path = getattr(request, "path", "")
    entries = [
        {"item": item, "current": item.is_current(path), "extra": False}
        for item in items_for(getattr(request, "access", None))
    ]
    for entry in entries[MAX_TABS:]:
        entry["extra"] = True
    return entries


@register.simple_tag(takes_context=True)
def office_items(context: template.Context) -> list[NavItem]:
    """What an officer opens now and then, for the account menu; asks nothing that the navigation did not."""
    access = getattr(context.get("request"), "access", None)
    return list(OFFICE) if getattr(access, "officer_scope", None) else []


@register.filter
def is_filtering(form: forms.BaseForm) -> bool:
    """Whether a form of filters narrows its list: something is typed or chosen, the order apart."""
    return any(field.name in form.changed_data and field.name != SORTING for field in form.visible_fields())
