"""What other records are called stands with them alone: it goes out of sight where they do."""

from __future__ import annotations

from typing import Any

import pytest

from caytre.contracts import agreements
from caytre.contracts.message import RESTRICTED, State
from caytre.core.ids import new_id
from caytre.core.testing import Log
from tests.builders.events_office import HUNG_YEN, NEIGHBOUR, TODAY, EventsOffice

APPROVER = {"sub": "lead", "roles": ["locality_approver"], "localities": [HUNG_YEN]}
RAISED = {"sensitivity": "restricted", "confirm_published_history_stays": True}
NAME, TITLE, SUBJECT = "Công ty Minh Họa Tre", "Diễn đàn bí ẩn minh họa", "Chuyện riêng minh họa"
#: Every document and message of leads and outcomes, as they stand in the database.
_TEXTS = """
SELECT document::text AS text FROM lead UNION ALL SELECT document::text FROM outcome
UNION ALL SELECT data::text FROM outbox WHERE type LIKE 'caytre.lead.%' OR type LIKE 'caytre.outcome.%'
"""


async def _texts(office: EventsOffice) -> str:
    return " ".join(row["text"] for row in await office.database.worker.fetch(_TEXTS))


async def _held_meeting(office: EventsOffice) -> tuple[dict[str, Any], dict[str, Any]]:
    grid = {"slots": 1, "tables": 1}
    event = await office.opened(title_vi=TITLE, meeting_grid=grid, schedule={"starts_on": TODAY.isoformat()})
    one, other = await office.party(event), await office.party(event)
    body = {"requester": one["id"], "addressee": other["id"], "subject": SUBJECT}
    meeting = await office.create("meetings", body)
    meeting = await office.act("meetings", meeting, "acceptance", {"slot": 1, "table": 1})
    event = await office.act("events", event, "start")
    return event, await office.act("meetings", meeting, "end", {"result": "gặp lại"})


async def test_leads_and_outcomes_keep_no_title_of_what_they_came_out_of(office: EventsOffice, own: Log) -> None:
    event, meeting = await _held_meeting(office)
    opened = await office.lead(event_id=event["id"], meeting_id=meeting["id"])
    await office.hear_itself(own)
    (proposed,) = [each for each in (await office.get("/leads")).json()["items"] if each["id"] != opened["id"]]
    for lead in (opened, proposed):
        assert sorted(link["upstream"]["kind"] for link in lead["links"]) == ["event", "meeting"]
        assert all(link["upstream"]["label"] is None for link in lead["links"])
    won = {"kind": "FDI", "title": "Nhà máy", "realised_on": TODAY.isoformat()}
    lead = await office.act("leads", opened, "status", {"status": "QUALIFIED"})
    await office.act("leads", lead, "win", won)
    await office.hear_itself(own)
    (outcome,) = (await office.get("/outcomes")).json()["items"]
    assert [link["upstream"]["label"] for link in outcome["links"]] == [None]
    assert TITLE not in await _texts(office)


async def test_a_lead_proposed_at_an_event_goes_out_of_sight_with_it(office: EventsOffice, own: Log) -> None:
    event, _ = await _held_meeting(office)
    await office.hear_itself(own)
    (lead,) = (await office.get("/leads")).json()["items"]
    assert lead["title"] == SUBJECT
    await office.act("events", await office.now("events", event), "classification", RAISED, APPROVER)
    await office.hear_itself(own)
    assert (await office.get(f"/leads/{lead['id']}", NEIGHBOUR)).status_code == 404
    assert (await office.said(lead)).count("withdrawn") == 1
    assert (await office.now("leads", lead))["title"] == SUBJECT, "who answers for it still reads it"
    row = await office.database.worker.fetchrow("SELECT document::text AS text, search FROM lead")
    assert row is not None
    assert SUBJECT not in row["text"]
    assert row["search"] == ""


@pytest.mark.parametrize("how", ["withdrawn", "individual"])
async def test_a_partner_that_the_register_names_no_more_is_named_nowhere(office: EventsOffice, how: str) -> None:
    partner, log = new_id(), Log("agreements")

    def said(type: str, state: State, sensitivity: str = "internal") -> Any:
        told = state.model_dump(mode="json")
        return log.say(f"caytre.partner.{type}.v1", partner, {}, state=told, sensitivity=sensitivity)

    open_ = agreements.PartnerState(id=partner, type="company", names={"vi": NAME}, country="KR")
    await office.hear(said("registered", open_))
    organiser = {"kind": "partner", "name": NAME, "partner_id": str(partner), "country": "KR"}
    event = await office.draft(co_organisers=[organiser])
    lead, outcome = await office.lead(partner_id=str(partner)), await office.outcome(partner_id=str(partner))
    assert lead["partner_name"] == outcome["partner_name"] == NAME
    if how == "withdrawn":
        await office.hear(said("withdrawn", State(id=partner, sensitivity=RESTRICTED), RESTRICTED))
    else:
        await office.hear(said("amended", open_.model_copy(update={"type": "individual"})))
    lead, outcome = await office.now("leads", lead), await office.now("outcomes", outcome)
    assert (lead["partner_id"], lead["partner_name"]) == (str(partner), None)
    assert (outcome["partner_id"], outcome["partner_name"]) == (str(partner), None)
    event = await office.now("events", event)
    assert [(each["partner_id"], each["name"]) for each in event["co_organisers"]] == [(str(partner), "")]
    for kind, record in (("leads", lead), ("outcomes", outcome), ("events", event)):
        assert (await office.said(record)).count("amended") == 1
        assert (await office.get(f"/{kind}?search=Minh%20Họa%20Tre")).json()["items"] == []
    late = await office.lead(partner_id=str(partner))
    assert late["partner_name"] is None
