"""Events, meetings, leads and outcomes over HTTP, from the first act to the last, and what others hear of it."""

from __future__ import annotations

import json
from decimal import Decimal

from caytre.contracts.events import MESSAGES, read_state
from caytre.core.testing import Log
from caytre.events.tables import STORES
from tests.builders.events_office import CHAIR, LEAD, MINISTRY, PAPER, POLICE, TODAY, EventsOffice, after

MINISTERS = {"guests": {"rank": "MINISTER", "expected": 300}}


async def test_an_event_lives_from_the_draft_to_the_closed_file(office: EventsOffice) -> None:
    event = await office.draft(
        co_organisers=[{"kind": "embassy", "name": "Đại sứ quán minh họa", "country": "KR"}],
        countries=["KR"],
        series="Gặp gỡ minh họa",
        **MINISTERS,
    )
    event = await office.act("events", event, "plan")
    assert (event["permission"]["authority"], event["permission"]["lead_days"]) == ("PRIME_MINISTER", 40)
    event = await office.act("events", event, "permission/application", {"document": PAPER})
    event = await office.act("events", event, "permission/opinions", {"agencies": ["MOIT"]})
    reply = {"answer": "agree", "document": PAPER}
    event = await office.act("events", event, "permission/opinions/MPS", reply, POLICE)
    event = await office.act("events", event, "permission/opinions/MOFA", reply, MINISTRY)
    event = await office.act("events", event, "permission/opinions/MOIT/paper-reply", reply, LEAD)
    event = await office.act(
        "events", event, "permission/pm-decision", {"outcome": "permitted", "document": PAPER}, LEAD
    )
    event = await office.act("events", event, "opening")
    event = await office.act("events", event, "freeze")
    event = await office.act("events", event, "cancellation", {"reason": "bão"})
    assert event["status"] == "CANCELLED"
    live = await office.live()
    live = await office.act("events", live, "end", {"attendance": 120})
    live = await office.act("events", live, "report", {"filed_on": TODAY.isoformat(), "results": "12 biên bản"})
    live = await office.act("events", live, "closure")
    assert (live["status"], live["attendance"]) == ("CLOSED", 120)
    assert await office.said(live) == ["drafted", "planned", "opened", "started", "held", "reported", "closed"]


async def test_rank_changed_after_permission_opens_it_again(office: EventsOffice) -> None:
    event = await office.permitted()
    event = await office.act("events", event, "amendments", MINISTERS)
    assert (event["status"], event["permission"]["status"], event["permission"]["round"]) == (
        "PLANNED",
        "to_apply",
        2,
    )
    assert (await office.said(event))[-2:] == ["amended", "permission_reopened"]


async def test_where_the_law_is_open_an_officer_settles_the_reading(office: EventsOffice) -> None:
    event = await office.act("events", await office.draft(kind="festival"), "plan")
    assert event["permission"]["certain"] is False
    assert len(event["permission"]["readings"]) == 2
    body = {"authority": "NONE", "reason": "theo quy định về lễ hội", "document": PAPER}
    event = await office.act("events", event, "permission/competence", body, LEAD)
    assert (await office.act("events", event, "opening"))["status"] == "OPEN"


async def test_a_time_zone_says_which_day_it_is_in_viet_nam(office: EventsOffice) -> None:
    schedule = {"starts_on": "2031-06-01", "starts_at": "00:30", "time_zone": "Asia/Seoul"}
    event = await office.draft(schedule=schedule)
    assert event["schedule"]["starts_at"] == "2031-06-01T00:30:00+09:00"
    assert (event["schedule"]["vietnam_starts_on"], event["schedule"]["moves_date"]) == ("2031-05-31", True)
    event = await office.act("events", event, "schedule", {"starts_on": "2031-06-02"})
    assert (event["schedule"]["vietnam_starts_on"], event["schedule"]["moves_date"]) == ("2031-06-02", False)


async def test_the_way_from_a_meeting_to_an_outcome_is_one_lineage(office: EventsOffice, own: Log) -> None:
    opened = await office.opened(
        meeting_grid={"slots": 2, "tables": 2}, schedule={"starts_on": TODAY.isoformat()}, countries=["KR"]
    )
    one = await office.party(opened, kind="investor")
    other = await office.party(opened, country="VN", locality="VN-P-2025-33", kind="seller")
    opened = await office.act("events", opened, "start")
    meeting = await office.create(
        "meetings", {"requester": one["id"], "addressee": other["id"], "subject": "Nhà máy linh kiện minh họa"}
    )
    meeting = await office.act("meetings", meeting, "acceptance", {"slot": 1, "table": 2})
    await office.act("meetings", meeting, "end", {"result": "hẹn thăm khu công nghiệp"})
    await office.hear_itself(own)
    listed = (await office.get(f"/leads?event={opened['id']}")).json()["items"]
    assert [(lead["status"], lead["proposed"], lead["title"]) for lead in listed] == [
        ("OPEN", True, "Nhà máy linh kiện minh họa")
    ]
    lead = listed[0]
    assert {link["upstream"]["kind"] for link in lead["links"]} == {"meeting", "event"}
    await office.act("events", opened, "end", {"attendance": 2})
    await office.hear_itself(own)
    lead = await office.now("leads", lead)
    assert [each["days"] for each in lead["follow_ups"]] == [30, 90, 180]
    agreement = "01980000-0000-7000-8000-0000000000aa"
    lead = await office.act("leads", lead, "agreements", {"agreement_id": agreement})
    lead = await office.act("leads", lead, "follow-ups/30", {"note": "đã gặp lại"})
    lead = await office.act("leads", lead, "status", {"status": "QUALIFIED"})
    won = {
        "kind": "FDI",
        "title": "Nhà máy linh kiện",
        "money": {"amount": "25000000.50", "currency": "USD", "amount_type": "registered"},
        "realised_on": TODAY.isoformat(),
        "evidence": "giấy chứng nhận đăng ký đầu tư",
    }
    await office.act("leads", lead, "win", won)
    await office.hear_itself(own)
    (outcome,) = (await office.get(f"/outcomes?agreement={agreement}")).json()["items"]
    assert (outcome["status"], outcome["money"]["amount"]) == ("CLAIMED", "25000000.50")
    assert {(link["upstream"]["kind"], link["relation"]) for link in outcome["links"]} == {
        ("lead", "lead_became_outcome"),
        ("agreement", "implements"),
    }
    outcome = await office.act("outcomes", outcome, "confirmation", {"document": PAPER}, CHAIR)
    assert outcome["status"] == "CONFIRMED"
    # Heard again from the beginning, nothing more comes of it.
    await office.hear(*own.messages)
    assert len((await office.get("/outcomes")).json()["items"]) == 1
    assert len((await office.get("/leads")).json()["items"]) == 1


async def test_after_the_freeze_a_change_is_asked_for_and_granted(office: EventsOffice, own: Log) -> None:
    event = await office.opened(quotas={"onsite": 3})
    party, waiting = await office.party(event, party_size=3), await office.party(event)
    event = await office.act("events", event, "freeze")
    refused = await office.post(f"/registrations/{party['id']}/withdrawal", {}, version=party["version"])
    assert refused.json()["type"].endswith("changes-are-requests")
    asked = {"kind": "party_size", "party_size": 2, "reason": "một người ốm"}
    party = await office.act("registrations", party, "change-requests", asked)
    party = await office.act("registrations", party, "change-requests/1", {"approved": True})
    assert party["party_size"] == 2
    await office.hear_itself(own)
    assert (await office.now("registrations", waiting))["status"] == "APPROVED"


async def test_a_moved_event_offers_its_meetings_again_and_a_cancelled_one_ends_them(
    office: EventsOffice, own: Log
) -> None:
    event = await office.opened(meeting_grid={"slots": 2, "tables": 2})
    one, other = await office.party(event), await office.party(event)
    meeting = await office.create("meetings", {"requester": one["id"], "addressee": other["id"], "subject": "Hợp tác"})
    meeting = await office.act("meetings", meeting, "acceptance", {"slot": 1, "table": 1})
    event = await office.act("events", event, "schedule", {"starts_on": after(120)})
    await office.hear_itself(own)
    meeting = await office.now("meetings", meeting)
    assert (meeting["status"], meeting["slot"], meeting["round"]) == ("REQUESTED", None, 2)
    await office.act("events", event, "cancellation", {"reason": "bão"})
    await office.hear_itself(own)
    assert (await office.now("meetings", meeting))["status"] == "CANCELLED"


async def test_shares_of_an_outcome_are_refused_above_the_whole(office: EventsOffice) -> None:
    upstream = [
        {"service": "agreements", "kind": "agreement", "id": f"01980000-0000-7000-8000-00000000000{n}"} for n in (1, 2)
    ]
    outcome = await office.outcome()
    outcome = await office.act("outcomes", outcome, "links", {"upstream": upstream[0], "share": "60"})
    refused = await office.post(
        f"/outcomes/{outcome['id']}/links", {"upstream": upstream[1], "share": "60"}, version=outcome["version"]
    )
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/shares-exceed-the-whole")
    assert "120" in refused.json()["detail"]
    outcome = await office.act("outcomes", outcome, "links", {"upstream": upstream[1], "share": "40.00"})
    assert sum(Decimal(link["share"]) for link in outcome["links"]) == 100
    assert outcome["agreement_ids"] == [each["id"] for each in upstream]


async def test_the_fold_of_the_journal_is_the_stored_document(office: EventsOffice, own: Log) -> None:
    await test_the_way_from_a_meeting_to_an_outcome_is_one_lineage(office, own)
    await test_after_the_freeze_a_change_is_asked_for_and_granted(office, own)
    folded: dict[str, dict[str, object]] = {}
    versions: dict[str, set[int]] = {}
    for row in await office.database.worker.fetch(
        "SELECT type, record_id, version, data::text AS data FROM outbox ORDER BY id"
    ):
        value = json.loads(row["data"])
        MESSAGES[row["type"]].model_validate(value)
        assert read_state(row["type"], value["state"]).version == row["version"]
        folded[str(row["record_id"])] = value["state"]
        versions.setdefault(str(row["record_id"]), set()).add(row["version"])
    for store in STORES:
        stored = await office.database.worker.fetch(f"SELECT id, document::text AS document FROM {store.table.name}")
        assert stored, store.table.name
        for row in stored:
            assert folded.pop(str(row["id"])) == json.loads(row["document"])
            said = versions[str(row["id"])]
            assert said == set(range(1, len(said) + 1)), "every version was said"
    assert folded == {}
