"""What only the gateway is told from outside."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class GatewaySettings(BaseSettings):
    """Settings beside those of every service. Raises pydantic.ValidationError."""

    # What is wrong is told without the value: addresses hold passwords.
    model_config = SettingsConfigDict(env_prefix="CAYTRE_", frozen=True, extra="ignore", hide_input_in_errors=True)

    #: Seconds that a view waits at most for the version in Consistency-Token.
    consistency_seconds: float = Field(default=5.0, ge=0, le=5)
    #: Where a trace can be looked at, with `{trace_id}` in it; empty where there is no dashboard.
    trace_url: str = Field(default="", pattern=r"^(|https?://[^\s{}]+\{trace_id\}[^\s{}]*)$")
