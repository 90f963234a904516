"""Alembic's environment of the agreements service."""

from caytre.agreements.tables import metadata
from caytre.core.storing.migrations import run_environment

run_environment(metadata)
