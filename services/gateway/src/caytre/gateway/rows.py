"""From messages of the agreements service to rows of the views. Pure, and without models: this is the hot path.

Fields that this release does not know stay in the document; a type or kind it does not know is only an act.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from pydantic_core import to_json

from caytre.contracts.message import INTERNAL, OPEN
from caytre.core.consuming.received import Received
from caytre.reference import fields as cooperation
from caytre.reference import localities
from caytre.reference.text import search_key

Row = tuple[Any, ...]

#: Members of a message's data that have a place of their own.
_CARRIED = frozenset({"deadlines", "settles", "state"})

_search_key = lru_cache(maxsize=50_000)(search_key)


@dataclass(slots=True)
class Rows:
    """What one batch writes: per table at most one row per key, sorted by key so that writers never deadlock."""

    agreements: list[Row] = field(default_factory=list)
    partners: list[Row] = field(default_factory=list)
    acts: list[Row] = field(default_factory=list)
    deadlines: list[Row] = field(default_factory=list)
    settlements: list[Row] = field(default_factory=list)
    hidden: list[Row] = field(default_factory=list)


def rows_of(messages: Sequence[Received]) -> Rows:
    """The rows that follow from a batch. Raises KeyError or ValueError for a message that is not what it says."""
    last: dict[str, tuple[Received, datetime]] = {}
    acts: dict[tuple[str, int, int], Row] = {}
    deadlines: dict[tuple[str, str, str, int], Row] = {}
    settlements: dict[tuple[str, str, str, int], Row] = {}
    hidden: dict[str, tuple[int, int]] = {}
    for message in messages:
        key, place = message.key, message.place
        at = message.time
        data = message.json() if message.data is not None else {}
        acts[key, *place] = _act(message, at, data)
        if acts[key, *place][-1] is None:
            hidden[key] = max(place, hidden.get(key, place))
        for each in data.get("deadlines", ()):
            identity = (key, each["code"], each.get("discriminator", ""), each.get("round", 1))
            deadlines[identity] = _deadline(identity, place, at, each)
        for each in data.get("settles", ()):
            owner = each.get("owner") or key
            identity = (owner.rpartition("/")[2], each["code"], each.get("discriminator", ""), each.get("round", 1))
            met = (at, message.message_id)
            if identity not in settlements or met < settlements[identity][4:]:
                settlements[identity] = (*identity, *met)
        known = last.get(key)
        if "state" in data and (known is None or known[0].place < place):
            last[key] = (message, at)
    rows = Rows(
        acts=[row for _, row in sorted(acts.items())],
        deadlines=[row for _, row in sorted(deadlines.items())],
        settlements=[row for _, row in sorted(settlements.items())],
        hidden=[(key, *place) for key, place in sorted(hidden.items())],
    )
    for key, (message, at) in sorted(last.items()):
        _add_record(rows, key, message, at)
    return rows


def _add_record(rows: Rows, key: str, message: Received, at: datetime) -> None:
    state = message.json()["state"]
    kind = message.type.split(".")[1]
    sensitivity = state.get("sensitivity", INTERNAL)
    document = to_json(state).decode()
    common = (key, message.sequence, *message.place, at, document, sensitivity, state.get("localities", []))
    if kind == "agreement":
        rows.agreements.append((*common, *_agreement(state, sensitivity)))
    elif kind == "partner":
        rows.partners.append((*common, *_partner(state, sensitivity)))


def _agreement(state: dict[str, Any], sensitivity: str) -> Row:
    if sensitivity not in OPEN:
        # Of the localities the one that answers today stands last.
        return [], [], "", "", next(reversed(state.get("localities", ())), ""), [], [], None, None
    parties = state.get("foreign_parties", ())
    signing = state.get("signing") or {}
    return (
        list(dict.fromkeys(party["country"] for party in parties if party.get("country"))),
        list(dict.fromkeys(opinion["agency"] for opinion in state.get("opinions", ()))),
        _found_by(_agreement_words(state)),
        state["status"],
        state["responsible_locality"],
        list(state.get("fields", ())),
        [party["partner_id"] for party in parties],
        _first_day(signing.get("signed_on")),
        _last_day(state.get("expires_on")),
    )


def _partner(state: dict[str, Any], sensitivity: str) -> Row:
    if sensitivity not in OPEN:
        return [], [], "", "", "", None, None
    until = state.get("verified_until")
    names = state.get("names") or {}
    return (
        [state["country"]] if state.get("country") else [],
        [],
        _found_by((*filter(None, names.values()), *state.get("aliases", ()))),
        state.get("status", "ACTIVE"),
        state["type"],
        (state.get("verification") or {}).get("status"),
        date.fromisoformat(until) if until else None,
    )


def _agreement_words(state: dict[str, Any]) -> Iterable[str]:
    for name in ("title_vi", "title_foreign", "register_no"):
        if state.get(name):
            yield state[name]
    for party in state.get("vietnamese_parties", ()):
        yield party["name_at_signing"]
        if party.get("organisation"):
            yield party["organisation"]
    for party in state.get("foreign_parties", ()):
        if party.get("name"):
            yield party["name"]
    yield locality_name(state["responsible_locality"])
    for code in state.get("fields", ()):
        yield _field_name(code)


def _found_by(words: Iterable[str]) -> str:
    # Lines keep a pattern from matching across the end of one word group and the start of the next.
    return "\n".join(dict.fromkeys(_search_key(word) for word in words))


@lru_cache(maxsize=1000)
def locality_name(id: str) -> str:
    """The Vietnamese name of a locality, or the identity itself where this release does not know it."""
    try:
        return localities.get(id).name_vi
    except localities.UnknownLocality:
        return id


@lru_cache(maxsize=1000)
def _field_name(code: str) -> str:
    try:
        return cooperation.get(code).name_vi
    except cooperation.UnknownField:
        return code


def _first_day(stated: dict[str, Any] | None) -> date | None:
    return date.fromisoformat(stated["earliest"]) if stated else None


def _last_day(stated: dict[str, Any] | None) -> date | None:
    return date.fromisoformat(stated["latest"]) if stated else None


def _act(message: Received, at: datetime, data: dict[str, Any]) -> Row:
    headers = message.headers
    causation = headers.get("ce_causationid")
    hidden = headers.get("ce_sensitivity", b"").decode() not in OPEN
    changed = None if hidden else to_json({name: data[name] for name in data if name not in _CARRIED}).decode()
    return (
        message.key,
        message.epoch,
        message.position,
        message.message_id,
        message.topic,
        message.partition,
        message.type,
        message.sequence,
        at,
        message.recorded_at,
        message.actor,
        message.text("ce_correlationid"),
        causation.decode() if causation is not None else None,
        message.traceparent,
        changed,
    )


def _deadline(identity: tuple[str, str, str, int], place: tuple[int, int], at: datetime, each: dict[str, Any]) -> Row:
    anchor = each.get("anchor")
    return (
        *identity,
        *place,
        at,
        date.fromisoformat(anchor) if anchor else None,
        each.get("anchor_missing"),
        each["n"],
        each["unit"],
        each["answerable"],
        each.get("citation"),
        each.get("verified", False),
        each.get("historical", False),
    )
