"""The issuer's public keys: read from a file or fetched over https, kept when the issuer is away, asked for again
when an unknown key id turns up (key rotation), but never more often than once per cool-down.
"""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import httpx2
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OKPKey

log = structlog.get_logger(__name__)

Key = OKPKey | ECKey
#: The signature algorithms taken (RFC 9864 names, and the older name for Ed25519), each bound to its kind of key.
ED25519 = ("Ed25519", "EdDSA")
ES256 = ("ES256",)
COOL_DOWN = 15.0
REFRESH = 30.0
MAX_BYTES = 256 * 1024
FETCH_SECONDS = 5.0


class NoKeys(Exception):
    """No key set has ever been read: nobody can be told apart yet (503)."""


class KeySource:
    """The keys of one issuer, found by kid only; a token never brings its own.

    The set is read again after `refresh` seconds, so that a key taken out is soon refused, and when an unknown kid
    turns up, but not within `cool_down` seconds of the last try: a flood of invented kids costs the issuer nothing.
    """

    def __init__(self, source: str, *, cool_down: float = COOL_DOWN, refresh: float = REFRESH) -> None:
        self._source = source
        self._cool_down = cool_down
        self._refresh_after = refresh
        self._keys: dict[str, Key] = {}
        self._asked_at = self._read_at = float("-inf")
        self._failed = False
        self._reading: asyncio.Task[None] | None = None

    async def key(self, kid: str) -> Key | None:
        """The key with this id, or None. Raises NoKeys while no set could be read at all."""
        known = self._keys.get(kid)
        if known is not None and time.monotonic() - self._read_at < self._refresh_after:
            return known
        # An issuer that did not answer the last time must not hold up callers whose key is known.
        patient = known is None or not self._failed
        reading = self._read_again()
        if reading is not None and patient:
            await asyncio.shield(reading)
        if not self._keys:
            raise NoKeys
        return self._keys.get(kid)

    def _read_again(self) -> asyncio.Task[None] | None:
        if self._reading is None and time.monotonic() - self._asked_at >= self._cool_down:
            self._asked_at = time.monotonic()
            self._reading = asyncio.get_running_loop().create_task(self._refresh(), name="read-issuer-keys")
        return self._reading

    async def _refresh(self) -> None:
        try:
            self._keys = read_keys(await self._read())
            self._read_at, self._failed = time.monotonic(), False
        except (OSError, ValueError, httpx2.HTTPError) as error:
            self._failed = True
            log.warning("keys not read, going on with the last known ones", error=type(error).__name__)
        finally:
            self._reading = None

    async def _read(self) -> bytes:
        if not self._source.startswith(("https://", "http://")):
            return await asyncio.to_thread(Path(self._source).read_bytes)
        async with (
            asyncio.timeout(FETCH_SECONDS),
            httpx2.AsyncClient(timeout=FETCH_SECONDS, follow_redirects=False, trust_env=False) as client,
        ):
            return await _fetch(client, self._source)


async def _fetch(client: httpx2.AsyncClient, address: str) -> bytes:
    content = bytearray()
    async with client.stream("GET", address, headers={"accept": "application/json"}) as response:
        response.raise_for_status()
        if response.is_redirect:
            raise ValueError("the key set moved; redirects are not followed")
        async for chunk in response.aiter_bytes():
            content += chunk
            if len(content) > MAX_BYTES:
                raise ValueError("the key set is too large")
    return bytes(content)


def read_keys(content: bytes) -> dict[str, Key]:
    """The usable public keys of a JWK Set by kid; others are left out. Raises ValueError when it is no key set."""
    document: Any = json.loads(content)
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        raise ValueError("not a JSON Web Key Set")  # noqa: TRY004 - the content is wrong, not a type of ours
    keys: dict[str, Key] = {}
    for item in document["keys"]:
        if not isinstance(item, dict) or not isinstance(item.get("kid"), str) or item.get("use", "sig") != "sig":
            continue
        try:
            key = JWKRegistry.import_key(item)
        except (JoseError, ValueError, TypeError, LookupError):
            # A curve that the library does not know is a KeyError there.
            continue
        if algorithms_of(key):
            keys[item["kid"]] = key  # type: ignore[assignment]
    if not keys:
        raise ValueError("the key set holds no Ed25519 or P-256 signature key with a kid")
    return keys


def algorithms_of(key: object) -> tuple[str, ...]:
    """The algorithms that may be verified with this key: its own `alg` if it names one, else those of its curve."""
    if isinstance(key, OKPKey) and key.curve_name == "Ed25519":
        allowed: tuple[str, ...] = ED25519
    elif isinstance(key, ECKey) and key.curve_name == "P-256":
        allowed = ES256
    else:
        return ()
    named = key.get("alg")
    if named is None:
        return allowed
    return allowed if named in allowed else ()
