"""Deadlines as an iCalendar feed (RFC 5545). Escaping and folding are the library's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from icalendar import Calendar, Event

from caytre.core.web.languages import Language
from caytre.gateway.presenting.texts import text
from caytre.gateway.queries.obligations import Due


def feed(
    lines: Iterable[tuple[Due, dict[str, Any]]], origin: str, language: Language, cut: tuple[date, int] | None = None
) -> bytes:
    """One whole-day event per deadline with a day. Its UID is the deadline's, so that a moved one moves.

    Links begin with `origin`. Where the feed was `cut`, an event of that day says that there is more than so many.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Caytre//Obligations//VI")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"Caytre: {text('calendar', language)}")
    for due, line in lines:
        if due.due_on is None:
            continue
        event = _event(str(due.id), due.at, due.due_on)
        event.add("class", "CONFIDENTIAL" if line["owner"]["restricted"] else "PRIVATE")
        if line["owner"]["restricted"]:
            event.add("summary", text("obligation", language))
        else:
            event.add("summary", _one_line(f"{line['label']}: {line['owner']['label']}"))
            told = (line["status_label"], line["answerable_label"], line["citation"], line["explanation"], line["mark"])
            event.add("description", "\n".join(str(each) for each in told if each))
            event.add("categories", [line["code"]])
            event.add("url", origin + line["owner"]["page"])
        calendar.add_component(event)
    if cut is not None:
        day, most = cut
        event = _event("more", datetime.combine(day, time(), UTC), day)
        event.add("summary", text("more_than", language, n=most))
        event.add("url", f"{origin}/views/worklist")
        calendar.add_component(event)
    body: bytes = calendar.to_ical()
    return body


def _event(name: str, at: datetime, day: date) -> Event:
    event = Event()
    event.add("uid", f"{name}@caytre")
    event.add("dtstamp", at)
    event.add("last-modified", at)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    return event


def _one_line(words: str) -> str:
    return " ".join(words.split())
