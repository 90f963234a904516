"""The policy table: default deny, scopes, and the line between not knowing (404) and not being allowed (403)."""

from __future__ import annotations

from itertools import product

import pytest

from caytre.contracts.message import INTERNAL, PUBLIC, RESTRICTED, State
from caytre.core.caller import ROLES, Caller
from caytre.core.ids import new_id
from caytre.core.policy import Policy, Rule, visible
from caytre.core.refusals import Forbidden, NotFound

DA_NANG, HUE = "VN-P-2025-48", "VN-P-2025-46"


class Twinning(State):
    consultees: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()


POLICY = Policy(
    {
        "twinning.sign": Rule("locality_chair", scope="own"),
        "twinning.advise": (Rule("consultee", scope="consulted"), Rule("ministry_officer", scope="ministry")),
        "twinning.visit": Rule("mission_officer", scope="country"),
        "twinning.read": Rule(*ROLES),
    }
)


def a_caller(*roles: str, localities: tuple[str, ...] = (DA_NANG,), **more: object) -> Caller:
    return Caller("s", "c", frozenset(roles), frozenset(localities), **more)  # type: ignore[arg-type]


def a_twinning(sensitivity: str = INTERNAL, localities: tuple[str, ...] = (DA_NANG,)) -> Twinning:
    return Twinning(
        id=new_id(), sensitivity=sensitivity, localities=localities, consultees=("MOFA",), countries=("KR",)
    )


@pytest.mark.parametrize("role", ROLES)
def test_what_is_not_in_the_table_is_allowed_to_nobody(role: str) -> None:
    with pytest.raises(Forbidden):
        POLICY.require("twinning.burn", a_caller(role))
    with pytest.raises(Forbidden):
        POLICY.permit("twinning.burn", a_caller(role))(a_twinning(PUBLIC))
    assert not POLICY.allowed("twinning.burn", a_caller(role), a_twinning(PUBLIC))


def test_nobody_without_roles_may_do_anything() -> None:
    for operation in POLICY:
        with pytest.raises(Forbidden):
            POLICY.require(operation, a_caller())


def test_the_whole_table_follows_from_its_rules() -> None:
    granted = {
        (operation, role, near)
        for operation, role, near in product(POLICY, ROLES, (True, False))
        if POLICY.allowed(
            operation,
            a_caller(role, localities=(DA_NANG if near else HUE,), organisation="MOFA", countries=frozenset({"KR"})),
            a_twinning(),
        )
    }
    assert granted == {
        ("twinning.sign", "locality_chair", True),
        ("twinning.advise", "consultee", True),
        ("twinning.advise", "consultee", False),
        ("twinning.advise", "ministry_officer", True),
        ("twinning.advise", "ministry_officer", False),
        ("twinning.visit", "mission_officer", True),
        ("twinning.visit", "mission_officer", False),
        *(("twinning.read", role, near) for role in ROLES for near in (True, False)),
    }


def test_another_localitys_record_is_seen_but_not_signed() -> None:
    with pytest.raises(Forbidden):
        POLICY.permit("twinning.sign", a_caller("locality_chair", localities=(HUE,)))(a_twinning())


def test_another_localitys_restricted_record_does_not_exist() -> None:
    record = a_twinning(RESTRICTED)
    with pytest.raises(NotFound) as refusal:
        POLICY.permit("twinning.sign", a_caller("locality_chair", localities=(HUE,)))(record)
    assert str(refusal.value) == f"There is no twinning with the id {record.id}."
    assert refusal.value.facts.keys() == {"kind", "id"}


@pytest.mark.parametrize(
    ("caller", "seen"),
    [
        (a_caller("locality_officer"), True),
        (a_caller("locality_officer", localities=(HUE,)), False),
        (a_caller("ministry_officer", localities=()), True),
        (a_caller("auditor", localities=()), True),
        (a_caller("operator", localities=()), False),
        (a_caller("consultee", localities=(), organisation="MOFA"), True),
        (a_caller("consultee", localities=(), organisation="MPS"), False),
        (a_caller("mission_officer", localities=(), countries=frozenset({"KR"})), True),
        (a_caller("mission_officer", localities=(), countries=frozenset({"JP"})), False),
        (a_caller("locality_officer", localities=(), countries=frozenset({"KR"})), False),
    ],
)
def test_who_may_know_of_a_restricted_record(caller: Caller, seen: bool) -> None:
    assert visible(caller, a_twinning(RESTRICTED)) is seen
    assert visible(caller, a_twinning("of a later release")) is seen
    assert visible(caller, a_twinning(INTERNAL))


def test_a_role_that_nobody_can_have_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="emperor"):
        Rule("emperor")
    with pytest.raises(ValueError, match="no such role"):
        Rule()


def test_the_table_reads_as_documentation() -> None:
    assert "| `twinning.sign` | locality_chair | own |" in POLICY.table()
    assert POLICY.table().count("\n") == 2 + 1 + 2 + 1 + len(ROLES)
