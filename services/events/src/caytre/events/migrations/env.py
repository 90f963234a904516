"""Alembic's environment of the events service."""

from caytre.core.storing.migrations import run_environment
from caytre.events.tables import metadata

run_environment(metadata)
