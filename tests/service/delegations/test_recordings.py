"""What registers and publications tell: taken over with their words, compared, followed only on demand."""

from __future__ import annotations

from typing import Any

from tests.builders.agreements_office import LEAD, NEIGHBOUR, SYSTEM
from tests.builders.delegations_office import Office, ahead

SOURCE: dict[str, Any] = {
    "system": "bao-chi",
    "number": "S1-7",
    "origin": "sourced",
    "publication": "S1",
    "statement": "7",
}
TRIP: dict[str, Any] = {
    "source": SOURCE,
    "localities": ["Thái Bình"],
    "status": "REPORTED",
    "title": "Đoàn công tác tại Hàn Quốc",
    "departs": "đầu năm 2023",
    "stops": [{"country": "KR"}],
    "report": {
        "invitations": [
            {"number": 1, "invitee": "Cựu nguyên thủ", "country": "KR", "form": "oral", "purpose": "Thăm tỉnh"}
        ]
    },
}
APPLY = "?mode=apply"


async def test_a_trip_of_early_2023_comes_in_with_its_words_and_brings_its_invitation(office: Office) -> None:
    asked = await office.post("/delegations/recordings", TRIP)
    assert (asked.json()["outcome"], (await office.get("/delegations")).json()["items"]) == ("created", [])
    made = (await office.post(f"/delegations/recordings{APPLY}", TRIP)).json()
    await office.hear()
    trip = await office.present("delegation", made["id"])
    assert (trip["departs_on"]["text"], trip["departs_on"]["earliest"]) == ("đầu năm 2023", "2023-01-01")
    assert (trip["localities"], trip["provenance"]["origin"]) == (["VN-P-2008-34", "VN-P-2025-33"], "sourced")
    [invitation] = (await office.get(f"/invitations?delegation_id={made['id']}")).json()["items"]
    assert (invitation["status"], invitation["provenance"]["publication"]) == ("EXTENDED", "S1")
    assert await office.types(made["id"]) == ["delegation.recorded"]
    again = (await office.post(f"/delegations/recordings{APPLY}", TRIP)).json()
    assert (again["outcome"], again["id"]) == ("unchanged", made["id"])


async def test_an_entry_that_differs_is_told_and_followed_only_on_demand(office: Office) -> None:
    made = (await office.post(f"/delegations/recordings{APPLY}", TRIP)).json()
    other = {**TRIP, "title": "Đoàn lãnh đạo tỉnh tại Hàn Quốc", "departs": "03/2023"}
    told = (await office.post(f"/delegations/recordings{APPLY}", other)).json()
    assert (told["outcome"], [d["field"] for d in told["differences"]]) == ("different", ["title", "departs_on"])
    done = (await office.post(f"/delegations/recordings{APPLY}&update=true", other)).json()
    assert (done["outcome"], done["version"]) == ("updated", 2)
    assert (await office.present("delegation", made["id"]))["title"] == "Đoàn lãnh đạo tỉnh tại Hàn Quốc"


async def test_a_trip_that_is_under_way_is_carried_on_by_acts_and_a_register_that_lags_behind_changes_nothing(
    office: Office,
) -> None:
    away = {
        **TRIP,
        "localities": ["Hưng Yên"],
        "status": "DEPARTED",
        "departs": ahead(-3),
        "returns": ahead(2),
        "members": [{"number": 1, "role": "head", "post": "pc_chair", "name": "Người Minh Họa"}],
    }
    del away["report"]
    made = (await office.post(f"/delegations/recordings{APPLY}", away)).json()
    await office.hear()
    trip = await office.present("delegation", made["id"])
    assert (trip["status"], trip["departed_on"], trip["returned_on"]) == ("DEPARTED", ahead(-3), None)
    assert "Người Minh Họa" not in str(trip)
    assert trip["scan"]["found"] == 0
    over = {**away, "status": "RETURNED"}
    refused = await office.post(f"/delegations/recordings{APPLY}&update=true", over)
    assert refused.json()["type"] == "/problems/trip-still-on"
    back = await office.act("delegation", made["id"], "return", {"on": ahead(0)})
    assert back["status"] == "RETURNED"
    lagging = (await office.post(f"/delegations/recordings{APPLY}&update=true", away)).json()
    assert lagging["outcome"] == "unchanged"


async def test_another_name_is_told_as_a_difference_without_being_shown(office: Office) -> None:
    member = {"number": 1, "role": "head", "rank": "Phó Chủ tịch", "name": "Người Minh Họa"}
    made = (await office.post(f"/delegations/recordings{APPLY}", {**TRIP, "members": [member]})).json()
    other = {**TRIP, "members": [{**member, "name": "Người Minh Họa Khác"}]}
    told = (await office.post(f"/delegations/recordings{APPLY}&update=true", other)).json()
    assert (told["outcome"], told["id"]) == ("updated", made["id"])
    assert told["differences"] == [{"field": "people", "here": None, "there": None}]


async def test_a_plan_comes_in_with_its_rows_and_takes_its_year(office: Office) -> None:
    row = {"number": "1", "purpose": "Xúc tiến", "countries": ["KR"], "status": "REALISED"}
    plan = {
        "source": {"system": "ke-hoach", "number": "HY-2024", "file": "ke-hoach.xlsx", "row": 4},
        "locality": "Hưng Yên",
        "year": 2024,
        "direction": "OUT",
        "items": [row, {**row, "number": "2", "status": "LAPSED"}],
    }
    made = (await office.post(f"/annual-plans/recordings{APPLY}", plan)).json()
    kept = await office.present("annual_plan", made["id"])
    assert (kept["localities"], [i["status"] for i in kept["items"]]) == (
        ["VN-P-2008-33", "VN-P-2025-33"],
        ["REALISED", "LAPSED"],
    )
    assert (await office.post(f"/annual-plans/recordings{APPLY}", plan)).json()["outcome"] == "unchanged"
    twin = {**plan, "source": {"system": "ke-hoach", "number": "HY-2024-b"}}
    refused = await office.post(f"/annual-plans/recordings{APPLY}", twin)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/plan-year-taken")


async def test_an_invitation_and_a_visit_come_in_linked_with_what_each_source_says(office: Office) -> None:
    invitation = {
        "source": {**SOURCE, "number": "S1-8"},
        "locality": "Thái Bình",
        "status": "CHANNELLED",
        "invitee": "Cựu nguyên thủ",
        "country": "KR",
        "purpose": "Thăm tỉnh",
        "form": "oral",
        "extended": "đầu năm 2023",
        "channel": {"via": "MOFA", "on": "năm 2023"},
    }
    made = (await office.post(f"/invitations/recordings{APPLY}", invitation)).json()
    upstream = {"service": "delegations", "kind": "invitation", "id": made["id"]}
    visit = {
        "source": {**SOURCE, "number": "S1-11", "statement": "11"},
        "locality": "Thái Bình",
        "status": "DEPARTED",
        "title": "Đoàn vào từ Hàn Quốc",
        "country": "KR",
        "arrives": "01/12/2023",
        "invitation_id": made["id"],
        "programme": [{"number": 1, "kind": "talk", "title": "Nói chuyện tại trường đại học y", "stated": "năm 2023"}],
        "links": [{"upstream": upstream, "relation": "resulted_in_visit", "source": {"origin": "illustration"}}],
    }
    came = (await office.post(f"/visits/recordings{APPLY}", visit)).json()
    kept = await office.present("visit", came["id"])
    assert (kept["programme"][0]["starts_at"], kept["programme"][0]["stated"]["text"]) == (None, "năm 2023")
    assert kept["links"][0]["provenance"]["origin"] == "illustration"
    accepted = await office.act(
        "invitation",
        made["id"],
        "reply",
        {"answer": "accepted", "on": "2023-06-01", "source": {"origin": "illustration"}},
    )
    assert accepted["reply"]["provenance"]["origin"] == "illustration"
    await office.hear()
    after = await office.present("invitation", made["id"])
    assert (after["status"], after["visit_id"]) == ("VISIT_SCHEDULED", came["id"]), "the visit told of is the one"
    assert len((await office.get("/visits")).json()["items"]) == 1


async def test_a_report_put_beside_a_sourced_trip_says_where_it_comes_from(office: Office) -> None:
    told = {name: value for name, value in TRIP.items() if name != "report"} | {"status": "RETURNED"}
    made = (await office.post(f"/delegations/recordings{APPLY}", told)).json()
    filed = {"results": [], "source": {"origin": "illustration"}}
    after = await office.act("delegation", made["id"], "report", filed)
    assert (after["provenance"]["origin"], after["report"]["provenance"]["origin"]) == ("sourced", "illustration")


async def test_only_the_province_its_system_and_the_ministry_record_and_bad_entries_are_refused(office: Office) -> None:
    assert (await office.post(f"/delegations/recordings{APPLY}", TRIP, by=NEIGHBOUR)).status_code == 403
    assert (await office.post("/delegations/recordings", TRIP, by=SYSTEM)).status_code == 200
    unreadable = await office.post("/delegations/recordings", {**TRIP, "departs": "khi nào đó"})
    assert unreadable.status_code == 422
    unsourced = {**TRIP, "source": {"system": "x", "number": "1", "origin": "sourced"}}
    refused = await office.post("/delegations/recordings", unsourced)
    assert refused.json()["type"] == "/problems/no-source-given"


async def test_what_officers_handle_here_is_not_changed_by_a_register(office: Office) -> None:
    refs = [{"system": SOURCE["system"], "id": SOURCE["number"]}]
    await office.create("delegation", office.trip(external_refs=refs))
    entry = {**TRIP, "localities": ["Hưng Yên"]}
    answer = await office.post(f"/delegations/recordings{APPLY}&update=true", entry, by=LEAD)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/handled-here")
    body = office.trip(external_refs=refs)
    assert (await office.post("/delegations", body)).json()["type"] == "/problems/reference-taken"
