"""The register of agreements over HTTP: proposing, reading, amending, cancelling, classifying."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import Field, StrictBool, StrictInt
from starlette.responses import Response

from caytre.agreements.api.acting import AgreementAnswer
from caytre.agreements.api.bodies import AgreementForm, Channel, ReducedBody, RenewalBody, SignatoryType, stated
from caytre.agreements.commands import agreements as commands
from caytre.agreements.policy import policy
from caytre.agreements.queries.lists import AgreementFilter, list_agreements
from caytre.agreements.tables import AGREEMENTS
from caytre.contracts.agreements import AgreementState, Reduced, Renewal
from caytre.contracts.agreements.agreement import AgreementStatus
from caytre.contracts.message import ExternalRef, known_values
from caytre.core.caller import Caller
from caytre.core.clock import business_today
from caytre.core.command import Command
from caytre.core.days import Day
from caytre.core.reading import Records
from caytre.core.storing.change import Change
from caytre.core.web.acting import REFUSED, changing, database_of
from caytre.core.web.app import Router
from caytre.core.web.bodies import (
    Body,
    ClassifyBody,
    Code,
    DocumentBody,
    ExternalRefBody,
    LanguageTag,
    Long,
    Origin,
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
from caytre.reference.procedures import all_procedures

router = Router(prefix="/agreements", tags=["agreements"], responses=REFUSED)
records = Records(AGREEMENTS, policy)
Reader = Annotated[Caller, Depends(asking("agreement.read"))]
Trusted = Annotated[Caller, Depends(asking("agreement.read_confidential"))]
Fields = Annotated[tuple[Code, ...], Field(max_length=30, examples=[["EDUCATION"]])]
Languages = Annotated[tuple[LanguageTag, ...], Field(max_length=10)]
Status = Annotated[str, filters.OneOf(known_values(AgreementStatus))]
Procedure = Annotated[str, filters.OneOf(tuple(dict.fromkeys(each.code for each in all_procedures())))]
Responsible = Annotated[filters.Name, filters.answering(business_today)]
Query200 = Annotated[str | None, Query(max_length=200)]


class ForeignPartyBody(Body):
    """A partner of the register as a party."""

    partner_id: UUID
    role: Short | None = None


class _Draft(Body):
    title_foreign: Title | None = None
    channel: Channel = "state"
    fields: Fields = ()
    languages: Languages = ()
    translated: StrictBool = False
    sensitive: StrictBool = False
    rationale: Long | None = None
    effective_from: Day | None = None
    expires_on: Day | None = None
    renewal: RenewalBody | None = None
    register_no: Short | None = None
    confidential_note: Long | None = None


_PROPOSAL: dict[str, Any] = {
    "title_vi": "Thỏa thuận hợp tác hữu nghị",
    "locality": "VN-P-2025-33",
    "signatory_type": "PROVINCE_PC",
    "foreign_parties": [{"partner_id": "01980000-0000-7000-8000-000000000001"}],
    "fields": ["FRIENDSHIP", "EDUCATION"],
    "languages": ["vi", "ko"],
    "rationale": "Mở rộng hợp tác giáo dục",
}


class ProposeAgreement(_Draft, example=_PROPOSAL):
    """A proposal. `nature` says whether it is an agreement at all; `locality` is an identity or an unambiguous name."""

    title_vi: Title
    nature: Code = "agreement"
    locality: Short
    organisation: Short | None = None
    signatory_type: SignatoryType
    form: AgreementForm = "agreement"
    foreign_parties: Annotated[tuple[ForeignPartyBody, ...], Field(max_length=50)]
    reduced: ReducedBody | None = None
    sensitivity: Sensitivity = "internal"
    external_refs: Annotated[tuple[ExternalRefBody, ...], Field(max_length=20)] = ()


class AmendAgreement(_Draft, example={"rationale": "Bổ sung nội dung đào tạo", "expires_on": "2031-12-31"}):
    """What is to be edited; members that are left out stay, null empties."""

    title_vi: Title = ""
    form: AgreementForm = "agreement"


class ReceiveDossierItem(Body):
    """The paper that has come in."""

    document: DocumentBody | None = None


class WaiveVerification(ReasonBody):
    """The partner that may be consulted on before it is verified."""

    partner_id: UUID


class DecideProcedure(ReasonBody):
    """The later version of the procedure, and whether the draft adopts it or the case goes on as it began."""

    version: Annotated[StrictInt, Field(ge=1, le=10_000, examples=[2])]
    adopt: StrictBool


def _values(body: Body) -> dict[str, Any]:
    converted: dict[str, Any] = {
        "effective_from": stated,
        "expires_on": stated,
        "renewal": lambda renewal: renewal and renewal.to(Renewal),
        "reduced": lambda reduced: reduced and reduced.to(Reduced),
        "external_refs": lambda refs: tuple(ref.to(ExternalRef) for ref in refs),
    }
    given = body.given()
    return {name: converted[name](value) if name in converted else value for name, value in given.items()}


@router.post("", status_code=201, response_model=AgreementAnswer, summary="Propose an agreement")
async def propose_agreement(
    request: Request, body: ProposeAgreement, command: Annotated[Command, Depends(issuing("agreement.propose"))]
) -> Response:
    values = _values(body)
    del values["foreign_parties"]
    values["roles"] = {party.partner_id: party.role for party in body.foreign_parties if party.role}
    ids = [party.partner_id for party in body.foreign_parties]
    answer = await commands.propose_agreement(database_of(request), command, partner_ids=ids, particulars=values)
    return respond(answer, f"/agreements/{answer.id}")


@router.get("", summary="The register of agreements, newest first")
async def agreements(
    request: Request,
    caller: Reader,
    page: Annotated[Page, Depends(paging())],
    status: Annotated[list[Status], Query(max_length=14)] = [],  # noqa: B006 - FastAPI copies it
    locality: Annotated[filters.Locality | None, Query(description="A unit of then or of today.")] = None,
    responsible_locality: Annotated[Responsible | None, Query(description="The unit that answers today.")] = None,
    country: filters.Country | None = None,
    partner: UUID | None = None,
    field: filters.Field | None = None,
    sensitivity: Sensitivity | None = None,
    origin: Origin | None = None,
    procedure: Procedure | None = None,
    procedure_superseded: Annotated[bool, Query(description="Open, and to decide on a later version.")] = False,
    register_no: Query200 = None,
    external_system: Query200 = None,
    external_id: Query200 = None,
    signed_from: Day | None = None,
    signed_to: Day | None = None,
    search: Annotated[str | None, Query(max_length=200, description="Words, accents do not matter.")] = None,
    sort: Literal["newest", "signed"] = "newest",
) -> Response:
    wanted = AgreementFilter(
        status=status,
        locality=locality,
        responsible_locality=responsible_locality,
        country=country,
        partner=partner,
        field=field,
        sensitivity=sensitivity,
        origin=origin,
        procedure=procedure,
        procedure_superseded=procedure_superseded,
        register_no=register_no,
        external_system=external_system,
        external_id=external_id,
        signed_from=signed_from,
        signed_to=signed_to,
        search=search,
    )
    listed = await list_agreements(database_of(request), caller, wanted, page, by_signing=sort == "signed")
    return page.respond(listed.items, listed.next_key, position=listed.position)


@router.get("/{id}", response_model=AgreementState, summary="One agreement")
async def agreement(request: Request, id: UUID, caller: Reader) -> Response:
    text = await records.read(database_of(request), caller, id)
    return answer_unless_unchanged(request, etag(text.version), text.body)


@router.get("/{id}/confidential", response_model=AgreementState, summary="One agreement with its confidential part")
async def agreement_with_confidential_part(request: Request, id: UUID, caller: Trusted) -> Response:
    text = await records.read_whole(database_of(request), caller, id)
    return answer_unless_unchanged(request, etag(text.version), text.body, headers={"Cache-Control": "no-store"})


@router.post("/{id}/amendments", response_model=AgreementAnswer, summary="Edit the draft")
async def amend_agreement(
    body: AmendAgreement, change: Annotated[Change, Depends(changing("agreement.amend"))]
) -> Response:
    return respond(await commands.amend_agreement(change, _values(body)))


@router.post("/{id}/dossier/{dossier}/{item}", response_model=AgreementAnswer, summary="Receive a paper of a dossier")
async def receive_dossier_item(
    dossier: Code,
    item: Code,
    body: ReceiveDossierItem,
    change: Annotated[Change, Depends(changing("agreement.amend"))],
) -> Response:
    document = document_of(body.document)
    return respond(await commands.receive_dossier_item(change, dossier=dossier, item=item, document=document))


@router.post("/{id}/procedure", response_model=AgreementAnswer, summary="Decide on a later version of the procedure")
async def decide_procedure(
    body: DecideProcedure, change: Annotated[Change, Depends(changing("agreement.decide_procedure"))]
) -> Response:
    answer = await commands.decide_procedure(
        change, version=body.version, adopt=body.adopt, reason=body.reason, document=document_of(body.document)
    )
    return respond(answer)


@router.post("/{id}/waivers", response_model=AgreementAnswer, summary="Consult before a partner is verified")
async def waive_verification(
    body: WaiveVerification, change: Annotated[Change, Depends(changing("agreement.waive_verification"))]
) -> Response:
    document = document_of(body.document)
    answer = await commands.waive_verification(
        change, partner_id=body.partner_id, reason=body.reason, document=document
    )
    return respond(answer)


@router.post("/{id}/cancellation", response_model=AgreementAnswer, summary="Give the proposal up")
async def cancel_agreement(
    body: ReasonBody, change: Annotated[Change, Depends(changing("agreement.cancel"))]
) -> Response:
    return respond(await commands.cancel_agreement(change, reason=body.reason, document=document_of(body.document)))


@router.post("/{id}/classification", response_model=AgreementAnswer, summary="Raise or lower the sensitivity")
async def classify_agreement(
    body: ClassifyBody, change: Annotated[Change, Depends(changing("agreement.classify"))]
) -> Response:
    confirmed = body.confirm_published_history_stays
    return respond(await commands.classify_agreement(change, sensitivity=body.sensitivity, confirmed=confirmed))
