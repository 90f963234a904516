"""The consultation of an agreement over HTTP; an agency speaks under `/opinions/{agency}` and only for itself."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, Path
from pydantic import Field
from starlette.responses import Response

from caytre.agreements.api.acting import AgreementAnswer
from caytre.agreements.commands import agreements as commands
from caytre.core.storing.change import Change
from caytre.core.web.acting import REFUSED, changing
from caytre.core.web.app import Router
from caytre.core.web.bodies import Agency, Body, Code, DocumentBody, Long, PaperBody, Reason, ReasonBody, document_of
from caytre.core.web.commanding import respond

router = Router(prefix="/agreements/{id}", tags=["consultation"], responses=REFUSED)
Answering = Annotated[Change, Depends(changing("agreement.give_opinion"))]
RecordingReply = Annotated[Change, Depends(changing("agreement.record_reply"))]


class SendForOpinion(Body):
    """The agencies to which the content directly relates, and others that are asked voluntarily."""

    related: Annotated[tuple[Agency, ...], Field(max_length=30)] = ()
    voluntary: Annotated[tuple[Agency, ...], Field(max_length=30)] = ()


class ReturnIncomplete(Body):
    """Why the dossier comes back, and which papers are missing or wanting."""

    reason: Reason
    missing: Annotated[tuple[Code, ...], Field(max_length=30)] = ()


class ReturnOnPaper(ReturnIncomplete):
    """The same with the agency's letter."""

    document: DocumentBody


_OPINION = {
    "answer": "agree_with_comments",
    "comments": ["Bổ sung ngôn ngữ làm việc tại Điều 3"],
    "document": {"number": "1234/BNG-CNV", "issued_on": "2026-03-09", "issuer": "Bộ Ngoại giao"},
}


class GiveOpinion(Body, example=_OPINION):
    """The written opinion of the agency."""

    answer: Literal["agree", "agree_with_comments", "disagree"]
    text: Long | None = None
    comments: Annotated[tuple[Reason, ...], Field(max_length=50)] = ()
    document: DocumentBody


class AnswerComment(Body):
    """How the comment was taken up, or why not."""

    resolution: Reason


@router.post("/consultation", response_model=AgreementAnswer, summary="Send for written opinions")
async def send_for_opinion(
    body: SendForOpinion, change: Annotated[Change, Depends(changing("agreement.send_for_opinion"))]
) -> Response:
    return respond(await commands.send_for_opinion(change, related=body.related, voluntary=body.voluntary))


@router.post("/consultation/closure", response_model=AgreementAnswer, summary="Close the consultation")
async def close_consultation(
    change: Annotated[Change, Depends(changing("agreement.close_consultation"))],
) -> Response:
    return respond(await commands.close_consultation(change))


@router.post("/opinions/{agency}", response_model=AgreementAnswer, summary="Give the opinion of an agency")
async def give_opinion(agency: Agency, body: GiveOpinion, change: Answering) -> Response:
    answer = await commands.give_opinion(
        change,
        agency,
        answer=body.answer,
        text=body.text,
        comments=body.comments,
        document=body.document.value(),
    )
    return respond(answer)


@router.post(
    "/opinions/{agency}/dossier",
    response_model=AgreementAnswer,
    summary="Declare the dossier complete: the clock starts",
)
async def complete_dossier(agency: Agency, change: Answering) -> Response:
    return respond(await commands.complete_dossier(change, agency))


@router.post("/opinions/{agency}/return", response_model=AgreementAnswer, summary="Return the dossier as incomplete")
async def return_incomplete(agency: Agency, body: ReturnIncomplete, change: Answering) -> Response:
    return respond(await commands.return_incomplete(change, agency, reason=body.reason, missing=body.missing))


@router.post(
    "/opinions/{agency}/receipt", response_model=AgreementAnswer, summary="Record an agency's dated receipt on paper"
)
async def record_receipt(agency: Agency, body: PaperBody, change: RecordingReply) -> Response:
    return respond(await commands.record_receipt(change, agency, document=body.document.value()))


@router.post(
    "/opinions/{agency}/paper-reply", response_model=AgreementAnswer, summary="Record what an agency replied on paper"
)
async def record_paper_reply(agency: Agency, body: GiveOpinion, change: RecordingReply) -> Response:
    answer = await commands.record_paper_reply(
        change,
        agency,
        answer=body.answer,
        text=body.text,
        comments=body.comments,
        document=body.document.value(),
    )
    return respond(answer)


@router.post(
    "/opinions/{agency}/paper-return",
    response_model=AgreementAnswer,
    summary="Record that an agency returned the dossier on paper",
)
async def record_paper_return(agency: Agency, body: ReturnOnPaper, change: RecordingReply) -> Response:
    document = body.document.value()
    answer = await commands.record_paper_return(
        change, agency, reason=body.reason, missing=body.missing, document=document
    )
    return respond(answer)


@router.post(
    "/opinions/{agency}/withdrawal", response_model=AgreementAnswer, summary="Ask an agency no more that said nothing"
)
async def withdraw_request(
    agency: Agency, body: ReasonBody, change: Annotated[Change, Depends(changing("agreement.withdraw_request"))]
) -> Response:
    document = document_of(body.document)
    return respond(await commands.withdraw_request(change, agency, reason=body.reason, document=document))


@router.post(
    "/opinions/{agency}/comments/{comment}", response_model=AgreementAnswer, summary="Answer a comment, counted from 0"
)
async def answer_comment(
    agency: Agency,
    comment: Annotated[int, Path(ge=0, le=49)],
    body: AnswerComment,
    change: Annotated[Change, Depends(changing("agreement.answer_comment"))],
) -> Response:
    return respond(await commands.answer_comment(change, agency, comment=comment, resolution=body.resolution))


@router.post(
    "/opinions/{agency}/no-reply", response_model=AgreementAnswer, summary="Record that an overdue agency is silent"
)
async def record_no_reply(
    agency: Agency, body: ReasonBody, change: Annotated[Change, Depends(changing("agreement.record_no_reply"))]
) -> Response:
    document = document_of(body.document)
    return respond(await commands.record_no_reply(change, agency, reason=body.reason, document=document))
