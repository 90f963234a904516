"""Encryption of confidential parts: AES-256-GCM per record under keys that rotate.

The associated data names service, kind and record, so that a ciphertext cannot be moved to another row. The key id
travels with the ciphertext; a rotation adds a key and makes it primary, and each record follows at its next change.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class Undecryptable(ValueError):
    """The confidential part was made under an unknown key or for another record, or was changed."""


class Keyring:
    """The data keys of one service: `{"primary": "k1", "keys": {"k1": "<base64, 32 bytes>"}}`."""

    def __init__(self, service: str, primary: str, keys: dict[str, bytes]) -> None:
        self._service = service
        self._primary = primary
        self._ciphers = {name: AESGCM(key) for name, key in keys.items()}

    @classmethod
    def read(cls, service: str, path: Path) -> Keyring:
        """Read the keyring file. Raises OSError, KeyError or ValueError when it is missing or malformed."""
        content = json.loads(path.read_text())
        return cls(service, content["primary"], {k: base64.b64decode(v) for k, v in content["keys"].items()})

    def seal(self, kind: str, record: UUID, text: str) -> bytes:
        """`<length of key id><key id><nonce><ciphertext and tag>`."""
        name, nonce = self._primary.encode(), os.urandom(NONCE_BYTES)
        sealed = self._ciphers[self._primary].encrypt(nonce, text.encode(), self._bound_to(kind, record))
        return bytes([len(name)]) + name + nonce + sealed

    def open(self, kind: str, record: UUID, sealed: bytes) -> str:
        """The protected text. Raises Undecryptable."""
        end = 1 + sealed[0]
        name, nonce, body = sealed[1:end].decode(), sealed[end : end + NONCE_BYTES], sealed[end + NONCE_BYTES :]
        cipher = self._ciphers.get(name)
        if cipher is None:
            raise Undecryptable(f"the key {name} is not in the keyring")
        try:
            return cipher.decrypt(nonce, body, self._bound_to(kind, record)).decode()
        except InvalidTag as error:
            raise Undecryptable("the ciphertext does not belong to this record or was changed") from error

    def _bound_to(self, kind: str, record: UUID) -> bytes:
        return f"{self._service}|{kind}|{record}".encode()


def digest(sealed: bytes) -> str:
    """`sha256:<hex>` of a ciphertext, for the journalled document."""
    return "sha256:" + hashlib.sha256(sealed).hexdigest()
