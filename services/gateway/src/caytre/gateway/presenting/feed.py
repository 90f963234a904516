"""Deadlines as an iCalendar feed (RFC 5545). Escaping and folding are the library's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from icalendar import Calendar, Event

from caytre.core.web.languages import Language
from caytre.gateway.presenting.texts import text
from caytre.gateway.queries.obligations import Due


def feed(lines: Iterable[tuple[Due, dict[str, Any]]], origin: str, language: Language) -> bytes:
    """One whole-day event per deadline with a day. Its UID is the deadline's, so that a moved one moves."""
    calendar = Calendar()
    calendar.add("prodid", "-//Caytre//Obligations//VI")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"Caytre: {text('calendar', language)}")
    for due, line in lines:
        if due.due_on is None:
            continue
        event = Event()
        event.add("uid", f"{due.id}@caytre")
        event.add("dtstamp", due.at)
        event.add("last-modified", due.at)
        event.add("dtstart", due.due_on)
        event.add("dtend", due.due_on + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
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
    body: bytes = calendar.to_ical()
    return body


def _one_line(words: str) -> str:
    return " ".join(words.split())
