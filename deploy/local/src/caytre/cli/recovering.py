"""`caytre republish` and `caytre recover`: after a new Kafka cluster, after a restored or failed-over database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import asyncpg
import typer

from caytre.cli.reach import AsJson, DatabaseUrl, DryRun, Reach, Yes
from caytre.cli.screen import confirm, emit, out
from caytre.core.relaying import lease
from caytre.local.failures import SetupError

Service = Annotated[str, typer.Argument(help="The service whose journal is meant.")]

_LEASE = """
SELECT topic, cluster_id, epoch, position, published, state_published, owner, system_identifier, timeline
FROM relay WHERE service = $1
"""


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(republish)
    app.command()(recover)


async def connect(url: str) -> asyncpg.Connection[asyncpg.Record]:
    """A connection as the database's owner. Raises SetupError."""
    try:
        return await asyncpg.connect(url, timeout=10, server_settings={"application_name": "caytre-cli"})
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        raise SetupError(
            f"The database cannot be reached: {error}. Is the platform up? See `caytre status`."
        ) from error


async def _change(
    url: str, service: str, change: Callable[[Any, str], Awaitable[int]] | None
) -> tuple[dict[str, Any], int | None]:
    connection = await connect(url)
    try:
        row = await connection.fetchrow(_LEASE, service)
        if row is None:
            raise SetupError(f"The database has no journal of {service}: is it that service's database?")
        return dict(row), None if change is None else await change(connection, service)
    except asyncpg.UndefinedTableError as error:
        raise SetupError(f"The database has no journal: is it the one of {service}? ({error})") from error
    finally:
        await connection.close()


def republish(
    service: Service,
    database: DatabaseUrl = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Publish a service's whole journal again, to the Kafka cluster that is there now.

    One needs it when Kafka was lost or replaced: the relay finds another
    cluster id, stops and asks for this; and when a reader meets a gap, as one
    that reads a cut topic anew does: it waits and asks for this in `caytre
    lag`. The journal has everything, so nothing is lost; readers drop what they
    have already by its position. On a terminal it asks first.

    \b
      caytre republish agreements --dry-run
      caytre republish agreements && caytre lag
    """
    url = Reach().database(service, database)
    before, messages = asyncio.run(_change(url, service, None))
    would = (
        f"{before['position']:,} messages of {service} would be published again; {before['published']:,} were "
        f"published to the cluster {before['cluster_id']}."
    )
    if not dry_run:
        confirm(would, yes=yes)
        before, messages = asyncio.run(_change(url, service, lease.republish))
    if as_json:
        emit({"service": service, "before": before, "messages": messages, "dry_run": dry_run})
    elif dry_run:
        out().print(would)
    else:
        out().print(
            f"The relay publishes {messages or 0:,} messages of {service} again; `caytre lag` shows how far it is."
        )


def recover(
    service: Service,
    database: DatabaseUrl = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Go on after a service's database was restored from a backup or failed over.

    The relay finds another system identifier or timeline, stops and asks for
    this. Positions after the restored one are given anew, so the epoch is
    raised: every reader orders by (epoch, position) and takes the new ones as
    later. What was acknowledged after the backup is lost with the database;
    messages about it stay on Kafka. On a terminal it asks first.

    \b
      caytre recover agreements --dry-run
      caytre recover agreements && caytre verify agreements
    """
    url = Reach().database(service, database)
    before, epoch = asyncio.run(_change(url, service, None))
    would = (
        f"The journal of {service} would go on in epoch {before['epoch'] + 1} after position {before['position']:,}."
    )
    if not dry_run:
        confirm(would, yes=yes)
        before, epoch = asyncio.run(_change(url, service, lease.recover))
    if as_json:
        emit({"service": service, "before": before, "epoch": epoch, "dry_run": dry_run})
    elif dry_run:
        out().print(would)
    else:
        out().print(f"The journal of {service} goes on in epoch {epoch} after position {before['position']:,}.")
