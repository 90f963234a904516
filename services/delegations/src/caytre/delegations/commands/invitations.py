"""Invitations that officers begin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from caytre.core.command import Answer, Command
from caytre.core.ids import new_id
from caytre.core.storing.change import creates, reference_claim
from caytre.core.storing.database import Connection, Database
from caytre.core.storing.decision import Decision
from caytre.delegations.model import Invitation
from caytre.delegations.tables import INVITATIONS


async def draft_invitation(database: Database, command: Command, *, particulars: Mapping[str, Any]) -> Answer:
    """Prepare an invitation."""
    id = new_id()

    async def decide(_: Connection) -> tuple[Invitation, Decision]:
        record, message = Invitation.draft(id=id, at=command.at, **particulars)
        return record, Decision((message,), claims=reference_claim(INVITATIONS, record.external_refs))

    return await creates(INVITATIONS, database, command, decide)
