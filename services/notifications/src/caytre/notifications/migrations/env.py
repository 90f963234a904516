"""Alembic's environment of the notifications service."""

from caytre.core.storing.migrations import run_environment
from caytre.notifications.tables import metadata

run_environment(metadata)
