"""Alembic's environment for the gateway's database."""

from caytre.core.storing.migrations import run_environment
from caytre.gateway.tables import metadata

run_environment(metadata)
