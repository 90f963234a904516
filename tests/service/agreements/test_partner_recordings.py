"""Partners of registers and publications over HTTP: validated, taken over once, compared, updated on demand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.agreements_office import AUDITOR, ENTRY, MINISTRY, NEIGHBOUR, Office

PARTNER: dict[str, Any] = {
    "source": {"system": "publications", "number": "p-1", "origin": "sourced", "publication": "S2", "statement": "31"},
    "type": "university",
    "names": {"vi": "Đại học Minh Họa"},
    "country": "KR",
    "sensitivity": "public",
}


async def record(office: Office, mode: str = "apply", update: str = "false", **changed: Any) -> dict[str, Any]:
    path = f"/partners/recordings?mode={mode}&update={update}"
    answer = await office.post(path, PARTNER | changed, by=MINISTRY)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def count(office: Office) -> int:
    found = await office.database.worker.fetchval("SELECT count(*) FROM partner")
    assert isinstance(found, int)
    return found


async def test_validating_changes_nothing(office: Office) -> None:
    would = await record(office, mode="validate")
    assert (would["outcome"], would["id"], await count(office)) == ("created", None, 0)


async def test_a_partner_is_taken_over_once_with_where_it_is_named_and_unverified(office: Office) -> None:
    first = await record(office)
    again = await record(office)
    assert (first["outcome"], again["outcome"], again["id"]) == ("created", "unchanged", first["id"])
    partner = (await office.get(f"/partners/{first['id']}", by=MINISTRY)).json()
    assert partner["provenance"]["origin"] == "sourced"
    assert partner["provenance"]["statement"] == "31"
    assert partner["external_refs"] == [{"system": "publications", "id": "p-1"}]
    assert (partner["verified_until"], partner["sensitivity"]) == (None, "public")


async def test_a_difference_is_told_and_followed_only_on_demand(office: Office) -> None:
    await record(office)
    names = {"vi": "Đại học Minh Họa", "en": "Illustration University"}
    told = await record(office, names=names)
    assert (told["outcome"], [d["field"] for d in told["differences"]]) == ("different", ["names.en"])
    updated = await record(office, update="true", names=names)
    assert (updated["outcome"], updated["version"]) == ("updated", 2)
    assert (await record(office, names=names))["outcome"] == "unchanged"
    assert (await record(office))["outcome"] == "unchanged", "what an entry leaves open is no difference"


async def test_a_partner_that_came_with_an_agreement_is_found_by_its_name(office: Office) -> None:
    answer = await office.post("/agreements/recordings?mode=apply", ENTRY)
    assert answer.status_code == 200
    names = {"native": "THÀNH PHỐ MINH HỌA"}
    found = await record(office, names=names, type="foreign_locality")
    assert (found["outcome"], await count(office)) == ("different", 1)
    assert [d["field"] for d in found["differences"]] == ["names.native"]


async def test_a_partner_of_an_officer_is_not_changed_by_a_register(office: Office) -> None:
    registered = await office.partner(verified=False, names={"vi": "Đại học Minh Họa"})
    path = "/partners/recordings?mode=apply&update=true"
    answer = await office.post(path, PARTNER | {"type": "company"}, by=MINISTRY)
    assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[-1]) == (409, "partner-not-from-register")
    here = (await office.get(f"/partners/{registered['id']}")).json()
    assert here["version"] == registered["version"]


async def test_an_organisation_of_many_countries_is_taken_over_once_under_any_number(office: Office) -> None:
    body: dict[str, Any] = {
        "type": "international_organisation",
        "names": {"vi": "Tổ chức Minh Họa"},
        "country": None,
    }
    first = await record(office, **body)
    again = await record(office, **body)
    other = await record(office, **body | {"source": PARTNER["source"] | {"number": "p-2"}})
    assert [one["outcome"] for one in (first, again, other)] == ["created", "unchanged", "unchanged"]
    assert (other["id"], await count(office)) == (first["id"], 1)
    partner = (await office.get(f"/partners/{first['id']}", by=MINISTRY)).json()
    assert (partner["type"], partner["country"]) == ("international_organisation", None)
    path = "/partners/recordings?mode=apply&update=true"
    followed = await office.post(path, PARTNER | body | {"type": "ngo", "country": "FR"}, by=MINISTRY)
    assert (followed.status_code, followed.json()["type"]) == (422, "/problems/country-missing")


async def test_the_country_of_any_other_partner_is_asked_for(office: Office) -> None:
    body = {name: value for name, value in PARTNER.items() if name != "country"}
    answer = await office.post("/partners/recordings?mode=apply", body, by=MINISTRY)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/country-missing")
    assert (answer.json()["errors"][0]["pointer"], await count(office)) == ("#/country", 0)


@pytest.mark.parametrize("changed", [{"country": "QQ"}, {"names": {}}, {"source": {"system": "a b", "number": "1"}}])
async def test_what_cannot_be_meant_is_refused(office: Office, changed: dict[str, Any]) -> None:
    answer = await office.post("/partners/recordings?mode=apply", PARTNER | changed, by=MINISTRY)
    assert (answer.status_code, await count(office)) == (422, 0)


async def test_who_may_not_record_may_not(office: Office) -> None:
    answer = await office.post("/partners/recordings?mode=apply", PARTNER, by=AUDITOR)
    assert answer.status_code == 403
    await record(office)
    answer = await office.post("/partners/recordings?mode=apply&update=true", PARTNER | {"type": "ngo"}, by=NEIGHBOUR)
    assert answer.status_code in {403, 404}
