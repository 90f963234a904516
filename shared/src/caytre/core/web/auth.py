"""Who asks: JWT access tokens (RFC 9068), validated in every service, never only at the gateway.

A verified token is remembered by its SHA-256 for half a minute at most and never past its expiry. The issuer's keys
are read again every half minute, so that a key taken out of the set is refused within a minute.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import time
import warnings
from dataclasses import dataclass
from typing import Any, NoReturn

from fastapi import Request
from joserfc import jws
from joserfc.errors import JoseError, SecurityWarning
from starlette.types import Scope

from caytre.core.caller import ROLES, Caller
from caytre.core.refusals import Words
from caytre.core.web.http_refusals import Unauthenticated, Unavailable
from caytre.core.web.jwks import KeySource, NoKeys, algorithms_of
from caytre.core.web.openapi import documented

LEEWAY = 60
MAX_TOKEN_BYTES = 8192
CACHE_SECONDS = 30.0
CACHE_SIZE = 4096
MAX_CLAIM = 255
MAX_SECONDS = 2**40
_ROLES = frozenset(ROLES)
_TYPES = frozenset({"at+jwt", "application/at+jwt"})
_CALLER = "caytre.caller"


@dataclass(frozen=True, slots=True)
class _Verified:
    caller: Caller
    until: float


class Authenticator:
    """Validates tokens of one issuer for one audience; `lifetime` is the longest `exp` - `iat` taken, in seconds."""

    def __init__(self, *, issuer: str, audience: str, keys: KeySource, lifetime: int) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = keys
        self._lifetime = lifetime
        self._verified: dict[bytes, _Verified] = {}
        self._registry = jws.JWSRegistry(algorithms=["Ed25519", "EdDSA", "ES256"])

    @property
    def remembered(self) -> int:
        """How many verified tokens are remembered; at most CACHE_SIZE."""
        return len(self._verified)

    async def authenticate(self, scope: Scope) -> Caller:
        """The caller of this request. Raises Unauthenticated (401), or Unavailable (503) while no keys are known."""
        token = _bearer(scope)
        digest = hashlib.sha256(token).digest()
        known = self._verified.get(digest)
        if known is not None:
            if time.time() < known.until:
                return known.caller
            del self._verified[digest]
        try:
            caller, expires = await self.verify(token)
        except NoKeys as error:
            raise Unavailable(seconds=5, headers={"Retry-After": "5"}) from error
        if len(self._verified) >= CACHE_SIZE:
            # The oldest goes first: entries live half a minute, so order of arrival is order of expiry.
            del self._verified[next(iter(self._verified))]
        self._verified[digest] = _Verified(caller, min(expires, time.time() + CACHE_SECONDS))
        return caller

    async def verify(self, token: bytes) -> tuple[Caller, float]:
        """The caller and the moment (s since the epoch) from which it is refused. Raises Unauthenticated, NoKeys."""
        if len(token) > MAX_TOKEN_BYTES:
            refuse("the token is longer than 8 kB", "mã dài quá 8 kB")
        parts = token.split(b".")
        if len(parts) != 3:
            refuse("the token is not a signed JWT", "mã không phải JWT có chữ ký")
        header = _members(parts[0])
        algorithm, kid = header.get("alg"), header.get("kid")
        if header.keys() - {"alg", "kid", "typ"}:
            # jku, x5u, jwk and crit ask the verifier to trust the token about its own key (RFC 8725 section 3.10).
            refuse(
                "the token's header names more than alg, kid and typ",
                "phần đầu của mã có thành phần ngoài alg, kid và typ",
            )
        if not isinstance(header.get("typ"), str) or header["typ"].lower() not in _TYPES:
            refuse("the token is not an access token (typ at+jwt)", "mã không phải mã truy cập (typ at+jwt)")
        if not isinstance(algorithm, str) or not isinstance(kid, str) or len(kid) > MAX_CLAIM:
            refuse("the token names no key", "mã không nêu khóa")
        key = await self._keys.key(kid)
        if key is None or algorithm not in algorithms_of(key):
            refuse("the token's key or algorithm is not known", "không biết khóa hoặc thuật toán của mã")
        try:
            with warnings.catch_warnings():
                # RFC 9864 deprecates the name EdDSA; providers still use it, for the same signature.
                warnings.simplefilter("ignore", SecurityWarning)
                verified = jws.deserialize_compact(token, key, registry=self._registry)
        except (JoseError, ValueError) as error:
            raise _refusal("the token's signature is not valid", "chữ ký của mã không hợp lệ") from error
        return self._caller(_object(verified.payload or b""))

    def _caller(self, claims: dict[str, Any]) -> tuple[Caller, float]:
        expires = self._times(claims)
        if claims.get("iss") != self._issuer:
            refuse("the token is from another issuer", "mã do nơi khác cấp")
        audience: Any = claims.get("aud")
        if audience != self._audience and not (_is_texts(audience) and self._audience in audience):
            refuse("the token is for another audience", "mã dành cho nơi khác")
        for name in ("sub", "client_id", "jti"):
            if not _is_text(claims.get(name)):
                refuse(f"the token has no {name}", f"mã thiếu {name}")
        organisation, act = claims.get("organisation"), claims.get("act")
        if organisation is not None and not _is_text(organisation):
            refuse("the token's organisation is not a text", "organisation của mã không phải văn bản")
        if act is not None and not (isinstance(act, dict) and _is_text(act.get("sub"))):
            refuse("the token's act names no subject", "act của mã không nêu chủ thể")
        return Caller(
            subject=claims["sub"],
            client=claims["client_id"],
            roles=_texts(claims, "roles") & _ROLES,
            localities=_texts(claims, "localities"),
            countries=_texts(claims, "countries"),
            organisation=organisation,
            actor=None if act is None else act["sub"],
            claims=claims,
        ), expires

    def _times(self, claims: dict[str, Any]) -> float:
        for name in ("exp", "iat", *(("nbf",) if "nbf" in claims else ())):
            value = claims.get(name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < MAX_SECONDS:
                refuse(f"the token's {name} is not a number of seconds", f"{name} của mã không phải số giây")
        now, expires, issued = time.time(), float(claims["exp"]), float(claims["iat"])
        if not 0 < expires - issued <= self._lifetime:
            refuse(f"the token lives longer than {self._lifetime} s", f"mã có thời hạn dài hơn {self._lifetime} giây")
        if now >= expires + LEEWAY:
            refuse("the token has expired", "mã đã hết hạn")
        if issued > now + LEEWAY or float(claims.get("nbf", 0)) > now + LEEWAY:
            refuse("the token is not valid yet", "mã chưa đến lúc có hiệu lực")
        return expires + LEEWAY


_REALM = 'Bearer realm="caytre"'


def _refusal(en: str, vi: str) -> Unauthenticated:
    # RFC 6750 section 3: the description is ASCII, whatever language the answer has.
    challenge = f'{_REALM}, error="invalid_token", error_description="{en}"'
    return Unauthenticated(reason=Words(vi, en), headers={"WWW-Authenticate": challenge})


def refuse(en: str, vi: str) -> NoReturn:
    """Raises Unauthenticated with the challenge that RFC 6750 section 3 asks for."""
    raise _refusal(en, vi)


def _bearer(scope: Scope) -> bytes:
    given: list[bytes] = [value for name, value in scope["headers"] if name == b"authorization"]
    if not given:
        # RFC 6750 section 3: a request without any token gets the bare challenge.
        raise Unauthenticated(reason=Words("không có mã nào", "there is none"), headers={"WWW-Authenticate": _REALM})
    scheme, _, token = given[0].partition(b" ")
    if len(given) > 1 or scheme.lower() != b"bearer" or not token.strip():
        refuse(
            "send one Authorization header with a bearer token", "hãy gửi đúng một tiêu đề Authorization với mã bearer"
        )
    return token.strip()


def _members(part: bytes) -> dict[str, Any]:
    try:
        return _object(base64.b64decode(part + b"=" * (-len(part) % 4), altchars=b"-_", validate=True))
    except binascii.Error as error:
        raise _refusal("the token is not base64url", "mã không phải base64url") from error


def _object(content: bytes) -> dict[str, Any]:
    try:
        value: Any = json.loads(content.decode(), object_pairs_hook=_unique, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        raise _refusal("the token is not JSON", "mã không phải JSON") from error
    if not isinstance(value, dict):
        refuse("the token is not a JSON object", "mã không phải đối tượng JSON")
    return value


def _constant(name: str) -> NoReturn:
    refuse(f"the token holds {name}", f"mã chứa {name}")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        refuse("the token names a claim twice", "mã nêu một thành phần hai lần")
    return members


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_CLAIM and value.isprintable()


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and len(value) <= MAX_CLAIM and all(_is_text(item) for item in value)


def _texts(claims: dict[str, Any], name: str) -> frozenset[str]:
    value = claims.get(name, [])
    if not _is_texts(value):
        refuse(f"the token's {name} are not texts", f"{name} của mã không phải danh sách văn bản")
    return frozenset(value)


def caller_of(request: Request) -> Caller:
    """The caller that the route authenticated. Raises KeyError on a public route, which has none."""
    caller: Caller = request.scope[_CALLER]
    return caller


@documented()
async def current_caller(request: Request) -> Caller:
    """A dependency: the authenticated caller."""
    return caller_of(request)


def remember(scope: Scope, caller: Caller) -> None:
    """Keep the caller with the request; done once, by the route."""
    scope[_CALLER] = caller
