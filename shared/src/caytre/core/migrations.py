"""Migrations: Alembic, one folder per service inside its package, under a lock so that replicas do not race.

A migration fits the previous release of the code: add nullable, fill in batches, enforce, in three releases.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine

#: Any number, the same for everybody who migrates a Caytre database (pg_advisory_xact_lock).
_LOCK = 7_203_651_902


def configuration(folder: Path) -> Config:
    """Alembic's configuration for one service's folder of migrations."""
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(slug)s")
    return config


def head(folder: Path) -> str:
    """The one newest revision of a folder. Raises CommandError when there are several."""
    revision = ScriptDirectory.from_config(configuration(folder)).get_current_head()
    if revision is None:
        raise LookupError(f"{folder} holds no migration")
    return revision


async def migrate(url: str, folder: Path, metadata: sa.MetaData, *, revision: str = "head") -> None:
    """Bring the database to `revision`, in one transaction under an advisory lock."""
    script = ScriptDirectory.from_config(configuration(folder))
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
    try:
        async with engine.begin() as connection:
            await connection.execute(sa.text("SET LOCAL lock_timeout = '5s'"))
            await connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            await connection.run_sync(_run, script, metadata, revision)
    finally:
        await engine.dispose()


def _run(connection: sa.Connection, script: ScriptDirectory, metadata: sa.MetaData, revision: str) -> None:
    present = {r.revision for r in script.walk_revisions()}
    with EnvironmentContext(configuration(Path(script.dir)), script) as context:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            fn=lambda at, _: (
                script._downgrade_revs(revision, at)  # type: ignore[arg-type]
                if revision in (*present, "base") and at and revision not in at and _is_older(script, revision, at)
                else script._upgrade_revs(revision, at)  # type: ignore[arg-type]
            ),
        )
        context.run_migrations()


def _is_older(script: ScriptDirectory, revision: str, at: object) -> bool:
    if revision == "base":
        return True
    older = {r.revision for r in script.iterate_revisions(tuple(at), "base")}  # type: ignore[call-overload]
    return revision in older


def new_revision(folder: Path, message: str) -> None:
    """Write an empty migration to fill in; `make migration service=… m=…` calls this."""
    command.revision(configuration(folder), message=message)
