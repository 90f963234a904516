"""What is sent wrongly is answered with the right problem and changes nothing; nothing is ever a 500."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest

from caytre.core.ids import new_id
from tests.builders.agreements_office import CHAIR, NEIGHBOUR, OFFICER, PAPER, POLICE, Office


def deep(levels: int) -> Any:
    value: Any = "bottom"
    for _ in range(levels):
        value = [value]
    return value


BAD: dict[str, dict[str, Any]] = {
    "NUL": {"title_vi": "Thỏa\0thuận"},
    "lone surrogate": {"title_vi": "\ud800"},
    "one megabyte": {"title_vi": "x" * 1_000_000},
    "too long": {"rationale": "x" * 20_001},
    "nothing but space": {"title_vi": "   "},
    "marks that reorder": {"title_vi": "abc\u202edef"},
    "deep": {"fields": deep(500)},
    "impossible day": {"effective_from": "2026-02-30"},
    "day as a number": {"effective_from": 1_754_092_800},
    "day with a time": {"effective_from": "2026-03-02T00:00:00"},
    "day before all days": {"expires_on": "0001-01-01"},
    "day after all days": {"expires_on": "9999-12-31"},
    "ends before it begins": {"effective_from": "2026-03-02", "expires_on": "2026-03-01"},
    "unknown member": {"titel": "x"},
    "unknown form": {"form": "poem"},
    "unknown field": {"fields": ["ASTROLOGY"]},
    "field is no code": {"fields": ["%_"]},
    "too many fields": {"fields": ["EDUCATION"] * 31},
    "language is no tag": {"languages": ["Vietnamese, please"]},
    "text for a boolean": {"sensitive": "yes"},
    "party is no UUID": {"foreign_parties": [{"partner_id": "7"}]},
    "bare code": {"locality": "33"},
    "no such locality": {"locality": "Atlantis"},
    "state secret": {"title_vi": "TUYỆT MẬT - kế hoạch"},
    "number for a text": {"title_vi": 7},
    "null where none may be": {"title_vi": None},
}


@pytest.mark.parametrize("name", BAD)
async def test_a_bad_proposal_is_unprocessable_or_unreadable(name: str, shared: Office) -> None:
    office = shared
    partner = await office.partner(verified=False)
    if name == "lone surrogate":
        headers = office.headers(OFFICER) | {"idempotency-key": "k", "content-type": "application/json"}
        body = b'{"title_vi": "\\ud800"}'
        answer = await office.http.post("/agreements", content=body, headers=headers)
    else:
        answer = await office.post("/agreements", office.proposal(partner, **BAD[name]))
    assert answer.status_code in {400, 413, 422}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert await office.database.worker.fetchval("SELECT count(*) FROM agreement") == 0


async def test_a_partner_that_is_not_there_and_no_partner_at_all_are_named(office: Office) -> None:
    missing = await office.post("/agreements", office.proposal({"id": str(new_id())}))
    assert (missing.status_code, missing.json()["errors"][0]["pointer"]) == (404, "#/foreign_parties")
    none = await office.post("/agreements", office.proposal({"id": ""}, foreign_parties=[]))
    assert (none.status_code, none.json()["type"]) == (409, "/problems/too-few-parties")


async def test_decomposed_vietnamese_is_stored_composed(office: Office) -> None:
    text = "Thỏa thuận hữu nghị giữa Tỉnh Hưng Yên và đối tác"
    draft = await office.draft(title_vi=unicodedata.normalize("NFD", text))
    assert draft["title_vi"] == text


async def test_an_act_in_the_wrong_status_is_a_named_refusal_in_both_languages(office: Office) -> None:
    draft = await office.draft()
    path = f"/agreements/{draft['id']}/approval"
    body = {"authority": "PC_CHAIR", "document": PAPER}
    refused = await office.post(path, body, by=CHAIR, version=1)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/not-in-this-status")
    assert '"Dự thảo"' in refused.json()["detail"]


async def test_a_change_names_the_version_it_was_decided_on(office: Office) -> None:
    draft = await office.draft()
    path, body = f"/agreements/{draft['id']}/amendments", {"rationale": "a reason"}
    assert (await office.post(path, body)).status_code == 428
    assert (await office.post(path, body, version=7)).status_code == 412
    assert (await office.post(path, body, version=1)).status_code == 200
    assert (await office.post(path, {"rationale": "another"}, version=1)).status_code == 412


async def test_a_key_is_answered_again_and_refused_for_another_body(office: Office) -> None:
    draft = await office.draft()
    path = f"/agreements/{draft['id']}/amendments"
    first = await office.post(path, {"rationale": "a"}, version=1, key="once")
    again = await office.post(path, {"rationale": "a"}, version=1, key="once")
    assert (again.status_code, again.content) == (200, first.content)
    assert again.headers["idempotent-replayed"] == "true"
    assert (await office.post(path, {"rationale": "b"}, version=2, key="once")).status_code == 422
    assert await office.database.worker.fetchval("SELECT version FROM agreement") == 2


async def test_a_repeated_creation_is_answered_before_its_own_reference_could_refuse_it(office: Office) -> None:
    partner = await office.partner(verified=False)
    body = office.proposal(partner, external_refs=[{"system": "edoc", "id": "2026/17"}])
    first = await office.post("/agreements", body, key="once")
    again = await office.post("/agreements", body, key="once")
    other = await office.post("/agreements", body, key="twice")
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert (other.status_code, other.json()["type"]) == (409, "/problems/external-ref-taken")


async def test_a_repeated_registration_is_answered_before_its_own_name_could_refuse_it(office: Office) -> None:
    body = {"type": "company", "names": {"vi": "Công ty TNHH Tre Xanh"}, "country": "KR"}
    first = await office.post("/partners", body, key="once")
    again = await office.post("/partners", body, key="once")
    twin = await office.post("/partners", body | {"names": {"en": "TRE XANH Co., Ltd."}}, key="twice")
    assert (first.status_code, again.status_code) == (201, 201)
    assert (twin.status_code, twin.json()["type"]) == (409, "/problems/possible-duplicate")
    assert first.json()["id"] in twin.json()["detail"]
    told = body | {"names": {"en": "TRE XANH Co., Ltd."}, "distinct_reason": "another company of that name"}
    third = await office.post("/partners", told)
    assert (third.status_code, third.json()["distinct_from"]) == (201, [first.json()["id"]])


async def test_only_an_international_organisation_is_registered_without_a_country_and_only_once(office: Office) -> None:
    body = {"type": "international_organisation", "names": {"vi": "Tổ chức Minh Họa"}}
    first = await office.post("/partners", body)
    twin = await office.post("/partners", body | {"names": {"en": "TO CHUC MINH HOA"}})
    assert (first.status_code, first.json()["country"]) == (201, None)
    assert (twin.status_code, twin.json()["type"]) == (409, "/problems/possible-duplicate")
    seated = await office.post("/partners", body | {"country": "FR"})
    assert (seated.status_code, seated.json()["country"]) == (201, "FR")
    refused = await office.post("/partners", body | {"type": "ngo"})
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/country-missing")
    assert refused.json()["errors"][0]["pointer"] == "#/country"
    path = f"/partners/{first.json()['id']}"
    amended = await office.post(f"{path}/amendments", {"type": "company"}, version=1)
    assert (amended.status_code, amended.json()["errors"][0]["pointer"]) == (422, "#/type")


async def test_a_post_without_a_key_and_a_command_without_a_token_are_refused(office: Office) -> None:
    body = {"type": "company", "names": {"vi": "Tre"}, "country": "KR"}
    assert (await office.http.post("/partners", json=body, headers=office.headers(OFFICER))).status_code == 400
    assert (await office.http.post("/partners", json=body, headers={"idempotency-key": "k"})).status_code == 401


async def test_another_province_s_restricted_record_is_not_there_for_anything(office: Office) -> None:
    partner = await office.partner()
    kept = await office.draft(partner, sensitivity="restricted", title_vi="Hồ sơ kín")
    path = f"/agreements/{kept['id']}"
    assert (await office.get(path)).json()["title_vi"] == "Hồ sơ kín"
    for answer in (
        await office.get(path, NEIGHBOUR),
        await office.post(f"{path}/amendments", {"rationale": "x"}, by=NEIGHBOUR, version=1),
        await office.post(f"{path}/cancellation", {"reason": "x"}, by=NEIGHBOUR, version=1),
    ):
        assert answer.status_code == 404
        assert "kín" not in answer.text
    whole = await office.get(f"{path}/confidential", NEIGHBOUR)
    assert whole.status_code == 404
    for query in (
        "",
        "?search=ho so kin",
        f"?partner={partner['id']}",
        "?locality=VN-P-2025-33",
        "?sensitivity=restricted",
    ):
        listed = await office.get(f"/agreements{query}", NEIGHBOUR)
        assert listed.json()["items"] == [], query


async def test_an_agency_that_is_asked_reads_the_restricted_record_and_others_do_not(office: Office) -> None:
    agreement = await office.consulting()
    agreement = await office.act(
        agreement,
        "classification",
        {"sensitivity": "restricted", "confirm_published_history_stays": True},
        {"sub": "lead", "roles": ["locality_approver"], "localities": ["VN-P-2025-33"]},
    )
    path = f"/agreements/{agreement['id']}"
    assert (await office.get(path, POLICE)).json()["status"] == "CONSULTING"
    assert (await office.get(path, NEIGHBOUR)).status_code == 404
