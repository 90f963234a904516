"""Bodies that describe a trip, and what they become: members apart from the people behind them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field, StrictBool

from caytre.contracts import delegations as contract
from caytre.contracts.message import ExternalRef
from caytre.core.web.bodies import Body, Day, Long, Reason, Short, Title
from caytre.delegations.api.bodies import (
    Channel,
    Codes,
    Ids,
    MemberBody,
    MoneyBody,
    ObjectiveBody,
    OutOfPlanBody,
    PlanPlaceBody,
    References,
    Shorts,
    StopBody,
    stated,
)
from caytre.delegations.model.people import Traveller


class TripBody(Body):
    """What can be said of a trip; of a change, members that are left out stay and null empties."""

    organisation: Short | None = None
    contact: Annotated[
        Short | None, Field(description="The office to speak to (đơn vị đầu mối), never a person's name.")
    ] = None
    channel: Channel = "state"
    purposes: Annotated[tuple[Reason, ...], Field(max_length=20)] = ()
    fields: Codes = ()
    objectives: Annotated[tuple[ObjectiveBody, ...], Field(max_length=30)] = ()
    departs_on: Day | None = None
    returns_on: Day | None = None
    stops: Annotated[tuple[StopBody, ...], Field(max_length=30)] = ()
    members: Annotated[tuple[MemberBody, ...], Field(max_length=200)] = ()
    business: Shorts = ()
    budget_source: Short | None = None
    budget: MoneyBody | None = None
    diaspora_meeting: StrictBool = False
    plan: PlanPlaceBody | None = None
    out_of_plan: OutOfPlanBody | None = None
    agreement_ids: Ids = ()
    confidential_note: Long | None = None


_TRIP: dict[str, Any] = {
    "locality": "VN-P-2025-33",
    "title": "Đoàn xúc tiến đầu tư tại Hàn Quốc",
    "contact": "Sở Ngoại vụ Hưng Yên",
    "objectives": [{"text": "Gặp hiệp hội doanh nghiệp", "expected": "Hai thư ngỏ"}],
    "departs_on": "2027-05-04",
    "returns_on": "2027-05-10",
    "stops": [{"country": "KR", "city": "Seoul", "arrives": "2027-05-04", "leaves": "2027-05-10"}],
    "members": [
        {"number": 1, "role": "head", "post": "pc_chair", "name": "Người Minh Họa", "identity_number": "001000000001"}
    ],
    "budget_source": "Ngân sách tỉnh",
}


class DraftDelegation(TripBody, example=_TRIP):
    """A delegation of `locality`, perhaps with other localities (`also`)."""

    locality: Short
    also: Shorts = ()
    title: Title
    sensitivity: Annotated[str, Field(pattern="^(public|internal|restricted)$")] = "internal"
    external_refs: References = ()


class ReviseDelegation(TripBody, example={"returns_on": "2027-05-11"}):
    """What is to be edited."""

    title: Title = ""


def trip_values(body: Body, key: bytes) -> dict[str, Any]:
    """The arguments a trip's body stands for; people are told apart by digests under `key`."""
    given = body.given()
    values = {name: _CONVERTED[name](value) if name in _CONVERTED else value for name, value in given.items()}
    if "members" in given:
        values["members"] = tuple(_member(each) for each in given["members"])
        values["people"] = people_of(given["members"], key)
    return values


def people_of(members: Sequence[MemberBody], key: bytes) -> tuple[Traveller, ...]:
    """The people behind the members who are named."""
    return tuple(
        Traveller(
            number=each.number,
            name=each.name,
            identity_number=each.identity_number,
            passport=each.passport,
            born_on=each.born_on,
        ).identified(key)
        for each in members
        if each.name
    )


def _member(body: MemberBody) -> contract.Member:
    return contract.Member.model_validate(body.model_dump(include=set(contract.Member.model_fields)))


def _objectives(bodies: Sequence[ObjectiveBody]) -> tuple[contract.Objective, ...]:
    return tuple(
        contract.Objective(number=number, text=body.text, expected=body.expected)
        for number, body in enumerate(bodies, 1)
    )


_CONVERTED: dict[str, Any] = {
    "objectives": _objectives,
    "departs_on": stated,
    "returns_on": stated,
    "stops": lambda stops: tuple(stop.to(contract.Stop) for stop in stops),
    "budget": lambda money: money and money.to(contract.Money),
    "plan": lambda place: place and place.to(contract.PlanPlace),
    "out_of_plan": lambda why: why and why.to(contract.OutOfPlan),
    "external_refs": lambda refs: tuple(ref.to(ExternalRef) for ref in refs),
}
