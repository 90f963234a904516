"""What the service does when others speak: once, however often it hears it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest

from caytre.contracts import agreements, delegations
from caytre.contracts.agreements.implementation import AgreementStalled
from caytre.contracts.notifications import DayBegan, DeadlineOverdue
from caytre.core.ids import new_id
from caytre.core.testing import Log
from caytre.events.consumers.deadlines import awaited_day
from tests.builders.events_office import (
    HUNG_YEN,
    MINISTRY,
    PAPER,
    TODAY,
    EventsOffice,
)

LATER = datetime(2031, 6, 1, 2, 0, tzinfo=UTC)
DAY = {"text": "2031-06-01", "earliest": "2031-06-01", "latest": "2031-06-01"}


@pytest.fixture
def agreements_log() -> Log:
    return Log("agreements")


@pytest.fixture
def delegations_log() -> Log:
    return Log("delegations")


@pytest.fixture
def notifications_log() -> Log:
    return Log("notifications")


def partner_said(log: Log, id: UUID, type: str, changed: dict[str, Any], **state: Any) -> Any:
    values = {"type": "company", "names": {"vi": "Công ty Minh Họa Tre"}, "country": "KR", **state}
    present = agreements.PartnerState(id=id, **values).model_dump(mode="json")
    return log.say(f"caytre.partner.{type}.v1", id, changed, state=present)


def verified(status: str) -> dict[str, Any]:
    case = {"round": 1, "status": status, "requested_at": LATER.isoformat(), "verifier": "MOFA"}
    return {"verification": case, "verified_until": "2033-01-01" if status == "VERIFIED" else None}


def agreement_state(id: UUID, status: str, **particulars: Any) -> dict[str, Any]:
    return agreements.AgreementState.model_validate(
        {
            "id": id,
            "status": status,
            "title_vi": "Thỏa thuận",
            "signatory_type": "PROVINCE_PC",
            "vietnamese_parties": [{"locality": HUNG_YEN, "name_at_signing": "Tỉnh Hưng Yên"}],
            "responsible_locality": HUNG_YEN,
            "foreign_parties": [],
            **particulars,
        }
    ).model_dump(mode="json")


def overdue(log: Log, owner: str, code: str, discriminator: str = "", round: int = 1, level: int = 1) -> Any:
    said = DeadlineOverdue(owner=owner, code=code, discriminator=discriminator, round=round, level=level)
    return log.say(DeadlineOverdue.TYPE, uuid5(NAMESPACE_URL, f"{owner}{code}{discriminator}{round}"), said, at=LATER)


async def test_an_accepted_invitation_offers_a_draft_once_and_an_approved_visit_is_linked(
    office: EventsOffice, delegations_log: Log
) -> None:
    invitation, visit = new_id(), new_id()
    state = delegations.InvitationState(
        id=invitation,
        status="ACCEPTED",
        locality=HUNG_YEN,
        localities=(HUNG_YEN,),
        invitee="Nguyên Tổng thống",
        country="KR",
        purpose="Thăm tỉnh",
    ).model_dump(mode="json")
    changed = {"invitee": "Nguyên Tổng thống", "country": "KR"}
    accepted = delegations_log.say("caytre.invitation.accepted.v1", invitation, changed, state=state)
    twice = delegations_log.say("caytre.invitation.accepted.v1", invitation, changed, state=state)
    await office.hear(accepted, twice)
    (offer,) = (await office.get(f"/events?upstream={invitation}")).json()["items"]
    assert (offer["status"], offer["offered"], offer["responsible_locality"]) == ("DRAFT", True, HUNG_YEN)
    assert offer["links"][0]["provenance"]["origin"] == "inferred"
    assert "Tổng thống" not in str(offer), "an invitation is known to those it concerns, an event to everybody"
    approved = delegations.VisitState(
        id=visit,
        status="APPROVED",
        locality=HUNG_YEN,
        title="Đoàn minh họa",
        country="KR",
        invitation_id=invitation,
    ).model_dump(mode="json")
    said = {"country": "KR", "authority": "PC_CHAIR", "programme_version": 1}
    await office.hear(delegations_log.say("caytre.visit.approved.v1", visit, said, state=approved))
    offer = await office.now("events", offer)
    assert [(link["upstream"]["kind"], link["relation"]) for link in offer["links"]] == [
        ("invitation", "occasioned_event"),
        ("visit", "occasioned_event"),
    ]
    cancelled = {"country": "KR", "reason": "hoãn"}
    await office.hear(delegations_log.say("caytre.visit.cancelled.v1", visit, cancelled, state=approved))
    offer = await office.now("events", offer)
    assert [(warning["code"], warning["about"]["id"]) for warning in offer["warnings"]] == [
        ("OCCASION_CANCELLED", str(visit))
    ]
    assert offer["version"] == 3


async def test_where_an_event_of_the_invitation_is_known_none_is_offered(
    office: EventsOffice, delegations_log: Log
) -> None:
    invitation = new_id()
    upstream = {"service": "delegations", "kind": "invitation", "id": str(invitation)}
    entry = {
        "source": {"system": "bao-chi", "number": "1", "origin": "sourced", "publication": "S1", "statement": "10"},
        "localities": ["VN-P-2008-34"],
        "kind": "festival",
        "title_vi": "Ngày hội minh họa",
        "starts_on": "01/12/2023",
        "links": [{"upstream": upstream, "relation": "occasioned_event"}],
    }
    assert (await office.post("/events/recordings?mode=apply", entry)).json()["outcome"] == "created"
    state = delegations.InvitationState(
        id=invitation, status="ACCEPTED", locality=HUNG_YEN, invitee="Khách", country="KR", purpose="Thăm tỉnh"
    ).model_dump(mode="json")
    changed = {"invitee": "Khách", "country": "KR"}
    await office.hear(delegations_log.say("caytre.invitation.accepted.v1", invitation, changed, state=state))
    (event,) = (await office.get("/events")).json()["items"]
    assert (event["status"], event["offered"]) == ("HELD", False)


async def test_a_restricted_invitation_offers_nothing(office: EventsOffice, delegations_log: Log) -> None:
    id = new_id()
    envelope = {"id": str(id), "version": 1, "sensitivity": "restricted", "localities": [HUNG_YEN]}
    await office.hear(delegations_log.say("caytre.invitation.accepted.v1", id, {}, state=envelope))
    assert (await office.get("/events")).json()["items"] == []


async def test_a_stalled_agreement_is_brought_up_by_an_event_that_its_partner_organises_with_its_locality(
    office: EventsOffice, agreements_log: Log
) -> None:
    partner, agreement = new_id(), new_id()
    organiser = {"kind": "partner", "name": "Công ty Minh Họa Tre", "partner_id": str(partner), "country": "KR"}
    event, other = await office.draft(co_organisers=[organiser]), await office.draft()
    parties = [{"partner_id": partner, "country": "KR"}]
    state = agreement_state(agreement, "IN_FORCE", localities=[HUNG_YEN], foreign_parties=parties)

    def stalled(**said: str) -> Any:
        data = AgreementStalled.EXAMPLE | said
        return agreements_log.say(AgreementStalled.TYPE, agreement, data, state=state, localities=[HUNG_YEN])

    await office.hear(stalled(), stalled(), stalled(since="2030-01-01"))
    event, other = await office.now("events", event), await office.now("events", other)
    assert [(each["code"], each["about"]["id"]) for each in event["warnings"]] == [
        ("AGREEMENT_STALLED", str(agreement))
    ]
    assert (event["version"], other["warnings"]) == (2, [])
    envelope = {"id": str(agreement), "version": 9, "sensitivity": "restricted", "localities": [HUNG_YEN]}
    hidden = agreements_log.say(AgreementStalled.TYPE, agreement, {}, state=envelope, sensitivity="restricted")
    await office.hear(hidden)
    assert (await office.now("events", event))["version"] == 2


async def test_an_agreement_signed_during_an_event_is_served_by_it(office: EventsOffice, agreements_log: Log) -> None:
    event, agreement = await office.live(), new_id()
    occasion = {"service": "events", "kind": "event", "id": event["id"]}

    def signed(id: UUID, during: dict[str, Any]) -> Any:
        state = agreement_state(id, "SIGNED", signing={"signed_on": DAY, "occasion": during})
        return agreements_log.say("caytre.agreement.signed.v1", id, {}, state=state)

    stranger = {**occasion, "id": str(new_id())}
    await office.hear(signed(agreement, occasion), signed(new_id(), stranger))
    event = await office.now("events", event)
    assert event["agreement_ids"] == [str(agreement)]
    assert (await office.said(event))[-1] == "linked"


async def test_what_happens_to_a_partner_reaches_the_records_that_name_it(
    office: EventsOffice, agreements_log: Log
) -> None:
    partner, survivor = new_id(), new_id()
    await office.hear(
        partner_said(agreements_log, partner, "verified", {}, **verified("VERIFIED")),
        partner_said(agreements_log, survivor, "registered", {}, names={"vi": "Công ty Đứng Lại"}),
    )
    co = {"kind": "partner", "name": "Công ty Minh Họa Tre", "partner_id": str(partner), "country": "KR"}
    event = await office.permitted(co_organisers=[co])
    lead = await office.lead(partner_id=str(partner))
    outcome = await office.outcome(partner_id=str(partner))
    assert lead["partner_name"] == "Công ty Minh Họa Tre"
    revoked = partner_said(agreements_log, partner, "revoked", {"round": 1, "reason": "x"}, **verified("REVOKED"))
    await office.hear(revoked)
    lead, outcome, event = [
        await office.now(kind, record) for kind, record in (("leads", lead), ("outcomes", outcome), ("events", event))
    ]
    assert [flag["code"] for flag in lead["flags"]] == [flag["code"] for flag in outcome["flags"]] == ["REVOKED"]
    assert [warning["code"] for warning in event["warnings"]] == ["PARTNER_NOT_VERIFIED"]
    barred = await office.post(f"/events/{event['id']}/opening", version=event["version"])
    assert barred.json()["type"] == "/problems/co-organiser-not-verified"
    merged = partner_said(
        agreements_log,
        partner,
        "merged",
        {"into": str(survivor), "reason": "x"},
        status="MERGED",
        merged_into=survivor,
        **verified("REVOKED"),
    )
    await office.hear(merged)
    assert (await office.now("leads", lead))["partner_id"] == str(survivor)
    assert (await office.now("outcomes", outcome))["partner_id"] == str(survivor)
    assert (await office.now("events", event))["co_organisers"][0]["partner_id"] == str(survivor)
    # Whoever still names the merged one means the one that stands.
    late = await office.lead(partner_id=str(partner))
    assert (late["partner_id"], late["partner_name"]) == (str(survivor), "Công ty Đứng Lại")


async def test_an_older_message_about_a_partner_changes_nothing(office: EventsOffice, agreements_log: Log) -> None:
    partner = new_id()
    first = partner_said(agreements_log, partner, "registered", {}, names={"vi": "Tên cũ"})
    second = partner_said(agreements_log, partner, "amended", {}, names={"vi": "Tên mới"})
    await office.hear(first, second)
    row = await office.database.worker.fetchrow("SELECT version, name FROM known_partner")
    assert row is not None
    assert (row["version"], row["name"]) == (2, "Tên mới")


async def test_missed_deadlines_are_flagged_once(office: EventsOffice, notifications_log: Log) -> None:
    event = await office.act("events", await office.draft(guests={"rank": "MINISTER"}), "plan")
    owner = f"event/{event['id']}"
    await office.hear(
        overdue(notifications_log, owner, "EVT_APPLY"), overdue(notifications_log, owner, "EVT_APPLY", level=2)
    )
    event = await office.now("events", event)
    assert event["permission"]["application_missed_at"] is not None
    assert (await office.said(event)).count("deadline_missed") == 1
    event = await office.act("events", event, "permission/application", {"document": PAPER})
    event = await office.act("events", event, "permission/opinions", {})
    await office.hear(overdue(notifications_log, owner, "EVT_OPINION", "MOFA"))
    event = await office.now("events", event)
    late = {opinion["agency"]: opinion["overdue_at"] is not None for opinion in event["permission"]["opinions"]}
    assert late == {"MOFA": True, "MPS": False}
    # A late opinion counts.
    reply = {"answer": "agree", "document": PAPER}
    await office.act("events", event, "permission/opinions/MOFA", reply, MINISTRY)


async def test_an_unanswered_meeting_expires_and_a_forgotten_lead_is_flagged(
    office: EventsOffice, notifications_log: Log, own: Log
) -> None:
    event = await office.opened(meeting_grid={"slots": 1, "tables": 1}, schedule={"starts_on": TODAY.isoformat()})
    one, other = await office.party(event), await office.party(event)
    body = {"requester": one["id"], "addressee": other["id"], "subject": "x"}
    meeting = await office.create("meetings", body)
    lead = await office.lead(event_id=event["id"])
    event = await office.act("events", event, "start")
    await office.act("events", event, "end", {})
    await office.hear_itself(own)
    messages = [
        overdue(notifications_log, f"meeting/{meeting['id']}", "EVT_MEETING_ANSWER"),
        overdue(notifications_log, f"lead/{lead['id']}", "EVT_LEAD_FOLLOWUP", "30"),
        overdue(notifications_log, f"delegation/{new_id()}", "DEL_REPORT"),
    ]
    await office.hear(*messages)
    assert (await office.now("meetings", meeting))["status"] == "EXPIRED"
    lead = await office.now("leads", lead)
    assert [each["overdue_at"] is not None for each in lead["follow_ups"]] == [True, False, False]


async def test_on_the_day_of_the_merger_records_go_to_the_successor(
    office: EventsOffice, notifications_log: Log
) -> None:
    entry = {
        "source": {"system": "so-su-kien", "number": "1"},
        "localities": ["VN-P-2008-34"],
        "status": "HELD",
        "kind": "festival",
        "title_vi": "Ngày hội minh họa",
        "starts_on": "01/12/2023",
    }
    answer = await office.post("/events/recordings?mode=apply", entry)
    assert answer.json()["outcome"] == "created", answer.text
    event = await office.now("events", answer.json())
    # As it would stand in a rehearsal that has not come to the merger yet.
    await office.database.worker.execute(
        "UPDATE event SET localities = '{VN-P-2008-34}', document = jsonb_set(jsonb_set(document, "
        "'{localities}', '[\"VN-P-2008-34\"]'), '{responsible_locality}', '\"VN-P-2008-34\"') WHERE id = $1",
        event["id"],
    )
    began = DayBegan(day=date(2025, 7, 1), working_day=True, calendar_version=1)
    before = DayBegan(day=date(2025, 6, 30), working_day=True, calendar_version=1)
    days = [notifications_log.say(DayBegan.TYPE, uuid5(NAMESPACE_URL, str(day.day)), day) for day in (before, began)]
    await office.hear(*days)
    event = await office.now("events", event)
    assert (event["responsible_locality"], event["localities"]) == (HUNG_YEN, ["VN-P-2008-34", HUNG_YEN])
    assert await awaited_day(office.database, date(2025, 6, 30)) == date(2025, 7, 1)


async def test_an_event_that_becomes_restricted_takes_its_parties_with_it(office: EventsOffice, own: Log) -> None:
    event = await office.opened()
    party = await office.party(event)
    body = {"sensitivity": "restricted", "confirm_published_history_stays": True}
    lead = {"sub": "lead", "roles": ["locality_approver"], "localities": [HUNG_YEN]}
    await office.act("events", event, "classification", body, lead)
    await office.hear_itself(own)
    row = await office.database.worker.fetchrow(
        "SELECT sensitivity, document::text AS document FROM registration WHERE id = $1", party["id"]
    )
    assert row is not None
    assert row["sensitivity"] == "restricted"
    assert "Công ty" not in row["document"]
