"""Annual plans over HTTP: draw up, submit, advise, approve, adjust, withdraw, follow item by item, close."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import Field, StrictInt
from starlette.responses import Response

from caytre.contracts.delegations import AnnualPlanState, Money, PlanItem
from caytre.contracts.lineage import Ref
from caytre.core.caller import Caller
from caytre.core.command import Command
from caytre.core.ids import new_id
from caytre.core.reading import Records
from caytre.core.storing.change import Change, says
from caytre.core.web.acting import REFUSED, changing, database_of
from caytre.core.web.app import Router
from caytre.core.web.bodies import Agency, Body, Country, DocumentBody, Long, Reason, Short, document_of
from caytre.core.web.commanding import asking, issuing, respond
from caytre.core.web.conditional import answer_unless_unchanged, etag
from caytre.core.web.paging import Page, paging
from caytre.delegations.api.acting import PlanAnswer, Statuses, Text40, Text200, answer_list
from caytre.delegations.api.bodies import Amount, Currency, Ids, MoneyBody, Month, Number, RefBody, Ruling
from caytre.delegations.commands import plans as commands
from caytre.delegations.policy import policy
from caytre.delegations.queries.comparison import Comparison, compare_plan
from caytre.delegations.tables import PLANS

router = Router(prefix="/annual-plans", tags=["annual plans"], responses=REFUSED)
records = Records(PLANS, policy)
Reader = Annotated[Caller, Depends(asking("annual_plan.read"))]
Revising = Annotated[Change, Depends(changing("annual_plan.revise"))]
Adjusting = Annotated[Change, Depends(changing("annual_plan.adjust"))]


class ItemBody(Body):
    """One delegation as it is planned; an item that has an id already is edited."""

    id: UUID | None = None
    purpose: Reason | None = None
    countries: Annotated[tuple[Country, ...], Field(max_length=20)] = ()
    month_from: Month | None = None
    month_to: Month | None = None
    head_rank: Short | None = None
    size: Number | None = None
    budget_source: Short | None = None
    budget: MoneyBody | None = None
    partner_ids: Ids = ()

    def value(self, **told: Any) -> PlanItem:
        """The item, with what else is told of it."""
        values = self.model_dump(include=ItemBody.model_fields.keys() - {"id", "budget"})
        budget = self.budget.to(Money) if self.budget else None
        return PlanItem(**{"id": self.id or new_id(), **values, "budget": budget, **told})


Items = Annotated[tuple[ItemBody, ...], Field(max_length=500)]
_PLAN: dict[str, Any] = {
    "locality": "VN-P-2025-33",
    "year": 2027,
    "direction": "OUT",
    "ceiling": "3600000000",
    "items": [
        {
            "purpose": "Xúc tiến đầu tư",
            "countries": ["KR"],
            "month_from": 5,
            "month_to": 6,
            "head_rank": "Chủ tịch UBND tỉnh",
            "budget_source": "Ngân sách tỉnh",
            "budget": {"amount": "300000000"},
        }
    ],
}


class DraftPlan(Body, example=_PLAN):
    """The plan of a locality for a year: delegations that leave (OUT) or arrive (IN)."""

    locality: Short
    organisation: Short | None = None
    year: Annotated[StrictInt, Field(ge=1990, le=2199)]
    direction: Literal["OUT", "IN"]
    currency: Currency = "VND"
    ceiling: Amount | None = None
    items: Items = ()
    sensitivity: Annotated[str, Field(pattern="^(public|internal|restricted)$")] = "internal"


class RevisePlan(Body, example={"put": [{"purpose": "Hợp tác giáo dục", "countries": ["JP"]}]}):
    """Items to add or edit, and items to take out."""

    put: Items = ()
    remove: Annotated[tuple[UUID, ...], Field(max_length=500)] = ()


class WhyBody(Body):
    """Why."""

    reason: Reason


class AdviceBody(Body):
    """What a consulted body says."""

    agency: Agency
    answer: Literal["agree", "agree_with_comments", "disagree"]
    text: Long | None = None
    document: DocumentBody | None = None


class ItemDecision(Body):
    """What becomes of an item, and what is to carry it out."""

    status: Literal["PLANNED", "POSTPONED", "DROPPED"]
    reason: Reason
    carried_by: RefBody | None = None


def items_of(bodies: Sequence[ItemBody]) -> tuple[PlanItem, ...]:
    """The items."""
    return tuple(body.value() for body in bodies)


@router.post("", status_code=201, response_model=PlanAnswer, summary="Begin a plan")
async def draft_plan(
    request: Request, body: DraftPlan, command: Annotated[Command, Depends(issuing("annual_plan.draft"))]
) -> Response:
    values = {**body.given(), "items": items_of(body.items)}
    answer = await commands.draft_plan(database_of(request), command, particulars=values)
    return respond(answer, f"/annual-plans/{answer.id}")


@router.get("", summary="Plans, newest first")
async def plans(
    request: Request,
    caller: Reader,
    page: Annotated[Page, Depends(paging())],
    status: Statuses = [],  # noqa: B006 - FastAPI copies it
    locality: Text40 = None,
    year: Annotated[int | None, Query(ge=1990, le=2199)] = None,
    direction: Literal["OUT", "IN"] | None = None,
    origin: Text40 = None,
    external_system: Text200 = None,
    external_id: Text200 = None,
) -> Response:
    return await answer_list(
        request,
        caller,
        "annual_plan",
        page,
        filters={"locality": locality, "year": year, "direction": direction, "origin": origin},
        statuses=status,
        external=(external_system, external_id),
    )


@router.get("/{id}", response_model=AnnualPlanState, summary="One plan")
async def plan(request: Request, id: UUID, caller: Reader) -> Response:
    text = await records.read(database_of(request), caller, id)
    return answer_unless_unchanged(request, etag(text.version), text.body)


@router.get("/{id}/comparison", summary="Planned versus actual")
async def comparison(request: Request, id: UUID, caller: Reader) -> Comparison:
    text = await records.read(database_of(request), caller, id)
    return await compare_plan(database_of(request), caller, AnnualPlanState.model_validate_json(text.body))


@router.post("/{id}/items", response_model=PlanAnswer, summary="Add, edit or take out items")
async def revise_plan(body: RevisePlan, change: Revising) -> Response:
    put = items_of(body.put)
    return respond(await says(PLANS, change, lambda p: p.revise(put=put, remove=body.remove)))


@router.post("/{id}/items/{item}/decision", response_model=PlanAnswer, summary="Postpone, drop or assign an item")
async def decide_item(item: UUID, body: ItemDecision, change: Adjusting) -> Response:
    carrier = body.carried_by.to(Ref) if body.carried_by else None
    return respond(
        await says(PLANS, change, lambda p: p.decide_item(item, body.status, reason=body.reason, carried_by=carrier))
    )


@router.post("/{id}/submission", response_model=PlanAnswer, summary="Hand the plan in")
async def submit_plan(change: Annotated[Change, Depends(changing("annual_plan.submit"))]) -> Response:
    return respond(await says(PLANS, change, lambda p: p.submit(change.command.at)))


@router.post("/{id}/return-to-draft", response_model=PlanAnswer, summary="Give the plan back")
async def send_plan_back(
    body: WhyBody, change: Annotated[Change, Depends(changing("annual_plan.send_back"))]
) -> Response:
    return respond(await says(PLANS, change, lambda p: p.send_back(body.reason)))


@router.post("/{id}/advice", response_model=PlanAnswer, summary="Record what a consulted body says")
async def take_advice(body: AdviceBody, change: Annotated[Change, Depends(changing("annual_plan.advise"))]) -> Response:
    document, at = document_of(body.document), change.command.at
    return respond(
        await says(
            PLANS,
            change,
            lambda p: p.take_advice(agency=body.agency, answer=body.answer, text=body.text, document=document, at=at),
        )
    )


@router.post("/{id}/approval", response_model=PlanAnswer, summary="Approve the plan or its adjustment")
async def approve_plan(body: Ruling, change: Annotated[Change, Depends(changing("annual_plan.approve"))]) -> Response:
    document = body.document.value()
    return respond(await commands.approve_plan(change, authority=body.authority, document=document))


@router.post("/{id}/adjustment", response_model=PlanAnswer, summary="Begin an adjustment round")
async def open_adjustment(body: WhyBody, change: Adjusting) -> Response:
    return respond(await says(PLANS, change, lambda p: p.open_adjustment(body.reason, change.command.at)))


@router.post("/{id}/withdrawal", response_model=PlanAnswer, summary="Give up the draft or the adjustment")
async def withdraw_plan(
    body: WhyBody, change: Annotated[Change, Depends(changing("annual_plan.withdraw"))]
) -> Response:
    return respond(await says(PLANS, change, lambda p: p.withdraw(body.reason, change.command.at)))


@router.post("/{id}/closure", response_model=PlanAnswer, summary="Close the plan")
async def close_plan(change: Annotated[Change, Depends(changing("annual_plan.close"))]) -> Response:
    return respond(await says(PLANS, change, lambda p: p.close(change.command.at)))
