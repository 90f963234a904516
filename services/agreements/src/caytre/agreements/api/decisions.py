"""Escalation, decision, signature and what follows, over HTTP."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends
from pydantic import Field, StrictBool, StrictInt
from starlette.responses import Response

from caytre.agreements.api.acting import AgreementAnswer
from caytre.agreements.api.bodies import Authority, SignedTextBody
from caytre.agreements.commands import decisions as commands
from caytre.contracts.agreements import Occasion, SignedText, Signer
from caytre.core.days import FIRST_DAY, LAST_DAY, Day
from caytre.core.storing.change import Change
from caytre.core.web.acting import REFUSED, changing
from caytre.core.web.app import Router
from caytre.core.web.bodies import Body, Code, DocumentBody, PaperBody, Reason, Short
from caytre.core.web.commanding import respond

router = Router(prefix="/agreements/{id}", tags=["decision and signature"], responses=REFUSED)
Deciding = Annotated[Change, Depends(changing("agreement.decide"))]
RecordingPM = Annotated[Change, Depends(changing("agreement.record_pm_opinion"))]


class PMOpinion(PaperBody):
    """The Prime Minister's written answer; its document needs number and date."""

    consent: StrictBool


class Approval(PaperBody):
    """The decision of the competent authority, named by its code."""

    authority: Authority


class RefusalOfSignature(Approval):
    """The refusal with its reason."""

    reason: Reason


class SigningAuthorisation(Approval):
    """The office whose holder may sign instead."""

    office: Short


class ForeignSigner(Body):
    """Who signed for a foreign party, by office."""

    office: Short
    partner_id: UUID | None = None


class OccasionBody(Body):
    """The visit or event during which the signature took place. Of a record of this platform no label is kept."""

    service: Code
    kind: Code
    id: UUID
    label: Short | None = None


_SIGNATURE = {
    "signed_on": "2026-03-20",
    "place": "Hưng Yên",
    "foreign_signers": [{"office": "Thị trưởng Thành phố Minh Họa"}],
    "texts": [{"sha256": "ab" * 32, "size": 48211, "media_type": "application/pdf", "language": "vi"}],
    "expires_on": "2031-03-19",
}


class SignAgreement(Body, example=_SIGNATURE):
    """The signature. `signer_names` are kept encrypted and are on no topic."""

    signed_on: Day
    by_authorised: StrictBool = False
    foreign_signers: Annotated[tuple[ForeignSigner, ...], Field(max_length=50)] = ()
    texts: Annotated[tuple[SignedTextBody, ...], Field(max_length=20)]
    place: Short | None = None
    occasion: OccasionBody | None = None
    effective_from: Day | None = None
    expires_on: Day | None = None
    signer_names: Annotated[tuple[Short, ...], Field(max_length=50)] = ()


class EnterIntoForce(Body):
    """The day on which the agreement takes effect."""

    on: Day


class FileReport(Body):
    """The report to the Prime Minister, the copy for the ministry, or the report on a `year`, which names it."""

    filed_on: Day
    year: Annotated[StrictInt, Field(ge=FIRST_DAY.year, le=LAST_DAY.year)] | None = None
    document: DocumentBody


@router.post("/escalation", response_model=AgreementAnswer, summary="Submit a disagreement to the Prime Minister")
async def escalate_agreement(
    body: PaperBody, change: Annotated[Change, Depends(changing("agreement.escalate"))]
) -> Response:
    return respond(await commands.escalate_agreement(change, body.document.value()))


@router.post(
    "/escalation/dossier",
    response_model=AgreementAnswer,
    summary="The Prime Minister's office has the complete dossier",
)
async def complete_pm_dossier(body: PaperBody, change: RecordingPM) -> Response:
    return respond(await commands.complete_pm_dossier(change, body.document.value()))


@router.post("/escalation/opinion", response_model=AgreementAnswer, summary="Record the Prime Minister's answer")
async def record_pm_opinion(body: PMOpinion, change: RecordingPM) -> Response:
    document = body.document.value()
    return respond(await commands.record_pm_opinion(change, consent=body.consent, document=document))


@router.post("/approval", response_model=AgreementAnswer, summary="Approve the signature")
async def approve_agreement(body: Approval, change: Deciding) -> Response:
    document = body.document.value()
    return respond(await commands.approve_agreement(change, authority=body.authority, document=document))


@router.post("/refusal", response_model=AgreementAnswer, summary="Refuse the signature")
async def refuse_agreement(body: RefusalOfSignature, change: Deciding) -> Response:
    answer = await commands.refuse_agreement(
        change, authority=body.authority, document=body.document.value(), reason=body.reason
    )
    return respond(answer)


@router.post("/authorisation", response_model=AgreementAnswer, summary="Authorise another person to sign")
async def authorise_signing(body: SigningAuthorisation, change: Deciding) -> Response:
    answer = await commands.authorise_signing(
        change, authority=body.authority, office=body.office, document=body.document.value()
    )
    return respond(answer)


@router.post("/signature", response_model=AgreementAnswer, summary="Record the signature")
async def sign_agreement(
    body: SignAgreement, change: Annotated[Change, Depends(changing("agreement.sign"))]
) -> Response:
    values = {name: getattr(body, name) for name in SignAgreement.model_fields}
    values["foreign_signers"] = [Signer(side="foreign", **signer.model_dump()) for signer in body.foreign_signers]
    values["texts"] = [text.to(SignedText) for text in body.texts]
    values["occasion"] = body.occasion.to(Occasion) if body.occasion else None
    return respond(await commands.sign_agreement(change, **values))


@router.post("/entry-into-force", response_model=AgreementAnswer, summary="Take effect")
async def enter_into_force(
    body: EnterIntoForce, change: Annotated[Change, Depends(changing("agreement.enter_into_force"))]
) -> Response:
    return respond(await commands.enter_into_force(change, body.on))


@router.post("/reports/{kind}", response_model=AgreementAnswer, summary="File a statutory report")
async def file_report(
    kind: Literal["PM_REPORT", "MOFA_COPY", "ANNUAL_REPORT"],
    body: FileReport,
    change: Annotated[Change, Depends(changing("agreement.file_report"))],
) -> Response:
    document = body.document.value()
    return respond(
        await commands.file_report(change, kind=kind, year=body.year, filed_on=body.filed_on, document=document)
    )
