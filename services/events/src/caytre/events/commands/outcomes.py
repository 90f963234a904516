"""Acts on outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from caytre.contracts.events import OutcomeEvidence
from caytre.contracts.lineage import Link, Ref
from caytre.contracts.message import Document
from caytre.core.command import Answer, Command
from caytre.core.ids import new_id
from caytre.core.storing.change import Change, creates, reference_claim, says
from caytre.core.storing.database import Connection, Database
from caytre.core.storing.decision import Decision
from caytre.events.commands.leads import named
from caytre.events.model import Outcome
from caytre.events.tables import OUTCOMES


def person(command: Command) -> str:
    """Who acts: the officer behind a system, else the caller."""
    return command.caller.actor or command.caller.subject


async def claim_outcome(database: Database, command: Command, particulars: Mapping[str, Any]) -> Answer:
    """Claim an outcome."""
    id = new_id()

    async def decide(connection: Connection) -> tuple[Outcome, Decision]:
        values = await named(connection, particulars)
        fresh, message = Outcome.claim(id=id, at=command.at, claimed_by=person(command), **values)
        return fresh, Decision((message,), claims=reference_claim(OUTCOMES, fresh.external_refs))

    return await creates(OUTCOMES, database, command, decide)


async def amend_outcome(change: Change, changes: Mapping[str, Any]) -> Answer:
    """Correct a claimed outcome."""
    at = change.command.at

    async def decide(record: Outcome, connection: Connection) -> Decision:
        return Decision((record.amend(await named(connection, changes), at),))

    return await OUTCOMES.change(change.database, change.command, change.id, change.expected, decide)


async def add_evidence(change: Change, evidence: OutcomeEvidence) -> Answer:
    """Add what the outcome rests on."""
    at = change.command.at
    return await says(OUTCOMES, change, lambda outcome: outcome.add_evidence(evidence, at))


async def confirm_outcome(change: Change, document: Document) -> Answer:
    """Confirm the outcome: another person than the one who claimed it."""
    at, by = change.command.at, person(change.command)
    return await says(OUTCOMES, change, lambda outcome: outcome.confirm(document=document, by=by, at=at))


async def withdraw_outcome(change: Change, reason: str) -> Answer:
    """The outcome does not stand."""
    at = change.command.at
    return await says(OUTCOMES, change, lambda outcome: outcome.withdraw(reason=reason, at=at))


async def link_outcome(change: Change, link: Link) -> Answer:
    """Credit a record with a share."""
    return await says(OUTCOMES, change, lambda outcome: outcome.link(link))


async def unlink_outcome(change: Change, upstream: Ref, reason: str) -> Answer:
    """Credit a record no longer."""
    return await says(OUTCOMES, change, lambda outcome: outcome.unlink(upstream, reason))


async def classify_outcome(change: Change, *, sensitivity: str, confirmed: bool) -> Answer:
    """Raise or lower the sensitivity."""
    return await says(OUTCOMES, change, lambda outcome: outcome.classify(sensitivity, confirmed=confirmed))
