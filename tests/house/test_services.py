"""Every service is the same few files, wired in one place, so that who knows one knows all."""

from __future__ import annotations

import tomllib
from importlib import import_module
from typing import Any

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from caytre.core.service import Service
from caytre.core.storing import migrations
from caytre.core.web import openapi
from caytre.core.web.app import Route
from caytre.core.web.query_parameters import only_declared
from tests.house.sources import ROOT, package_of, services

PARTS = ("model", "tables", "commands", "queries", "consumers", "api", "main")
#: What a service does without, and why.
WITHOUT = {
    "gateway": {"commands": "it changes nothing of its own: it forwards commands to the owner of the record"},
}
#: Routes without a token: probes, and what explains problems and messages to whoever reads them.
PUBLIC: tuple[str, ...] = (
    "/health/live",
    "/health/ready",
    "/metrics",
    "/problems",
    "/problems/{code}",
    "/schemas/{type}",
)
PUBLIC += ("/docs", "/openapi.json", "/asyncapi.json")
PUBLIC_OF = {
    "gateway": ("/console", "/static"),
}


def service_of(name: str) -> Service:
    """The service's wiring, as its command line runs it."""
    service: Service = import_module(f"caytre.{name}.main").service
    return service


def routes_of(name: str) -> list[APIRoute]:
    """Every route of the service's application."""
    contexts = iter_route_contexts(service_of(name).app(None).routes)
    return [context.original_route for context in contexts if isinstance(context.original_route, APIRoute)]


@pytest.mark.parametrize("service", services())
def test_a_service_is_the_same_few_files_everywhere(service: str) -> None:
    folder = package_of(service)
    missing = [
        part for part in PARTS if not (folder / f"{part}.py").is_file() and not any((folder / part).glob("*.py"))
    ]
    assert missing == [part for part in PARTS if part in WITHOUT.get(service, {})]


@pytest.mark.parametrize("service", services())
def test_a_service_is_run_as_a_module_and_wired_in_main(service: str) -> None:
    assert (package_of(service) / "__main__.py").is_file()
    assert service_of(service).name == service


@pytest.mark.parametrize("service", services())
def test_every_route_needs_a_token_but_those_that_tell_nothing_of_a_record(service: str) -> None:
    allowed = (*PUBLIC, *PUBLIC_OF.get(service, ()))
    public = [route.path for route in routes_of(service) if openapi.is_public(route)]
    assert [path for path in public if not path.startswith(allowed)] == []


@pytest.mark.parametrize("service", services())
def test_every_route_that_is_not_public_authenticates_before_its_endpoint(service: str) -> None:
    unguarded = [
        route.path for route in routes_of(service) if not isinstance(route, Route) and not openapi.is_public(route)
    ]
    assert unguarded == []


@pytest.mark.parametrize("service", services())
def test_every_route_refuses_query_parameters_that_it_does_not_know(service: str) -> None:
    # A `Route` does it itself; the others need the dependency.
    careless = [
        route.path
        for route in routes_of(service)
        if not isinstance(route, Route) and only_declared not in openapi.dependencies_of(route.dependant)
    ]
    assert careless == []


@pytest.mark.parametrize("service", services())
def test_every_route_asks_the_policy_or_is_an_operators(service: str) -> None:
    # A route that forgets `issuing` or `asking` would answer anyone with a token, whatever the roles in it.
    unasked = []
    for route in routes_of(service):
        if openapi.is_public(route) or "x-forwarded-to" in (route.openapi_extra or {}):
            continue
        calls = list(openapi.dependencies_of(route.dependant))
        asks = any(getattr(call, "policy_operation", None) for call in calls)
        if not asks and not any(call.__name__ == "operator" for call in calls if hasattr(call, "__name__")):
            unasked.append(f"{sorted(route.methods or ())} {route.path}")
    assert unasked == []


@pytest.mark.parametrize("service", services())
def test_a_service_has_one_newest_migration(service: str) -> None:
    # Two heads mean that two changes were made beside each other and nobody has said which comes first.
    assert migrations.head(package_of(service) / "migrations")


def test_every_service_is_named_in_the_borders_between_packages() -> None:
    settings: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
    linter = settings["tool"]["importlinter"]
    wanted = {f"caytre.{service}" for service in services()}
    assert wanted <= set(linter["root_packages"])
    for contract in linter["contracts"]:
        named = {
            *contract.get("modules", ()),
            *contract.get("containers", ()),
            *contract.get("source_modules", ()),
            *contract.get("forbidden_modules", ()),
        }
        assert wanted <= named, contract["name"]


def test_every_service_is_started_on_one_machine() -> None:
    started = import_module("caytre.local.services").SERVICES
    assert {service.name for service in started} == set(services())
    # Where its migrations lie is known without loading it: a start asks first whether there is anything to migrate.
    assert all((service.migrations / "env.py").is_file() for service in started)
