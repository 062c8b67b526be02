"""Files that only a view may hand out, after it has checked who asks."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.files.storage import Storage, storages


def private_storage() -> Storage:
    """Where such files live; a FileField takes the function itself."""
    return storages["private"]


def delete_files(names: Iterable[str]) -> None:
    """Remove stored files whose rows are gone or never came about; after a change of rows, call it after commit."""
    for name in names:
        private_storage().delete(name)
