"""From a state of any kind of record to its rows: the record itself, what it came out of, and deadlines with their day.

Nothing of a restricted record but its envelope is in a message, so nothing else can come into a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from pydantic_core import to_json

from caytre.contracts.message import INTERNAL, is_restricted
from caytre.contracts.origins import ILLUSTRATION
from caytre.core.consuming.received import Received
from caytre.gateway import contents
from caytre.gateway.model import SETTLED, judged
from caytre.gateway.presenting.origins import illustrates, worth
from caytre.gateway.rows import Row, field_name, found_by, locality_name
from caytre.reference.agencies import is_code

#: Kinds that have a view of their own with the document and, for agreements, the words.
_KEPT_ELSEWHERE = frozenset({"agreement", "partner"})
_NAMES = ("title_vi", "title", "purpose", "text", "subject", "organisation", "register_no", "title_foreign")
#: Members whose text finds a record, wherever in its state they stand.
_WORDS = frozenset(
    {
        *_NAMES,
        *("title_en", "name", "name_at_signing", "invitee", "guest_name", "partner_name", "city", "series", "symbol"),
        *("vi", "en", "native", "venue", "place", "expected", "event_title", "conflict"),
    }
)
_LISTS_OF_WORDS = frozenset({"business", "topics", "aliases", "hosts"})
_PLACES = frozenset({"locality", "responsible_locality", "owner_locality"})
_NOT_SEARCHED = frozenset(
    {"links", "provenance", "external_refs", "procedure", "policy_findings", "readings", "dossier"}
)
MOST_SEARCHED = 8000
#: States of a delegation that will go, has gone or is back; one whose changes wait for approval does not go yet.
GOING = frozenset({"APPROVED", "DEPARTED", "RETURNED", "REPORTED", "CLOSED"})
#: Far behind every deadline that has a day, and every delegation that is back.
NO_DAY = date(9999, 12, 31)

_read_state = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(slots=True)
class Records:
    """What one batch says of records: per table at most one row per key, sorted by key. `places` are the rows' own."""

    records: list[Row] = field(default_factory=list)
    deadlines: list[Row] = field(default_factory=list)
    edges: list[Row] = field(default_factory=list)
    places: list[Row] = field(default_factory=list)


def records_of(messages: Sequence[Received]) -> Records:
    """The rows that follow from the last state of each record. Raises KeyError, ValueError, msgspec.MsgspecError."""
    last: dict[str, tuple[Received, msgspec.Raw]] = {}
    for message in messages:
        known = last.get(message.key)
        if known is None or known[0].place < message.place:
            state = contents.Data(message.data).state
            if state is not None:
                last[message.key] = (message, state)
    rows = Records()
    for key, (message, raw) in sorted(last.items()):
        kind, said = message.type.split(".")[1], _read_state(raw)
        if kind == "deadline":
            rows.deadlines.append(deadline_row(message, said))
            continue
        rows.records.append(record_row(kind, message, said))
        rows.places.append((key, *message.place))
        rows.edges += edge_rows(message, said)
    return rows


def record_row(kind: str, message: Received, state: dict[str, Any]) -> Row:
    """The row of `record_view`."""
    sensitivity = state.get("sensitivity", INTERNAL)
    shown = state if not is_restricted(sensitivity) else {}
    starts_on, ends_on = _days(kind, shown)
    return (
        message.key,
        message.topic.split(".")[1],
        kind,
        message.sequence,
        *message.place,
        message.partition,
        message.time,
        sensitivity,
        judged(kind, sensitivity),
        list(state.get("localities", ())),
        list(dict.fromkeys(_countries(kind, shown))),
        list(dict.fromkeys(_consultees(state))),
        list(dict.fromkeys(_partners(shown))),
        # Agreements are found in their own view, by these words and more.
        "" if kind == "agreement" else found_by(_words(shown))[:MOST_SEARCHED],
        label_of(kind, shown),
        str(shown.get("status", "")),
        _flag(shown),
        worth(state),
        starts_on,
        ends_on,
        *(away(shown) if kind == "delegation" else (None, None)),
        None if kind in _KEPT_ELSEWHERE else to_json(state).decode(),
    )


def deadline_row(message: Received, state: dict[str, Any]) -> Row:
    """The row of `deadline_view`. A restricted owner's deadline is whole: obligations belong to every envelope."""
    owner_kind, _, owner_id = state["owner"].partition("/")
    due = state.get("due_on")
    return (
        message.key,
        message.sequence,
        *message.place,
        message.time,
        state.get("sensitivity", INTERNAL),
        list(state.get("localities", ())),
        list(state.get("countries", ())),
        list(state.get("consultees", ())),
        owner_kind,
        owner_id,
        _desk(state),
        state["status"],
        state["status"] not in SETTLED,
        date.fromisoformat(due) if due else NO_DAY,
        to_json(state).decode(),
    )


def _desk(state: Mapping[str, Any]) -> str:
    """Who has the deadline on its desk: the locality or agency that answers, else the locality whose body it is."""
    answerable: str = state["answerable"]
    return answerable if is_code(answerable) else next(reversed(state.get("localities", ())), answerable)


def edge_rows(message: Received, state: dict[str, Any]) -> Iterator[Row]:
    """What the record says it came out of: its links, and the occasion on which an agreement was signed."""
    if is_restricted(state.get("sensitivity", INTERNAL)):
        return
    links = list(state.get("links", ()))
    occasion = (state.get("signing") or {}).get("occasion")
    if occasion:
        said = {"origin": (state.get("provenance") or {}).get("origin", "act")}
        links.append({"upstream": occasion, "relation": "signed_during", "provenance": said})
    seen = set()
    for link in links:
        upstream = link["upstream"]
        identity = (upstream["id"], link["relation"])
        if identity in seen:
            continue
        seen.add(identity)
        share = link.get("share")
        yield (
            message.key,
            *identity,
            upstream["kind"],
            upstream.get("label"),
            link.get("confidence", "declared"),
            _origin(link, state),
            Decimal(str(share)) if share is not None else None,
            to_json(link).decode(),
            *message.place,
        )


def _origin(link: Mapping[str, Any], state: dict[str, Any]) -> str:
    # What an officer links on an invented record is an illustration, as the record is.
    origin: str = (link.get("provenance") or {}).get("origin", "act")
    return ILLUSTRATION if origin == "act" and illustrates(state) else origin


def label_of(kind: str, state: Mapping[str, Any]) -> str:
    """What the record is called, as its own state says it; empty where it has no name."""
    if kind == "annual_plan" and "year" in state:
        return f"{locality_name(state['locality'])}, {state['year']}"
    if kind == "meeting" and "requester" in state:
        return f"{state['requester']['organisation']} – {state['addressee']['organisation']}"
    names = state.get("names")
    found = [*(names.values() if isinstance(names, dict) else ()), *(state.get(name) for name in _NAMES)]
    return next((each[:300] for each in found if isinstance(each, str) and each), "")


def _words(value: Mapping[str, Any]) -> Iterator[str]:
    for name, each in value.items():
        if name in _NOT_SEARCHED:
            continue
        if isinstance(each, str):
            if name in _WORDS:
                yield each[:500]
            elif name in _PLACES:
                yield locality_name(each)
        elif isinstance(each, dict):
            yield from _words(each)
        elif isinstance(each, list):
            yield from _listed(name, each)


def _listed(name: str, values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, dict):
            yield from _words(value)
        elif isinstance(value, str) and name in _LISTS_OF_WORDS:
            yield value
        elif isinstance(value, str) and name == "fields":
            yield field_name(value)


def _countries(kind: str, state: Mapping[str, Any]) -> Iterator[str]:
    # As the owners do: of plans and follow-ups a mission reads nothing.
    if kind in {"annual_plan", "follow_up"}:
        return
    sides = [state[side] for side in ("requester", "addressee") if side in state]
    for each in (state, *sides, *state.get("foreign_parties", ()), *state.get("stops", ())):
        if each.get("country"):
            yield from () if each["country"] == "VN" else (each["country"],)
    yield from (country for country in state.get("countries", ()) if country != "VN")


def _consultees(state: Mapping[str, Any]) -> Iterator[str]:
    yield from state.get("consultees", ())
    for each in (state, state.get("permission") or {}):
        yield from (opinion["agency"] for opinion in each.get("opinions", ()))


def _partners(state: Mapping[str, Any]) -> Iterator[str]:
    if state.get("partner_id"):
        yield state["partner_id"]
    sides = [state[side] for side in ("requester", "addressee", "guest", "lead_organiser") if state.get(side)]
    hosts = [host for stop in state.get("stops", ()) for host in stop.get("hosts", ())]
    for each in (*sides, *hosts, *state.get("foreign_parties", ()), *state.get("co_organisers", ())):
        if each.get("partner_id"):
            yield each["partner_id"]


#: Where each kind says when it begins and ends; of a stated date the first and the last day it can mean.
_DAYS = {
    "agreement": ("signing.signed_on", "expires_on"),
    "delegation": ("departs_on", "returns_on"),
    "visit": ("arrives_on", "leaves_on"),
    "event": ("schedule.starts_on", "schedule.ends_on"),
    "finding": ("first_day", "last_day"),
    "invitation": ("extended_on", "valid_until"),
    "follow_up": ("due_on", "due_on"),
    "meeting": ("starts_at", "starts_at"),
    "lead": ("known_since", "next_action_on"),
    "outcome": ("realised_on", "realised_on"),
    "plan": ("approved_on", "completed_on"),
    "succession": ("effective", "resolved_on"),
}


def _days(kind: str, state: Mapping[str, Any]) -> tuple[date | None, date | None]:
    if kind == "annual_plan" and "year" in state:
        return date(state["year"], 1, 1), date(state["year"], 12, 31)
    first, last = _DAYS.get(kind, ("", ""))
    return _day(_at(state, first), "earliest"), _day(_at(state, last), "latest")


def _at(state: Mapping[str, Any], path: str) -> Any:
    value: Any = state
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _day(stated: Any, end: str) -> date | None:
    text = stated.get(end) if isinstance(stated, Mapping) else stated
    return date.fromisoformat(text[:10]) if isinstance(text, str) else None


def away(state: Mapping[str, Any]) -> tuple[date | None, date | None]:
    """The first and the last day on which a delegation is abroad, as it was told, else as planned.

    None for one that does not go, and where no source knows the day. Until somebody says that it is back, the end of
    one that has left is the far end of time.
    """
    if state.get("status") not in GOING:
        return None, None
    first = _day(state.get("departed_on"), "") or _exactly(state.get("departs_on"))
    if first is None:
        return None, None
    last = _day(state.get("returned_on"), "")
    if last is None:
        last = NO_DAY if state["status"] == "DEPARTED" else _exactly(state.get("returns_on"))
    return first, max(first, last or first)


def _exactly(stated: Any) -> date | None:
    first, last = _day(stated, "earliest"), _day(stated, "latest")
    return first if first == last else None


def _flag(state: Mapping[str, Any]) -> str | None:
    stall = state.get("stall")
    level = stall.get("level") if isinstance(stall, Mapping) and stall.get("stalled", True) else None
    return None if level in (None, "", 0, "NONE", "none") else str(level)
