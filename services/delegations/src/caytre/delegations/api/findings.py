"""Conflicts over HTTP: what the other side may see of a delegation, and the answer to it."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Request
from starlette.responses import Response

from caytre.contracts.delegations import FindingState
from caytre.core.caller import Caller
from caytre.core.reading import Records
from caytre.core.storing.change import Change
from caytre.core.web.acting import REFUSED, changing, database_of
from caytre.core.web.app import Router
from caytre.core.web.bodies import Body, Country, Reason
from caytre.core.web.commanding import asking, respond
from caytre.core.web.conditional import answer_unless_unchanged, etag
from caytre.core.web.paging import Page, paging
from caytre.delegations.api.acting import FindingAnswer, Statuses, Text40, answer_list
from caytre.delegations.commands.findings import answer_finding
from caytre.delegations.policy import policy
from caytre.delegations.tables import FINDINGS

router = Router(prefix="/findings", tags=["conflicts"], responses=REFUSED)
records = Records(FINDINGS, policy)
Reader = Annotated[Caller, Depends(asking("finding.read"))]


class AnswerFinding(Body, example={"how": "proceed_with_reason", "reason": "hai đoàn gặp hai bộ phận khác nhau"}):
    """How the conflict is resolved, and why so."""

    how: Literal["proceed_with_reason", "reschedule", "merge", "split_hosts"]
    reason: Reason


@router.get("", summary="Conflicts, newest first")
async def findings(
    request: Request,
    caller: Reader,
    page: Annotated[Page, Depends(paging())],
    status: Statuses = [],  # noqa: B006 - FastAPI copies it
    conflict: Text40 = None,
    severity: Text40 = None,
    locality: Text40 = None,
    country: Country | None = None,
    delegation: UUID | None = None,
) -> Response:
    return await answer_list(
        request,
        caller,
        "finding",
        page,
        filters={
            "conflict": conflict,
            "severity": severity,
            "locality": locality,
            "country": country,
            "delegation": delegation,
        },
        statuses=status,
    )


@router.get("/{id}", response_model=FindingState, summary="One conflict")
async def finding(request: Request, id: UUID, caller: Reader) -> Response:
    text = await records.read(database_of(request), caller, id)
    return answer_unless_unchanged(request, etag(text.version), text.body)


@router.post("/{id}/answers", response_model=FindingAnswer, summary="Say how the conflict is resolved")
async def answer(body: AnswerFinding, change: Annotated[Change, Depends(changing("finding.answer"))]) -> Response:
    return respond(await answer_finding(change, how=body.how, reason=body.reason))
