"""What a browser may post."""

from typing import Any

from django import forms
from django.http import QueryDict

MAX_SEQUENCE = 1_000_000


class ChosenField(forms.Field):
    """Ids of choices; the service knows which ones exist."""

    widget = forms.SelectMultiple

    def to_python(self, value: Any) -> list[str]:
        """A list of strings, empty for nothing chosen."""
        return [str(item) for item in value or []]


class AnswerForm(forms.Form):
    """One answer and the number of this save at its origin; without a number it counts as the newest."""

    chosen = ChosenField(required=False)
    sequence = forms.IntegerField(required=False, min_value=1, max_value=MAX_SEQUENCE)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
