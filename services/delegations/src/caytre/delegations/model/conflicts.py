"""Which delegations conflict: pure rules over stays, the same for one search through an index and for all pairs.

A stay says that somebody or something is taken on days: a person, a host partner, a mission abroad, a leader of a
locality. Two delegations conflict when their stays meet in one of these ways (both days of a stay count):

| kind | rule | severity |
|---|---|---|
| SAME_PERSON | one person on the same days | BLOCK |
| SAME_HOST_SAME_DAYS | two localities at one host on the same days | COORDINATE |
| SAME_HOST_NEAR | two localities at one host at most 14 days apart | INFO, with a third one near both COORDINATE |
| MISSION_OVERLOAD | three delegations at one mission within 7 days, told for each pair of them | COORDINATE |
| TWO_LEADERS_AWAY | secretary and chair of one locality abroad on the same days | WARN |
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from uuid import UUID, uuid5

from caytre.reference import localities

PERSON, HOST, MISSION, LEADER = "person", "host", "mission", "leader"
#: How many days apart stays may be and still matter to each other.
MARGINS = {PERSON: 0, HOST: 14, MISSION: 6, LEADER: 0}
#: Who of one locality should not be abroad together.
LEADERS = {"party_secretary": "pc_chair", "pc_chair": "party_secretary"}
BLOCK, COORDINATE, INFO, WARN = "BLOCK", "COORDINATE", "INFO", "WARN"

_NAMESPACE = UUID("5f6c9f1e-7c1d-5d52-9d0f-3f1f5b1f7a11")


@dataclass(frozen=True, slots=True)
class Stay:
    """`key` is taken by a delegation of these localities, in their forms of those days, from `first` to `last`."""

    delegation_id: UUID
    localities: tuple[str, ...]
    kind: str
    key: str
    first: date
    last: date

    def meets(self) -> str:
        """The key whose stays matter to this one: its own, or that of the other leader."""
        if self.kind != LEADER:
            return self.key
        locality, _, post = self.key.rpartition("/")
        return f"{locality}/{LEADERS[post]}"

    def apart(self, other: Stay) -> int:
        """Days from the end of the earlier to the beginning of the later; 0 or less when they share a day."""
        return (max(self.first, other.first) - min(self.last, other.last)) // timedelta(days=1)

    def near(self, other: Stay) -> bool:
        """Whether they belong to two delegations and matter to each other."""
        return (
            self.delegation_id != other.delegation_id
            and self.kind == other.kind
            and self.meets() == other.key
            and self.apart(other) <= MARGINS[self.kind]
        )


@dataclass(frozen=True, slots=True)
class Found:
    """One conflict of a pair (in the order of ids), with the days and the keys on which it shows."""

    pair: tuple[UUID, UUID]
    conflict: str
    severity: str
    first_day: date
    last_day: date
    keys: tuple[str, ...]

    @property
    def id(self) -> UUID:
        """The id of the finding: the same whoever searches, and however often."""
        return finding_id(*self.pair, self.conflict)


def finding_id(one: UUID, other: UUID, conflict: str) -> UUID:
    """A digest of the sorted pair and the kind."""
    first, second = sorted((one, other))
    return uuid5(_NAMESPACE, f"{first}|{second}|{conflict}")


def conflicts_of(delegation_id: UUID, stays: Iterable[Stay]) -> dict[UUID, Found]:
    """The conflicts of one delegation, given its stays and all stays near one of them (its own may be among them)."""
    mine: list[Stay] = []
    others: dict[tuple[str, str], list[Stay]] = defaultdict(list)
    for stay in dict.fromkeys(stays):
        if stay.delegation_id == delegation_id:
            mine.append(stay)
        else:
            others[stay.kind, stay.key].append(stay)
    seen: dict[tuple[tuple[UUID, UUID], str], list[tuple[str, Stay, Stay]]] = defaultdict(list)
    for stay in mine:
        around = [other for other in others[stay.kind, stay.meets()] if stay.near(other)]
        for other in around:
            told = _told(stay, other, around)
            if told is not None:
                conflict, severity = told
                pair = (min(stay.delegation_id, other.delegation_id), max(stay.delegation_id, other.delegation_id))
                seen[pair, conflict].append((severity, stay, other))
    found = (_found(pair, conflict, cases) for (pair, conflict), cases in seen.items())
    return {each.id: each for each in _without_near(found)}


def _told(stay: Stay, other: Stay, around: Sequence[Stay]) -> tuple[str, str] | None:
    if stay.kind == PERSON:
        return "SAME_PERSON", BLOCK
    if stay.kind == LEADER:
        return "TWO_LEADERS_AWAY", WARN
    third = any(t.delegation_id != other.delegation_id and t.near(other) for t in around)
    if stay.kind == MISSION:
        return ("MISSION_OVERLOAD", COORDINATE) if third else None
    if set(stay.localities) & set(other.localities):
        return None
    if stay.apart(other) <= 0:
        return "SAME_HOST_SAME_DAYS", COORDINATE
    return "SAME_HOST_NEAR", COORDINATE if third else INFO


def _found(pair: tuple[UUID, UUID], conflict: str, cases: Sequence[tuple[str, Stay, Stay]]) -> Found:
    spans = [_days(one, other) for _, one, other in cases]
    return Found(
        pair=pair,
        conflict=conflict,
        severity=COORDINATE if any(severity == COORDINATE for severity, _, _ in cases) else cases[0][0],
        first_day=min(first for first, _ in spans),
        last_day=max(last for _, last in spans),
        # A person's digest stays where it is.
        keys=() if conflict == "SAME_PERSON" else tuple(sorted({stay.key for _, *both in cases for stay in both})),
    )


def _days(one: Stay, other: Stay) -> tuple[date, date]:
    # The days they share or, apart, those between them.
    inner = sorted((max(one.first, other.first), min(one.last, other.last)))
    return inner[0], inner[1]


def _without_near(found: Iterable[Found]) -> list[Found]:
    # Who meets a host on the same days is not also told that the other is near.
    every = list(found)
    same = {each.pair for each in every if each.conflict == "SAME_HOST_SAME_DAYS"}
    return [each for each in every if each.conflict != "SAME_HOST_NEAR" or each.pair not in same]


def all_conflicts(stays: Sequence[Stay]) -> dict[UUID, Found]:
    """All conflicts among these stays, each delegation searched by itself."""
    found: dict[UUID, Found] = {}
    for id in {stay.delegation_id for stay in stays}:
        found |= conflicts_of(id, stays)
    return found


def leaders_together(stays: Iterable[Stay]) -> bool:
    """Whether one delegation takes both leaders of a locality along."""
    leaders = [stay for stay in stays if stay.kind == LEADER]
    return any(stay.meets() == other.key for stay, other in combinations(leaders, 2))


def forms_of(locality: str, first: date, last: date) -> tuple[tuple[str, date, date], ...]:
    """The unit, and those that answer for it after its end, each with its days from `first` to `last`."""
    began = localities.get(locality).valid_from
    day = max(first, began) if began else first
    forms: list[tuple[str, date, date]] = []
    while day <= last:
        unit = localities.current(locality, day)
        until = min(last, unit.valid_to) if unit.valid_to else last
        forms.append((unit.id, day, until))
        day = until + timedelta(days=1)
    return tuple(forms)


def formed_from(locality: str) -> frozenset[str]:
    """The units that went up into this one, directly or by one in between."""
    return frozenset(unit.id for unit in localities.lineage(locality)) - {locality}


def stays_of(
    delegation_id: UUID,
    places: Sequence[str],
    trip: tuple[date, date],
    *,
    people: Iterable[str],
    leaders: Iterable[tuple[str, str]],
    stops: Iterable[tuple[str, Sequence[UUID], date, date]],
) -> tuple[Stay, ...]:
    """The stays of a delegation: its people and leaders for the whole trip, mission and hosts for each stop.

    A leader is the locality and the post held there; who answers for a locality that ends on the way is led from then
    on. A stop is the key of its mission (for the embassy of a country the country), the ids of its hosts, and its days.
    """

    def stay(kind: str, key: str, first: date, last: date) -> Stay:
        forms = (form for locality in places for form, *_ in forms_of(locality, first, last))
        return Stay(delegation_id, tuple(dict.fromkeys(forms)), kind, key, first, last)

    whole = [stay(PERSON, digest, *trip) for digest in people]
    for locality, post in leaders:
        if post in LEADERS:
            whole += [stay(LEADER, f"{form}/{post}", since, until) for form, since, until in forms_of(locality, *trip)]
    for mission, hosts, first, last in stops:
        whole.append(stay(MISSION, mission, first, last))
        whole += [stay(HOST, str(host), first, last) for host in hosts]
    return tuple(dict.fromkeys(whole))
