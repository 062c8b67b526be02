"""Keeping an uploaded table until its officer saves it, throws it away, or two hours have passed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from members.models import User
from training.evidence_sheet import SheetRow
from training.models import ImportPreview

KEPT = timedelta(hours=2)


@dataclass(frozen=True)
class Preview:
    """An uploaded table that is not saved yet; `token` tells it from one uploaded in another window."""

    token: str
    name: str
    rows: list[SheetRow]


def keep_preview(*, officer: User, name: str, rows: Sequence[SheetRow]) -> None:
    """Keep it in place of the officer's last one."""
    facts = {"token": secrets.token_hex(8), "name": name, "rows": [asdict(row) for row in rows]}
    ImportPreview.objects.update_or_create(officer=officer, defaults={**facts, "uploaded_at": timezone.now()})


def preview_of(officer: User) -> Preview | None:
    """The officer's own, while it is kept."""
    kept = ImportPreview.objects.filter(officer=officer, uploaded_at__gt=timezone.now() - KEPT).first()
    return Preview(kept.token, kept.name, [SheetRow(**row) for row in kept.rows]) if kept else None


def drop_preview(officer: User) -> None:
    """Forget it: it was saved or thrown away."""
    ImportPreview.objects.filter(officer=officer).delete()


def clear_previews(*, now: datetime) -> int:
    """Remove those past their two hours; returns how many."""
    removed, _by_model = ImportPreview.objects.filter(uploaded_at__lte=now - KEPT).delete()
    return removed
