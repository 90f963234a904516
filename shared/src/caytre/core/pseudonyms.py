"""Names that say "the same person" without saying who: what messages, journals and spans carry as actor."""

from __future__ import annotations

import base64
import hmac
from functools import lru_cache

from caytre.core.caller import Caller

_BYTES = 15


class Pseudonyms:
    """Keyed with `Settings.derived("pseudonym")`; only who holds the key can tell whose pseudonym it is."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._of = lru_cache(maxsize=4096)(self._make)

    def _make(self, subject: str) -> str:
        digest = hmac.digest(self._key, subject.encode(), "sha256")[:_BYTES]
        return "p-" + base64.b32encode(digest).decode().lower()

    def of(self, caller: Caller) -> str:
        """The caller's pseudonym; with an officer behind a system (RFC 8693 `act`) both, as `<system>~<officer>`."""
        subject = self._of(caller.subject)
        return subject if caller.actor is None else f"{subject}~{self._of(caller.actor)}"
