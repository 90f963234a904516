"""Keys a platform makes for itself at its first start, each in a file only its owner reads."""

import base64
import json
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from caytre.local.folders import keep_private
from caytre.local.process import write_atomically


def data_keys(folder: Path, service: str) -> Path:
    """The service's keyring for confidential fields: 32 random bytes under the name `k1`."""
    path = folder / "keys" / f"{service}.data.json"
    if not path.exists():
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        write_atomically(path, json.dumps({"primary": "k1", "keys": {"k1": key}}), 0o600)
    return path


def signing_key(folder: Path, service: str) -> Path:
    """The Ed25519 key (PKCS#8, PEM) with which the service signs its journal's heads."""
    path = folder / "keys" / f"{service}.signing.pem"
    if not path.exists():
        key = Ed25519PrivateKey.generate()
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_atomically(path, pem.decode(), 0o600)
    return path


def pseudonym_key(folder: Path) -> Path:
    """The installation's secret of 32 random bytes, the same for all services."""
    path = folder / "keys" / "pseudonym.key"
    if not path.exists():
        keep_private(path.parent)
        temporary = path.with_suffix(".part")
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    return path
