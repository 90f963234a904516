"""After the signature, on PostgreSQL: plans, what others say that serves an agreement, standstill, succession."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from caytre.agreements.consumers import consumers
from caytre.agreements.consumers.days import awaited_day
from caytre.contracts import agreements as contract
from caytre.contracts.notifications import DayBegan, DeadlineOverdue
from caytre.core.consuming.consumer import Received
from caytre.core.ids import new_id
from caytre.core.testing import Log, deliver
from tests.builders.agreements_office import CHAIR, ENTRY, LEAD, PAPER, PEOPLE, TODAY, Office


def in_days(n: int) -> str:
    return (date.fromisoformat(TODAY) + timedelta(days=n)).isoformat()


NOON = datetime.now(UTC).replace(hour=5)
PLAN: dict[str, Any] = {
    "title": "Kế hoạch thực hiện",
    "key_issues": ["học bổng"],
    "lead_agency": {"name": "Sở Ngoại vụ", "locality": "VN-P-2025-33"},
    "milestones": [
        {"title": "Trao đổi sinh viên", "owner": "Sở Y tế", "due_on": in_days(40)},
        {
            "title": "Hội thảo",
            "owner": "Sở Ngoại vụ",
            "due_on": in_days(90),
            "weight": 3,
        },
    ],
}


class Bystanders:
    """What other services say, each in its own journal."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.logs = {name: Log(name) for name in ("notifications", "delegations", "events")}

    async def day(self, day: date) -> Received:
        said = DayBegan(day=day, working_day=True, calendar_version=1)
        at = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
        message = self.logs["notifications"].say(DayBegan.TYPE, new_id(), said, at=at)
        await deliver(consumers, self.office.database, [message])
        return message

    async def hear(self, service: str, type: str, id: UUID, state: dict[str, Any], **more: Any) -> None:
        message = self.logs[service].say(type, id, {"state": state}, at=NOON, **more)
        await deliver(consumers, self.office.database, [message])


@pytest.fixture
def others(office: Office) -> Bystanders:
    return Bystanders(office)


async def say_on(office: Office, types: Sequence[str]) -> None:
    """Bring what this service has said of these types back to itself, as the broker would."""
    log = Log("agreements")
    rows = await office.database.worker.fetch(
        "SELECT type, record_id, version, data::text AS data FROM outbox WHERE type = ANY($1) ORDER BY id", list(types)
    )
    messages = [
        log.say(row["type"], row["record_id"], json.loads(row["data"]), sequence=row["version"]) for row in rows
    ]
    await deliver(consumers, office.database, messages)


async def types_of(office: Office, id: str) -> list[str]:
    rows = await office.database.worker.fetch("SELECT type FROM outbox WHERE record_id = $1 ORDER BY id", UUID(id))
    return [row["type"].removeprefix("caytre.").removesuffix(".v1") for row in rows]


async def present(office: Office, id: str, kind: str = "agreements") -> dict[str, Any]:
    found: dict[str, Any] = (await office.get(f"/{kind}/{id}")).json()
    return found


async def a_plan(office: Office, agreement: dict[str, Any], **changes: Any) -> dict[str, Any]:
    answer = await office.post(f"/agreements/{agreement['id']}/plan", PLAN | changes)
    assert answer.status_code == 201, answer.text
    plan: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/plans/{plan['id']}"
    return plan


async def act(office: Office, plan: dict[str, Any], path: str, body: Any = None, by: Any = None) -> dict[str, Any]:
    kind = "plans" if "milestones" in plan else "successions"
    who = {"by": by} if by else {}
    answer = await office.post(f"/{kind}/{plan['id']}/{path}", body, version=plan["version"], **who)
    assert answer.status_code == 200, answer.text
    after: dict[str, Any] = answer.json()
    return after


async def test_no_plan_stalls_an_agreement_once_and_a_plan_gets_it_going(office: Office, others: Bystanders) -> None:
    agreement = await office.signed()
    id, signed = agreement["id"], date.fromisoformat(TODAY)
    assert (agreement["stall"], agreement["implementation"]["judged_from"]) == (None, TODAY)
    await others.day(signed + timedelta(days=29))
    assert (await present(office, id))["stall"] is None
    await others.day(signed + timedelta(days=30))
    stalled = await present(office, id)
    assert (stalled["stall"]["level"], stalled["stall"]["reasons"][0]["code"]) == ("warn", "S1_NO_PLAN")
    await others.day(signed + timedelta(days=31))
    assert (await present(office, id))["version"] == stalled["version"], "a day on which nothing changes says nothing"
    await others.day(signed + timedelta(days=90))
    assert (await present(office, id))["stall"]["level"] == "critical"
    plan = await a_plan(office, agreement)
    plan = await act(office, plan, "approval", {"document": PAPER}, LEAD)
    settled = await office.database.worker.fetchval(
        "SELECT data -> 'settles' -> 0 ->> 'owner' FROM outbox WHERE type = 'caytre.plan.approved.v1'"
    )
    assert settled == f"agreement/{id}"
    await say_on(office, ["caytre.plan.drafted.v1", "caytre.plan.approved.v1"])
    after = await present(office, id)
    assert (after["stall"], after["effectiveness"]["plan"]) == (None, 20)
    assert [each for each in await types_of(office, id) if "stall" in each] == [
        "agreement.stalled",
        "agreement.stall_level_changed",
        "agreement.unstalled",
    ]


async def test_only_agreements_whose_threshold_has_come_are_looked_at(office: Office, others: Bystanders) -> None:
    agreement = await office.signed()
    due = await office.database.worker.fetchval(
        "SELECT stall_check_on FROM agreement WHERE id = $1", UUID(agreement["id"])
    )
    assert due == date.fromisoformat(TODAY) + timedelta(days=30)
    explained = await office.database.worker.fetch(
        "EXPLAIN (COSTS OFF) SELECT id FROM agreement WHERE stall_check_on <= '2020-01-01'"
    )
    assert explained
    await others.day(date.fromisoformat(TODAY))
    assert (await present(office, agreement["id"]))["version"] == agreement["version"]


async def test_a_plan_is_carried_out_milestone_by_milestone(office: Office, others: Bystanders) -> None:
    plan = await a_plan(office, await office.signed())
    assert [each["id"] for each in plan["milestones"]] == ["M1", "M2"]
    plan = await act(office, plan, "approval", {"document": PAPER}, CHAIR)
    plan = await act(office, plan, "activation")
    plan = await act(office, plan, "milestones/M1/start")
    late = DeadlineOverdue(owner=f"plan/{plan['id']}", code="AGR_MILESTONE", discriminator="M1", round=1, level=1)
    message = others.logs["notifications"].say(DeadlineOverdue.TYPE, new_id(), late, at=NOON)
    await deliver(consumers, office.database, [message])
    plan = await present(office, plan["id"], "plans")
    assert plan["milestones"][0]["status"] == "LATE"
    moved = {"due_on": in_days(200), "reason": "năm tài khóa của đối tác"}
    plan = await act(office, plan, "milestones/M1/rescheduling", moved)
    assert (plan["milestones"][0]["round"], plan["milestones"][0]["status"]) == (2, "IN_PROGRESS")
    done = {"done_on": TODAY, "evidence": [PAPER]}
    plan = await act(office, plan, "milestones/M2/completion", done)
    assert plan["progress"] == 75
    refused = await office.post(f"/plans/{plan['id']}/completion", version=plan["version"])
    assert refused.json()["type"] == "/problems/milestones-left"
    plan = await act(office, plan, "milestones/M1/dropping", {"reason": "bộ tiếp nhận"}, LEAD)
    assert (await act(office, plan, "completion"))["status"] == "COMPLETED"


async def test_an_agreement_has_one_plan_that_stands(office: Office) -> None:
    agreement = await office.signed()
    path = f"/agreements/{agreement['id']}/plan"
    assert (await office.get(path)).status_code == 404
    both = await asyncio.gather(*(office.post(path, PLAN) for _ in range(2)))
    assert sorted(answer.status_code for answer in both) == [201, 409]
    plan = next(answer.json() for answer in both if answer.status_code == 201)
    assert (await office.get(path)).json()["id"] == plan["id"]
    await act(office, plan, "abandonment", {"reason": "lập lại"}, LEAD)
    assert (await office.post(path, PLAN)).json()["ordinal"] == 2
    listed = (await office.get(f"/plans?agreement={agreement['id']}&status=ABANDONED")).json()["items"]
    assert [each["id"] for each in listed] == [plan["id"]]
    assert (await office.get(f"/plans?agreement={new_id()}")).status_code == 422


async def test_activity_and_outcomes_are_counted_once_whatever_is_delivered_again(
    office: Office, others: Bystanders
) -> None:
    agreement = await office.signed()
    id, trip, outcome = agreement["id"], new_id(), new_id()
    state = {"agreement_ids": [id], "returned_on": "2026-01-05", "links": []}
    await others.hear("delegations", "caytre.delegation.returned.v1", trip, state)
    await others.hear("delegations", "caytre.delegation.report_filed.v1", trip, state)
    await others.hear("delegations", "caytre.delegation.drafted.v1", new_id(), state)
    seen = (await present(office, id))["implementation"]["activity"]
    assert (seen["count"], seen["last_on"], seen["last"]["kind"]) == (1, "2026-01-05", "delegation")
    upstream = {"service": "agreements", "kind": "agreement", "id": id}
    claimed = {"status": "CLAIMED", "links": [{"upstream": upstream, "relation": "implements"}]}
    await others.hear("events", "caytre.outcome.recorded.v1", outcome, claimed)
    await others.hear("events", "caytre.outcome.confirmed.v1", outcome, claimed | {"status": "CONFIRMED"})
    after = await present(office, id)
    assert (after["implementation"]["outcomes"]["count"], after["effectiveness"]["outcomes"]) == (1, 25)
    await others.hear("events", "caytre.outcome.recorded.v1", outcome, claimed, sequence=1)
    assert (await present(office, id))["implementation"]["outcomes"]["confirmed"] == 1, "an older version is passed by"
    await others.hear("events", "caytre.outcome.withdrawn.v1", outcome, claimed | {"status": "WITHDRAWN"}, sequence=3)
    assert (await present(office, id))["implementation"]["outcomes"]["count"] == 0
    elsewhere = claimed | {"links": [], "agreement_ids": [str(new_id())]}
    await others.hear("events", "caytre.outcome.recorded.v1", new_id(), elsewhere)
    assert (await present(office, id))["implementation"]["outcomes"]["count"] == 0


async def test_a_unit_that_has_ended_is_succeeded_to(office: Office) -> None:
    answer = await office.post("/agreements/recordings?mode=apply", ENTRY)
    id = answer.json()["id"]
    await say_on(office, ["caytre.agreement.recorded.v1"])
    (case,) = (await office.get(f"/successions?agreement={id}")).json()["items"]
    assert (case["locality"], case["successor"], case["effective"]) == ("VN-P-2008-34", "VN-P-2025-33", "2025-07-01")
    clock = await office.database.worker.fetchval(
        "SELECT data -> 'deadlines' -> 0 FROM outbox WHERE type = 'caytre.succession.opened.v1'"
    )
    assert (json.loads(clock)["code"], json.loads(clock)["n"]) == ("AGR_SUCCESSION", 90)
    assert (await present(office, id))["stall"]["reasons"][0]["code"] == "S8_SUCCESSION_OPEN"
    case = await act(office, case, "assignment", {"agency": "Sở Ngoại vụ"}, LEAD)
    case = await act(office, case, "notice", {"on": TODAY, "document": PAPER})
    body = {"resolution": "replaced", "decision": PAPER}
    refused = await office.post(f"/successions/{case['id']}/resolution", body, by=CHAIR, version=case["version"])
    assert refused.json()["type"] == "/problems/replacement-missing"
    case = await act(office, case, "resolution", body | {"resolution": "continued"}, CHAIR)
    case = await act(office, case, "closure", by=LEAD)
    types = [f"caytre.succession.{said}.v1" for said in ("opened", "assigned", "party_notified", "resolved", "closed")]
    await say_on(office, types)
    after = await present(office, id)
    assert (after["implementation"]["successions"][0]["status"], after["stall"]) == ("CLOSED", None)


async def test_on_the_day_of_the_merger_records_pass_to_the_new_province(office: Office, others: Bystanders) -> None:
    agreement = await office.signed()
    plan = await a_plan(office, agreement)
    # As it stood before the merger: the office's clock is today's, so the row is put back.
    for table, record in (("agreement", agreement), ("plan", plan)):
        await office.database.worker.execute(
            f"""UPDATE {table} SET localities = '{{VN-P-2008-34}}', document = document || jsonb_build_object(
                'localities', '["VN-P-2008-34"]'::jsonb, 'responsible_locality', 'VN-P-2008-34') || CASE WHEN
                document ? 'vietnamese_parties' THEN '{{"vietnamese_parties": [{{"locality": "VN-P-2008-34",
                "name_at_signing": "Tỉnh Thái Bình"}}]}}'::jsonb ELSE '{{}}' END WHERE id = $1""",
            UUID(record["id"]),
        )
    await others.day(date(2025, 7, 1))
    after = await present(office, agreement["id"])
    assert (after["responsible_locality"], after["localities"]) == ("VN-P-2025-33", ["VN-P-2008-34", "VN-P-2025-33"])
    assert after["vietnamese_parties"][0]["locality"] == "VN-P-2008-34"
    assert (await present(office, plan["id"], "plans"))["responsible_locality"] == "VN-P-2025-33"
    assert len((await office.get(f"/successions?agreement={agreement['id']}")).json()["items"]) == 1


async def test_a_plan_is_as_sensitive_as_its_agreement(office: Office) -> None:
    agreement = await office.signed()
    plan = await a_plan(office, agreement)
    body = {"sensitivity": "restricted", "confirm_published_history_stays": True}
    await office.act(agreement, "classification", body, LEAD)
    await say_on(office, ["caytre.agreement.withdrawn.v1"])
    assert (await office.get(f"/plans/{plan['id']}", PEOPLE["neighbour"])).status_code == 404
    assert (await present(office, plan["id"], "plans"))["title"] == PLAN["title"]
    said = await office.database.worker.fetchval(
        "SELECT data ->> 'state' FROM outbox WHERE type = 'caytre.plan.restricted.v1'"
    )
    assert "Kế hoạch" not in said


async def test_the_newest_message_of_a_plan_holds_its_document(office: Office) -> None:
    plan = await a_plan(office, await office.signed())
    plan = await act(office, plan, "amendments", {"title": "Kế hoạch mới"})
    await act(office, plan, "approval", {"document": PAPER}, LEAD)
    rows = await office.database.worker.fetch(
        "SELECT data::text AS data FROM outbox WHERE record_id = $1 ORDER BY id", UUID(plan["id"])
    )
    kept = await office.database.worker.fetchval("SELECT document::text FROM plan WHERE id = $1", UUID(plan["id"]))
    assert len(rows) == 3
    assert json.loads(rows[-1]["data"])["state"] == json.loads(kept)
    assert contract.PlanState.model_validate(json.loads(kept)).status == "APPROVED"


async def test_the_service_waits_for_the_day_of_the_next_threshold(office: Office) -> None:
    today = date.fromisoformat(TODAY)
    assert await awaited_day(office.database, date(2025, 1, 1)) == date(2025, 7, 1)
    await office.signed()
    assert await awaited_day(office.database, today) == today + timedelta(days=30)
    assert await awaited_day(office.database, today + timedelta(days=30)) is None
