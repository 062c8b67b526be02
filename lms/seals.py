"""What certificates are sealed and proved with: files and keys named by the environment, or made once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import environ

from lms.secret_files import read_or_create_secret


def seal_settings(env: environ.Env, *, secrets_dir: Path) -> dict[str, Any]:
    """The settings of the seal (PAdES) and of the signature in the QR codes."""
    return {
        # A PEM or PKCS#12 file with key and certificates. Empty: made once in `secrets_dir`.
        "SEAL_FILE": env.str("SEAL_FILE", default=""),
        "SEAL_PASSWORD": env.str("SEAL_PASSWORD", default=""),
        "SEAL_RETIRED_DIR": env.str("SEAL_RETIRED_DIR", default=str(secrets_dir / "seal-retired")),  # without keys
        "SEAL_TSA_URL": env.str("SEAL_TSA_URL", default=""),  # RFC 3161; empty: no time stamp
        # Signs what the QR codes of certificates prove without the network; old keys still prove theirs.
        "QR_KEY": env.str("QR_KEY", default="") or read_or_create_secret(secrets_dir / "qr_key"),
        "QR_OLD_KEYS": env.list("QR_OLD_KEYS", default=[]),
    }
