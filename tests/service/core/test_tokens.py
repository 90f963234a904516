"""Forged, expired and borrowed tokens: none is accepted, each is answered 401 with a challenge (RFC 6750, RFC 9068)."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from joserfc.jwk import OKPKey

from caytre.core.web import auth
from caytre.core.web.auth import Authenticator
from caytre.core.web.http_refusals import Unauthenticated
from caytre.core.web.jwks import KeySource
from tests.builders.desk import AUDIENCE, ISSUER, Issuer, b64, client_of, desk

PAPER = "/papers/0198c2d4-0000-7000-8000-000000000001"
Forge = Callable[[Issuer], str]


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    return Issuer(tmp_path)


@pytest.fixture
def app(tmp_path: Path, issuer: Issuer) -> FastAPI:
    return desk(tmp_path, issuer)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(app) as client:
        yield client


def now() -> int:
    return int(time.time())


def parts(issuer: Issuer) -> list[str]:
    return issuer.token().split(".")


def unsigned(algorithm: Any) -> Forge:
    def forge(issuer: Issuer) -> str:
        header = b64(json.dumps({"typ": "at+jwt", "alg": algorithm, "kid": "ed-1"}).encode())
        return f"{header}.{parts(issuer)[1]}."

    return forge


def with_public_key_as_secret(issuer: Issuer) -> str:
    signed = f"{b64(json.dumps({'typ': 'at+jwt', 'alg': 'HS256', 'kid': 'ed-1'}).encode())}.{parts(issuer)[1]}"
    secret = json.dumps(issuer.key.as_dict(private=False)).encode()
    return f"{signed}.{b64(hmac.digest(secret, signed.encode(), hashlib.sha256))}"


def with_zero_signature(issuer: Issuer) -> str:
    header = b64(json.dumps({"typ": "at+jwt", "alg": "ES256", "kid": "ec-1"}).encode())
    return f"{header}.{parts(issuer)[1]}.{b64(bytes(64))}"


def by_a_stranger(issuer: Issuer) -> str:
    stranger = OKPKey.generate_key("Ed25519", {"kid": "ed-1"})
    return issuer.sign(json.dumps(issuer.claims()).encode(), key=stranger)


def by_a_stranger_with_his_key(issuer: Issuer) -> str:
    stranger = OKPKey.generate_key("Ed25519", {"kid": "ed-1"})
    header = {"typ": "at+jwt", "alg": "Ed25519", "kid": "ed-1", "jwk": stranger.as_dict(private=False)}
    signed = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(issuer.claims()).encode())}"
    private: Any = stranger.private_key
    return f"{signed}.{b64(private.sign(signed.encode()))}"


def claims(**changed: Any) -> Forge:
    return lambda issuer: issuer.token(**changed)


def header(**changed: Any) -> Forge:
    return lambda issuer: issuer.token(header=changed)


def payload(text: bytes) -> Forge:
    return lambda issuer: issuer.sign(text)


def twice(name: str, value: str) -> Forge:
    return lambda issuer: issuer.sign(json.dumps(issuer.claims())[:-1].encode() + f', "{name}": {value}}}'.encode())


FORGERIES: dict[str, Forge] = {
    "algorithm none": unsigned("none"),
    "algorithm None": unsigned("None"),
    "algorithm empty": unsigned(""),
    "algorithm null": unsigned(None),
    "algorithm a list": unsigned(["Ed25519"]),
    "public key as HMAC secret": with_public_key_as_secret,
    "signed by a stranger": by_a_stranger,
    "brings its own key": by_a_stranger_with_his_key,
    "names its own key set": header(jku="https://evil.test/jwks.json"),
    "names a certificate": header(x5u="https://evil.test/cert.pem"),
    "critical extension": header(crit=["exp"], exp=1),
    "key of another kind": header(kid="ec-1"),
    "algorithm of another key": header(alg="ES256"),
    "unknown key": header(kid="ed-2"),
    "no key id": header(kid=None),
    "key id a number": header(kid=1),
    "key id a path": header(kid="../../../dev/null"),
    "ID token": header(typ="JWT"),
    "no type": header(typ=None),
    "type of a logout token": header(typ="logout+jwt"),
    "signature stripped": lambda issuer: ".".join(parts(issuer)[:2]) + ".",
    "signature cut": lambda issuer: issuer.token()[:-4],
    "signature of another": lambda issuer: ".".join([*parts(issuer)[:2], issuer.token(sub="other").split(".")[2]]),
    "zero ES256 signature": with_zero_signature,
    "two parts": lambda issuer: ".".join(parts(issuer)[:2]),
    "five parts": lambda issuer: issuer.token() + ".a.b",
    "not base64": lambda issuer: "§.".join(parts(issuer)),
    "header not JSON": lambda issuer: ".".join([b64(b"{"), *parts(issuer)[1:]]),
    "header a list": lambda issuer: ".".join([b64(b"[]"), *parts(issuer)[1:]]),
    "header deep": lambda issuer: ".".join([b64(b"[" * 3000), *parts(issuer)[1:]]),
    "another issuer": claims(iss="https://other.test"),
    "issuer with a slash more": claims(iss=ISSUER + "/"),
    "issuer a list": claims(iss=[ISSUER]),
    "no issuer": claims(iss=None),
    "another audience": claims(aud="other"),
    "audience a part": claims(aud=AUDIENCE[:-1]),
    "audience in a text": claims(aud=f"{AUDIENCE} other"),
    "audiences without ours": claims(aud=["other", "another"]),
    "audience an object": claims(aud={AUDIENCE: True}),
    "no audience": claims(aud=None),
    "expired": claims(iat=now() - 700, exp=now() - 90),
    "not yet issued": claims(iat=now() + 3000, exp=now() + 3600),
    "not yet valid": claims(nbf=now() + 3000),
    "no expiry": claims(exp=None),
    "no issue time": claims(iat=None),
    "expiry a text": claims(exp=str(now() + 600)),
    "expiry true": claims(exp=True),
    "expiry in a hundred years": claims(exp=now() + 100 * 365 * 86400),
    "expiry 1e300": claims(exp=1e300),
    "expiry before issue": claims(iat=now() + 30, exp=now() + 20),
    "expiry not a number": twice("nbf", "NaN"),
    "expiry with 4000 digits": lambda issuer: issuer.sign(
        json.dumps(issuer.claims(exp=7)).replace('"exp": 7', '"exp": ' + "9" * 4000).encode()
    ),
    "lives too long": claims(exp=now() + 2 * 86400),
    "no subject": claims(sub=None),
    "subject empty": claims(sub=""),
    "subject a number": claims(sub=7),
    "subject with a line break": claims(sub="a\nb"),
    "no client": claims(client_id=None),
    "no token id": claims(jti=None),
    "subject twice": twice("sub", '"minister"'),
    "roles a text": claims(roles="ministry_officer"),
    "roles of numbers": claims(roles=[1]),
    "localities an object": claims(localities={"VN-P-2025-48": 1}),
    "organisation a list": claims(organisation=["MOFA"]),
    "act without subject": claims(act={"client": "x"}),
    "act a text": claims(act="minister"),
    "payload not JSON": payload(b"{"),
    "payload a list": payload(b"[]"),
    "payload not UTF-8": payload(b'{"sub": "\xff"}'),
    "longer than 8 kB": claims(jti="x" * 9000),
}


@pytest.mark.parametrize("name", FORGERIES)
async def test_a_forged_token_is_refused(name: str, issuer: Issuer, client: httpx2.AsyncClient) -> None:
    token = FORGERIES[name](issuer)
    answer = await client.get(PAPER, headers=[(b"authorization", b"Bearer " + token.encode())])
    assert answer.status_code == 401, answer.text
    assert answer.headers["www-authenticate"].startswith('Bearer realm="caytre", error="invalid_token"')
    assert answer.json()["type"] == "/problems/unauthenticated"


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("authorization", "")],
        [("authorization", "Bearer")],
        [("authorization", "Bearer ")],
        [("authorization", "Basic b2ZmaWNlcjpwYXNz")],
        [("authorization", "Bearer a.b.c"), ("authorization", "Bearer a.b.c")],
    ],
)
async def test_a_request_without_one_bearer_token_is_refused(
    headers: list[tuple[str, str]], client: httpx2.AsyncClient
) -> None:
    answer = await client.get(PAPER, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith('Bearer realm="caytre"')


async def test_without_any_token_the_challenge_names_no_error(client: httpx2.AsyncClient) -> None:
    answer = await client.get(PAPER)
    assert answer.headers["www-authenticate"] == 'Bearer realm="caytre"'


@pytest.mark.parametrize(
    "changed",
    [
        # Times are told when the test runs, which may be minutes after it was collected.
        dict,
        lambda: {"aud": [AUDIENCE, "other"]},
        lambda: {"exp": now() - 30, "iat": now() - 90},
        lambda: {"nbf": now()},
        lambda: {"roles": []},
    ],
)
async def test_a_good_token_is_accepted(
    changed: Callable[[], dict[str, Any]], issuer: Issuer, client: httpx2.AsyncClient
) -> None:
    token = issuer.token(**changed())
    for _ in range(2):
        answer = await client.get(PAPER, headers={"authorization": f"bearer {token}"})
        assert answer.status_code == 200
        assert answer.json()["reader"] == "officer-1"


@pytest.mark.parametrize("algorithm", ["EdDSA", "Ed25519"])
async def test_both_names_of_ed25519_are_accepted(algorithm: str, issuer: Issuer, client: httpx2.AsyncClient) -> None:
    token = issuer.sign_anyhow({"typ": "at+jwt", "alg": algorithm, "kid": "ed-1"}, json.dumps(issuer.claims()).encode())
    assert (await client.get(PAPER, headers={"authorization": f"Bearer {token}"})).status_code == 200


async def test_es256_is_accepted(issuer: Issuer, client: httpx2.AsyncClient) -> None:
    token = issuer.sign(json.dumps(issuer.claims()).encode(), key=issuer.ec_key)
    assert (await client.get(PAPER, headers={"authorization": f"Bearer {token}"})).status_code == 200


async def test_the_token_is_asked_for_before_the_body_is_read(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/papers", content=b"\xff" * 2_000_000)
    assert answer.status_code == 401


async def test_claims_become_the_caller(tmp_path: Path, issuer: Issuer) -> None:
    authenticator = authenticator_of(KeySource(str(issuer.jwks)))
    token = issuer.token(
        roles=["mission_officer", "emperor"], countries=["KR"], organisation="MOFA", act={"sub": "officer-7"}
    )
    caller, _ = await authenticator.verify(token.encode())
    assert caller.roles == {"mission_officer"}
    assert (sorted(caller.countries), caller.organisation, caller.actor) == (["KR"], "MOFA", "officer-7")


def authenticator_of(keys: KeySource) -> Authenticator:
    return Authenticator(issuer=ISSUER, audience=AUDIENCE, keys=keys, lifetime=900)


def scope_of(token: str) -> dict[str, Any]:
    return {"type": "http", "headers": [(b"authorization", f"Bearer {token}".encode())]}


async def test_a_remembered_token_is_refused_once_it_expires(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    authenticator = authenticator_of(KeySource(str(issuer.jwks)))
    token = issuer.token(iat=now() - 600, exp=now() - 55)
    assert (await authenticator.authenticate(scope_of(token))).subject == "officer-1"
    later = time.time() + 10
    monkeypatch.setattr("caytre.core.web.auth.time.time", lambda: later)
    with pytest.raises(Unauthenticated):
        await authenticator.authenticate(scope_of(token))


async def test_a_key_taken_out_is_refused_within_the_life_of_a_remembered_token(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    authenticator = authenticator_of(KeySource(str(issuer.jwks), cool_down=0, refresh=0))
    token = issuer.token()
    await authenticator.authenticate(scope_of(token))
    issuer.publish(issuer.ec_key)
    later = time.time() + auth.CACHE_SECONDS + 1
    monkeypatch.setattr("caytre.core.web.auth.time.time", lambda: later)
    with pytest.raises(Unauthenticated):
        await authenticator.authenticate(scope_of(token))


async def test_the_memory_of_tokens_is_bounded(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "CACHE_SIZE", 3)
    authenticator = authenticator_of(KeySource(str(issuer.jwks)))
    for _ in range(10):
        await authenticator.authenticate(scope_of(issuer.token()))
    assert authenticator.remembered == 3
