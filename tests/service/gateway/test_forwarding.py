"""What belongs to a service goes there as it came and comes back as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.agreements_office import CHAIR, NEIGHBOUR, OFFICER
from tests.builders.desk import Issuer
from tests.builders.front import a_front
from tests.service.gateway.conftest import House

PARTNER = {"type": "foreign_locality", "names": {"vi": "Thành phố Minh Họa"}, "country": "KR"}


async def test_a_command_passes_with_its_key_and_its_answer_with_all_its_headers(house: House) -> None:
    headers = house.office.headers(OFFICER) | {"idempotency-key": "k-1", "accept-language": "en"}
    first = await house.front.http.post("/partners", json=PARTNER, headers=headers)
    again = await house.front.http.post("/partners", json=PARTNER, headers=headers)
    assert first.status_code == again.status_code == 201, first.text
    assert first.headers["etag"] == '"1"'
    assert first.headers["location"] == f"/partners/{first.json()['id']}"
    assert first.headers["consistency-token"] == f"partner/{first.json()['id']}@1"
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert again.content == first.content


async def test_conditions_problems_and_queries_pass_unchanged(house: House) -> None:
    partner = await house.office.partner()
    draft = await house.office.draft(partner)
    path = f"/agreements/{draft['id']}"
    read = await house.front.get(path)
    assert (read.status_code, read.headers["etag"]) == (200, '"1"')
    unchanged = await house.front.get(path, if_none_match='"1"')
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    direct = await house.office.get("/agreements?limit=1&status=DRAFT")
    through = await house.front.get("/agreements?limit=1&status=DRAFT")
    assert through.json() == direct.json()
    assert through.headers["link"] == direct.headers["link"]
    stale = house.office.headers(CHAIR) | {"idempotency-key": "k-2", "if-match": '"7"', "accept-language": "en"}
    refused = await house.front.http.post(f"{path}/cancellation", json={"reason": "x"}, headers=stale)
    assert refused.status_code in {403, 404, 412}
    assert refused.headers["content-type"] == "application/problem+json"


async def test_nobody_passes_without_a_token_that_the_gateway_itself_accepts(house: House) -> None:
    for headers in ({}, {"authorization": "Bearer x.y.z"}):
        answer = await house.front.http.get("/agreements", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_only_listed_headers_pass_in_both_directions(house: House) -> None:
    answer = await house.front.get("/agreements", x_forwarded_for="10.0.0.1", cookie="a=b")
    assert answer.status_code == 200
    assert "server" not in answer.headers
    assert answer.headers.get_list("x-content-type-options") == ["nosniff"]


async def test_a_body_beyond_the_bound_is_refused_at_the_gateway(house: House) -> None:
    headers = house.office.headers(OFFICER) | {"idempotency-key": "k-3", "content-type": "application/json"}
    answer = await house.front.http.post("/partners", content=b" " * 70_000, headers=headers)
    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["%2e%2e/operations/status", "..%2Foperations", "a/%2e", "%252e%252e/operations"])
async def test_a_path_with_dot_segments_is_refused(house: House, path: str) -> None:
    answer = await house.front.get(f"/partners/{path}")
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-request")


async def test_paths_of_nobody_are_not_forwarded(house: House) -> None:
    for path in ("/operations/parked2", "/agreementsx", "/..%2Fhealth/live", "/journal"):
        assert (await house.front.get(path)).status_code == 404


async def test_a_service_that_is_away_is_a_problem_with_a_time_to_come_back(
    tmp_path: Path, issuer: Issuer, urls: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    async with a_front(tmp_path, issuer, urls["gateway"], {"agreements": "http://127.0.0.1:1"}) as front:
        answer = await front.get("/agreements/x", by=NEIGHBOUR, accept_language="en")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        assert answer.json()["type"].endswith("/problems/service-away")
        explained = await front.http.get("/problems/service-away")
        assert explained.status_code == 200


async def test_the_service_refuses_what_it_does_not_declare_also_behind_the_gateway(house: House) -> None:
    for road in ("/agreements?staus=DRAFT", "/agreements?limit=1&limit=2", "/partners?country=ZZ"):
        direct, through = await house.office.get(road), await house.front.get(road)
        assert direct.status_code == through.status_code == 422
        assert direct.json()["errors"] == through.json()["errors"] != []
