"""Every status is a problem document in both languages, and says nothing it should not (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from caytre.core.web.problems import TITLES, title_of
from tests.builders.desk import Issuer, client_of, desk

PAPER = "/papers/0198c2d4-0000-7000-8000-000000000001"
STAMP = f"{PAPER}/stamp"
NOTHING = "/papers/00000000-0000-0000-0000-000000000000"
KEY = {"idempotency-key": "k-1"}
Case = tuple[str, str, dict[str, Any], int, str]


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    return Issuer(tmp_path)


@pytest.fixture
async def client(tmp_path: Path, issuer: Issuer) -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(desk(tmp_path, issuer), issuer.token(roles=["locality_officer", "locality_chair"])) as client:
        yield client


CASES: dict[str, Case] = {
    "no key": ("POST", "/papers", {"json": {"title": "x"}}, 400, "idempotency-key-missing"),
    "key with a letter of ours": (
        "POST", "/papers", {"json": {"title": "x"}, "headers": [(b"idempotency-key", "khóa".encode())]}, 400,
        "malformed-request",
    ),
    "key too long": (
        "POST", "/papers", {"json": {"title": "x"}, "headers": {"idempotency-key": "k" * 256}}, 400,
        "malformed-request",
    ),
    "correlation not a UUID": (
        "POST", "/papers", {"json": {"title": "x"}, "headers": KEY | {"correlation-id": "7"}}, 400, "malformed-request",
    ),
    "not JSON": (
        "POST", "/papers", {"content": b"{", "headers": KEY | {"content-type": "application/json"}}, 400,
        "malformed-json",
    ),
    "no token": ("GET", PAPER, {"headers": {"authorization": ""}}, 401, "unauthenticated"),
    "no such record": ("GET", NOTHING, {}, 404, "not-found"),
    "no such path": ("GET", "/nowhere", {}, 404, "no-such-page"),
    "a slash more": ("GET", f"{PAPER}/", {}, 404, "no-such-page"),
    "no such method": ("DELETE", PAPER, {}, 405, "method-not-allowed"),
    "refused by a rule": ("POST", STAMP, {"headers": KEY | {"if-match": '"3"'}}, 409, "already-stamped"),
    "stale": ("POST", STAMP, {"headers": KEY | {"if-match": '"2"'}}, 412, "stale"),
    "weak tag": ("POST", STAMP, {"headers": KEY | {"if-match": 'W/"3"'}}, 412, "precondition-unmet"),
    "any tag": ("POST", STAMP, {"headers": KEY | {"if-match": "*"}}, 412, "precondition-unmet"),
    "two tags": ("POST", STAMP, {"headers": KEY | {"if-match": '"2", "3"'}}, 412, "precondition-unmet"),
    "garbage tag": ("POST", STAMP, {"headers": KEY | {"if-match": "3"}}, 400, "malformed-request"),
    "too large": (
        "POST", "/papers", {"json": {"title": "x" * 1_100_000}, "headers": KEY}, 413, "content-too-large",
    ),
    "not application/json": (
        "POST", "/papers", {"content": b"title=x", "headers": KEY | {"content-type": "text/plain"}}, 415,
        "unsupported-media-type",
    ),
    "no content type": ("POST", "/papers", {"content": b"{}", "headers": KEY}, 415, "unsupported-media-type"),
    "UTF-16": (
        "POST", "/papers",
        {"content": "{}".encode("utf-16"), "headers": KEY | {"content-type": "application/json; charset=utf-16"}},
        415, "unsupported-media-type",
    ),
    "compressed": (
        "POST", "/papers",
        {"content": b"\x1f\x8b", "headers": KEY | {"content-type": "application/json", "content-encoding": "gzip"}},
        415, "unsupported-media-type",
    ),
    "no body": ("POST", "/papers", {"headers": KEY}, 422, "invalid-request"),
    "invalid": ("POST", "/papers", {"json": {"title": "", "parts": [{}]}, "headers": KEY}, 422, "invalid-request"),
    "id not a UUID": ("GET", "/papers/7", {}, 422, "invalid-request"),
    "misspelt parameter": ("GET", "/papers?limt=2", {}, 422, "invalid-request"),
    "parameter where none is": ("GET", f"{PAPER}?q=x", {}, 422, "invalid-request"),
    "repeated parameter": ("GET", "/papers?limit=2&limit=3", {}, 422, "invalid-request"),
    "parameter of a command": (
        "POST", "/papers?dry=1", {"json": {"title": "x"}, "headers": KEY}, 422, "invalid-request",
    ),
    "limit beyond the cap": ("GET", "/papers?limit=6", {}, 422, "invalid-request"),
    "no If-Match": ("POST", STAMP, {"headers": KEY}, 428, "precondition-required"),
    "a value the database cannot hold": ("GET", "/broken/value", {}, 422, "invalid-request"),
    "a programmer's fault": ("GET", "/broken/thing", {}, 500, "internal-error"),
    **{f"database {how}": ("GET", f"/broken/{how}", {}, 503, "unavailable")
       for how in ("connection", "shutdown", "starting", "full", "refused", "slow")},
}  # fmt: skip


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", CASES)
async def test_a_refusal_is_a_problem(name: str, language: str, client: httpx2.AsyncClient) -> None:
    method, path, options, status, code = CASES[name]
    headers = options.get("headers", {})
    pairs = list(headers.items()) if isinstance(headers, dict) else headers
    request = client.build_request(method, path, **options | {"headers": [*pairs, ("accept-language", language)]})
    answer = await client.send(request)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == language
    assert answer.headers["x-content-type-options"] == "nosniff"
    problem = answer.json()
    assert problem["type"] == f"/problems/{code}"
    assert problem["status"] == status
    assert problem["title"] == title_of(status, "vi" if language == "vi" else "en")
    assert problem["detail"]
    assert problem["instance"] == path.partition("?")[0]
    assert "secret of the house" not in answer.text


async def test_forbidden_is_a_problem(tmp_path: Path, issuer: Issuer) -> None:
    async with client_of(desk(tmp_path, issuer), issuer.token(roles=["auditor"])) as client:
        answer = await client.post(STAMP, headers=KEY | {"if-match": '"3"', "accept-language": "en"})
    assert answer.status_code == 403
    assert answer.json()["detail"] == "Your roles do not allow the operation paper.stamp here."


async def test_errors_point_at_members(client: httpx2.AsyncClient) -> None:
    body = {"title": "  ", "parts": [{"name": "a", "count": -1}, {"nom": "b"}], "a/b~c": 1}
    answer = await client.post("/papers", json=body, headers=KEY | {"accept-language": "en"})
    found = {error["pointer"]: error["code"] for error in answer.json()["errors"]}
    assert found == {
        "#/title": "string-too-short",
        "#/parts/0/count": "greater-than-equal",
        "#/parts/1/name": "missing",
        "#/parts/1/nom": "extra-forbidden",
        "#/a~1b~0c": "extra-forbidden",
    }


async def test_errors_name_parameters(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/papers?limit=none&since=yesterday")
    assert {(e["in"], e["parameter"], e["code"]) for e in answer.json()["errors"]} == {
        ("query", "since", "date-from-datetime-parsing"),
        ("query", "limit", "int-parsing"),
    }


@pytest.mark.parametrize(
    ("query", "name", "code", "english", "vietnamese"),
    [
        ("q=a&li%6Dit=2", "", "", "", ""),
        ("tag=a&tag=b", "", "", "", ""),
        (
            "qq=x",
            "qq",
            "unknown-parameter",
            "There is no such parameter; there are: cursor, limit, q, since, tag.",
            "Không có tham số này; có thể dùng: cursor, limit, q, since, tag.",
        ),
        (
            "q=&q=",
            "q",
            "repeated-parameter",
            "This parameter may be given only once.",
            "Tham số này chỉ được nêu một lần.",
        ),
        ("Limit", "Limit", "unknown-parameter", "There is no such", "Không có tham số này"),
    ],
)
async def test_only_declared_parameters_pass(
    query: str, name: str, code: str, english: str, vietnamese: str, client: httpx2.AsyncClient
) -> None:
    for language, sentence in (("en", english), ("vi", vietnamese)):
        answer = await client.get(f"/papers?{query}", headers={"accept-language": language})
        if not name:
            assert answer.status_code == 200, answer.text
            continue
        [error] = answer.json()["errors"]
        assert (error["in"], error["parameter"], error["code"]) == ("query", name, code)
        assert error["detail"].startswith(sentence)


async def test_who_has_no_token_is_not_told_the_parameters(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/papers?qq=x", headers={"authorization": ""})
    assert answer.status_code == 401
    assert "cursor" not in answer.text


async def test_errors_are_in_vietnamese(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/papers", json={"title": "x" * 201}, headers=KEY)
    assert answer.json()["errors"] == [{"pointer": "#/title", "code": "string-too-long", "detail": "Tối đa 200 ký tự."}]


async def test_a_refusal_of_the_domain_points_too(client: httpx2.AsyncClient) -> None:
    answer = await client.post(STAMP, headers=KEY | {"if-match": '"3"', "accept-language": "en"})
    assert answer.json()["errors"][0]["pointer"] == "#/number"


async def test_lost_connections_say_when_to_come_back(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/broken/connection")
    assert answer.headers["retry-after"] == "2"


async def test_a_method_that_is_not_there_names_those_that_are(client: httpx2.AsyncClient) -> None:
    assert (await client.delete(PAPER)).headers["allow"] == "GET, HEAD"


async def test_every_problem_has_its_page(client: httpx2.AsyncClient) -> None:
    for language, sentence in (("vi", "đã được đóng dấu"), ("en", "is already stamped")):
        listed = await client.get("/problems", headers={"accept-language": language, "authorization": ""})
        assert listed.status_code == 200
        assert sentence in listed.text
    for _, _, _, status, code in CASES.values():
        page = await client.get(f"/problems/{code}")
        assert page.status_code == 200, code
        assert str(status) in page.text
    assert (await client.get("/problems/invented")).status_code == 404


async def test_types_carry_the_public_address(tmp_path: Path, issuer: Issuer) -> None:
    async with client_of(desk(tmp_path, issuer, public_url="https://caytre.example/")) as client:
        assert (await client.get(PAPER)).json()["type"] == "https://caytre.example/problems/unauthenticated"


def test_every_title_is_there_in_both_languages() -> None:
    assert all(vi and en and vi != en for vi, en in TITLES.values())


async def test_a_chunked_body_is_counted(client: httpx2.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 65536

    answer = await client.post("/papers", content=chunks(), headers=KEY | {"content-type": "application/json"})
    assert answer.status_code == 413


async def test_an_unread_announcement_is_enough(client: httpx2.AsyncClient) -> None:
    headers = KEY | {"content-type": "application/json", "content-length": str(10**12)}
    answer = await client.post("/papers", content=json.dumps({"title": "x"}), headers=headers)
    assert answer.status_code == 413
