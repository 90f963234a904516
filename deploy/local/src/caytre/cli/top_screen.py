"""The picture of `caytre top`: tables of processes, relays and consumers, and what people wait for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from caytre.local.operations import LATE
from caytre.local.overview import Consumer, Mail, Obligations, Overview, Process, Relay

_STATES = {"ready": "green", "not ready": "yellow", "away": "red"}
#: So many kinds of overdue obligations are named, the most frequent first.
_MOST_CODES = 12


def screen(seen: Overview) -> RenderableType:
    """Everything, from what is nearest to the machine to what is nearest to people; it fits 80 by 24."""
    relays = [(process, process.relay) for process in seen.processes if process.relay is not None]
    return Group(
        Text.assemble(("Caytre", "bold"), f"  {seen.at}", ("  q ends", "dim")),
        _processes(seen.processes),
        "",
        _relays(relays),
        "",
        _consumers(seen.consumers),
        "",
        _obligations(seen.obligations),
        _mail(seen.mail),
        *(Text(f"! {_name(one)}: {note}", "yellow") for one in seen.processes for note in one.notes),
    )


def _table(*columns: str, words: int) -> Table:
    table = Table(show_edge=False, pad_edge=False, box=None, header_style="bold dim", padding=(0, 2, 0, 0))
    for place, column in enumerate(columns):
        table.add_column(column, justify="left" if place < words else "right", no_wrap=True)
    return table


def _name(process: Process) -> str:
    return process.service or process.address


def _processes(processes: Sequence[Process]) -> Table:
    table = _table("service", "role", "state", "req/s", "5xx/s", "loop ms", "cpu %", "MiB", words=3)
    for one in processes:
        late, memory = one.event_loop_lag, one.memory_bytes
        table.add_row(
            escape(_name(one)),
            escape(one.role),
            f"[{_STATES[one.state]}]{one.state}[/]",
            _number(one.requests_per_second),
            _alarm(one.failures_per_second, 0),
            _number(None if late is None else late * 1000),
            _number(one.cpu_percent),
            "" if memory is None else f"{memory / 2**20:,.0f}",
        )
    return table


def _relays(relays: Sequence[tuple[Process, Relay]]) -> Table:
    table = _table("relay of", "state", "outbox", "oldest s", "behind", "lag s", "sent/s", words=2)
    for process, one in relays:
        state = "[red]blocked[/]" if one.blocked else "leads" if one.leads else "stands by"
        table.add_row(
            escape(_name(process)),
            state,
            _number(one.outbox),
            _alarm(one.outbox_seconds, LATE),
            _number(one.lag),
            _alarm(one.lag_seconds, LATE),
            _number(one.published_per_second),
        )
    return table


def _consumers(consumers: Sequence[Consumer]) -> Table:
    table = _table("consumer", "state", "behind", "lag s", "applied/s", "parked", "see", words=2)
    for one in consumers:
        state = "[red]halted[/]" if one.halted else f"[yellow]{one.paused} paused[/]" if one.paused else "goes on"
        table.add_row(
            escape(one.consumer),
            state,
            "?" if one.lag is None else _number(one.lag),
            _alarm(one.lag_seconds, LATE),
            _number(one.applied_per_second),
            _alarm(one.parked, 0),
            escape(_see(one)),
        )
    return table


def _see(one: Consumer) -> str:
    """The command that says more or goes on."""
    if one.halted:
        return f"caytre resume {one.consumer}"
    return "caytre lag" if one.paused else "caytre parked" if one.parked else ""


def _obligations(seen: Obligations | None) -> Text:
    line = Text.assemble(("overdue  ", "bold dim"))
    if seen is None:
        return line.append("not told: the notifications service is away", "yellow")
    line.append(f"{sum(seen.overdue.values()):,}")
    line.append(_counts(seen.overdue))
    late = seen.timers_late_seconds or 0.0
    return line.append("   timers late ", "dim").append(f"{late:,.0f} s", "red" if late > LATE else "")


def _mail(seen: Mail | None) -> Text:
    line = Text.assemble(("mail     ", "bold dim"))
    if seen is None:
        return line.append("not told: the notifications service is away", "yellow")
    line.append(f"{seen.queued:,} queued, late {seen.late_seconds or 0:,.0f} s")
    if seen.sent_per_second is not None:
        line.append(f", {seen.sent_per_second:,.1f} sent/s")
    for said, counts in (("retrying", seen.retrying), ("failures", seen.failures)):
        if counts:
            line.append(f"   {said}", "yellow").append(_counts(counts))
    return line


def _counts(counts: Mapping[str, int]) -> str:
    named = list(counts.items())
    more = f" · {len(named) - _MOST_CODES} more" if len(named) > _MOST_CODES else ""
    return "".join(f" · {name} {count:,}" for name, count in named[:_MOST_CODES]) + more


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"


def _alarm(value: float | None, most: float) -> str:
    shown = _number(value)
    return f"[red]{shown}[/]" if value is not None and value > most else shown
