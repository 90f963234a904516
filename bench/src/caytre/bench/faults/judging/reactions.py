"""Every reaction ran once, and what follows from it is there once by its natural key (of which cause, for whom)."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import asyncpg

from caytre.bench.faults.drain import CONSUMERS
from caytre.bench.faults.evidence import Evidence
from caytre.bench.faults.judgement import Judgement
from caytre.bench.faults.judging import conflicts
from caytre.bench.hops import SPEAKING
from caytre.notifications.model.deadline import deadline_id

_REACTED = "SELECT reaction, key FROM reacted WHERE consumer = $1"
_SEATS = """
SELECT DISTINCT ON (event_id, mode) event_id::text, mode, taken, quota FROM seat_turn ORDER BY event_id, mode, turn DESC
"""
_APPROVED_VISIT = frozenset({"APPROVED", "ARRIVED", "DEPARTED", "REPORTED", "CLOSED"})
_ADMITTED = frozenset({"APPROVED", "CHECKED_IN"})

Document = dict[str, Any]


async def judge(found: Judgement, databases: Mapping[str, str], lies: Evidence) -> None:
    """All reactions of all services, and their effects."""
    found.seen["reactions"] = 0
    for service in SPEAKING:
        connection = await asyncpg.connect(databases[service])
        try:
            done = {(row["reaction"], row["key"]) for row in await connection.fetch(_REACTED, service)}
            seats = await connection.fetch(_SEATS) if service == "events" else []
        finally:
            await connection.close()
        due = _due(service, lies)
        found.seen["reactions"] += len(done)
        found.check(f"{service}: LOST: a reaction that is due has run", due - done)
        found.check(f"{service}: no reaction has run that is not due", done - due)
        if service == "events":
            _judge_seats(found, seats, lies)
    for promise, broken in _followed(lies.documents):
        found.check(promise, broken)
    _judge_deadlines(found, lies)
    await conflicts.judge(found, databases["delegations"], lies)


def _due(service: str, lies: Evidence) -> set[tuple[str, str]]:
    consumers = CONSUMERS[service]
    return {
        (reacting.name, reacting.key(message))
        for topic in consumers.topics
        for message in lies.received.get(topic, ())
        for reacting in consumers.reactions_to(message)
    }


def _judge_seats(found: Judgement, seats: Iterable[asyncpg.Record], lies: Evidence) -> None:
    taken: Counter[tuple[str, str]] = Counter()
    for party in lies.documents.get("registration", ()):
        if party["status"] in _ADMITTED:
            taken[party["event_id"], party["mode"]] += party["party_size"]
    found.check(
        "an event's places are those of the parties it admitted, and never more than there are",
        (
            (seat["event_id"], seat["mode"], seat["taken"], taken[seat["event_id"], seat["mode"]])
            for seat in seats
            if seat["taken"] != taken[seat["event_id"], seat["mode"]]
            or (seat["quota"] is not None and seat["taken"] > seat["quota"])
        ),
    )


def _followed(of: Mapping[str, list[Document]]) -> Iterator[tuple[str, list[str]]]:
    """What must be there once for each cause (`domain.md` 5.7), and the causes for which it is not."""

    def once(causes: Iterable[Document], effects: Callable[[Document], Iterable[str]], kind: str) -> list[str]:
        times = Counter(id for effect in of.get(kind, ()) for id in effects(effect))
        return [cause["id"] for cause in causes if times[cause["id"]] != 1]

    accepted = [each for each in of.get("invitation", ()) if (each.get("reply") or {}).get("answer") == "accepted"]
    yield "an accepted invitation has its one visit", once(accepted, _member("invitation_id"), "visit")
    yield "an accepted invitation has its one event", once(accepted, _upstream("invitation"), "event")
    received = [each for each in of.get("visit", ()) if each["status"] in _APPROVED_VISIT]
    yield "an approved visit is linked to its event once", once(received, _upstream("visit"), "event")
    held = [each for each in of.get("meeting", ()) if each["status"] == "HELD"]
    yield "a meeting that was held has its one lead", once(held, _member("meeting_id"), "lead")
    won = [each for each in of.get("lead", ()) if each["status"] == "WON"]
    yield "a lead that was won has its one outcome", once(won, _upstream("lead"), "outcome")
    signed = [each for each in of.get("agreement", ()) if each.get("signing")]
    yield "a signed agreement has its one follow-up", once(signed, lambda each: [each["source"]["id"]], "follow_up")
    yield "a signed agreement is served by its occasion once", once(signed, _member_ids("agreement_ids"), "event")
    reported = [each for each in of.get("delegation", ()) if each.get("report")]
    invited = Counter(each.get("delegation_id") for each in of.get("invitation", ()))
    yield (
        "an invitation of a report is there once",
        [each["id"] for each in reported if invited[each["id"]] != len(each["report"]["invitations"])],
    )
    yield "an agreement counts its outcomes once", _miscounted(of)


def _miscounted(of: Mapping[str, list[Document]]) -> list[str]:
    counted: Counter[str] = Counter()
    confirmed: Counter[str] = Counter()
    for outcome in of.get("outcome", ()):
        if outcome["status"] != "WITHDRAWN":
            for id in {*outcome.get("agreement_ids", ()), *_upstream("agreement")(outcome)}:
                counted[id] += 1
                confirmed[id] += outcome["status"] == "CONFIRMED"
    broken = []
    for agreement in of.get("agreement", ()):
        known = (agreement.get("implementation") or {}).get("outcomes") or {}
        if (known.get("count", 0), known.get("confirmed", 0)) != (counted[agreement["id"]], confirmed[agreement["id"]]):
            broken.append(agreement["id"])
    return broken


def _member(name: str) -> Callable[[Document], list[str]]:
    return lambda document: [document[name]] if document.get(name) else []


def _member_ids(name: str) -> Callable[[Document], list[str]]:
    return lambda document: list(document.get(name, ()))


def _upstream(kind: str) -> Callable[[Document], list[str]]:
    return lambda document: [
        link["upstream"]["id"] for link in document.get("links", ()) if link["upstream"]["kind"] == kind
    ]


def _judge_deadlines(found: Judgement, lies: Evidence) -> None:
    wanted, settled = set(), set()
    for topic, messages in lies.received.items():
        if topic.split(".")[1] == "notifications":
            continue
        for message in messages:
            data, owner = message.json(), f"{message.type.split('.')[1]}/{message.subject}"
            for each in data.get("deadlines") or ():
                wanted.add(_identity(owner, each))
            for each in data.get("settles") or ():
                settled.add(_identity(each.get("owner") or owner, each))
    kept = {each["id"]: each["status"] for each in lies.documents.get("deadline", ())}
    found.seen["deadlines"] = len(kept)
    found.check("LOST: a deadline that a message carries is kept", wanted - kept.keys())
    found.check("no deadline is kept that no message carries", kept.keys() - wanted)
    found.check(
        "a deadline is met if and only if it was settled",
        (id for id, status in kept.items() if (status == "MET") != (id in settled)),
    )


def _identity(owner: str, each: Mapping[str, Any]) -> str:
    return str(deadline_id(owner, each["code"], each.get("discriminator", ""), each.get("round", 1)))
