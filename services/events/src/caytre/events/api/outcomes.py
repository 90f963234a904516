"""Outcomes over HTTP. Shares are credited under `/links`."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import Field
from starlette.responses import Response

from caytre.contracts.events import OutcomeEvidence, OutcomeState
from caytre.contracts.message import ExternalRef
from caytre.core.caller import Caller
from caytre.core.command import Command
from caytre.core.reading import Records
from caytre.core.storing.change import Change
from caytre.core.web.acting import REFUSED, changing, database_of
from caytre.core.web.app import Router
from caytre.core.web.bodies import (
    Body,
    ClassifyBody,
    Code,
    Country,
    Day,
    ExternalRefBody,
    LocalityId,
    Long,
    PaperBody,
    Reason,
    Sensitivity,
    Title,
)
from caytre.core.web.commanding import asking, issuing, respond
from caytre.core.web.conditional import answer_unless_unchanged, etag
from caytre.core.web.paging import Page, paging
from caytre.events.api.acting import OutcomeAnswer
from caytre.events.api.bodies import (
    EvidenceBody,
    LinkBody,
    MoneyBody,
    OutcomeKind,
    RefBody,
    Share,
    Topic,
    stated_day,
    values,
)
from caytre.events.commands import outcomes as commands
from caytre.events.policy import policy
from caytre.events.queries.lists import OutcomeFilter, list_outcomes
from caytre.events.tables import OUTCOMES

router = Router(prefix="/outcomes", tags=["outcomes"], responses=REFUSED)
records = Records(OUTCOMES, policy)
Reader = Annotated[Caller, Depends(asking("outcome.read"))]
Trusted = Annotated[Caller, Depends(asking("outcome.read_confidential"))]
Amending = Annotated[Change, Depends(changing("outcome.amend"))]


class OutcomeLinkBody(LinkBody):
    """What an outcome came out of, and the share (percent, decimal text) that this record is credited with."""

    relation: Literal["lead_became_outcome", "signed_during", "led_to_lead", "implements", "promoted", "met_at"] = (
        "implements"
    )
    share: Share | None = None


class _Particulars(Body):
    money: MoneyBody | None = None
    partner_id: UUID | None = None
    partner_name: Title | None = None
    countries: Annotated[tuple[Country, ...], Field(max_length=20)] = ()
    fields: Annotated[tuple[Topic, ...], Field(max_length=30)] = ()
    evidence: Annotated[tuple[EvidenceBody, ...], Field(max_length=50)] = ()
    confidential_note: Long | None = None


_OUTCOME: dict[str, Any] = {
    "kind": "FDI",
    "title": "Nhà máy minh họa",
    "locality": "VN-P-2025-33",
    "realised_on": "2026-02-02",
    "money": {"amount": "25000000.00", "currency": "USD", "amount_type": "registered"},
}


class ClaimOutcome(_Particulars, example=_OUTCOME):
    """Something that came of it. `partner_name` is an organisation."""

    kind: OutcomeKind
    title: Title
    locality: LocalityId
    realised_on: Day
    links: Annotated[tuple[OutcomeLinkBody, ...], Field(max_length=30)] = ()
    sensitivity: Sensitivity = "internal"
    agreement_ids: Annotated[tuple[UUID, ...], Field(max_length=50)] = ()
    external_refs: Annotated[tuple[ExternalRefBody, ...], Field(max_length=20)] = ()


class AmendOutcome(_Particulars):
    """What is to be corrected; members that are left out stay."""

    kind: OutcomeKind = "OTHER"
    title: Title = ""
    realised_on: Day | None = None


class Withdraw(Body):
    """Why the outcome does not stand."""

    reason: Reason


class Unlink(Body):
    """The record that is credited no longer, and why."""

    upstream: RefBody
    reason: Reason


def _particulars(body: Body) -> dict[str, Any]:
    return values(
        body,
        money=lambda money: money.value(),
        realised_on=stated_day,
        evidence=lambda items: tuple(item.to(OutcomeEvidence) for item in items),
        external_refs=lambda items: tuple(item.to(ExternalRef) for item in items),
    )


@router.post("", status_code=201, response_model=OutcomeAnswer, summary="Claim an outcome")
async def claim_outcome(
    request: Request, body: ClaimOutcome, command: Annotated[Command, Depends(issuing("outcome.claim"))]
) -> Response:
    given = _particulars(body)
    given["links"] = tuple(link.link(link.relation, command.at, link.share) for link in body.links)
    agreements = [link.upstream.id for link in body.links if link.upstream.kind == "agreement"]
    given["agreement_ids"] = tuple(dict.fromkeys((*body.agreement_ids, *agreements)))
    answer = await commands.claim_outcome(database_of(request), command, given)
    return respond(answer, f"/outcomes/{answer.id}")


@router.get("", summary="Outcomes, newest first or by the day they became real")
async def outcomes(
    request: Request,
    caller: Reader,
    page: Annotated[Page, Depends(paging())],
    status: Annotated[list[Code] | None, Query(max_length=20)] = None,
    kind: OutcomeKind | None = None,
    locality: LocalityId | None = None,
    country: Country | None = None,
    partner: UUID | None = None,
    agreement: UUID | None = None,
    upstream: UUID | None = None,
    origin: Annotated[str | None, Query(max_length=40)] = None,
    external_system: Annotated[str | None, Query(max_length=200)] = None,
    external_id: Annotated[str | None, Query(max_length=200)] = None,
    search: Annotated[str | None, Query(max_length=200)] = None,
    sort: Literal["newest", "realised_on"] = "newest",
) -> Response:
    wanted = OutcomeFilter(
        status=status or (),
        kind=kind,
        locality=locality,
        country=country,
        partner=partner,
        agreement=agreement,
        upstream=upstream,
        origin=origin,
        external_system=external_system,
        external_id=external_id,
        search=search,
    )
    listed = await list_outcomes(database_of(request), caller, wanted, page, by_day=sort == "realised_on")
    return page.respond(listed.items, listed.next_key, position=listed.position)


@router.get("/{id}", response_model=OutcomeState, summary="One outcome")
async def outcome(request: Request, id: UUID, caller: Reader) -> Response:
    text = await records.read(database_of(request), caller, id)
    return answer_unless_unchanged(request, etag(text.version), text.body)


@router.get("/{id}/confidential", response_model=OutcomeState, summary="One outcome with its confidential note")
async def outcome_with_confidential_part(request: Request, id: UUID, caller: Trusted) -> Response:
    text = await records.read_whole(database_of(request), caller, id)
    return answer_unless_unchanged(request, etag(text.version), text.body, headers={"Cache-Control": "no-store"})


@router.post("/{id}/amendments", response_model=OutcomeAnswer, summary="Correct a claimed outcome")
async def amend_outcome(body: AmendOutcome, change: Amending) -> Response:
    given = {name: value for name, value in _particulars(body).items() if (name, value) != ("realised_on", None)}
    return respond(await commands.amend_outcome(change, given))


@router.post("/{id}/evidence", response_model=OutcomeAnswer, summary="Add what the outcome rests on")
async def add_evidence(body: EvidenceBody, change: Amending) -> Response:
    return respond(await commands.add_evidence(change, body.to(OutcomeEvidence)))


@router.post("/{id}/links", response_model=OutcomeAnswer, summary="Credit a record with a share")
async def link_outcome(body: OutcomeLinkBody, change: Amending) -> Response:
    return respond(await commands.link_outcome(change, body.link(body.relation, change.command.at, body.share)))


@router.post("/{id}/links/removal", response_model=OutcomeAnswer, summary="Credit a record no longer")
async def unlink_outcome(body: Unlink, change: Amending) -> Response:
    return respond(await commands.unlink_outcome(change, body.upstream.value(), body.reason))


@router.post("/{id}/confirmation", response_model=OutcomeAnswer, summary="Confirm the outcome on its evidence")
async def confirm_outcome(body: PaperBody, change: Annotated[Change, Depends(changing("outcome.confirm"))]) -> Response:
    return respond(await commands.confirm_outcome(change, body.document.value()))


@router.post("/{id}/withdrawal", response_model=OutcomeAnswer, summary="The outcome does not stand")
async def withdraw_outcome(
    body: Withdraw, change: Annotated[Change, Depends(changing("outcome.withdraw"))]
) -> Response:
    return respond(await commands.withdraw_outcome(change, body.reason))


@router.post("/{id}/classification", response_model=OutcomeAnswer, summary="Raise or lower the sensitivity")
async def classify_outcome(
    body: ClassifyBody, change: Annotated[Change, Depends(changing("outcome.classify"))]
) -> Response:
    confirmed = body.confirm_published_history_stays
    return respond(await commands.classify_outcome(change, sensitivity=body.sensitivity, confirmed=confirmed))
