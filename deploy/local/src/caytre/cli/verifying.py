"""`caytre verify`: is the journal what was recorded?"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated

import asyncpg
import typer
from aiokafka.errors import KafkaError
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from rich.progress import Progress, TaskID

from caytre.cli.reach import AsJson, DatabaseUrl, Kafka, Reach
from caytre.cli.recovering import connect
from caytre.cli.screen import emit, out, progress
from caytre.core.relaying.audit import heads, signing_key, verify_service
from caytre.core.relaying.journal import Finding, verify_readings
from caytre.core.relaying.journal import verify as verify_chain
from caytre.local.failures import SetupError

#: What a finding means and what to do about it; the finding itself says what and where.
MEANING = {
    "gap": "Rows were removed. Restore the journal from a backup and compare; the messages themselves are on Kafka.",
    "data": "Somebody changed what a message said. The true text is on Kafka, at the position of the finding.",
    "chain": "Somebody changed who, when or what a row says, or the row before it. Compare it with the CloudEvents "
    "headers of that position on Kafka.",
    "head": "Rows at the end were removed or added by another way than the relay. Compare with Kafka from here on.",
    "signature": "Another key signed, or the head was forged. Check which key the service used at that time.",
    "tail": "The journal was cut off after a head of it was signed, or restored from an older backup without "
    "`caytre recover`. The messages are on Kafka.",
    "rewritten": "The chain was computed anew after a change, which only the signed head shows. Compare with Kafka.",
    "restored": "The restored backup was older than this head. The messages between are on Kafka, in the older epoch.",
    "blanked": "What the message said is gone, here only. A recorded act must name this position; with --allow-blanked "
    "it is told and does not fail the verification.",
    "reading": "Somebody changed or removed records of who read what is confidential. Compare with a backup.",
    "unsigned": "Nothing outside the database attests this journal. See that a worker runs with CAYTRE_SIGNING_KEY.",
    "unchecked": "The chain alone does not show a cut tail or a rewritten chain. Verify again when Kafka answers.",
}
_HEADS_SECONDS = 30.0
#: Services that own no records and so keep no journal.
_NO_JOURNAL = frozenset({"gateway"})


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(verify)


@dataclass
class Verified:
    """What was looked at in one journal: positions, signed heads, and what does not hold."""

    service: str
    positions: int = 0
    heads: int = 0
    seconds: float = 0.0
    findings: list[Finding] = field(default_factory=list)
    #: True of what a known act did: told, but no sign of tampering.
    notes: list[Finding] = field(default_factory=list)


async def _verify(
    service: str,
    url: str,
    bootstrap: str | None,
    key: OKPKey | None,
    seen: Callable[[int, int], None],
    told: frozenset[str] = frozenset({"restored"}),
) -> Verified:
    """Verify one journal; `seen` is told the position reached and the last one, findings of kinds `told` are notes.

    Raises SetupError.
    """
    found, began = Verified(service), time.monotonic()
    signed: list[bytes] = []
    if key is not None and bootstrap is not None:
        try:
            signed = await asyncio.wait_for(heads(bootstrap, service), _HEADS_SECONDS)
        except (KafkaError, OSError) as error:
            said = f"signed heads could not be read from {bootstrap}: {type(error).__name__} {error}"
            found.findings.append(Finding(0, "unchecked", said))
            key = None
    found.heads = len(signed)
    connection = await connect(url)
    try:
        last = await connection.fetchval("SELECT position FROM relay WHERE service = $1", service)
        seen(0, last or 0)
        items = verify_chain(connection, service) if key is None else verify_service(connection, service, signed, key)
        async for item in items:
            if isinstance(item, Finding):
                (found.notes if item.kind in told else found.findings).append(item)
            else:
                found.positions = item
                seen(item, max(last or 0, item))
        found.findings += [item async for item in verify_readings(connection)]
    except asyncpg.UndefinedTableError as error:
        raise SetupError(f"The database has no journal: is it the one of {service}? ({error})") from error
    finally:
        await connection.close()
    found.seconds = time.monotonic() - began
    return found


def verify(
    service: Annotated[str | None, typer.Argument(help="This service only; all of the platform otherwise.")] = None,
    chain_only: Annotated[bool, typer.Option("--chain-only", help="Leave the signed heads on Kafka out.")] = False,
    allow_blanked: Annotated[
        bool, typer.Option("--allow-blanked", help="Tell of blanked messages without failing: recorded acts name them.")
    ] = False,
    key: Annotated[
        Path | None, typer.Option(envvar="CAYTRE_SIGNING_KEY", help="The key (PEM) with which the service signs.")
    ] = None,
    database: DatabaseUrl = None,
    kafka: Kafka = None,
    as_json: AsJson = False,
) -> None:
    """Prove that a journal is what was recorded: every row of its hash chain, and the
    signed heads on Kafka.

    The chain covers who did what and when, and what was said; any changed,
    removed or added row shows. That the end was cut off or everything was
    computed anew shows against the heads, which lie signed on Kafka, outside
    the database. Who read confidential parts is a chain of its own and is
    verified too. The exit code is 1 when anything was found.

    \b
      caytre verify
      caytre verify agreements --json
      caytre verify agreements --database @database.url --kafka kafka:9092 --key signing.pem
    """
    reach = Reach()
    if database is None:
        names = [
            name for name in reach.known_services([service] if service else []) if service or name not in _NO_JOURNAL
        ]
    elif service is None:
        raise typer.BadParameter("--database needs the name of its service", param_hint="SERVICE")
    else:
        names = [service]
    told = frozenset({"restored", "blanked"} if allow_blanked else {"restored"})
    results = []
    for name in names:
        url = reach.database(name, database)
        public = None if chain_only else _key(reach.signing_key(name, key))
        with progress("positions") as bar:
            task = bar.add_task(f"verifying {name}", total=None, rate="-")
            began = time.monotonic()

            def seen(position: int, last: int, bar: Progress = bar, task: TaskID = task, began: float = began) -> None:
                rate = f"{position / max(time.monotonic() - began, 0.001):,.0f}"
                bar.update(task, completed=position, total=last, rate=rate)

            bootstrap = None if chain_only else reach.kafka(kafka)
            results.append(asyncio.run(_verify(name, url, bootstrap, public, seen, told)))
    _tell(results, as_json)
    if any(found.findings for found in results):
        raise typer.Exit(1)


def _key(path: Path) -> OKPKey:
    try:
        return signing_key(path)
    except (OSError, ValueError, JoseError) as error:
        raise SetupError(f"{path} holds no Ed25519 key in PEM: {error}") from error


def _tell(results: list[Verified], as_json: bool) -> None:
    if as_json:
        emit([{**asdict(found), "holds": not found.findings} for found in results])
        return
    console = out()
    for found in results:
        rate = found.positions / max(found.seconds, 0.001)
        looked = f"{found.positions:,} positions and {found.heads} signed heads, {rate:,.0f} positions/s"
        if not found.findings:
            console.print(f"[green]{found.service}: the journal holds[/] ({looked}).")
        else:
            console.print(f"[bold red]{found.service}: the journal does not hold[/] ({looked}).")
        for finding in (*found.findings, *found.notes):
            console.print(f"  position {finding.position}, {finding.kind}: {finding.detail}", markup=False)
            console.print(f"    {MEANING[finding.kind]}", markup=False)
