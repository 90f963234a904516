"""`caytre parked`, `redrive` and `discard`: messages that no handler could take, until somebody decides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from caytre.cli.reach import AsJson, DryRun, Reach, Target, Token, Url
from caytre.cli.screen import emit, out, table
from caytre.local.failures import SetupError

Service = Annotated[str, typer.Argument(help="The service that parked the message.")]

_PAGE = 1000


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (parked, redrive, discard):
        app.command()(command)


def _consumers(target: Target) -> list[str]:
    return [one["consumer"] for one in target.ask("GET", "/operations/status")["consumers"]]


def _parked(target: Target) -> Iterator[dict[str, Any]]:
    after = 0
    while items := target.ask("GET", f"/operations/parked?after={after}&limit={_PAGE}")["items"]:
        yield from items
        after = items[-1]["id"]


def _one(target: Target, id: int) -> dict[str, Any]:
    for item in _parked(target):
        if item["id"] == id:
            return item
    raise SetupError(f"{target.name} has parked no message {id}; see `caytre parked {target.name}`.")


def _line(item: dict[str, Any]) -> dict[str, Any]:
    return {
        **item,
        "where": f"{item['topic']}/{item['partition']}@{item['offset']}",
        "why": item["error"] or "waits behind another of its key",
        "since": item["parked_at"][:19].replace("T", " "),
    }


_COLUMNS = {"service": "service", "id": "id", "type": "type", "key": "record", "where": "where", "attempts": "tried",
            "since": "since (UTC)", "why": "why"}  # fmt: skip


def parked(
    service: Annotated[str | None, typer.Argument(help="This service only.")] = None,
    url: Url = None,
    token: Token = None,
    as_json: AsJson = False,
) -> None:
    """List messages that could not be applied, and those that wait behind them.

    A message that fails is kept with its error, and so are the later ones of
    its record, so that order is kept; everything else flows on. Repair the
    cause and redrive; discard only what nobody needs.

    \b
      caytre parked
      caytre redrive gateway 17
      caytre discard gateway 17 --reason "sent by a test, asked of its sender"
    """
    reach = Reach(url, token)
    targets = [reach.service(service)] if service else reach.services()
    found = [{"service": target.name, **item} for target in targets if _consumers(target) for item in _parked(target)]
    if as_json:
        emit(found)
    elif found:
        out().print(table([_line(item) for item in found], _COLUMNS))
    else:
        out().print("Nothing is parked.")


def redrive(
    service: Service,
    id: Annotated[int | None, typer.Argument(help="One message, with those of its record; else all.")] = None,
    url: Url = None,
    token: Token = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Take parked messages again, each record's in order, until one fails again.

    The exit code is 1 when something is still parked afterwards.

    \b
      caytre redrive gateway            everything
      caytre redrive gateway 17         message 17 and the others of its record
      caytre redrive gateway --dry-run
    """
    target = Reach(url, token).service(service)
    if dry_run:
        items = list(_parked(target)) if id is None else [_one(target, id)]
        shown = [{"service": service, **_line(item)} for item in items]
        out().print(table(shown, _COLUMNS) if shown else "Nothing is parked.")
        return
    paths = (
        [f"/operations/consumers/{name}/redrive" for name in _consumers(target)]
        if id is None
        else [f"/operations/parked/{id}/redrive"]
    )
    answers = [target.ask("POST", path) for path in paths]
    _tell(service, answers, as_json)


def _tell(service: str, answers: list[dict[str, Any]], as_json: bool) -> None:
    failed = [error for answer in answers for error in answer["failed"] or ()]
    done = sum(answer["done"] for answer in answers)
    if as_json:
        emit({"service": service, "done": done, "failed": failed})
    else:
        console = out()
        console.print(f"{done} applied, {len(failed)} still parked.")
        for error in failed:
            console.print(f"  {error}", markup=False)
    if failed:
        raise typer.Exit(1)


def discard(
    service: Service,
    id: Annotated[int, typer.Argument(help="The message, as `caytre parked` numbers it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why it may be left out; kept with your pseudonym.")],
    url: Url = None,
    token: Token = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Leave a parked message out for good, then go on with the others of its record.

    It stays on Kafka and in its service's journal; only this consumer passes
    over it, and also in every later replay and rebuild. Who did it and why is
    kept.

    \b
      caytre discard gateway 17 --reason "sent by a test, asked of its sender"
    """
    target = Reach(url, token).service(service)
    item = _one(target, id)
    if dry_run:
        out().print(table([{"service": service, **_line(item)}], _COLUMNS))
        return
    answer = target.ask("POST", f"/operations/parked/{id}/discard", {"reason": reason})
    _tell(service, [answer], as_json)
