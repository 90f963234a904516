"""Acts on successions."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from caytre.agreements.model import Succession
from caytre.agreements.model.signing import AFTER_SIGNATURE
from caytre.agreements.model.succession import ReplacementMissing
from caytre.agreements.tables import AGREEMENTS, SUCCESSIONS
from caytre.contracts.message import Document
from caytre.core.command import Answer
from caytre.core.policy import visible
from caytre.core.refusals import NotFound
from caytre.core.storing.change import Change, says
from caytre.core.storing.database import Connection
from caytre.core.storing.decision import Decision, said


async def assign_successor(change: Change, *, successor: str | None, agency: str, document: Document | None) -> Answer:
    """Name who carries the agreement on."""
    at = change.command.at
    return await says(
        SUCCESSIONS, change, lambda case: case.assign(successor=successor, agency=agency, document=document, at=at)
    )


async def notify_foreign_party(change: Change, *, on: date, document: Document) -> Answer:
    """The foreign party has been told."""
    return await says(SUCCESSIONS, change, lambda case: case.notify(on=on, document=document, at=change.command.at))


async def resolve_succession(
    change: Change, *, resolution: str, decision: Document, reason: str | None, replaced_by: UUID | None
) -> Answer:
    """Decide what becomes of the agreement; one that replaces it is signed."""

    async def decide(record: Succession, connection: Connection) -> Decision:
        if replaced_by is not None:
            fresh = await AGREEMENTS.load(connection, replaced_by)
            if not visible(change.command.caller, fresh):
                raise NotFound(pointer="/replaced_by", kind="agreement", id=replaced_by)
            if fresh.status not in AFTER_SIGNATURE:
                raise ReplacementMissing(pointer="/replaced_by")
        return said(
            record.resolve(
                resolution=resolution,
                decision=decision,
                reason=reason,
                replaced_by=replaced_by,
                at=change.command.at,
            )
        )

    return await SUCCESSIONS.change(change.database, change.command, change.id, change.expected, decide)


async def close_succession(change: Change) -> Answer:
    """What was decided has been carried out."""
    return await says(SUCCESSIONS, change, lambda case: case.close(change.command.at))
