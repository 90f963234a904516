"""Foreign partners over HTTP."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import Field
from starlette.responses import Response

from caytre.agreements.api.acting import PartnerAnswer
from caytre.agreements.api.bodies import ContactBody, EvidenceBody, IdentifierBody, NamesBody, PartnerType
from caytre.agreements.commands import partners as commands
from caytre.agreements.model.partner import Contact
from caytre.agreements.policy import policy
from caytre.agreements.queries.lists import PartnerFilter, list_partners
from caytre.agreements.tables import PARTNERS
from caytre.contracts.agreements import Evidence, Identifier, Names, PartnerState
from caytre.contracts.message import ExternalRef
from caytre.core.caller import Caller
from caytre.core.command import Command
from caytre.core.days import Day
from caytre.core.reading import Records
from caytre.core.storing.change import Change
from caytre.core.web.acting import REFUSED, changing, database_of
from caytre.core.web.app import Router
from caytre.core.web.bodies import (
    Agency,
    Body,
    ClassifyBody,
    Country,
    DocumentBody,
    ExternalRefBody,
    LocalityId,
    Origin,
    Reason,
    ReasonBody,
    Sensitivity,
    Short,
    Title,
    document_of,
)
from caytre.core.web.commanding import asking, issuing, respond
from caytre.core.web.conditional import answer_unless_unchanged, etag
from caytre.core.web.paging import Page, paging
from caytre.reference import filters

router = Router(prefix="/partners", tags=["partners"], responses=REFUSED)
records = Records(PARTNERS, policy)
Reader = Annotated[Caller, Depends(asking("partner.read"))]
Trusted = Annotated[Caller, Depends(asking("partner.read_confidential"))]


class _Particulars(Body):
    aliases: Annotated[tuple[Title, ...], Field(max_length=50)] = ()
    subdivision: Short | None = None
    identifiers: Annotated[tuple[IdentifierBody, ...], Field(max_length=20)] = ()
    contacts: Annotated[tuple[ContactBody, ...], Field(max_length=20)] = ()


_PARTNER: dict[str, Any] = {
    "type": "foreign_locality",
    "names": {"vi": "Thành phố Minh Họa", "en": "Minh Hoa City"},
    "country": "KR",
}


class RegisterPartner(_Particulars, example=_PARTNER):
    """A foreign partner. `distinct_reason` tells it apart from a namesake that is registered already.

    Only an international organisation can be without a country.
    """

    type: PartnerType
    names: NamesBody
    country: Country | None = None
    sensitivity: Sensitivity = "internal"
    localities: Annotated[tuple[LocalityId, ...], Field(max_length=34)] = ()
    external_refs: Annotated[tuple[ExternalRefBody, ...], Field(max_length=20)] = ()
    distinct_reason: Reason | None = None


class AmendPartner(_Particulars):
    """What is to be corrected; members that are left out stay."""

    names: NamesBody = NamesBody()
    type: PartnerType = "other"


_CORRECTION: dict[str, Any] = {
    "country": "JP",
    "reason": "Sổ đăng ký của nước sở tại ghi trụ sở tại Nhật Bản",
    "evidence": [{"kind": "registry_extract", "summary": "Trích lục đăng ký", "obtained_on": "2026-03-02"}],
}


class CorrectCountry(Body, example=_CORRECTION):
    """The country the partner really belongs to, null for an international organisation of many, and what shows it."""

    country: Country | None
    reason: Reason
    evidence: Annotated[tuple[EvidenceBody, ...], Field(max_length=20)]


class AddAlias(Body):
    """Another name."""

    alias: Title


class MergePartner(Body):
    """The partner that stands for both, and why they are one."""

    into: UUID
    reason: Reason


class RequestVerification(Body):
    """The organisation that is asked: the ministry or a mission."""

    verifier: Agency = "MOFA"
    reason: Reason | None = None


class VerifyPartner(Body):
    """What the verification rests on."""

    evidence: Annotated[tuple[EvidenceBody, ...], Field(max_length=20)]
    document: DocumentBody | None = None


class RejectPartner(VerifyPartner):
    """Why the verifier does not vouch for the partner."""

    reason: Reason
    evidence: Annotated[tuple[EvidenceBody, ...], Field(max_length=20)] = ()


def _values(body: Body) -> dict[str, Any]:
    converted: dict[str, Any] = {
        "names": lambda names: names.to(Names),
        "identifiers": lambda items: tuple(item.to(Identifier) for item in items),
        "contacts": lambda items: tuple(item.to(Contact) for item in items),
        "external_refs": lambda items: tuple(item.to(ExternalRef) for item in items),
    }
    given = body.given()
    return {name: converted[name](value) if name in converted else value for name, value in given.items()}


@router.post("", status_code=201, response_model=PartnerAnswer, summary="Register a foreign partner")
async def register_partner(
    request: Request, body: RegisterPartner, command: Annotated[Command, Depends(issuing("partner.register"))]
) -> Response:
    values = _values(body)
    reason = values.pop("distinct_reason", None)
    answer = await commands.register_partner(database_of(request), command, distinct_reason=reason, particulars=values)
    return respond(answer, f"/partners/{answer.id}")


@router.get("", summary="Partners, newest first")
async def partners(
    request: Request,
    caller: Reader,
    page: Annotated[Page, Depends(paging())],
    country: filters.Country | None = None,
    type: PartnerType | None = None,
    status: Literal["ACTIVE", "MERGED"] | None = None,
    verified_on: Day | None = None,
    origin: Origin | None = None,
    external_system: Annotated[str | None, Query(max_length=200)] = None,
    external_id: Annotated[str | None, Query(max_length=200)] = None,
    search: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    wanted = PartnerFilter(
        country=country,
        type=type,
        status=status,
        verified_on=verified_on,
        origin=origin,
        external_system=external_system,
        external_id=external_id,
        search=search,
    )
    listed = await list_partners(database_of(request), caller, wanted, page)
    return page.respond(listed.items, listed.next_key, position=listed.position)


@router.get("/{id}", response_model=PartnerState, summary="One partner")
async def partner(request: Request, id: UUID, caller: Reader) -> Response:
    text = await records.read(database_of(request), caller, id)
    return answer_unless_unchanged(request, etag(text.version), text.body)


@router.get("/{id}/confidential", response_model=PartnerState, summary="One partner with contacts and personal names")
async def partner_with_confidential_part(request: Request, id: UUID, caller: Trusted) -> Response:
    text = await records.read_whole(database_of(request), caller, id)
    return answer_unless_unchanged(request, etag(text.version), text.body, headers={"Cache-Control": "no-store"})


@router.post("/{id}/amendments", response_model=PartnerAnswer, summary="Correct particulars")
async def amend_partner(body: AmendPartner, change: Annotated[Change, Depends(changing("partner.amend"))]) -> Response:
    return respond(await commands.amend_partner(change, _values(body)))


@router.post("/{id}/country", response_model=PartnerAnswer, summary="Correct the country; a verification is put anew")
async def correct_country(
    body: CorrectCountry, change: Annotated[Change, Depends(changing("partner.correct_country"))]
) -> Response:
    evidence = tuple(item.to(Evidence) for item in body.evidence)
    return respond(await commands.correct_country(change, body.country, reason=body.reason, evidence=evidence))


@router.post("/{id}/aliases", response_model=PartnerAnswer, summary="Add another name")
async def add_alias(body: AddAlias, change: Annotated[Change, Depends(changing("partner.amend"))]) -> Response:
    return respond(await commands.add_alias(change, body.alias))


@router.post("/{id}/merger", response_model=PartnerAnswer, summary="Merge a duplicate into another partner")
async def merge_partner(body: MergePartner, change: Annotated[Change, Depends(changing("partner.merge"))]) -> Response:
    return respond(await commands.merge_partner(change, into=body.into, reason=body.reason))


@router.post("/{id}/classification", response_model=PartnerAnswer, summary="Raise or lower the sensitivity")
async def classify_partner(
    body: ClassifyBody, change: Annotated[Change, Depends(changing("partner.classify"))]
) -> Response:
    confirmed = body.confirm_published_history_stays
    return respond(await commands.classify_partner(change, sensitivity=body.sensitivity, confirmed=confirmed))


@router.post("/{id}/verification", response_model=PartnerAnswer, summary="Ask for a verification")
async def request_verification(
    body: RequestVerification, change: Annotated[Change, Depends(changing("partner.request_verification"))]
) -> Response:
    return respond(await commands.request_verification(change, verifier=body.verifier, reason=body.reason))


@router.post("/{id}/verification/start", response_model=PartnerAnswer, summary="Take a verification up")
async def start_verification(change: Annotated[Change, Depends(changing("partner.verify"))]) -> Response:
    return respond(await commands.start_verification(change))


@router.post("/{id}/verification/confirmation", response_model=PartnerAnswer, summary="Vouch for the partner")
async def verify_partner(
    body: VerifyPartner, change: Annotated[Change, Depends(changing("partner.verify"))]
) -> Response:
    evidence = tuple(item.to(Evidence) for item in body.evidence)
    return respond(await commands.verify_partner(change, evidence=evidence, document=document_of(body.document)))


@router.post("/{id}/verification/rejection", response_model=PartnerAnswer, summary="Do not vouch for the partner")
async def reject_partner(
    body: RejectPartner, change: Annotated[Change, Depends(changing("partner.verify"))]
) -> Response:
    evidence, document = tuple(item.to(Evidence) for item in body.evidence), document_of(body.document)
    answer = await commands.reject_partner(change, reason=body.reason, evidence=evidence, document=document)
    return respond(answer)


@router.post("/{id}/verification/revocation", response_model=PartnerAnswer, summary="Take a verification back")
async def revoke_verification(
    body: ReasonBody, change: Annotated[Change, Depends(changing("partner.revoke"))]
) -> Response:
    document = document_of(body.document)
    return respond(await commands.revoke_verification(change, reason=body.reason, document=document))
