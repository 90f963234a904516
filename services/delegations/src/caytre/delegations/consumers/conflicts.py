"""The search for conflicts follows from this service's own messages; so does what waits for an answer."""

from __future__ import annotations

from caytre.contracts.delegations import (
    ConflictChanged,
    ConflictClosed,
    ConflictFound,
    ConflictResolved,
    DelegationAmended,
    DelegationCancelled,
    DelegationHostFlagged,
    DelegationPostponed,
    DelegationRecorded,
    DelegationRejected,
    DelegationReturned,
    DelegationSentBack,
    DelegationSubmitted,
)
from caytre.core.consuming.consumer import Reaction, Received
from caytre.delegations.commands.scanning import findings_of, scan
from caytre.delegations.consumers.listening import OWN, consumers, react
from caytre.delegations.tables import DELEGATIONS, FINDINGS


@consumers.reaction(OWN, DelegationSubmitted.TYPE)
@consumers.reaction(OWN, DelegationAmended.TYPE)
@consumers.reaction(OWN, DelegationHostFlagged.TYPE)
@consumers.reaction(OWN, DelegationPostponed.TYPE)
@consumers.reaction(OWN, DelegationSentBack.TYPE)
@consumers.reaction(OWN, DelegationCancelled.TYPE)
@consumers.reaction(OWN, DelegationRejected.TYPE)
@consumers.reaction(OWN, DelegationReturned.TYPE)
@consumers.reaction(OWN, DelegationRecorded.TYPE)
async def search_for_conflicts(reaction: Reaction, message: Received) -> None:
    """Compare the trip as it is now with all others; findings are opened, changed and closed."""
    await scan(reaction.command, reaction.connection, message.subject)


@consumers.reaction(OWN, ConflictFound.TYPE)
@consumers.reaction(OWN, ConflictChanged.TYPE)
@consumers.reaction(OWN, ConflictResolved.TYPE)
@consumers.reaction(OWN, ConflictClosed.TYPE)
async def heed_conflicts(reaction: Reaction, message: Received) -> None:
    """Both delegations wait for answers while there are conflicts to answer, and go on when there are none."""
    finding = await FINDINGS.load(reaction.connection, message.subject)
    for id in await DELEGATIONS.hold(reaction.connection, finding.delegation_ids):
        findings = list((await findings_of(reaction.connection, [id])).values())
        await react(reaction, DELEGATIONS, id, lambda trip, found=findings: trip.heed(found))  # type: ignore[misc]
