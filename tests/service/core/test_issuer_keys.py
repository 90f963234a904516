"""The issuer's keys: rotation is followed, floods cost nothing, and an absent issuer changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from joserfc.jwk import ECKey

from caytre.core.web.jwks import KeySource, NoKeys, read_keys
from tests.builders.desk import Issuer, client_of, desk

PAPER = "/papers/0198c2d4-0000-7000-8000-000000000001"


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    return Issuer(tmp_path)


async def test_a_new_key_is_found_when_a_token_names_it(issuer: Issuer) -> None:
    source = KeySource(str(issuer.jwks), cool_down=0)
    assert await source.key("ed-1") is not None
    fresh = ECKey.generate_key("P-256", {"kid": "ec-2", "use": "sig"})
    issuer.publish(issuer.key, fresh)
    assert await source.key("ec-2") is not None


def test_a_key_of_a_curve_that_nobody_here_knows_is_left_out(issuer: Issuer) -> None:
    content = json.loads(issuer.jwks.read_text())
    known = read_keys(json.dumps(content).encode()).keys()
    content["keys"].append({"kty": "EC", "crv": "BP-256", "kid": "bp", "x": "AA", "y": "AA"})
    assert read_keys(json.dumps(content).encode()).keys() == known


async def test_a_flood_of_unknown_keys_asks_the_issuer_once(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    source = KeySource(str(issuer.jwks))
    reads = 0
    read_bytes = Path.read_bytes

    def counted(path: Path) -> bytes:
        nonlocal reads
        reads += path == issuer.jwks
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", counted)
    for n in range(1000):
        assert await source.key(f"unknown-{n}") is None
    assert reads == 1


async def test_the_last_known_keys_stay_when_the_issuer_is_away(issuer: Issuer) -> None:
    source = KeySource(str(issuer.jwks), cool_down=0, refresh=0)
    assert await source.key("ed-1") is not None
    issuer.jwks.write_text("<html>maintenance</html>")
    assert await source.key("ed-1") is not None
    issuer.jwks.unlink()
    assert await source.key("ed-1") is not None


async def test_without_any_keys_nobody_is_judged(tmp_path: Path, issuer: Issuer) -> None:
    with pytest.raises(NoKeys):
        await KeySource(str(tmp_path / "missing.json")).key("ed-1")
    async with client_of(desk(tmp_path, issuer, jwks=str(tmp_path / "missing.json")), issuer.token()) as client:
        answer = await client.get(PAPER)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
