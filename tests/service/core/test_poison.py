"""Values that break plain applications: never 5xx, never kept as they are (each against every field and parameter)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest

from tests.builders.desk import Issuer, Paper, client_of, desk

#: JSON texts, because several cannot be written by an encoder.
POISON: dict[str, bytes] = {
    "NUL": rb'"a\u0000b"',
    "raw NUL": b'"a\x00b"',
    "lone high surrogate": rb'"\ud800"',
    "lone low surrogate": rb'"\udfff x"',
    "surrogates the wrong way round": rb'"\udc00\ud800"',
    "surrogate as UTF-8": b'"\xed\xa0\x80"',
    "not UTF-8": b'"\xff"',
    "Latin-1": '"Huế"'.encode("cp1258", "replace").replace(b"?", b"\xea"),
    "control character": rb'"a\u0007b"',
    "raw control character": b'"a\x07b"',
    "C1 control": rb'"a\u0085b"',
    "line separator": rb'"a\u2028b"',
    "right-to-left override": rb'"a\u202eb"',
    "noncharacter": rb'"\uffff"',
    "zero width": rb'"\u200b"',
    "white space only": b'"   "',
    "empty": b'""',
    "very long": b'"' + b"x" * 100_000 + b'"',
    "backslash": rb'"\\"',
    "percent": b'"%"',
    "quote": b'"\'; DROP TABLE paper; --"',
    "template": b'"{title} %s ${jndi:ldap://x}"',
    "int beyond int32": b"2147483648",
    "int beyond int64": b"9223372036854775808",
    "int of 5000 digits": b"9" * 5000,
    "negative": b"-1",
    "minus zero": b"-0",
    "NaN": b"NaN",
    "Infinity": b"Infinity",
    "minus Infinity": b"-Infinity",
    "1e400": b"1e400",
    "-1e400": b"-1e400",
    "1e-20000": b"1e-20000",
    "1E999999 in text": b'"1E999999"',
    "1E-20000 in text": b'"1E-20000"',
    "NaN in text": b'"NaN"',
    "sNaN in text": b'"sNaN"',
    "last moment": b'"9999-12-31T23:59:59-23:59"',
    "first moment": b'"0001-01-01T00:00:00+23:59"',
    "naive moment": b'"2026-03-02T10:00:00"',
    "huge epoch": b"1e17",
    "day zero": b'"0000-00-00"',
    "leap day that was none": b'"2025-02-29"',
    "null": b"null",
    "true": b"true",
    "empty list": b"[]",
    "empty object": b"{}",
    "list of lists": b"[[[[]]]]",
    "deep list": b"[" * 40 + b"]" * 40,
    "very deep list": b"[" * 100_000 + b"]" * 100_000,
    "unclosed": b"[" * 1000,
    "object with one key twice": b'{"a": 1, "a": 2}',
    "object with NUL key": rb'{"\u0000": 1}',
    "object with surrogate key": rb'{"\ud800": 1}',
    "proto": b'{"__proto__": {"x": 1}}',
    "many keys": json.dumps({str(n): n for n in range(20_000)}).encode(),
}
FIELDS = tuple(Paper.model_fields)
HEADERS = {"content-type": "application/json"}
QUERIES = ("%00", "%FF", "%ED%A0%80", "%5C", "%25", "%", "a%0Ab", "x" * 51, str(2**63), "-1", "1e9", "%F4%90%80%80", "")


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    issuer = Issuer(tmp_path)
    async with client_of(desk(tmp_path, issuer), issuer.token()) as client:
        yield client


@pytest.mark.parametrize("name", POISON)
async def test_a_poisoned_member_is_refused_or_harmless(name: str, client: httpx2.AsyncClient) -> None:
    for field in FIELDS:
        title = b"" if field == "title" else b'"title": "x", '
        body = b"{" + title + json.dumps(field).encode() + b": " + POISON[name] + b"}"
        answer = await client.post("/papers", content=body, headers=HEADERS | {"idempotency-key": "k"})
        assert answer.status_code in {201, 400, 422}, (field, answer.text)
        if answer.status_code == 201:
            assert "\x00" not in answer.text
            answer.content.decode("utf-8")
            assert b"\\u0000" not in answer.content
            assert b"\\ud8" not in answer.content.lower()
        else:
            assert answer.json()["status"] == answer.status_code


@pytest.mark.parametrize("name", POISON)
async def test_a_poisoned_body_is_refused(name: str, client: httpx2.AsyncClient) -> None:
    answer = await client.post("/papers", content=POISON[name], headers=HEADERS | {"idempotency-key": "k"})
    assert answer.status_code in {400, 422}, answer.text


@pytest.mark.parametrize("value", QUERIES)
@pytest.mark.parametrize("parameter", ["q", "since", "limit", "cursor", "unknown"])
async def test_a_poisoned_query_is_refused_or_harmless(parameter: str, value: str, client: httpx2.AsyncClient) -> None:
    answer = await client.get(f"/papers?{parameter}={value}")
    assert answer.status_code in {200, 400, 422}, answer.text


@pytest.mark.parametrize(
    "value", ["%00", "%FF", "%ED%A0%80", "%0A", "..%2f..%2fetc", str(2**70), "é", "%F0%9F%8E%8B", "a b"]
)
async def test_a_poisoned_path_is_refused(value: str, client: httpx2.AsyncClient) -> None:
    answer = await client.get(f"/papers/{value}")
    assert answer.status_code in {400, 404, 422}, answer.text


@pytest.mark.parametrize(
    "header", ["if-match", "if-none-match", "correlation-id", "accept-language", "idempotency-key"]
)
@pytest.mark.parametrize("value", [b"\xff\xfe", b"a" * 5000, b"", b'"', b"W/", b"*;q=nan", b"vi;q=1e999,en;q=x", b"\t"])
async def test_a_poisoned_header_is_refused_or_harmless(header: str, value: bytes, client: httpx2.AsyncClient) -> None:
    path = "/papers/0198c2d4-0000-7000-8000-000000000001"
    for method, target in (("GET", path), ("POST", f"{path}/stamp"), ("POST", "/papers")):
        answer = await client.request(method, target, headers=[(header.encode(), value)])
        assert answer.status_code < 500, answer.text


async def test_pointers_lead_to_the_poison(client: httpx2.AsyncClient) -> None:
    body = rb'{"title": "\u0000", "free": {"a/b": [1, 9999999999999999999], "c": {"d": 1, "d": 2}, "e": 1e999}}'
    answer = await client.post("/papers", content=body, headers=HEADERS | {"idempotency-key": "k"})
    assert answer.status_code == 422
    assert {(e["pointer"], e["code"]) for e in answer.json()["errors"]} == {
        ("#/free/a~1b/1", "number-out-of-range"),
        ("#/free/c/d", "duplicate-key"),
        ("#/free/e", "number-out-of-range"),
        ("#/title", "not-text"),
    }


async def test_decomposed_vietnamese_is_composed(client: httpx2.AsyncClient) -> None:
    decomposed = "Hu\N{LATIN SMALL LETTER E WITH CIRCUMFLEX}\N{COMBINING ACUTE ACCENT}"
    answer = await client.post("/papers", json={"title": f"  {decomposed} "}, headers={"idempotency-key": "k"})
    assert answer.status_code == 201
    assert answer.json()["title"] == "Huế"


async def test_emoji_as_escapes_are_text(client: httpx2.AsyncClient) -> None:
    body = rb'{"title": "\ud83c\udf8b"}'
    answer = await client.post("/papers", content=body, headers=HEADERS | {"idempotency-key": "k"})
    assert answer.json()["title"] == "🎋"


async def test_text_in_the_instance_is_quoted(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/" + quote("đường dẫn<script>"))
    assert answer.status_code == 404
    assert "<script>" not in answer.text
