"""The form of a policy, with a row for each course that may be made compulsory."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.apps import apps
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from regions.models import Region
from training.fields import TrainingField
from training.models import Period, Policy, PolicyCourse, TrainingRecord
from training.models.policy import REMINDER_DAYS, validate_reminder_days
from training.policies import ancestors_of
from training.policy_services import coming_halves

MOST_COURSES = 40
SHORTEST = 6  # months: a course counts once a half, so one that ends within it could not hold to its end


def offered_courses(code: str) -> QuerySet[Any]:
    """Published courses of the region and those above it; courses live in a room above this one."""
    courses = apps.get_model("courses", "CoursePage").objects.live()
    found: QuerySet[Any] = courses.shelved_for(*ancestors_of(code))[:MOST_COURSES]
    return found


class CourseForm(forms.Form):
    """Whether one course is compulsory, and how long it holds."""

    is_compulsory = forms.BooleanField(label=_("Wajib"), required=False)
    valid_months = forms.IntegerField(
        label=_("Berlaku (bulan)"),
        required=False,
        min_value=SHORTEST,
        max_value=120,
        help_text=_("Kosong: selamanya. Paling sedikit 6."),
    )
    window_days = forms.IntegerField(
        label=_("Boleh diperbarui (hari sebelum habis)"),
        required=False,
        min_value=0,
        max_value=366,
        help_text=_("Bila habis sebelum semester berakhir: sejak semester itu dimulai."),
    )

    def __init__(self, *args: Any, subject: str, title: str, **kwargs: Any) -> None:
        kwargs["prefix"] = subject.replace(":", "-")
        super().__init__(*args, **kwargs)
        self.subject, self.title = subject, title

    def course(self) -> PolicyCourse | None:
        """The compulsory course, or nothing; of a valid form."""
        values = self.cleaned_data
        if not values["is_compulsory"]:
            return None
        window = values["window_days"]
        return PolicyCourse(
            subject=self.subject,
            title=self.title,
            valid_months=values["valid_months"],
            window_days=60 if window is None else window,
        )


class DaysField(forms.CharField):
    """Whole numbers separated by commas; a list, the largest first."""

    def prepare_value(self, value: Any) -> Any:
        """A list as it is typed."""
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Words that are no number stay words, for the model to refuse."""
        parts = [part for part in re.split(r"[\s,;]+", super().to_python(value) or "") if part]
        if all(part.isascii() and part.isdigit() and len(part) < 5 for part in parts):
            return sorted(map(int, parts), reverse=True)
        return parts

    def has_changed(self, initial: Any, data: Any) -> bool:
        """By what it means, not by how it is typed."""
        return bool(self.to_python(data) != initial)


class PolicyForm(forms.ModelForm[Policy]):
    """What a region asks of its members from a half to come on."""

    starts_on = forms.TypedChoiceField(label=_("Berlaku mulai"), coerce=date.fromisoformat)
    training_fields = forms.MultipleChoiceField(
        label=_("Bidang yang dihitung"),
        choices=TrainingField.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Tanpa pilihan: semua bidang dihitung."),
    )
    reminder_days = DaysField(
        label=_("Hari pengingat sebelum semester berakhir"),
        required=False,
        max_length=80,
        validators=[validate_reminder_days],
    )

    class Meta:
        model = Policy
        fields = (
            *("starts_on", "per_half", "per_year", "hours_per_half", "training_fields"),
            *("at_risk_days", "grace_days", "exempt_days", "reminder_days"),
        )
        help_texts = {
            "per_year": _("Paling sedikit dua kali jumlah tiap semester."),
            "hours_per_half": _("1 JP = 45 menit. 0: tidak ada batas."),
            "grace_days": _("Pelatihan dalam hari-hari ini masih dihitung untuk semester yang terlewat."),
            "exempt_days": _("Sebanyak ini hari dalam satu semester harus tercakup dispensasi."),
        }

    def __init__(self, *args: Any, region: Region, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.region = region
        self.fields["reminder_days"].help_text = _days_hint(region)
        self.fields["starts_on"].choices = _starts(self.instance, region)  # type: ignore[attr-defined]
        for kind in TrainingRecord.Kind:
            self.fields[f"limit_{kind}"] = forms.IntegerField(
                label=format_lazy(_("Paling banyak {kind}"), kind=kind.label),
                required=False,
                min_value=0,
                max_value=24,
                initial=self.instance.limit_of(kind),
                help_text=_("Tiap semester. Kosong: tanpa batas; 0: tidak dihitung."),
            )

    @cached_property
    def course_forms(self) -> list[CourseForm]:
        """A row for each course on offer, and for those that are compulsory but no longer on offer."""
        chosen = {course.subject: course for course in self.instance.compulsory}
        offered = {page.subject: page.title for page in offered_courses(self.instance.region_id)}
        titles = offered | {s: c.title for s, c in chosen.items() if s not in offered}
        data = self.data if self.is_bound else None
        return [
            CourseForm(data, subject=subject, title=title, initial=_course_initial(chosen.get(subject)))
            for subject, title in titles.items()
        ]

    def is_valid(self) -> bool:
        """The policy's own fields and every course's row."""
        return all([super().is_valid(), *(form.is_valid() for form in self.course_forms)])

    def clean(self) -> dict[str, Any]:
        """A year asks for its two halves at least."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        half, year = values.get("per_half"), values.get("per_year")
        if half and year and year < 2 * half:
            self.add_error("per_year", _("Paling sedikit dua kali jumlah tiap semester."))
        limits = [limit for kind in TrainingRecord.Kind.values if (limit := values.get(f"limit_{kind}")) is not None]
        if half and not self.errors and len(limits) == len(TrainingRecord.Kind) and sum(limits) < half:
            self.add_error("per_half", _("Dengan batas menurut jenis, jumlah ini tidak mungkin tercapai."))
        return values

    def policy(self) -> Policy:
        """The policy as filled in, not saved; of a valid form."""
        limits = {kind: self.cleaned_data[f"limit_{kind}"] for kind in TrainingRecord.Kind.values}
        self.instance.limits = {kind: limit for kind, limit in limits.items() if limit is not None}
        return self.instance

    def courses(self) -> Sequence[PolicyCourse]:
        """The compulsory courses as filled in."""
        return [course for form in self.course_forms if (course := form.course()) is not None]


def _days_hint(region: Region) -> str:
    """The nation's days replace the usual ones, those of a region are added (`PolicyBook.reminder_days`)."""
    if region.level == Region.Level.NATION:
        hint = _("Misalnya %(example)s. Menggantikan hari yang biasa. Kosong: %(usual)s.")
    else:
        hint = _("Misalnya %(example)s: ditambahkan pada hari yang sudah berlaku, biasanya %(usual)s. Boleh kosong.")
    return str(hint) % {"example": "90, 45", "usual": ", ".join(map(str, REMINDER_DAYS))}


def _starts(policy: Policy, region: Region) -> list[tuple[str, str]]:
    halves: list[Period] = coming_halves()
    starts = {half.first_day.isoformat(): str(half) for half in halves}
    if policy.pk is not None:
        starts.setdefault(policy.starts_on.isoformat(), str(policy.starts_on))
    return list(starts.items())


def _course_initial(course: PolicyCourse | None) -> dict[str, object]:
    if course is None:
        return {"window_days": 60}
    return {"is_compulsory": True, "valid_months": course.valid_months, "window_days": course.window_days}
