"""`caytre lag`, `resume`, `replay` and `rebuild`: how far consumers are, and making them go on or begin anew."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Annotated, Any

import typer

from caytre.cli.reach import AsJson, DryRun, Reach, Target, Token, Url, Yes
from caytre.cli.screen import aside, confirm, emit, out, progress, table
from caytre.local.failures import SetupError

Consumer = Annotated[str, typer.Argument(help="A consumer, as `caytre lag` lists them (gateway, agreements, …).")]

_LOOK_SECONDS = 0.5
#: A rebuild that shows no progress for so long has no worker (seconds).
_NO_WORKER_SECONDS = 60.0
#: In the place of topics while Kafka does not answer.
_UNKNOWN = "?"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (lag, resume, replay, rebuild):
        app.command()(command)


def _status(target: Target, consumer: str) -> dict[str, Any]:
    found = target.ask("GET", "/operations/status")["consumers"]
    return next((one for one in found if one["consumer"] == consumer), {})


def lag(url: Url = None, token: Token = None, as_json: AsJson = False) -> None:
    """Say how far relays and consumers are behind.

    A relay moves what was committed to Kafka, a consumer applies it. Messages
    are counted per topic; the age is that of the oldest unread one. Look here
    when a view is old: a growing outbox means that Kafka or the relay is away,
    a growing lag that the consumer is, a halt that too many messages could not
    be applied, a gap that Kafka has lost records, which `caytre republish` of
    the service that is named sends again.

    \b
      caytre lag
      caytre lag --url https://agreements.example.org --token @token --json
    """
    statuses = [target.ask("GET", "/operations/status") for target in Reach(url, token).services()]
    if as_json:
        emit(statuses)
        return
    relays = [
        {
            "service": one["service"],
            **one["relay"],
            "leads": "this one" if one["relay"].get("leader") else "another",
        }
        for one in statuses
        if one["relay"]
    ]
    rows = lag_rows(statuses)
    relay_columns = {"service": "relay of", "position": "journal", "published": "published", "outbox": "outbox",
                     "oldest_seconds": "oldest, s", "leads": "led by", "blocked": "blocked"}  # fmt: skip
    consumer_columns = {"consumer": "consumer", "service": "in", "topic": "topic", "messages": "behind",
                        "seconds": "oldest, s", "parked": "parked", "notes": "state"}  # fmt: skip
    console = out()
    if relays:
        console.print(table(relays, relay_columns), "")
    if rows:
        console.print(table(rows, consumer_columns))


def lag_rows(statuses: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What `caytre lag` says of each consumer and topic, with the command that settles what stands in the way.

    One row for all topics of a consumer while Kafka does not say how far it is.
    """
    return [
        _lag_row(one["service"], consumer, topic, behind)
        for one in statuses
        for consumer in one["consumers"]
        for topic, behind in (consumer["lag"] or {_UNKNOWN: {"messages": None, "seconds": None}}).items()
    ]


def _lag_row(service: str, consumer: dict[str, Any], topic: str, behind: dict[str, Any]) -> dict[str, Any]:
    notes = []
    if consumer["kafka"]:
        notes.append(f"Kafka does not answer: {consumer['kafka']}")
    if consumer["halted"]:
        notes.append(f"halted: {consumer['halted']['reason']}; run `caytre resume {consumer['consumer']}`")
    paused = consumer["paused"].items()
    notes += [f"{where} waits: {why}" for where, why in paused if topic in (_UNKNOWN, where.rpartition("/")[0])]
    if consumer["parked"]:
        notes.append(f"see `caytre parked {service}`")
    return {"service": service, "consumer": consumer["consumer"], "topic": topic, "parked": consumer["parked"],
            "messages": behind["messages"], "seconds": behind["seconds"],
            "notes": "; ".join(notes) or "goes on"}  # fmt: skip


def resume(
    consumer: Consumer,
    url: Url = None,
    token: Token = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Let a consumer go on that was halted.

    A consumer halts when too many messages in a row could not be applied, which
    is rather its own fault than theirs. Find out why (`caytre parked`), repair
    it, then resume; redrive afterwards what was parked. On a terminal it asks
    first.

    \b
      caytre resume gateway
    """
    target = Reach(url, token).of_consumer(consumer)
    halted = _status(target, consumer).get("halted")
    is_halted = f"{consumer} is halted: {halted['reason']}" if halted else f"{consumer} is not halted."
    was_halted = None
    if not dry_run:
        if halted:
            confirm(is_halted, yes=yes)
        was_halted = target.ask("POST", f"/operations/consumers/{consumer}/resume")["was_halted"]
    if as_json:
        emit({"consumer": consumer, "halted": halted, "was_halted": was_halted, "dry_run": dry_run})
    elif dry_run:
        out().print(is_halted, markup=False)
    else:
        out().print(f"{consumer} goes on." if was_halted else f"{consumer} was not halted; nothing was changed.")


def replay(
    consumer: Consumer,
    url: Url = None,
    token: Token = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Let a consumer read all its topics again from the beginning.

    Effects happen once whatever is read again: reactions are not repeated and
    views keep their rows. One needs it when something was lost from a
    consumer's database; to build views anew use `caytre rebuild`. On a terminal
    it asks first.

    \b
      caytre replay gateway --dry-run
      caytre replay gateway
    """
    target = Reach(url, token).of_consumer(consumer)
    partitions = _status(target, consumer).get("partitions") or []
    messages, again = sum(one["next_offset"] for one in partitions), None
    would = f"{consumer} would read about {messages:,} messages of {len(partitions)} partitions again."
    if not dry_run:
        confirm(would, yes=yes)
        again = target.ask("POST", f"/operations/consumers/{consumer}/replay")["partitions"]
    if as_json:
        emit({"consumer": consumer, "messages": messages, "partitions": again, "dry_run": dry_run})
    elif dry_run:
        out().print(would)
    else:
        out().print(f"{consumer} reads {again} partitions from the beginning; `caytre lag` shows how far it is.")


def rebuild(
    consumer: Consumer,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Show the progress until it is done.")] = True,
    url: Url = None,
    token: Token = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Build the views of a consumer anew from Kafka while the old ones go on serving.

    Messages are replayed into shadow tables; close to the live position the
    tables are swapped. One needs it after a change of how views are made, or
    when a view is wrong. Ending this command does not end the rebuild.

    \b
      caytre rebuild gateway
      caytre rebuild gateway --no-wait && caytre lag --json
    """
    target = Reach(url, token).of_consumer(consumer)
    if dry_run:
        partitions = _status(target, consumer).get("partitions") or []
        messages = sum(one["next_offset"] for one in partitions)
        out().print(f"About {messages:,} messages would be replayed into new views of {consumer}.")
        return
    target.ask("POST", f"/operations/consumers/{consumer}/rebuild")
    if not wait:
        out().print(f"The rebuild of {consumer} is asked for; `caytre lag --json` shows its progress.")
        return
    done = _watch(target, consumer)
    if as_json:
        emit(done)
    elif not done["error"]:
        out().print(f"The views of {consumer} are rebuilt: {done['done']:,} messages, {done['rate'] or 0:,} a second.")
    if done["error"]:
        raise SetupError(f"The rebuild of {consumer} failed: {done['error']}. The old views go on serving.")


def _watch(target: Target, consumer: str) -> dict[str, Any]:
    with progress("messages") as bar:
        task = bar.add_task(f"rebuilding {consumer}", total=None, rate="-")
        moved, last = time.monotonic(), -1
        while True:
            found: dict[str, Any] = _status(target, consumer).get("rebuild") or {}
            if found.get("finished_at"):
                return found
            done = found.get("done") or 0
            bar.update(task, completed=done, total=found.get("total") or None, rate=f"{found.get('rate') or 0:,}")
            if done != last:
                moved, last = time.monotonic(), done
            elif time.monotonic() - moved > _NO_WORKER_SECONDS:
                aside().print(f"No progress for {_NO_WORKER_SECONDS:.0f} s: does a worker of {target.name} run?")
                moved = time.monotonic()
            time.sleep(_LOOK_SECONDS)
