"""From messages of the agreements service to rows of the views. Pure: this is the hot path.

Fields that this release does not know stay in the document; a type or kind it does not know is only an act.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import msgspec

from caytre.contracts.message import is_restricted
from caytre.core.consuming.received import Received
from caytre.gateway import contents
from caytre.reference import fields as cooperation
from caytre.reference import localities
from caytre.reference.text import search_key

Row = tuple[Any, ...]

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
    """The rows that follow from a batch. Raises what decoding raises for a message that is not what it says."""
    last: dict[str, tuple[Received, datetime, msgspec.Raw]] = {}
    acts: dict[tuple[str, int, int], Row] = {}
    deadlines: dict[tuple[str, str, str, int], Row] = {}
    settlements: dict[tuple[str, str, str, int], Row] = {}
    hidden: dict[str, tuple[int, int]] = {}
    for message in messages:
        key, place = message.key, message.place
        at = message.time
        data = contents.Data(message.data)
        acts[key, *place] = _act(message, at, data)
        if acts[key, *place][-1] is None:
            hidden[key] = max(place, hidden.get(key, place))
        for each in data.listed("deadlines"):
            identity = (key, each["code"], each.get("discriminator", ""), each.get("round", 1))
            deadlines[identity] = _deadline(identity, place, at, each)
        for each in data.listed("settles"):
            owner = each.get("owner") or key
            identity = (owner.rpartition("/")[2], each["code"], each.get("discriminator", ""), each.get("round", 1))
            met = (at, message.message_id)
            if identity not in settlements or met < settlements[identity][4:]:
                settlements[identity] = (*identity, *met)
        known, state = last.get(key), data.state
        if state is not None and (known is None or known[0].place < place):
            last[key] = (message, at, state)
    rows = Rows(
        acts=[row for _, row in sorted(acts.items())],
        deadlines=[row for _, row in sorted(deadlines.items())],
        settlements=[row for _, row in sorted(settlements.items())],
        hidden=[(key, *place) for key, place in sorted(hidden.items())],
    )
    for key, (message, at, state) in sorted(last.items()):
        _add_record(rows, key, message, at, state)
    return rows


def _add_record(rows: Rows, key: str, message: Received, at: datetime, state: msgspec.Raw) -> None:
    kind = message.type.split(".")[1]
    before = (key, message.sequence, *message.place, at, bytes(state).decode())
    if kind == "agreement":
        agreement = contents.agreement(state)
        rows.agreements.append((*before, agreement.sensitivity, agreement.localities, *_agreement(agreement)))
    elif kind == "partner":
        partner = contents.partner(state)
        rows.partners.append((*before, partner.sensitivity, partner.localities, *_partner(partner)))


def _agreement(state: contents.Agreement) -> Row:
    if is_restricted(state.sensitivity):
        # Of the localities the one that answers today stands last.
        return [], [], "", "", next(reversed(state.localities), ""), [], [], None, None
    return (
        list(dict.fromkeys(party.country for party in state.foreign_parties if party.country)),
        list(dict.fromkeys(opinion.agency for opinion in state.opinions)),
        found_by(_agreement_words(state)),
        state.status,
        state.responsible_locality,
        state.fields,
        [party.partner_id for party in state.foreign_parties],
        state.signing.signed_on.earliest if state.signing and state.signing.signed_on else None,
        state.expires_on.latest if state.expires_on else None,
    )


def _partner(state: contents.Partner) -> Row:
    if is_restricted(state.sensitivity):
        return [], [], "", "", "", None, None
    return (
        [state.country] if state.country else [],
        [],
        found_by(filter(None, (*(state.names or {}).values(), *state.aliases))),
        state.status,
        state.type,
        state.verification.status if state.verification else None,
        state.verified_until,
    )


def _agreement_words(state: contents.Agreement) -> Iterable[str]:
    for title in (state.title_vi, state.title_foreign, state.register_no):
        if title:
            yield title
    for party in state.vietnamese_parties:
        yield party.name_at_signing
        if party.organisation:
            yield party.organisation
    for other in state.foreign_parties:
        if other.name:
            yield other.name
    if state.responsible_locality:
        yield locality_name(state.responsible_locality)
    for code in state.fields:
        yield field_name(code)


def found_by(words: Iterable[str]) -> str:
    """The words that find a record, without accents, each group in a line of its own."""
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
def field_name(code: str) -> str:
    """The Vietnamese name of a field of cooperation, or the code where this release does not know it."""
    try:
        return cooperation.get(code).name_vi
    except cooperation.UnknownField:
        return code


def _act(message: Received, at: datetime, data: contents.Data) -> Row:
    headers = message.headers
    causation = headers.get("ce_causationid")
    hidden = is_restricted(headers.get("ce_sensitivity", b"").decode())
    changed = None if hidden else data.changed()
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
