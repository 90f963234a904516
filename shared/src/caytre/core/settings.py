"""What a process is told from outside: environment variables, read once at start, the same names for every service.

What must differ between installations has no default. The `OTEL_*` variables are the standard ones and are read by
`caytre.core.telemetry` and the OpenTelemetry SDK themselves.
"""

from __future__ import annotations

import hmac
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

#: Access tokens live this long at most (seconds): in production a quarter of an hour, on one's own machine a day.
PRODUCTION_TOKEN_LIFETIME = 900
LOCAL_TOKEN_LIFETIME = 86_400
SECRET_BYTES = 32


class Settings(BaseSettings):
    """One process's settings. Raises pydantic.ValidationError naming what is missing or may not be in production."""

    # What is wrong is told without the value: addresses hold passwords.
    model_config = SettingsConfigDict(
        env_prefix="CAYTRE_", frozen=True, extra="ignore", populate_by_name=True, hide_input_in_errors=True
    )

    environment: Literal["local", "test", "production"]
    database_url: str = Field(validation_alias="DATABASE_URL", repr=False)
    kafka_bootstrap_servers: str = Field(validation_alias="KAFKA_BOOTSTRAP_SERVERS")
    issuer: str
    audience: str
    #: A path to a JSON Web Key Set, or the https address of the issuer's (RFC 7517 section 5).
    jwks: str
    pseudonym_key: Path
    data_keys: Path | None = None
    signing_key: Path | None = None
    #: The clock of a rehearsal (see `caytre.core.clock`); without it business time is machine time.
    rehearsal_clock: Path | None = None
    #: What the world calls this service, e.g. `https://caytre.example`; empty gives relative references in problems.
    public_url: str = ""
    max_token_lifetime: int | None = None
    max_body_bytes: int = 1024 * 1024
    #: How long (seconds) a process told to stop answers 503 on `/health/ready` before it closes its socket.
    unready_seconds: float = Field(default=0, ge=0, le=60)
    #: How long (hours) an idempotency key is known; clients are promised three days.
    keep_keys_hours: int = Field(default=72, ge=72, le=8760)
    #: How long (days) journeys know which page or batch carried a message.
    keep_passages_days: int = Field(default=30, ge=1, le=3650)
    #: How long (days) a handled message is remembered after its topic has dropped it; for ever where none is dropped.
    keep_handled_days: int = Field(default=30, ge=7, le=3650)
    #: How many may follow the changes at a time, by stream or by waiting, in one process.
    most_followers: int = Field(default=200, ge=1, le=10_000)
    services: dict[str, str] = Field(default_factory=dict)
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @model_validator(mode="after")
    def _production_is_no_rehearsal_and_trusts_no_loopback(self) -> Settings:
        address = urlsplit(self.jwks)
        remote = address.scheme in {"http", "https"}
        if self.environment == "production":
            if self.rehearsal_clock is not None:
                raise ValueError("CAYTRE_REHEARSAL_CLOCK is for rehearsals; in production time is not moved")
            if not remote or address.scheme != "https" or _is_loopback(address.hostname or ""):
                raise ValueError("CAYTRE_JWKS must be the https address of the issuer, not of this machine")
            if urlsplit(self.issuer).scheme != "https" or _is_loopback(urlsplit(self.issuer).hostname or ""):
                raise ValueError("CAYTRE_ISSUER must be an https issuer, not one of this machine")
        elif address.scheme == "http" and not _is_loopback(address.hostname or ""):
            raise ValueError("CAYTRE_JWKS over http is only for this machine; use https or a path")
        return self

    @property
    def token_lifetime(self) -> int:
        """The longest lifetime (`exp` - `iat`, seconds) of an access token that is still taken."""
        if self.max_token_lifetime is not None:
            return self.max_token_lifetime
        return PRODUCTION_TOKEN_LIFETIME if self.environment == "production" else LOCAL_TOKEN_LIFETIME

    @cached_property
    def secret(self) -> bytes:
        """The installation's secret for pseudonyms and cursors, one for all processes. Raises OSError, ValueError."""
        secret = self.pseudonym_key.read_bytes()
        if len(secret) < SECRET_BYTES:
            raise ValueError(f"{self.pseudonym_key} must hold {SECRET_BYTES} random bytes")
        return secret

    def derived(self, purpose: str) -> bytes:
        """A key for one purpose only, derived from the secret (HMAC-SHA-256 as a pseudo-random function)."""
        return hmac.digest(self.secret, f"caytre/{purpose}".encode(), "sha256")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in {"localhost", "ip6-localhost", ""} or host.endswith(".localhost")
