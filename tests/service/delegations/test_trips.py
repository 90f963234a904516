"""A delegation over HTTP from the draft to the closing, with what follows by messages."""

from __future__ import annotations

import json

from caytre.contracts.delegations import MESSAGES, read_state
from caytre.delegations.model import Delegation
from tests.builders.agreements_office import AUDITOR, CHAIR, EMBASSY, LEAD, NEIGHBOUR, POLICE
from tests.builders.delegations_office import PAPER, RULING, TODAY, TOKYO, Office, ahead, member


async def test_a_trip_from_the_draft_to_the_closing(office: Office) -> None:
    trip = await office.approved(office.trip(first=0, last=1))
    id = trip["id"]
    await office.act("delegation", id, "delivery", by=LEAD)
    await office.act("delegation", id, "departure", {"on": TODAY.isoformat()})
    await office.act("delegation", id, "return", {"on": TODAY.isoformat()})
    report = {
        "results": [{"objective": 1, "achieved": "yes", "text": "đã gặp"}],
        "contacts": 4,
        "commitments": [{"number": 1, "text": "Gửi dự thảo", "owner": "VN-P-2025-33", "due_on": ahead(30)}],
        "invitations": [
            {
                "number": 1,
                "invitee": "Chủ tịch hiệp hội",
                "name": "Người Được Mời",
                "country": "KR",
                "form": "oral",
                "purpose": "Thăm tỉnh",
            }
        ],
    }
    await office.act("delegation", id, "report", report)
    await office.act("delegation", id, "report/acceptance", {}, LEAD)
    assert await office.refused("delegation", id, "closure", by=LEAD) == "follow-ups-missing"
    await office.hear()
    closed = await office.act("delegation", id, "closure", by=LEAD)
    assert closed["status"] == "CLOSED"
    assert await office.types(id) == [
        f"delegation.{word}"
        for word in (
            "drafted",
            *["dossier_item_received"] * 3,
            "submitted",
            "scanned",
            "review_started",
            "referred",
            "approved",
            "decision_delivered",
            "departed",
            "returned",
            "report_filed",
            "report_accepted",
            "closed",
        )
    ]
    invitations = (await office.get(f"/invitations?delegation_id={id}")).json()["items"]
    assert [(i["status"], i["links"][0]["relation"]) for i in invitations] == [("EXTENDED", "extended_invitation")]
    follow_ups = (await office.get(f"/follow-ups?source_id={id}")).json()["items"]
    assert [(f["status"], f["due_on"]) for f in follow_ups] == [("OPEN", ahead(30))]


async def test_every_message_is_of_its_contract_and_names_nobody(office: Office) -> None:
    body = office.trip(members=[member(1, name="Nguyễn Thị Bí Mật", post="pc_chair")])
    trip = await office.approved(body)
    rows = await office.database.worker.fetch("SELECT type, data::text AS data, version FROM outbox ORDER BY id")
    for row in rows:
        data = json.loads(row["data"])
        MESSAGES[row["type"]].model_validate(data)
        assert read_state(row["type"], data["state"]).version == row["version"]
        assert "Bí Mật" not in row["data"]
        assert body["members"][0]["identity_number"] not in row["data"]
    document = await office.database.worker.fetchval("SELECT document::text FROM delegation")
    assert json.loads(rows[-1]["data"])["state"] == json.loads(document) == trip
    assert Delegation.from_parts(json.loads(document)).open_text() == Delegation.from_parts(trip).open_text()


async def test_people_are_read_apart_and_each_reading_is_recorded(office: Office) -> None:
    trip = await office.create("delegation", office.trip(members=[member(1, name="Nguyễn Thị Bí Mật")]))
    path = f"/delegations/{trip['id']}"
    assert "Bí Mật" not in (await office.get(path)).text
    whole = await office.get(f"{path}/confidential")
    assert whole.json()["people"][0]["name"] == "Nguyễn Thị Bí Mật"
    assert whole.headers["cache-control"] == "no-store"
    assert (await office.get(f"{path}/confidential", EMBASSY)).status_code == 403
    assert await office.database.command.fetchval("SELECT count(*) FROM reading") == 1


async def test_a_delegation_is_known_to_those_it_concerns_and_to_no_other(office: Office) -> None:
    trip = await office.create("delegation", office.trip())
    path = f"/delegations/{trip['id']}"
    seen = {"lead": LEAD, "chair": CHAIR, "seoul": EMBASSY, "auditor": AUDITOR}
    for name, person in seen.items():
        assert (await office.get(path, person)).status_code == 200, name
        assert len((await office.get("/delegations", person)).json()["items"]) == 1, name
    for person in (NEIGHBOUR, TOKYO):
        assert (await office.get(path, person)).status_code == 404
        assert (await office.get("/delegations", person)).json()["items"] == []
        assert (await office.get("/delegations?search=xuc tien", person)).json()["items"] == []
    assert (await office.get(path, POLICE)).status_code == 403
    answer = await office.post(f"{path}/submission", by=NEIGHBOUR, version=1)
    assert answer.status_code == 404
    assert len((await office.get("/delegations?search=xuc tien", LEAD)).json()["items"]) == 1


async def test_nothing_is_approved_on_a_revision_that_was_not_searched(office: Office) -> None:
    trip = await office.referred(office.trip())
    await office.act("delegation", trip["id"], "amendments", {"returns_on": ahead(70)})
    assert await office.refused("delegation", trip["id"], "approval", RULING, CHAIR) == "not-scanned-yet"
    await office.hear()
    approved = await office.act("delegation", trip["id"], "approval", RULING, CHAIR)
    assert (approved["scan"]["revision"], approved["ruling"]["revision"]) == (2, 2)


async def test_an_amendment_after_approval_is_searched_and_approved_again(office: Office) -> None:
    trip = await office.approved(office.trip())
    amended = await office.act("delegation", trip["id"], "amendments", {"returns_on": ahead(70)})
    assert (amended["status"], amended["step"], amended["round"]) == ("AMENDING", "AUTHORITY", 2)
    assert await office.refused("delegation", trip["id"], "departure", {"on": TODAY.isoformat()}) == "not-at-this-stage"
    await office.hear()
    assert (await office.act("delegation", trip["id"], "approval", RULING, CHAIR))["status"] == "APPROVED"
    small = await office.act("delegation", trip["id"], "amendments", {"title": "Đoàn công tác"})
    assert small["status"] == "APPROVED", "a title is no matter for the authority"


async def test_bad_input_is_refused_by_name(office: Office) -> None:
    back_first = office.trip(returns_on=ahead(1))
    answer = await office.post("/delegations", back_first)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/return-before-departure")
    twice = office.trip(members=[member(1, identity="001000000001"), member(2, identity="001000000001")])
    answer = await office.post("/delegations", twice)
    assert answer.json()["type"] == "/problems/member-twice"
    unplanned = office.trip()
    del unplanned["out_of_plan"]
    trip = await office.create("delegation", unplanned)
    for item in ("LETTER", "INVITATION", "TRANSLATION"):
        await office.act("delegation", trip["id"], f"dossier/{item}", {"document": PAPER})
    assert await office.refused("delegation", trip["id"], "submission") == "out-of-plan-unjustified"
    unknown = office.trip("01980000-0000-7000-8000-00000000dead")
    assert (await office.post("/delegations", unknown)).json()["type"] == "/problems/partner-unknown"
