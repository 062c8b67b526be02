"""Choosing a village in any form: `VillageField`, its widget, and the mixin that lets it work without JavaScript.

With JavaScript it is a type-ahead (static/js/village-picker.js). Without, it is a select for each level; the button
"Tampilkan" sends the whole form, which comes back with everything typed and the next list open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from regions.lookups import CODE
from regions.models import NATION_CODE, Region
from regions.search import AT_MOST, SHORTEST, find_villages
from regions.text import LONGEST, fold

_LEVELS = {
    Region.Level.PROVINCE: _("Provinsi"),
    Region.Level.REGENCY: _("Kabupaten/kota"),
    Region.Level.DISTRICT: _("Kecamatan"),
    Region.Level.VILLAGE: _("Desa/kelurahan"),
}


@dataclass(frozen=True)
class Pick:
    """What a form says about a village: the code of the deepest level chosen so far, or words nobody chose from."""

    code: str = ""
    text: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether it names a village; nobody has looked yet whether it exists."""
        return len(self.code) == len("63.11.01.2001")


class VillagePicker(forms.Widget):
    """Type-ahead over every village, or a select for each level; its value is a `Pick`."""

    template_name = "regions/village_picker.html"

    class Media:
        js = [forms.Script("js/village-picker.js", defer=True)]

    def value_from_datadict(self, data: Mapping[str, Any], files: Mapping[str, Any], name: str) -> Pick:
        """The deepest level that follows from the ones above it; a regency of another province falls away."""
        text = str(data.get(f"{name}_text", ""))[:LONGEST].strip()
        if f"{name}_{Region.Level.PROVINCE}" not in data:
            return Pick(str(data.get(name, "")), text)
        code = ""
        for level in _LEVELS:
            chosen = str(data.get(f"{name}_{int(level)}", ""))
            if not CODE.fullmatch(chosen) or chosen.count(".") != level - 1 or not chosen.startswith(code):
                break
            code = chosen
        return Pick(code)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Mapping[str, Any], name: str) -> bool:
        """Neither way of choosing is there."""
        return name not in data and f"{name}_{Region.Level.PROVINCE}" not in data

    def is_stepping(self, data: Mapping[str, Any], name: str) -> bool:
        """Whether the form was sent to see the next list; with a village chosen it is sent to be saved."""
        return f"{name}_step" in data and not self.value_from_datadict(data, {}, name).is_complete

    def use_required_attribute(self, initial: Any) -> bool:
        """The browser cannot know which of the controls has to be filled."""
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """One query for the chosen region and one for each open list; a disabled field only shows its village."""
        context = super().get_context(name, None, attrs)
        pick = value if isinstance(value, Pick) else Pick(str(value or ""))
        region = Region.objects.active().filter(pk=pick.code).first() if CODE.fullmatch(pick.code) else None
        is_village = region is not None and region.level == Region.Level.VILLAGE
        context["picker"] = {
            "code": region.code if region and is_village else "",
            "text": region.full_name if region and is_village else pick.text,
            "levels": [] if (attrs or {}).get("disabled") else _open_levels(name, region.code if region else ""),
            "longest": LONGEST,
            "shortest": SHORTEST,
            "at_most": AT_MOST,
        }
        return context


def _open_levels(name: str, code: str) -> list[dict[str, Any]]:
    """The four selects, each with the children of what is chosen above it."""
    segments = code.split(".") if code else []
    chosen = [NATION_CODE, *(".".join(segments[: depth + 1]) for depth in range(len(segments)))]
    return [
        {
            "name": f"{name}_{int(level)}",
            "label": label,
            "chosen": chosen[level] if level < len(chosen) else "",
            "options": list(Region.objects.children_of(chosen[level - 1])) if level <= len(chosen) else [],
        }
        for level, label in _LEVELS.items()
    ]


class VillageField(forms.Field):
    """A village that exists and is active; cleans to its `Region`, takes a `Region` or a code as initial."""

    widget = VillagePicker
    default_error_messages = {
        "required": _("Pilih desa atau kelurahan."),
        "unpicked": _("Pilih satu desa dari daftar yang muncul saat nama diketik."),
        "unknown": _("Desa ini tidak ada dalam daftar. Pilih dari daftar yang muncul."),
        "incomplete": _("Pilih sampai desa atau kelurahan."),
        "retired": _("Desa ini sudah dihapus dari daftar Kemendagri. Pilih desa penggantinya."),
    }

    def prepare_value(self, value: Any) -> Any:
        """A region as its code."""
        return value.pk if isinstance(value, Region) else value

    def to_python(self, value: Any) -> Region | None:
        """The village, or ValidationError with what to do about it."""
        pick = value if isinstance(value, Pick) else Pick(str(self.prepare_value(value) or ""))
        if pick.code:
            return self._by_code(pick.code)
        if pick.text:
            return self._by_text(pick.text)
        return None

    def has_changed(self, initial: Any, data: Any) -> bool:
        """By code."""
        pick = data if isinstance(data, Pick) else Pick(str(data or ""))
        return str(self.prepare_value(initial) or "") != pick.code or bool(pick.text and not pick.code)

    def _by_code(self, code: str) -> Region:
        region = Region.objects.filter(pk=code).first() if CODE.fullmatch(code) else None
        if region is None:
            raise self._refusal("unknown")
        if region.level != Region.Level.VILLAGE:
            raise self._refusal("incomplete")
        if region.retired_on is not None:
            raise self._refusal("retired")
        return region

    def _by_text(self, text: str) -> Region:
        """A full name written out to the end is as good as a choice."""
        exact = [village for village in find_villages(text) if fold(village.full_name) == fold(text)]
        if len(exact) != 1:
            raise self._refusal("unpicked")
        return self._by_code(exact[0].pk)

    def _refusal(self, code: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code)


class VillageStepsMixin(forms.Form):
    """For forms with a `VillageField`: "Tampilkan" opens the next list and judges nothing yet.

    Such a form is not valid, shows no errors and keeps what was typed, passwords included; only files are lost.
    """

    @property
    def is_stepping(self) -> bool:
        """Whether the form was sent by "Tampilkan"."""
        return self.is_bound and any(
            isinstance(field.widget, VillagePicker) and field.widget.is_stepping(self.data, self.add_prefix(name))
            for name, field in self.fields.items()
        )

    def is_valid(self) -> bool:
        """Never while stepping."""
        return not self.is_stepping and super().is_valid()

    def full_clean(self) -> None:
        """Judge the form, unless it only asked for the next list."""
        if not self.is_stepping:
            return super().full_clean()
        self._errors = ErrorDict()
        self.cleaned_data = {}
        for field in self.fields.values():
            if isinstance(field.widget, forms.PasswordInput):
                field.widget.render_value = True
        return None
