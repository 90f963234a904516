"""Who may do what with plans and successions: every act, by every role, of the own and of another province."""

from __future__ import annotations

from typing import Any

from tests.builders.agreements_office import ENTRY, PEOPLE, TODAY, Office
from tests.service.agreements.test_implementation import PLAN, say_on

OWN = {"officer", "lead"}
PLAN_ACTS: dict[str, tuple[Any, set[str]]] = {
    "amendments": ({"title": "x"}, OWN),
    "approval": ({"document": {"number": "1"}}, {"lead", "chair"}),
    "activation": (None, OWN),
    "milestones/M1/start": (None, OWN),
    "milestones/M1/completion": ({"done_on": TODAY, "evidence": []}, OWN),
    "milestones/M1/rescheduling": ({"due_on": TODAY, "reason": "x"}, OWN),
    "milestones/M1/dropping": ({"reason": "x"}, {"lead", "chair"}),
    "completion": (None, OWN),
    "abandonment": ({"reason": "x"}, {"lead", "chair"}),
}
SUCCESSION_ACTS: dict[str, tuple[Any, set[str]]] = {
    "assignment": ({"agency": "x"}, {"lead", "chair"}),
    "notice": ({"on": TODAY, "document": {"number": "1"}}, OWN),
    "resolution": ({"resolution": "continued", "decision": {"number": "1"}}, {"chair"}),
    "closure": (None, {"lead"}),
}


async def test_every_act_on_plans_and_successions_is_open_to_those_roles_and_to_no_other(office: Office) -> None:
    agreement = await office.signed()
    for name, person in PEOPLE.items():
        answer = await office.post(f"/agreements/{agreement['id']}/plan", PLAN, by=person)
        expected = 403 if name not in OWN else 409 if name == "lead" else 201
        assert answer.status_code == expected, name
    plan = (await office.get(f"/agreements/{agreement['id']}/plan")).json()
    await office.post("/agreements/recordings?mode=apply", ENTRY)
    await say_on(office, ["caytre.agreement.recorded.v1"])
    (case,) = (await office.get("/successions")).json()["items"]
    for kind, record, acts in (("plans", plan, PLAN_ACTS), ("successions", case, SUCCESSION_ACTS)):
        for path, (body, allowed) in acts.items():
            for name, person in PEOPLE.items():
                answer = await office.post(f"/{kind}/{record['id']}/{path}", body, by=person, version=999)
                assert answer.status_code == (412 if name in allowed else 403), f"{name} {path}: {answer.text}"
        for name, person in PEOPLE.items():
            read = await office.get(f"/{kind}/{record['id']}", person)
            assert read.status_code == (403 if name == "operator" else 200), name
