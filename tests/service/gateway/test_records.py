"""One view of records of every kind: searched, listed, counted, and shown to those who may know of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from caytre.contracts.message import RESTRICTED
from caytre.core.storing.database import Database
from caytre.core.testing import deliver
from caytre.gateway.consumers import consumers
from tests.builders.agreements_office import AUDITOR, EMBASSY, MINISTRY, NEIGHBOUR, OFFICER, POLICE, Person
from tests.builders.front import Front, fold
from tests.builders.said import Services
from tests.builders.views import CAO_BANG, HUNG_YEN, OLD_THAI_BINH


async def told(front: Front, services: Services) -> None:
    await deliver(consumers, front.database, services.messages)


async def test_a_batch_single_messages_and_replays_leave_the_same_views(database: Database) -> None:
    services = Services()
    trip = services.delegation(OLD_THAI_BINH, HUNG_YEN)
    visit = services.record(
        "visit", [HUNG_YEN], status="REQUESTED", locality=HUNG_YEN, title="Đoàn khách", country="KR"
    )
    outcome = services.outcome(HUNG_YEN, links=[services.link(trip, "lead_became_outcome", share="40")])
    services.deadline(trip, HUNG_YEN, "2026-12-01")
    services.say(outcome, sensitivity=RESTRICTED)
    services.say(outcome, "reclassified", sensitivity="internal", localities=[CAO_BANG])
    services.say(visit, localities=[CAO_BANG, HUNG_YEN])
    await fold(database, services.messages)
    rows = {row["id"]: row for row in await database.worker.fetch("SELECT * FROM record_view")}
    assert rows[trip]["judged"] == RESTRICTED
    assert rows[outcome]["judged"] == "internal"
    assert rows[trip]["label"] == "Đoàn Minh Họa"
    assert "doan minh hoa" in rows[trip]["search"]
    counted = await database.worker.fetch("SELECT place, kind, open, sum(n) AS n FROM tally GROUP BY 1, 2, 3")
    stands = await database.worker.fetch("SELECT place, kind, open, count(*) AS n FROM standing GROUP BY 1, 2, 3")
    assert {tuple(row) for row in counted} == {tuple(row) for row in stands}
    assert (CAO_BANG, "outcome", True, 1) in {tuple(row) for row in stands}
    assert await database.worker.fetchval("SELECT count(*) FROM edge") == 1


async def test_a_restricted_record_takes_its_words_places_and_links_out_of_the_views(database: Database) -> None:
    services = Services()
    trip = services.delegation(HUNG_YEN)
    outcome = services.outcome(HUNG_YEN, title="Kín đáo", links=[services.link(trip, "lead_became_outcome")])
    services.say(outcome, sensitivity=RESTRICTED)
    await deliver(consumers, database, services.messages)
    row = await database.worker.fetchrow("SELECT * FROM record_view WHERE id = $1", outcome)
    assert row is not None
    assert (row["search"], row["label"], row["countries"]) == ("", "", [])
    assert "Kín" not in row["document"]
    assert await database.worker.fetchval("SELECT count(*) FROM edge") == 0


PATHS = {
    "delegation": "delegations",
    "visit": "visits",
    "event": "events",
    "outcome": "outcomes",
    "annual_plan": "annual-plans",
}


def _one_of_each(services: Services) -> dict[str, UUID]:
    places = [OLD_THAI_BINH, HUNG_YEN]
    visit = {"status": "APPROVED", "locality": HUNG_YEN, "title": "Đoàn khách đến", "country": "KR"}
    event: dict[str, Any] = {
        "status": "PLANNED",
        "title_vi": "Hội nghị kết nối",
        "kind": "conference",
        "responsible_locality": HUNG_YEN,
        "lead_organiser": {"kind": "locality", "name": "Ủy ban nhân dân tỉnh"},
        "countries": ["KR"],
    }
    plan = {"status": "APPROVED", "locality": HUNG_YEN, "year": 2026, "direction": "OUT"}
    return {
        "delegation": services.delegation(*places),
        "visit": services.record("visit", places, **visit),
        "event": services.record("event", places, **event),
        "outcome": services.outcome(*places),
        "annual_plan": services.record("annual_plan", places, **plan),
    }


#: What each reader may know of: delegations of others are private, and a mission reads no plans.
MAY: dict[str, tuple[Person, set[str]]] = {
    "officer": (OFFICER, set(PATHS)),
    "neighbour": (NEIGHBOUR, {"event", "outcome"}),
    "ministry": (MINISTRY, set(PATHS)),
    "auditor": (AUDITOR, set(PATHS)),
    "police": (POLICE, {"event", "outcome"}),
    "embassy": (EMBASSY, {"delegation", "visit", "event", "outcome"}),
}


@pytest.mark.parametrize("who", MAY)
async def test_pages_search_and_places_show_what_the_reader_may_know_of(front: Front, who: str) -> None:
    reader, may = MAY[who]
    services = Services()
    made = _one_of_each(services)
    hidden = services.outcome(CAO_BANG, title="Kín", sensitivity=RESTRICTED)
    await told(front, services)
    for kind, id in made.items():
        page = await front.get(f"/views/{PATHS[kind]}/{id}", by=reader)
        # The owner judges for those whose rights the view cannot see, and here it is away.
        assert (page.status_code == 200) is (kind in may), (kind, page.text)
        assert page.status_code in {200, 404, 503}
    found = (await front.get("/views/search?q=", by=reader)).json()
    assert {item["id"] for item in found["items"]} == {str(made[kind]) for kind in may} | (
        {str(hidden)} if who in {"neighbour", "ministry", "auditor"} else set()
    )
    for path, everything in ((f"/views/localities/{HUNG_YEN}", "officer"), ("/views/countries/KR", "embassy")):
        place = (await front.get(path, by=reader)).json()
        shown = {item["id"] for group in place["groups"] for item in group["newest"]}
        assert shown <= {str(made[kind]) for kind in may}
        assert sum(group["count"] for group in place["groups"]) == len(shown)
        assert place["complete"] is (who in {"ministry", "auditor", everything})


async def test_search_finds_without_accents_by_kind_and_place_and_goes_on(front: Front) -> None:
    services = Services()
    ids = [services.delegation(HUNG_YEN, title=f"Đoàn đến Đại Điền số {n}") for n in range(3)]
    services.outcome(HUNG_YEN, title="Nhà máy đóng tàu")
    await told(front, services)
    page = (await front.get("/views/search?q=DOAN dai dien&limit=2")).json()
    assert [item["id"] for item in page["items"]] == [str(ids[2]), str(ids[1])]
    assert page["items"][0]["page"] == f"/views/delegations/{ids[2]}"
    rest = (await front.get(f"/views/search?q=DOAN dai dien&limit=2&cursor={page['next']}")).json()
    assert [item["id"] for item in rest["items"]] == [str(ids[0])]
    assert rest["next"] is None
    for query, count in (
        ("kind=outcome", 1),
        ("kind=delegation&status=APPROVED", 3),
        (f"locality={HUNG_YEN}", 4),
        ("country=KR&q=tau", 1),
        ("country=KR&kind=delegation", 3),
        (f"locality={CAO_BANG}", 0),
    ):
        assert len((await front.get(f"/views/search?{query}")).json()["items"]) == count, query
    for wrong in ("kind=trip", "locality=Atlantis", "country=XX", f"country=KR&locality={HUNG_YEN}", "colour=red"):
        assert (await front.get(f"/views/search?{wrong}")).status_code == 422, wrong
    html = await front.get("/views/search?q=doan", accept="text/html")
    assert "Đoàn đến Đại Điền số 2" in html.text


async def test_the_page_of_a_delegation_says_what_falls_due_and_how_current_it_is(front: Front) -> None:
    services = Services()
    trip = services.delegation(OLD_THAI_BINH, HUNG_YEN, title="<b>Đoàn</b>")
    services.deadline(trip, HUNG_YEN, "2026-12-01")
    await told(front, services)
    answer = await front.get(
        f"/views/delegations/{trip}", accept_language="en", consistency_token=f"delegation/{trip}@1"
    )
    page = answer.json()
    assert page["labels"]["kind"] == "Outgoing delegation"
    assert [(due["code"], due["due_on"]) for due in page["due"]] == [("DEL_REPORT", "2026-12-01")]
    assert [place["id"] for place in page["places"]] == [OLD_THAI_BINH, HUNG_YEN]
    assert page["places"][0]["responsible"]["id"] == HUNG_YEN
    assert [part["part"] for part in page["parts"]] == ["delegations"]
    assert (await front.get(f"/views/visits/{trip}")).status_code == 404
    html = await front.get(f"/views/delegations/{trip}", accept="text/html")
    assert "<b>Đoàn" not in html.text
    assert "01/12/2026" in html.text


async def test_an_illustrated_report_on_a_sourced_trip_is_shown_as_an_illustration_wherever_the_trip_is(
    front: Front,
) -> None:
    services = Services()
    sourced = {"origin": "sourced", "publication": "S1", "statement": "7"}
    trip = services.delegation(OLD_THAI_BINH, HUNG_YEN, status="RETURNED", provenance=sourced)
    report = {"filed_at": "2023-05-03T02:00:00Z", "provenance": {"origin": "illustration"}}
    services.say(trip, "report_filed", origin="illustration", status="REPORTED", report=report)
    await told(front, services)
    page = (await front.get(f"/views/delegations/{trip}", accept_language="en")).json()
    shown = page["provenance"]
    assert (shown["origin"], shown["publication"], shown["weakest"]["origin"]) == ("sourced", "S1", "illustration")
    assert (shown["illustration"], shown["illustrated_part"]) == (False, True)
    assert [(act["origin"], act["origin_label"]) for act in page["timeline"]] == [
        ("illustration", "Illustration, not real"),
        (None, None),
    ]
    [line] = (await front.get("/views/search?kind=delegation")).json()["items"]
    assert (line["origin"], line["illustration"], line["illustrated_part"]) == ("sourced", False, True)
    outcome = services.outcome(HUNG_YEN, links=[services.link(trip, "lead_became_outcome", origin="sourced")])
    await told(front, services)
    lineage = (await front.get(f"/views/lineage/outcome/{outcome}")).json()
    assert [path["weakest"]["origin"] for path in lineage["paths"]] == ["illustration"]
    for path in (f"/views/delegations/{trip}", "/views/search?q=", f"/journey/{trip}"):
        html = (await front.get(path, accept="text/html", accept_language="en")).text
        assert "Part of it is an illustration, in no source" in html, path
