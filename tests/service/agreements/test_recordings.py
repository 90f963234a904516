"""Entries of a register over HTTP: validated, taken over once, compared, updated on demand."""

from __future__ import annotations

import asyncio
import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from caytre.core.ids import new_id
from tests.builders.agreements import CAO_BANG
from tests.builders.agreements_office import CHAIR, ENTRY, LEAD, MINISTRY, NEIGHBOUR, SYSTEM, TODAY, Office


async def record(office: Office, mode: str = "apply", update: str = "false", **changed: Any) -> dict[str, Any]:
    path = f"/agreements/recordings?mode={mode}&update={update}"
    answer = await office.post(path, ENTRY | changed)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def counts(office: Office) -> tuple[int, int, int]:
    row = await office.database.worker.fetchrow(
        "SELECT (SELECT count(*) FROM agreement), (SELECT count(*) FROM partner), (SELECT count(*) FROM outbox)"
    )
    assert row is not None
    return tuple(row)


async def test_validating_changes_nothing_and_says_what_would_happen(office: Office) -> None:
    would = await record(office, mode="validate")
    assert (would["outcome"], would["id"], would["new_partners"]) == ("created", None, ["Thành phố Minh Họa"])
    assert await counts(office) == (0, 0, 0)


async def test_an_entry_is_taken_over_once_with_its_partner(office: Office) -> None:
    first = await record(office)
    again = await record(office)
    assert (first["outcome"], again["outcome"], again["id"]) == ("created", "unchanged", first["id"])
    # Of the unit that ended nobody has settled the succession: the agreement is stalled from the first.
    assert await counts(office) == (1, 1, 3)
    agreement = (await office.get(f"/agreements/{first['id']}")).json()
    assert agreement["vietnamese_parties"][0]["name_at_signing"] == "Tỉnh Thái Bình"
    assert agreement["responsible_locality"] == "VN-P-2025-33"
    assert agreement["signing"]["signed_on"]["text"] == "đầu năm 2019"
    assert (
        agreement["provenance"] | {"origin": "imported", "file": "so-dang-ky.csv", "row": 7} == agreement["provenance"]
    )


async def test_a_repeated_request_is_answered_as_the_first_one_was(office: Office) -> None:
    first = await office.post("/agreements/recordings?mode=apply", ENTRY, key="once")
    again = await office.post("/agreements/recordings?mode=apply", ENTRY, key="once")
    assert (again.json()["outcome"], again.json()["id"]) == ("created", first.json()["id"])


async def test_a_difference_is_told_and_applied_only_on_demand(office: Office) -> None:
    first = await record(office)
    told = await record(office, status="EXPIRED")
    assert (told["outcome"], [d["field"] for d in told["differences"]]) == ("different", ["status"])
    assert (await record(office, mode="validate", update="true", status="EXPIRED"))["outcome"] == "different"
    assert (await office.get(f"/agreements/{first['id']}")).json()["status"] == "IN_FORCE"
    updated = await record(office, update="true", status="EXPIRED")
    assert (updated["outcome"], updated["version"]) == ("updated", 2)
    assert (await record(office, status="EXPIRED"))["outcome"] == "unchanged"


async def test_entries_that_name_one_partner_share_it_and_a_merged_one_is_no_difference(office: Office) -> None:
    await record(office)
    source = ENTRY["source"] | {"number": "TB-2019-08"}
    party = {"name": "THANH PHO MINH HOA", "country": "KR"}
    await record(office, source=source, foreign_parties=[party])
    assert await counts(office) == (2, 1, 5)
    partner = (await office.get("/partners")).json()["items"][0]
    survivor = await office.partner(verified=False, names={"vi": "Minh Họa lớn"})
    path = f"/partners/{partner['id']}/merger"
    merged = await office.post(path, {"into": survivor["id"], "reason": "one city"}, by=MINISTRY, version=1)
    assert merged.status_code == 200
    assert (await record(office))["outcome"] == "unchanged"


async def test_a_register_names_an_organisation_of_many_countries_without_a_country(office: Office) -> None:
    party = {"name": "Tổ chức Minh Họa", "type": "international_organisation"}
    first = await record(office, foreign_parties=[party])
    assert first["new_partners"] == ["Tổ chức Minh Họa"]
    await record(office, source=ENTRY["source"] | {"number": "TB-2019-08"}, foreign_parties=[party])
    assert (await counts(office))[:2] == (2, 1)
    [shown] = (await office.get(f"/agreements/{first['id']}")).json()["foreign_parties"]
    assert (shown["name"], shown["country"]) == ("Tổ chức Minh Họa", None)


async def test_one_entry_at_once_from_two_importers_is_one_record(office: Office) -> None:
    answers = await asyncio.gather(*[office.post("/agreements/recordings?mode=apply", ENTRY) for _ in range(3)])
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert (await counts(office))[:2] == (1, 1)
    assert (await record(office))["outcome"] == "unchanged"


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"localities": ["33"], "signed_on": None}, "#/locality"),
        ({"localities": ["Hưng Yên"], "signed_on": None}, "#/locality"),
        ({"signed_on": "khi nào đó"}, "#/signed_on"),
        ({"signed_on": "31/02/2019"}, "#/signed_on"),
        ({"fields": ["bói toán"]}, "#/fields"),
        ({"foreign_parties": [{"name": "X", "country": "Atlantis"}]}, "#/foreign_parties"),
        ({"foreign_parties": [{"name": "X"}]}, "#/foreign_parties/0"),
        ({"foreign_parties": []}, "#/foreign_parties"),
        ({"status": "DRAFT"}, "#/status"),
        ({"expires_on": "2018"}, "#/expires_on"),
    ],
)
async def test_what_cannot_be_read_is_pointed_at(shared: Office, changed: dict[str, Any], pointer: str) -> None:
    answer = await shared.post("/agreements/recordings?mode=apply", ENTRY | changed)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert await counts(shared) == (0, 0, 0)


async def test_a_province_takes_over_only_its_own_and_a_system_for_its_province(office: Office) -> None:
    assert (await office.post("/agreements/recordings", ENTRY, by=NEIGHBOUR)).status_code == 403
    assert (await office.post("/agreements/recordings", ENTRY, by=SYSTEM)).status_code == 200


async def test_a_register_does_not_change_what_officers_handle(office: Office) -> None:
    partner = await office.partner(verified=False)
    await office.draft(partner, external_refs=[{"system": "so-ngoai-vu", "id": "TB-2019-07"}])
    answer = await office.post("/agreements/recordings?mode=apply&update=true", ENTRY)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-from-register")


HIDE = {"sensitivity": "restricted", "confirm_published_history_stays": True}


async def test_a_hidden_namesake_is_neither_told_nor_taken(office: Office) -> None:
    name = "Thành phố Minh Họa"
    hidden = await office.partner(verified=False, by=MINISTRY, names={"vi": name}, localities=[CAO_BANG])
    lead = {**LEAD, "localities": [CAO_BANG]}
    await office.act(hidden, "classification", HIDE, lead)
    would = await record(office, mode="validate")
    assert (would["outcome"], would["new_partners"]) == ("created", [name])
    taken = await record(office)
    [party] = (await office.get(f"/agreements/{taken['id']}")).json()["foreign_parties"]
    assert party["partner_id"] != hidden["id"]
    assert (await record(office))["outcome"] == "unchanged"


async def test_a_hidden_record_under_the_same_number_is_not_named(office: Office) -> None:
    first = await record(office)
    await office.act((await office.get(f"/agreements/{first['id']}")).json(), "classification", HIDE, CHAIR)
    answer = await office.post("/agreements/recordings", ENTRY | {"localities": ["Cao Bằng"]}, by=NEIGHBOUR)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/external-ref-taken")
    assert first["id"] not in answer.text


async def test_of_a_restricted_record_only_the_names_of_differing_fields_are_told(office: Office) -> None:
    first = await record(office)
    await office.act((await office.get(f"/agreements/{first['id']}")).json(), "classification", HIDE, CHAIR)
    told = await record(office, status="EXPIRED", title_vi="Tên khác")
    assert told["differences"] == [{"field": f, "here": None, "there": None} for f in ("title_vi", "status")]


async def test_an_illustration_signed_today_shows_its_reports_and_its_occasion(office: Office) -> None:
    visit = str(new_id())
    shown: dict[str, Any] = {
        "source": {"system": "vi-du", "number": "1", "origin": "illustration"},
        "localities": ["VN-P-2025-33"],
        "status": "SIGNED",
        "signed_on": date.fromisoformat(TODAY).strftime("%d/%m/%Y"),
        "occasion": {"service": "delegations", "kind": "visit", "id": visit},
    }
    illustrated = await record(office, **shown)
    state = (await office.get(f"/agreements/{illustrated['id']}")).json()
    assert (state["signing"]["occasion"]["id"], state["implementation"]["judged_from"]) == (visit, TODAY)
    assert await deadlines(office, illustrated["id"]) == ["AGR_PM_REPORT", "AGR_MOFA_COPY", "AGR_PLAN"]
    imported = await record(office, **{**shown, "source": {"system": "so", "number": "2"}})
    assert await deadlines(office, imported["id"]) == []
    early = (date.fromisoformat(TODAY) - timedelta(days=1)).strftime("%d/%m/%Y")
    past = await record(office, **{**shown, "source": {**shown["source"], "number": "3"}, "signed_on": early})
    assert await deadlines(office, past["id"]) == []


async def deadlines(office: Office, id: str) -> list[str]:
    said = await office.database.worker.fetchval(
        "SELECT data::text FROM outbox WHERE record_id = $1 ORDER BY id LIMIT 1", UUID(id)
    )
    return [each["code"] for each in json.loads(said)["deadlines"]]
