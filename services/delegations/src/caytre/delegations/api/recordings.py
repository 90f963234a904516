"""Entries of registers and publications over HTTP: validated or taken over, found again by their number.

Nothing recorded starts a clock of the past.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID, uuid5

from fastapi import Depends, Request

from caytre.contracts import delegations as contract
from caytre.contracts.delegations import AnnualPlanRecorded, PlanItem
from caytre.contracts.message import Message
from caytre.core.command import Command
from caytre.core.storing.database import Connection
from caytre.core.web.acting import REFUSED, database_of
from caytre.core.web.app import Router
from caytre.core.web.bodies import document_of
from caytre.core.web.commanding import issuing
from caytre.delegations.api.acting import person_key
from caytre.delegations.api.bodies import in_words
from caytre.delegations.api.entries import (
    RecordDelegation,
    RecordedItem,
    RecordedReport,
    RecordInvitation,
    RecordPlan,
    RecordVisit,
    SourceBody,
)
from caytre.delegations.api.travelling import extended, names_of
from caytre.delegations.api.trips import trip_values
from caytre.delegations.api.visits import visit_values
from caytre.delegations.commands.delegations import hosts_of
from caytre.delegations.commands.partners import known
from caytre.delegations.commands.plan_recordings import PlanEntry, PlanRecording, take_over_plan
from caytre.delegations.commands.recordings import Entry, Recording, take_over
from caytre.delegations.commands.visits import guest_of
from caytre.delegations.model import AnnualPlan, Delegation, Invitation, Visit
from caytre.delegations.tables import DELEGATIONS, INVITATIONS, VISITS

router = Router(tags=["recordings"], responses=REFUSED)
Mode = Literal["validate", "apply"]
#: A trip that is recorded goes through these.
_STAGES = ("DEPARTED", "RETURNED", "REPORTED", "CLOSED")
_ITEMS = UUID("4d3a5b0e-90a4-5b7f-a1c9-7d1e8f2b6c55")


@router.post("/annual-plans/recordings", response_model=PlanRecording, summary="Validate or take over a plan")
async def record_plan(
    request: Request,
    body: RecordPlan,
    command: Annotated[Command, Depends(issuing("annual_plan.record"))],
    mode: Mode = "validate",
    update: bool = False,
) -> PlanRecording:
    source = body.source
    values = {name: getattr(body, name) for name in body.model_fields_set - {"source", "items", "status"}}
    values["items"] = tuple(_item(source, item) for item in body.items)

    def build(id: UUID) -> tuple[AnnualPlan, AnnualPlanRecorded]:
        return AnnualPlan.record(id=id, status=body.status, at=command.at, **_origin(source), **values)

    compared = [name for name in ("organisation", "status", "currency", "ceiling") if name in body.model_fields_set]
    open = {_item_id(source, item) for item in body.items if item.status is None}
    entry = PlanEntry(source.reference(), build, compared, open)
    return await take_over_plan(database_of(request), command, entry, apply=mode == "apply", update=update)


def _item(source: SourceBody, body: RecordedItem) -> PlanItem:
    return body.value(id=_item_id(source, body), status=body.status or "PLANNED", reason=body.reason)


def _item_id(source: SourceBody, body: RecordedItem) -> UUID:
    return uuid5(_ITEMS, f"{source.system}|{source.number}|{body.number}")


@router.post("/delegations/recordings", response_model=Recording, summary="Validate or take over a trip")
async def record_delegation(
    request: Request,
    body: RecordDelegation,
    command: Annotated[Command, Depends(issuing("delegation.record"))],
    mode: Mode = "validate",
    update: bool = False,
) -> Recording:
    own = {"source", "departs", "returns", "report", "links", "status"}
    values = trip_values(body, person_key(request))
    values = {name: value for name, value in values.items() if name not in own}
    values |= {name: date for name, date in (("departs_on", in_words("departs", body.departs)),
                                             ("returns_on", in_words("returns", body.returns))) if date}  # fmt: skip
    values["links"] = tuple(each.link() for each in body.links)
    if body.report:
        values["report"] = _report(body.report, command.at)
        values["invitee_names"] = names_of(body.report.invitations)

    async def build(connection: Connection, id: UUID) -> tuple[Delegation, Message]:
        partners, _ = await known(connection, hosts_of(values.get("stops", ())))
        return Delegation.record(
            id=id, status=body.status, partners=partners, at=command.at, **_origin(body.source), **values
        )

    compared = ("title", "organisation", "status", "channel", "departs_on", "returns_on", "departed_on", "returned_on",
                "stops", "members", "people", "objectives", "purposes", "fields", "business", "budget",
                "budget_source", "links")  # fmt: skip
    entry = Entry(DELEGATIONS, body.source.reference(), build, compared, _gone_further)
    return await take_over(database_of(request), command, entry, apply=mode == "apply", update=update)


def _gone_further(here: Delegation, there: Delegation) -> tuple[str, ...]:
    """A register that lags behind what became of the trip here tells nothing new of it."""
    if there.status not in _STAGES or here.status not in _STAGES:
        return ()
    behind = _STAGES.index(there.status) < _STAGES.index(here.status)
    return ("status", "returned_on") if behind else ()


def _report(body: RecordedReport, at: datetime) -> contract.TripReport:
    return contract.TripReport(
        filed_at=at,
        document=document_of(body.document),
        results=tuple(each.to(contract.Result) for each in body.results),
        contacts=body.contacts,
        diaspora_contacts=body.diaspora_contacts,
        commitments=tuple(each.to(contract.Commitment) for each in body.commitments),
        invitations=tuple(extended(each) for each in body.invitations),
        accepted_at=at,
    )


@router.post("/invitations/recordings", response_model=Recording, summary="Validate or take over an invitation")
async def record_invitation(
    request: Request,
    body: RecordInvitation,
    command: Annotated[Command, Depends(issuing("invitation.record"))],
    mode: Mode = "validate",
    update: bool = False,
) -> Recording:
    own = {"source", "extended", "channel", "reply", "links", "status"}
    values = {name: getattr(body, name) for name in body.model_fields_set - own}
    values |= {"form": body.form, "extended_on": in_words("extended", body.extended)}
    values["links"] = tuple(each.link() for each in body.links)
    if body.channel:
        on = in_words("channel", body.channel.on)
        values["channelling"] = contract.Channelling(
            via=body.channel.via, on=on, document=document_of(body.channel.document)
        )
    if body.reply:
        on = in_words("reply", body.reply.on)
        values["reply"] = contract.InvitationReply(
            answer=body.reply.answer, on=on, through=body.reply.through, provenance=body.source.provenance()
        )

    async def build(_: Connection, id: UUID) -> tuple[Invitation, Message]:
        return Invitation.record(id=id, status=body.status, at=command.at, **_origin(body.source), **values)

    compared = ("status", "invitee", "organisation", "purpose", "form", "extended_on", "channelling", "reply",
                "visit_id", "links")  # fmt: skip
    entry = Entry(INVITATIONS, body.source.reference(), build, compared)
    return await take_over(database_of(request), command, entry, apply=mode == "apply", update=update)


@router.post("/visits/recordings", response_model=Recording, summary="Validate or take over a past visit")
async def record_visit(
    request: Request,
    body: RecordVisit,
    command: Annotated[Command, Depends(issuing("visit.record"))],
    mode: Mode = "validate",
    update: bool = False,
) -> Recording:
    own = {"source", "arrives", "leaves", "programme", "report", "links", "status", "partner_id"}
    values = {name: value for name, value in visit_values(body).items() if name not in own}
    values |= {name: date for name, date in (("arrives_on", in_words("arrives", body.arrives)),
                                             ("leaves_on", in_words("leaves", body.leaves))) if date}  # fmt: skip
    values["programme"] = tuple(item.value() for item in body.programme)
    values["programme_version"] = 1 if body.programme else 0
    values["links"] = tuple(each.link() for each in body.links)
    if body.report:
        values["report"] = contract.VisitReport(
            filed_at=command.at,
            text=body.report.text,
            expected=body.report.expected,
            achieved=body.report.achieved,
            commitments=tuple(each.to(contract.Commitment) for each in body.report.commitments),
        )

    async def build(connection: Connection, id: UUID) -> tuple[Visit, Message]:
        partner, _ = await guest_of(connection, body.partner_id)
        return Visit.record(id=id, status=body.status, partner=partner, at=command.at, **_origin(body.source), **values)

    compared = ("title", "status", "kind", "guest", "guest_name", "head_rank", "size", "business", "arrives_on",
                "leaves_on", "programme", "programme_people", "invitation_id", "links")  # fmt: skip
    entry = Entry(VISITS, body.source.reference(), build, compared)
    return await take_over(database_of(request), command, entry, apply=mode == "apply", update=update)


def _origin(source: SourceBody) -> dict[str, Any]:
    return {"provenance": source.provenance(), "external_refs": (source.reference(),)}
