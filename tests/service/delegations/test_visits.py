"""Invitations and visits over HTTP: from a word on a trip to the guests' report, once whatever is heard again."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

from caytre.contracts.notifications import DeadlineDue, DeadlineOverdue
from caytre.core.consuming.received import Received
from caytre.core.ids import new_id
from caytre.core.testing import Log
from tests.builders.agreements_office import CHAIR, LEAD, NEIGHBOUR, OFFICER
from tests.builders.delegations import HUNG_YEN
from tests.builders.delegations_office import PAPER, RULING, TODAY, Office, ahead

NOW = TODAY.isoformat()


def invitation(**particulars: Any) -> dict[str, Any]:
    return {
        "locality": HUNG_YEN,
        "invitee": "Chủ tịch hiệp hội",
        "invitee_name": "Người Được Mời",
        "country": "KR",
        "purpose": "Thăm tỉnh",
        **particulars,
    }


async def extended(office: Office, **particulars: Any) -> dict[str, Any]:
    made = await office.create("invitation", invitation(**particulars))
    return await office.act("invitation", made["id"], "extension", {"on": NOW, "form": "oral"})


def entry(number: int, start: int, end: int, **who: str) -> dict[str, Any]:
    day = ahead(10)
    return {
        "number": number,
        "title": "Làm việc",
        "starts_at": f"{day}T{start:02}:00:00+07:00",
        "ends_at": f"{day}T{end:02}:00:00+07:00",
        **who,
    }


def visit(**particulars: Any) -> dict[str, Any]:
    days = {"arrives_on": ahead(10), "leaves_on": ahead(12)}
    return {"locality": HUNG_YEN, "title": "Đoàn doanh nghiệp", "country": "KR", **days, **particulars}


async def with_programme(office: Office, items: list[dict[str, Any]], **particulars: Any) -> dict[str, Any]:
    made = await office.create("visit", visit(**particulars))
    await office.act("visit", made["id"], "partner-check", {}, LEAD)
    return await office.act("visit", made["id"], "programme", {"items": items})


async def test_an_accepted_invitation_leads_to_one_visit_which_it_names(office: Office) -> None:
    made = await extended(office)
    await office.act("invitation", made["id"], "channel", {"via": "MOFA", "on": NOW, "document": PAPER})
    await office.act("invitation", made["id"], "reply", {"answer": "accepted", "on": NOW})
    await office.hear()
    after = await office.present("invitation", made["id"])
    [drafted] = (await office.get("/visits")).json()["items"]
    assert (after["status"], after["visit_id"]) == ("VISIT_SCHEDULED", drafted["id"])
    assert (drafted["status"], drafted["links"][0]["upstream"]["id"]) == ("INVITED", made["id"])
    assert "Người Được Mời" not in (await office.get(f"/visits/{drafted['id']}")).text
    named = (await office.get(f"/visits/{drafted['id']}/confidential")).json()
    assert named["guests"] == ["Người Được Mời"]
    assert await office.types(made["id"]) == [
        "invitation.drafted",
        "invitation.extended",
        "invitation.channelled",
        "invitation.accepted",
        "invitation.visit_scheduled",
    ]


def overdue(office: Office, kind: str, id: str, code: str, **more: Any) -> Any:
    said = DeadlineOverdue(owner=f"{kind}/{id}", code=code, **more)
    return office.notifications.say(DeadlineOverdue.TYPE, new_id(), said)


async def test_time_flags_what_is_late_and_ends_what_no_longer_holds(office: Office) -> None:
    late = await extended(office)
    held = await extended(office, valid_until=ahead(5))
    await office.hear(overdue(office, "invitation", late["id"], "INV_CHANNEL"))
    assert (await office.present("invitation", late["id"]))["channel_overdue"] is True
    due = DeadlineDue(owner=f"invitation/{held['id']}", code="INV_LAPSE")
    await office.hear(office.notifications.say(DeadlineDue.TYPE, new_id(), due))
    assert (await office.present("invitation", held["id"]))["status"] == "LAPSED"
    trip = await office.approved(office.trip(first=0, last=0))
    await office.act("delegation", trip["id"], "departure", {"on": NOW})
    await office.act("delegation", trip["id"], "return", {"on": NOW})
    await office.hear(overdue(office, "delegation", trip["id"], "DEL_REPORT", due_on=ahead(15)))
    assert (await office.present("delegation", trip["id"]))["report_overdue"] is True
    others = await office.present("invitation", late["id"])
    await office.hear(overdue(office, "agreement", str(new_id()), "AGR_PLAN"))
    assert await office.present("invitation", late["id"]) == others


async def test_a_visit_from_the_request_to_the_closing(office: Office) -> None:
    company = await office.partner("company")
    made = await office.create("visit", visit(partner_id=company))
    assert await office.refused("visit", made["id"], "partner-check", {}, LEAD) == "host-not-verified"
    await office.act("visit", made["id"], "partner-check", {"waived": "đoàn đã được mời chính thức"}, LEAD)
    assert await office.refused("visit", made["id"], "approval", RULING, CHAIR) == "not-at-this-stage"
    await office.act("visit", made["id"], "programme", {"items": [entry(1, 8, 9, host="Sở Công Thương")]})
    approved = await office.act("visit", made["id"], "approval", RULING, CHAIR)
    assert (approved["status"], approved["ruling"]["revision"]) == ("APPROVED", 1)
    assert await office.refused("visit", made["id"], "arrival", {"on": ahead(10)}) == "day-ahead"
    await office.act("visit", made["id"], "arrival", {"on": NOW})
    await office.act("visit", made["id"], "departure", {"on": NOW})
    commitments = [{"number": 1, "text": "Gửi tài liệu", "owner": HUNG_YEN}]
    source = {"origin": "illustration"}
    report = {"text": "tốt hơn mong đợi", "achieved": "more", "commitments": commitments, "source": source}
    await office.act("visit", made["id"], "report", report)
    await office.hear()
    [follow_up] = (await office.get(f"/follow-ups?source_id={made['id']}")).json()["items"]
    assert follow_up["provenance"]["origin"] == "illustration"
    await office.act("follow_up", follow_up["id"], "completion", {"outcome": "đã gửi"})
    assert (await office.act("visit", made["id"], "closure", by=LEAD))["status"] == "CLOSED"


async def test_a_programme_has_no_clash_in_itself_nor_with_another_visit_of_the_locality(office: Office) -> None:
    one = entry(1, 8, 10, host="Sở Công Thương", vehicle="34A-000.01")
    made = await office.create("visit", visit())
    await office.act("visit", made["id"], "partner-check", {}, LEAD)
    clash = {"items": [one, entry(2, 9, 11, vehicle="34A-000.01")]}
    assert await office.refused("visit", made["id"], "programme", clash) == "programme-clash"
    await office.act("visit", made["id"], "programme", {"items": [one]})
    other = await office.create("visit", visit())
    await office.act("visit", other["id"], "partner-check", {}, LEAD)
    again = {"items": [entry(1, 9, 11, host="sở công thương")]}
    assert await office.refused("visit", other["id"], "programme", again) == "programme-clash"
    free = {"items": [entry(1, 10, 11, host="sở công thương")]}
    assert (await office.act("visit", other["id"], "programme", free))["programme_version"] == 1
    outside = {"items": [{**one, "starts_at": f"{ahead(12)}T23:00:00+07:00", "ends_at": f"{ahead(13)}T01:00:00+07:00"}]}
    assert await office.refused("visit", other["id"], "programme", outside) == "item-outside-visit"


async def test_of_two_visits_published_in_one_instant_at_most_one_is_approved_with_the_clash(office: Office) -> None:
    for _ in range(6):
        made = [await office.create("visit", visit()) for _ in range(2)]
        for each in made:
            await office.act("visit", each["id"], "partner-check", {}, LEAD)
        items = {"items": [entry(1, 8, 10, host=f"Sở {made[0]['id']}")]}
        published = await asyncio.gather(
            *(office.post(f"/visits/{each['id']}/programme", items, version=2) for each in made)
        )
        ruled = await asyncio.gather(
            *(office.post(f"/visits/{each['id']}/approval", RULING, by=CHAIR, version=3) for each in made)
        )
        statuses = [(await office.present("visit", each["id"]))["status"] for each in made]
        assert statuses.count("APPROVED") <= 1, (published, ruled)
        assert {answer.status_code for answer in ruled} <= {200, 409, 412}


async def test_who_interprets_is_read_with_the_persons_of_the_visit_and_said_to_nobody(office: Office) -> None:
    made = await with_programme(office, [entry(1, 8, 9, interpreter="Người Phiên Dịch")])
    assert "Người Phiên Dịch" not in (await office.get(f"/visits/{made['id']}")).text
    told = await office.database.worker.fetch("SELECT data::text AS data FROM outbox")
    assert told
    assert not any("Người Phiên Dịch" in row["data"] for row in told)
    people = (await office.get(f"/visits/{made['id']}/confidential")).json()["programme_people"]
    assert [(each["number"], each["interpreter"]) for each in people] == [(1, "Người Phiên Dịch")]
    other = await office.create("visit", visit())
    await office.act("visit", other["id"], "partner-check", {}, LEAD)
    meanwhile = {"items": [entry(1, 8, 9, interpreter="người phiên dịch")]}
    assert await office.refused("visit", other["id"], "programme", meanwhile) == "programme-clash"


async def test_a_visit_is_known_to_its_locality_and_to_no_other(office: Office) -> None:
    made = await office.create("visit", visit(guests=["Khách Minh Họa"]))
    for path in (f"/visits/{made['id']}", f"/visits/{made['id']}/confidential"):
        assert (await office.get(path, NEIGHBOUR)).status_code == 404
        assert (await office.get(path, OFFICER)).status_code == 200
    assert (await office.get("/visits", NEIGHBOUR)).json()["items"] == []


async def test_a_signed_agreement_asks_for_its_plan_once_and_belongs_to_the_visit(office: Office) -> None:
    made = await with_programme(office, [entry(1, 8, 9)])
    agreement = new_id()
    occasion = {"service": "delegations", "kind": "visit", "id": made["id"]}
    state = {
        "id": str(agreement),
        "sensitivity": "internal",
        "title_vi": "Bản ghi nhớ Minh Họa",
        "responsible_locality": HUNG_YEN,
        "localities": [HUNG_YEN],
    }
    said = office.agreements.say(
        "caytre.agreement.signed.v1", agreement, {"occasion": occasion}, state=state, localities=[HUNG_YEN]
    )
    await office.hear(said)
    assert (await office.present("visit", made["id"]))["agreement_ids"] == [str(agreement)]
    [follow_up] = (await office.get(f"/follow-ups?source_id={agreement}")).json()["items"]
    assert (follow_up["owner"], follow_up["status"], follow_up["version"]) == (HUNG_YEN, "OPEN", 1)


def _standstill(office: Office, agreement: UUID, type: str, **particulars: Any) -> Received:
    state = {
        "id": str(agreement),
        "sensitivity": particulars.get("sensitivity", "internal"),
        "title_vi": "Bản ghi nhớ Minh Họa",
        "responsible_locality": HUNG_YEN,
        "localities": [HUNG_YEN],
    }
    said = {"since": "2026-04-19", "level": "warn"}
    return office.agreements.say(
        f"caytre.agreement.{type}.v1", agreement, said, state=state, localities=[HUNG_YEN], **particulars
    )


async def test_an_agreement_at_a_standstill_is_suggested_for_the_next_trip_until_it_moves_again(office: Office) -> None:
    agreement = new_id()
    await office.hear(_standstill(office, agreement, "stalled"))
    [suggested] = (await office.get(f"/follow-ups?source_id={agreement}")).json()["items"]
    assert (suggested["owner"], suggested["status"], suggested["due_on"]) == (HUNG_YEN, "OPEN", None)
    await office.hear(_standstill(office, agreement, "unstalled"))
    assert (await office.present("follow_up", suggested["id"]))["status"] == "DROPPED"


async def test_nothing_is_suggested_of_a_restricted_agreement(office: Office) -> None:
    agreement = new_id()
    await office.hear(_standstill(office, agreement, "stalled", sensitivity="restricted"))
    assert (await office.get(f"/follow-ups?source_id={agreement}")).json()["items"] == []


async def test_a_visit_is_looked_at_again_when_the_event_it_occasioned_has_other_days(office: Office) -> None:
    made = await with_programme(office, [entry(1, 8, 9)])
    over = await with_programme(office, [entry(1, 8, 9)])
    await office.act("visit", over["id"], "cancellation", {"reason": "Khách hoãn"})
    event = new_id()
    upstream = [{"service": "delegations", "kind": "visit", "id": each["id"]} for each in (made, over)]
    state = {
        "id": str(event),
        "sensitivity": "internal",
        "title": "Ngày hội Minh Họa",
        "links": [{"upstream": each, "relation": "occasioned_event"} for each in upstream],
    }
    said = {"before": "2026-12-01", "starts_on": "2026-12-08"}
    log = Log("events")
    await office.hear(log.say("caytre.event.rescheduled.v1", event, said, state=state, localities=[HUNG_YEN]))
    [asked] = (await office.get(f"/follow-ups?source_id={event}")).json()["items"]
    assert (asked["status"], asked["localities"]) == ("OPEN", made["localities"])


async def test_what_is_linked_to_an_event_itself_is_looked_at_again_when_the_event_has_other_days(
    office: Office,
) -> None:
    event = new_id()
    upstream = {"service": "events", "kind": "event", "id": str(event)}
    visit = await with_programme(office, [entry(1, 8, 9)])
    trip = await office.create("delegation", office.trip())
    await office.create("delegation", office.trip())
    for kind, record in (("visit", visit), ("delegation", trip)):
        link = {"upstream": upstream, "relation": "met_at"}
        await office.act(kind, record["id"], "links", {"links": [link]})
    state = {"id": str(event), "sensitivity": "internal", "title": "Ngày hội Minh Họa", "links": []}
    said = {"before": "2026-12-01", "starts_on": "2026-12-08"}
    await office.hear(Log("events").say("caytre.event.rescheduled.v1", event, said, state=state, localities=[HUNG_YEN]))
    asked = (await office.get(f"/follow-ups?source_id={event}")).json()["items"]
    assert [each["status"] for each in asked] == ["OPEN", "OPEN"]
