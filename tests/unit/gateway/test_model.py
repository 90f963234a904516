"""The gateway's rules, its words for answers, and how search words become patterns."""

from __future__ import annotations

import asyncio
from typing import Any, get_args

import pytest
from fastapi import Request

from caytre.contracts.agreements import AgreementState, PartnerState, Verification
from caytre.contracts.message import State
from caytre.contracts.origins import weakest
from caytre.core.caller import Caller
from caytre.gateway.api.answers import wants_page
from caytre.gateway.arrivals import OWN_PACE, Arrivals
from caytre.gateway.labels import known
from caytre.gateway.model import owner_must_judge
from caytre.gateway.queries.agreements import patterns


@pytest.mark.parametrize(
    ("origins", "worst"),
    [
        ([], "act"),
        (["act", "imported", "sourced"], "imported"),
        (["illustration", "inferred"], "illustration"),
        (["act", "hearsay"], "hearsay"),
        (["hearsay", "illustration"], "illustration"),
    ],
)
def test_a_path_is_worth_what_its_weakest_link_is(origins: list[str], worst: str) -> None:
    assert weakest(origins) == worst


@pytest.mark.parametrize(
    ("caller", "judged"),
    [
        (Caller("a", "c", frozenset({"locality_officer"})), False),
        (Caller("a", "c", frozenset({"consultee"}), organisation="MPS"), True),
        (Caller("a", "c", frozenset({"mission_officer"})), True),
        (Caller("a", "c", frozenset({"ministry_officer"}), organisation="MOFA"), False),
    ],
)
def test_only_consulted_organisations_and_missions_are_judged_by_the_owner(caller: Caller, judged: bool) -> None:
    assert owner_must_judge(caller) is judged


def test_search_words_lose_accents_and_have_no_power() -> None:
    assert patterns("  Đào   tạo đào 50%_\\ ") == ["%dao%", "%tao%", "%50\\%\\_\\\\%"]
    assert patterns("") == []
    assert len(patterns(" ".join(str(n) for n in range(50)))) == 8


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        (None, False),
        ("*/*", False),
        ("application/json", False),
        ("text/html,application/xhtml+xml,*/*;q=0.8", True),
        ("text/html;q=0.5, application/json", False),
        ("text/html;q=x", False),
    ],
)
def test_a_page_is_answered_to_whom_prefers_one(accept: str | None, page: bool) -> None:
    headers = [(b"accept", accept.encode())] if accept else []
    assert wants_page(Request({"type": "http", "headers": headers})) is page


def _values(state: type[State | Verification], name: str) -> set[str]:
    field = state.model_fields[name]
    extra: Any = field.json_schema_extra or next(
        (each.json_schema_extra for each in get_args(field.annotation) if hasattr(each, "json_schema_extra")), {}
    )
    return set(extra["x-extensible-enum"])


@pytest.mark.parametrize(
    ("kind", "state", "name"),
    [
        ("status", AgreementState, "status"),
        ("form", AgreementState, "form"),
        ("channel", AgreementState, "channel"),
        ("signatory_type", AgreementState, "signatory_type"),
        ("sensitivity", AgreementState, "sensitivity"),
        ("partner_status", PartnerState, "status"),
        ("partner_type", PartnerState, "type"),
        ("verification", Verification, "status"),
    ],
)
def test_every_known_value_has_words(kind: str, state: type[State | Verification], name: str) -> None:
    assert known(kind) >= _values(state, name)


async def test_a_waiter_is_told_and_otherwise_looks_at_its_own_pace() -> None:
    arrivals = Arrivals()
    loop = asyncio.get_running_loop()
    with arrivals.wait("a") as told, arrivals.wait("a") as also, arrivals.wait("b") as other:
        arrivals.note(["a", "c"])
        began = loop.time()
        await told.pause(5)
        await also.pause(5)
        assert loop.time() - began < OWN_PACE
        began = loop.time()
        await other.pause(5)
        assert OWN_PACE * 0.9 <= loop.time() - began < 1
        await other.pause(0.001)
    assert arrivals._waiting == {}
