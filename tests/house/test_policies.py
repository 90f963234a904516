"""Who may do what stands in one table per service: nothing is allowed that is not in it, and nothing in it is idle."""

from __future__ import annotations

import ast
from importlib import import_module
from uuid import UUID

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from caytre.contracts.message import INTERNAL, State
from caytre.core.caller import ROLES, Caller
from caytre.core.policy import Policy
from caytre.core.refusals import Forbidden
from caytre.core.web import openapi
from tests.house.sources import package_of, services, sources


def policy_of(service: str) -> Policy:
    """The table of a service."""
    policy: Policy = import_module(f"caytre.{service}.main").service.policy
    return policy


def _operations_of_routes(service: str) -> set[str]:
    wired = import_module(f"caytre.{service}.main").service
    contexts = iter_route_contexts(wired.app(None).routes)
    routes = [context.original_route for context in contexts if isinstance(context.original_route, APIRoute)]
    calls = [call for route in routes for call in openapi.dependencies_of(route.dependant)]
    return {operation for call in calls if (operation := getattr(call, "policy_operation", None))}


def _operations_in_text(service: str) -> set[str]:
    # Queries ask the table by name: policy.permit("agreement.read", caller).
    folder = package_of(service).as_posix()
    known = set(policy_of(service))
    return {
        str(getattr(node, "value", ""))
        for source in sources("services")
        if source.path.as_posix().startswith(folder) and source.path.stem != "policy"
        for node in source.nodes
        if getattr(node, "value", None).__class__ is str and getattr(node, "value", "") in known
    }


def test_one_place_judges_whether_a_record_is_restricted() -> None:
    # Compared with one value, a higher class of a later release would be shown.
    judging = [
        f"{source.at(node)}: {ast.unparse(node)}"
        for source in sources("shared", "services")
        if source.path.name != "message.py"
        for node in source.nodes
        if isinstance(node, ast.Compare)
        and {"RESTRICTED", "OPEN"} & {each.id for each in node.comparators if isinstance(each, ast.Name)}
    ]
    assert judging == []


@pytest.mark.parametrize("service", services())
def test_every_operation_of_a_route_is_in_the_table(service: str) -> None:
    assert _operations_of_routes(service) <= set(policy_of(service))


@pytest.mark.parametrize("service", services())
def test_every_operation_in_the_table_is_asked_for_somewhere(service: str) -> None:
    idle = set(policy_of(service)) - _operations_of_routes(service) - _operations_in_text(service)
    assert idle == set()


@pytest.mark.parametrize("service", services())
def test_what_is_not_in_the_table_is_allowed_to_nobody(service: str) -> None:
    everybody = Caller(subject="all", client="all", roles=frozenset(ROLES), organisation="MOFA")
    record = State(id=UUID(int=1), sensitivity=INTERNAL)
    policy = policy_of(service)
    with pytest.raises(Forbidden):
        policy.require("record.never_named", everybody)
    with pytest.raises(Forbidden):
        policy.permit("record.never_named", everybody)(record)


@pytest.mark.parametrize("service", services())
def test_a_caller_without_a_role_may_do_nothing(service: str) -> None:
    nobody = Caller(subject="nobody", client="none", organisation="MOFA", localities=frozenset({"VN-P-2025-33"}))
    policy = policy_of(service)
    for operation in policy:
        with pytest.raises(Forbidden):
            policy.require(operation, nobody)


@pytest.mark.parametrize("service", services())
def test_an_auditor_changes_nothing(service: str) -> None:
    auditor = Caller(subject="auditor", client="audit", roles=frozenset({"auditor"}))
    policy = policy_of(service)
    allowed = {operation for operation in policy if policy.allowed(operation, auditor, State(id=UUID(int=1)))}
    verbs = {operation.partition(".")[2] for operation in allowed}
    assert verbs <= {"read", "read_confidential", "view", "forward", "list", "search", "export"}
