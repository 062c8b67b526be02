"""Files that only a view may hand out, after it has checked who asks."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.core.files.storage import Storage, storages

SYNCED_AT_ONCE = 8  # the disk writes them down together, which takes a fifth of one after another


def private_storage() -> Storage:
    """Where such files live; a FileField takes the function itself."""
    return storages["private"]


def delete_files(names: Iterable[str]) -> None:
    """Remove stored files whose rows are gone or never came about; after a change of rows, call it after commit."""
    for name in names:
        private_storage().delete(name)


def sync_files(names: Iterable[str]) -> None:
    """Wait until the disk holds these stored files and the names they have; call it before a row names them.

    Whoever answers only then has nothing to take back after a power cut. A storage without a disk of ours answers for
    itself. Raises OSError where the disk cannot hold them.
    """
    storage = private_storage()
    try:
        root, paths = Path(storage.path("")), [Path(storage.path(name)) for name in names]
    except NotImplementedError:
        return
    folders = {folder for path in paths for folder in path.parents if folder.is_relative_to(root)}
    if len(paths) == 1:
        _sync(paths[0])
    else:
        with ThreadPoolExecutor(SYNCED_AT_ONCE) as pool:
            list(pool.map(_sync, paths))
    for folder in folders:
        _sync(folder)


def _sync(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:  # removed by somebody quicker, so no row will take it
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
