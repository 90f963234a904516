"""Implementation plans over HTTP."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Path, Request
from pydantic import Field, StrictInt
from starlette.responses import Response

from caytre.agreements.api.acting import PlanAnswer
from caytre.agreements.commands import plans as commands
from caytre.agreements.policy import policy
from caytre.agreements.queries.parts import PartFilter, list_parts, plan_of
from caytre.agreements.tables import PLANS
from caytre.agreements.tables import plan as table
from caytre.contracts.agreements import PlanState
from caytre.contracts.agreements.plan import Agency, Budget, Milestone
from caytre.core.caller import Caller
from caytre.core.command import Command
from caytre.core.days import Day
from caytre.core.reading import Records
from caytre.core.storing.change import Change
from caytre.core.web.acting import REFUSED, changing, database_of
from caytre.core.web.app import Router
from caytre.core.web.bodies import Body, DocumentBody, LocalityId, PaperBody, Reason, Short, Title
from caytre.core.web.commanding import asking, issuing, respond
from caytre.core.web.conditional import answer_unless_unchanged, etag
from caytre.core.web.paging import Page, paging
from caytre.reference import filters

router = Router(prefix="/plans", tags=["implementation plans"], responses=REFUSED)
drafting = Router(prefix="/agreements/{id}/plan", tags=["implementation plans"], responses=REFUSED)
records = Records(PLANS, policy)
Reader = Annotated[Caller, Depends(asking("plan.read"))]
CarryingOut = Annotated[Change, Depends(changing("plan.carry_out"))]
MilestoneId = Annotated[str, Path(pattern=r"^M[1-9][0-9]{0,2}$", examples=["M1"])]
Status = Literal["DRAFT", "APPROVED", "ACTIVE", "COMPLETED", "ABANDONED"]


class AgencyBody(Body):
    """An agency by its name, and the provincial unit it belongs to."""

    name: Short
    locality: LocalityId | None = None


class BudgetBody(Body):
    """An amount with its currency (ISO 4217)."""

    amount: Annotated[Decimal, Field(gt=0, max_digits=20, decimal_places=2)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["VND"])]
    source: Short | None = None


class MilestoneBody(Body):
    """A step. Its weight is its part in the progress, in relation to those of the others."""

    title: Title
    owner: Short | None = None
    due_on: Day | None = None
    weight: Annotated[StrictInt, Field(ge=1, le=1000)] = 1

    def value(self) -> Milestone:
        """The milestone; its id is given by its place in the plan."""
        return Milestone(id="", **self.model_dump())


_EXAMPLE: dict[str, Any] = {
    "title": "Kế hoạch thực hiện thỏa thuận hợp tác giáo dục",
    "key_issues": ["học bổng cho sinh viên y khoa"],
    "lead_agency": {"name": "Sở Ngoại vụ", "locality": "VN-P-2025-33"},
    "milestones": [{"title": "Ký chương trình trao đổi", "owner": "Sở Y tế", "due_on": "2027-03-31", "weight": 2}],
}


class PlanForm(Body):
    """What a plan says before it is approved."""

    key_issues: Annotated[tuple[Title, ...], Field(max_length=30)] = ()
    lead_agency: AgencyBody | None = None
    coordinating: Annotated[tuple[AgencyBody, ...], Field(max_length=30)] = ()
    budget: BudgetBody | None = None
    review_every_months: Annotated[StrictInt, Field(ge=1, le=60)] | None = None
    milestones: Annotated[tuple[MilestoneBody, ...], Field(max_length=100)] = ()


class DraftPlan(PlanForm, example=_EXAMPLE):
    """A plan for the agreement."""

    title: Title


class AmendPlan(PlanForm):
    """Members that are left out stay as they are."""

    title: Title = ""


class FinishMilestone(Body):
    """That a milestone is done, and what shows it."""

    done_on: Day
    evidence: Annotated[tuple[DocumentBody, ...], Field(max_length=20)]
    note: Reason | None = None


class RescheduleMilestone(Body):
    """Another day, and why."""

    due_on: Day
    reason: Reason


class WhyBody(Body):
    """Why."""

    reason: Reason


def _values(body: PlanForm) -> dict[str, Any]:
    given = body.given()
    made: dict[str, Any] = {}
    if "lead_agency" in given:
        made["lead_agency"] = body.lead_agency.to(Agency) if body.lead_agency else None
    if "coordinating" in given:
        made["coordinating"] = tuple(each.to(Agency) for each in body.coordinating)
    if "budget" in given:
        made["budget"] = body.budget.to(Budget) if body.budget else None
    if "milestones" in given:
        made["milestones"] = tuple(each.value() for each in body.milestones)
    return {**given, **made}


@drafting.post("", status_code=201, response_model=PlanAnswer, summary="Draw up the plan of an agreement")
async def draft_plan(
    request: Request, id: UUID, body: DraftPlan, command: Annotated[Command, Depends(issuing("plan.draft"))]
) -> Response:
    answer = await commands.draft_plan(database_of(request), command, id, _values(body))
    return respond(answer, f"/plans/{answer.id}")


@drafting.get("", response_model=PlanState, summary="The newest plan of an agreement")
async def newest_plan(request: Request, id: UUID, caller: Reader) -> Response:
    text = await records.read(database_of(request), caller, await plan_of(database_of(request), caller, id))
    return answer_unless_unchanged(request, etag(text.version), text.body)


@router.get("", summary="Plans, newest first")
async def plans(
    request: Request,
    caller: Reader,
    page: Annotated[Page, Depends(paging())],
    status: Status | None = None,
    agreement: UUID | None = None,
    locality: filters.Locality | None = None,
) -> Response:
    wanted = PartFilter(status=status, agreement=agreement, locality=locality)
    listed = await list_parts(database_of(request), caller, table, wanted, page)
    return page.respond(listed.items, listed.next_key, position=listed.position)


@router.get("/{id}", response_model=PlanState, summary="One plan")
async def plan(request: Request, id: UUID, caller: Reader) -> Response:
    text = await records.read(database_of(request), caller, id)
    return answer_unless_unchanged(request, etag(text.version), text.body)


@router.post("/{id}/amendments", response_model=PlanAnswer, summary="Edit the draft")
async def amend_plan(body: AmendPlan, change: Annotated[Change, Depends(changing("plan.amend"))]) -> Response:
    return respond(await commands.amend_plan(change, _values(body)))


@router.post("/{id}/approval", response_model=PlanAnswer, summary="Approve the plan")
async def approve_plan(body: PaperBody, change: Annotated[Change, Depends(changing("plan.approve"))]) -> Response:
    return respond(await commands.approve_plan(change, document=body.document.value()))


@router.post("/{id}/activation", response_model=PlanAnswer, summary="Begin the work")
async def activate_plan(change: CarryingOut) -> Response:
    return respond(await commands.activate_plan(change))


@router.post("/{id}/completion", response_model=PlanAnswer, summary="Close the plan")
async def complete_plan(change: CarryingOut) -> Response:
    return respond(await commands.complete_plan(change))


@router.post("/{id}/abandonment", response_model=PlanAnswer, summary="Give the plan up")
async def abandon_plan(body: WhyBody, change: Annotated[Change, Depends(changing("plan.abandon"))]) -> Response:
    return respond(await commands.abandon_plan(change, reason=body.reason))


@router.post("/{id}/milestones/{milestone}/start", response_model=PlanAnswer, summary="Begin a milestone")
async def start_milestone(milestone: MilestoneId, change: CarryingOut) -> Response:
    return respond(await commands.start_milestone(change, milestone))


@router.post("/{id}/milestones/{milestone}/completion", response_model=PlanAnswer, summary="A milestone is done")
async def complete_milestone(milestone: MilestoneId, body: FinishMilestone, change: CarryingOut) -> Response:
    evidence = [each.value() for each in body.evidence]
    answer = await commands.complete_milestone(
        change, milestone, done_on=body.done_on, evidence=evidence, note=body.note
    )
    return respond(answer)


@router.post("/{id}/milestones/{milestone}/rescheduling", response_model=PlanAnswer, summary="Set another day")
async def reschedule_milestone(milestone: MilestoneId, body: RescheduleMilestone, change: CarryingOut) -> Response:
    answer = await commands.reschedule_milestone(change, milestone, due_on=body.due_on, reason=body.reason)
    return respond(answer)


@router.post("/{id}/milestones/{milestone}/dropping", response_model=PlanAnswer, summary="Give a milestone up")
async def drop_milestone(
    milestone: MilestoneId, body: WhyBody, change: Annotated[Change, Depends(changing("plan.abandon"))]
) -> Response:
    return respond(await commands.drop_milestone(change, milestone, reason=body.reason))
