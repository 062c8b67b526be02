"""Filling in a text's variables: plain replacement of `{nama}`, nothing that could be run or look into an object."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _

VARIABLE = re.compile(r"\{([^{}]*)\}")
LINE = re.compile(r"\s+")


class Text(NamedTuple):
    """A message in its three lengths: the title, the body of inbox and e-mail, and the one of WhatsApp and SMS."""

    title: str
    body: str
    short: str

    def filled(self, values: Mapping[str, str]) -> Text:
        """The text with its variables replaced, once: a value that looks like a variable stays as it is.

        The title is one line whatever the values hold, for it becomes a header of an e-mail.
        """
        title, body, short = (fill(part, values) for part in self)
        return Text(LINE.sub(" ", title).strip()[:150], body, short)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Replace each known `{name}`; an unknown one stays readable, for a message must not fail at night."""
    return VARIABLE.sub(lambda found: values.get(found[1].strip(), found[0]), text)


def variables_of(text: str) -> set[str]:
    """The names between braces, known or not."""
    return {found[1].strip() for found in VARIABLE.finditer(text)}


def problem_of(text: str, allowed: Collection[str]) -> str:
    """Why the text cannot be used, in words for whoever wrote it; empty where it can."""
    names = ", ".join(f"{{{name}}}" for name in allowed)
    unknown = [found[0] for found in VARIABLE.finditer(text) if found[1].strip() not in allowed]
    if unknown:
        facts = {"unknown": ", ".join(dict.fromkeys(unknown)), "names": names}
        return _("Variabel %(unknown)s tidak dikenal. Yang dapat dipakai di sini: %(names)s.") % facts
    if {"{", "}"} & set(VARIABLE.sub("", text)):
        return _("Kurung kurawal hanya untuk variabel. Yang dapat dipakai di sini: %(names)s.") % {"names": names}
    return ""
