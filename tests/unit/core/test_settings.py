"""What production refuses, and what has no default."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from caytre.core.settings import Settings

GOOD: dict[str, Any] = {
    "environment": "production",
    "database_url": "postgresql://db/agreements",
    "kafka_bootstrap_servers": "kafka:9092",
    "issuer": "https://id.example/realms/caytre",
    "audience": "caytre",
    "jwks": "https://id.example/realms/caytre/certs",
    "pseudonym_key": Path("/run/secrets/pseudonym"),
}


def test_production_takes_an_https_issuer() -> None:
    settings = Settings(**GOOD)
    assert settings.token_lifetime == 900


@pytest.mark.parametrize(
    "jwks",
    [
        "/etc/jwks.json",
        "jwks.json",
        "http://id.example/certs",
        "https://localhost/certs",
        "https://127.0.0.1/certs",
        "https://127.1.2.3:8443/certs",
        "https://[::1]/certs",
        "https://id.localhost/certs",
        "file:///etc/jwks.json",
    ],
)
def test_production_refuses_keys_of_this_machine(jwks: str) -> None:
    with pytest.raises(ValidationError, match="CAYTRE_JWKS"):
        Settings(**GOOD | {"jwks": jwks})


@pytest.mark.parametrize("issuer", ["http://id.example", "https://localhost", "caytre"])
def test_production_refuses_a_loopback_issuer(issuer: str) -> None:
    with pytest.raises(ValidationError, match="CAYTRE_ISSUER"):
        Settings(**GOOD | {"issuer": issuer})


def test_local_takes_a_file_and_a_day_but_no_plain_http_from_afar() -> None:
    assert Settings(**GOOD | {"environment": "local", "jwks": "/x/jwks.json"}).token_lifetime == 86_400
    with pytest.raises(ValidationError):
        Settings(**GOOD | {"environment": "local", "jwks": "http://id.example/certs"})


@pytest.mark.parametrize("name", GOOD)
def test_what_differs_between_installations_has_no_default(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in (f"CAYTRE_{name.upper()}", name.upper()):
        monkeypatch.delenv(variable, raising=False)
    with pytest.raises(ValidationError):
        Settings(**{key: value for key, value in GOOD.items() if key != name})


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(b"s" * 32)
    named = {
        "CAYTRE_ENVIRONMENT": "test", "DATABASE_URL": "postgresql://x", "KAFKA_BOOTSTRAP_SERVERS": "k:1",
        "CAYTRE_ISSUER": "i", "CAYTRE_AUDIENCE": "a", "CAYTRE_JWKS": "j.json", "CAYTRE_PSEUDONYM_KEY": str(key),
        "CAYTRE_SERVICES": '{"agreements": "http://127.0.0.1:8001"}', "CAYTRE_MAX_TOKEN_LIFETIME": "60",
    }  # fmt: skip
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.services == {"agreements": "http://127.0.0.1:8001"}
    assert settings.token_lifetime == 60
    assert settings.derived("cursor") != settings.derived("pseudonym")
    assert "postgresql" not in repr(settings)


def test_a_short_secret_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(b"short")
    with pytest.raises(ValueError, match="32 random bytes"):
        Settings(**GOOD | {"pseudonym_key": key}).derived("cursor")
