"""Alembic's environment of the delegations service."""

from caytre.core.storing.migrations import run_environment
from caytre.delegations.tables import metadata

run_environment(metadata)
