"""What follows from reports and answers: invitations, follow-ups, visits. Their ids are made from their causes."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from caytre.contracts.delegations import (
    Commitment,
    DelegationRecorded,
    DelegationReportFiled,
    InvitationAccepted,
    VisitRecorded,
    VisitReportFiled,
)
from caytre.contracts.lineage import Ref
from caytre.contracts.message import Provenance
from caytre.core.consuming.consumer import Reaction, Received
from caytre.core.storing.decision import said
from caytre.delegations.commands.partners import known
from caytre.delegations.consumers.listening import OWN, consumers, react
from caytre.delegations.model import Delegation, FollowUp, Invitation, Visit
from caytre.delegations.model.invitation import SERVICE
from caytre.delegations.model.travelling import follow_up_id
from caytre.delegations.tables import DELEGATIONS, FOLLOW_UPS, INVITATIONS, VISITS

_TOLD_OF = "SELECT min(id::text)::uuid FROM visit WHERE invitation_id = $1"


@consumers.reaction(OWN, DelegationReportFiled.TYPE)
@consumers.reaction(OWN, DelegationRecorded.TYPE)
async def follow_a_trip(reaction: Reaction, message: Received) -> None:
    """Each invitation and each commitment of a report becomes a record: (report, invitee), (report, commitment)."""
    trip = await DELEGATIONS.load(reaction.connection, message.subject)
    if trip.report is None:
        return
    names: Sequence[str | None] = trip.invitee_names or [None] * len(trip.report.invitations)
    for extended, name in zip(trip.report.invitations, names, strict=True):
        invitation, created = Invitation.from_report(trip, extended, name, reaction.command.at)
        await INVITATIONS.begin(reaction.command, reaction.connection, invitation, said(created))
    await _follow_up(reaction, trip, trip.report.commitments, trip.reported)


@consumers.reaction(OWN, VisitReportFiled.TYPE)
@consumers.reaction(OWN, VisitRecorded.TYPE)
async def follow_a_visit(reaction: Reaction, message: Received) -> None:
    """Each commitment of a report becomes a follow-up."""
    visit = await VISITS.load(reaction.connection, message.subject)
    if visit.report is not None:
        await _follow_up(reaction, visit, visit.report.commitments, visit.reported)


async def _follow_up(
    reaction: Reaction, source: Delegation | Visit, commitments: Sequence[Commitment], provenance: Provenance
) -> None:
    for commitment in commitments:
        if commitment.declined is not None:
            continue
        follow_up, created = FollowUp.create(
            id=follow_up_id(source.id, commitment.number),
            text=commitment.text,
            owner=commitment.owner,
            due_on=commitment.due_on,
            source=Ref(service=SERVICE, kind=source.KIND, id=source.id, label=source.title),
            localities=source.localities,
            sensitivity=source.sensitivity,
            provenance=provenance,
        )
        await FOLLOW_UPS.begin(reaction.command, reaction.connection, follow_up, said(created))


@consumers.reaction(OWN, InvitationAccepted.TYPE, key=lambda message: str(message.subject))
async def draft_the_visit(reaction: Reaction, message: Received) -> None:
    """An accepted invitation leads to a visit, once: it is begun, unless a source tells of it, and is named."""
    invitation = await INVITATIONS.load(reaction.connection, message.subject)
    told: UUID | None = await reaction.connection.fetchval(_TOLD_OF, invitation.id)
    if told is not None:
        await react(reaction, INVITATIONS, invitation.id, lambda record: record.schedule(told))
        return
    id = invitation.partner_id
    partners, _ = await known(reaction.connection, [id] if id else [])
    visit, invited = Visit.from_invitation(invitation, partners.get(id) if id else None, reaction.command.at)
    await VISITS.begin(reaction.command, reaction.connection, visit, said(invited))
    await react(reaction, INVITATIONS, invitation.id, lambda record: record.schedule(visit.id))
