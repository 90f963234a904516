"""Reminder ladders and the rules of who is told, as tables."""

from __future__ import annotations

from caytre.reference import ladders, notices
from caytre.reference.notices import Telling

_PLACES = {"LOCALITIES": "of the localities concerned", "MISSIONS": "of the missions concerned", None: ""}


def all_ladders() -> str:
    """Every version of every ladder with its rungs, and the deadlines that have it."""
    return "\n\n".join(_ladder(each) for each in ladders.all_ladders())


def _ladder(ladder: ladders.Ladder) -> str:
    codes = ", ".join(f"`{kind.code}`" for kind in ladders.all_kinds() if kind.ladder == ladder.code)
    lines = [
        f"### `{ladder.code}` version {ladder.version}: {ladder.name_en}",
        "",
        f"{ladder.name_vi}. For {codes}.",
        "",
    ]
    lines += ["| rung | working days from the day | at | becomes | told |", "|---|---|---|---|---|"]
    for step in ladder.steps:
        status = f"{step.status} {step.level}" if step.level else step.status
        told = ", ".join(step.to) or "nobody"
        lines.append(f"| {step.name} | {step.offset:+d} | {step.at:%H:%M} | {status} | {told} |")
    return "\n".join(lines)


def all_notices() -> str:
    """Who is told of which message."""
    lines = ["| message | told | category |", "|---|---|---|"]
    for notice in notices.all_notices():
        told = "; ".join(_told(each) for each in notice.tell)
        when = "".join(f", `{name}` {' or '.join(map(_value, values))}" for name, values in notice.when.items())
        mandatory = ", mandatory" if notice.mandatory else ""
        lines.append(f"| `{notice.type}`{when} | {told} | {notice.category}{mandatory} |")
    return "\n".join(lines)


def _value(value: object) -> str:
    return "not said" if value is None else str(value)


def _told(telling: Telling) -> str:
    if telling.ladder:
        return "whom the rung names"
    if telling.parties is not None:
        return f"who stands in `{telling.parties}`"
    return f"{telling.role} {_PLACES[telling.within]}".strip()
