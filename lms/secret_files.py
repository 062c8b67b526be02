"""Secrets of the embedded default: made once, kept in files that only their owner reads."""

import base64
import os
import secrets
from pathlib import Path


def read_or_create_secret(path: Path, *, size: int = 32) -> str:
    """Return the secret stored at `path`, making it first if needed.

    The secret is `size` random bytes as URL-safe base64 text. Two processes that start at once agree
    on one value, because the file is created exclusively. Where nothing can be written it raises
    OSError and leaves nothing.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
    if not path.exists():
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(base64.urlsafe_b64encode(secrets.token_bytes(size)).decode())
            os.link(draft, path)  # atomic, and fails if another process was first
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
