"""Tokens of the development issuer, checked as a service checks them."""

import json
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from caytre.local import issuer, keys
from caytre.local.failures import SetupError


def test_a_token_is_what_rfc_9068_says(tmp_path: Path) -> None:
    issuer.prepare(tmp_path)
    text = issuer.mint(
        tmp_path,
        subject="officer@example.org",
        roles=["locality_officer"],
        localities=["VN-P-2025-33"],
        client_id="archive",
        actor="other@example.org",
        lifetime=60,
    )
    published = json.loads(issuer.jwks_path(tmp_path).read_text())
    token = jwt.decode(text, KeySet.import_key_set(published), algorithms=["Ed25519"])
    assert (token.header["typ"], token.header["alg"]) == ("at+jwt", "Ed25519")
    assert token.header["kid"] == published["keys"][0]["kid"]
    claims = token.claims
    assert (claims["iss"], claims["aud"], claims["client_id"]) == (issuer.ISSUER, "caytre", "archive")
    assert claims["exp"] - claims["iat"] == 60
    assert claims["act"] == {"sub": "other@example.org"}
    assert (claims["roles"], claims["localities"]) == (["locality_officer"], ["VN-P-2025-33"])
    assert not {"d"} & published["keys"][0].keys()


def test_the_key_survives_a_second_start(tmp_path: Path) -> None:
    issuer.prepare(tmp_path)
    before = issuer.jwks_path(tmp_path).read_text()
    issuer.prepare(tmp_path)
    assert issuer.jwks_path(tmp_path).read_text() == before


def test_unknown_roles_and_absent_platforms_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="run `caytre up` first"):
        issuer.mint(tmp_path, subject="x", roles=["operator"])
    issuer.prepare(tmp_path)
    with pytest.raises(SetupError, match=r"no role emperor.*locality_officer"):
        issuer.mint(tmp_path, subject="x", roles=["emperor"])


def test_keys_are_made_once_for_their_owner_alone(tmp_path: Path) -> None:
    made = [
        keys.data_keys(tmp_path, "agreements"),
        keys.signing_key(tmp_path, "agreements"),
        keys.pseudonym_key(tmp_path),
    ]
    before = [path.read_bytes() for path in made]
    again = [
        keys.data_keys(tmp_path, "agreements"),
        keys.signing_key(tmp_path, "agreements"),
        keys.pseudonym_key(tmp_path),
    ]
    assert [path.read_bytes() for path in again] == before
    assert {path.stat().st_mode & 0o777 for path in made} == {0o600}
    assert len(before[2]) == 32
