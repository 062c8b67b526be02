"""Which courses a list of trainings can be narrowed to: those that somebody in a scope has taken."""

from collections import Counter

from django.core.cache import cache
from django.db.models import Max

from regions.scope import Scope
from training.models import TrainingRecord

KEPT = 60  # seconds: the ledger of a province is long, and a new course in it can wait for a minute
WIDE = 5  # letters of a regency's code; a shorter one is wider

Choice = tuple[str, str]  # what the ledger calls the course, and what people call it


def course_choices(scope: Scope) -> list[Choice]:
    """The courses of a scope by name, as they were called last; of equal names each says whose it is. One query.

    Above the regencies they are at most `KEPT` seconds old.
    """
    if all(len(prefix) >= WIDE for prefix in scope.prefixes):
        return _named(_courses(scope))
    key = f"certificates:courses:{','.join(scope.prefixes)}"
    found: list[Choice] | None = cache.get(key)
    if found is None:
        found = _named(_courses(scope))
        cache.set(key, found, KEPT)
    return found


def _courses(scope: Scope) -> list[tuple[str, str, str]]:
    """Key, title and organiser of each course."""
    taken = TrainingRecord.objects.within(scope).exclude(subject="").order_by()
    last = taken.values("subject").annotate(last=Max("pk")).values("last")
    return list(TrainingRecord.objects.filter(pk__in=last).values_list("subject", "title", "organiser"))


def _named(courses: list[tuple[str, str, str]]) -> list[Choice]:
    titles = Counter(title for _subject, title, _organiser in courses)
    full = [
        (subject, f"{title} ({organiser})" if titles[title] > 1 and organiser else title)
        for subject, title, organiser in courses
    ]
    names = Counter(name for _subject, name in full)
    # One organiser may have two of one name; then the number of the course tells them apart.
    told = [(key, f"{name} #{key.rpartition(':')[2]}" if names[name] > 1 else name) for key, name in full]
    return sorted(told, key=lambda choice: choice[1].casefold())
