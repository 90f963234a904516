"""Documents that stay true: what they take from the code is what it says, and what they point to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from caytre.cli.main import app
from caytre.core.schemas.compatibility import current_schemas
from caytre.core.settings import Settings
from caytre.core.web.problem_pages import known_problems
from caytre.gateway.settings import GatewaySettings
from caytre.notifications.settings import NotificationSettings
from tests.documents.writing import documents, expected, load_every_refusal, outdated
from tests.house.sources import ROOT, committed, services, sources

_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)\s]*)?\)")
_MAKE = re.compile(r"(?:^|[`$ ])make ([a-z]+)\b", re.MULTILINE)
_CAYTRE = re.compile(r"(?:^|[`$ (])(?:\.venv/bin/)?caytre ([a-z]+)\b", re.MULTILINE)
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_FILE = re.compile(r"`((?:shared|services|deploy|bench|tests|docs|examples)/[\w./-]+)`")
_VARIABLE = re.compile(r"\b(CAYTRE_[A-Z_]+|DATABASE_URL|KAFKA_BOOTSTRAP_SERVERS)\b")
#: Read by other parts than a service's Settings.
ELSEWHERE = re.compile(r"CAYTRE_(?:[A-Z]+_PORT|[A-Z]+_DATABASE_URL|URL|TOKEN|HOME|CACHE|FUZZ_EXAMPLES|USER)")


def _names(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _code_in(text: str) -> str:
    return "\n".join(_CODE.findall(text))


def test_what_documents_take_from_the_code_is_what_it_says() -> None:
    # `make openapi` writes it anew.
    assert [_names(path) for path in outdated(expected())] == []


@pytest.mark.parametrize("document", documents(), ids=_names)
def test_a_link_leads_somewhere(document: Path) -> None:
    targets = _LINK.findall(document.read_text())
    assert [target for target in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", documents(), ids=_names)
def test_a_file_that_is_named_is_there(document: Path) -> None:
    assert [name for name in _FILE.findall(document.read_text()) if not (ROOT / name).exists()] == []


def test_a_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {target for path in documents() for target in _MAKE.findall(_code_in(path.read_text()))}
    assert named - targets == set()


def test_a_command_that_is_named_exists() -> None:
    commands = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    named = {command for path in documents() for command in _CAYTRE.findall(_code_in(path.read_text()))}
    assert named - commands == set()


def test_every_setting_of_a_service_is_documented_and_no_other() -> None:
    fields = Settings.model_fields | GatewaySettings.model_fields | NotificationSettings.model_fields
    real = {str(field.validation_alias or f"CAYTRE_{name.upper()}") for name, field in fields.items()}
    operating = (ROOT / "docs" / "operating.md").read_text()
    assert real - set(_VARIABLE.findall(operating)) == set()
    named = {name for path in documents() for name in _VARIABLE.findall(path.read_text())}
    assert {name for name in named - real if not ELSEWHERE.fullmatch(name)} == set()


def test_every_service_is_in_the_readme_and_has_its_description() -> None:
    readme = (ROOT / "README.md").read_text()
    assert [service for service in services() if service not in readme] == []
    assert [service for service in services() if not (ROOT / "docs" / "openapi" / f"{service}.json").is_file()] == []


def test_every_refusal_that_the_domain_names_is_one() -> None:
    load_every_refusal()
    domain = (ROOT / "docs" / "domain.md").read_text()
    named = set(re.findall(r"`((?:[A-Z][a-z]+){2,}|[A-Z][a-z]+PM)`", domain))
    refusals = {kind.__name__ for kind in known_problems().values()}
    assert named - refusals == set()
    assert len(named) > 20


def test_the_states_of_an_agreement_are_those_of_the_contract() -> None:
    domain = (ROOT / "docs" / "domain.md").read_text()
    schema = current_schemas()["caytre.agreement.state.v1"]
    states = set(schema["properties"]["status"]["x-extensible-enum"])
    drawn = set(re.findall(r"\b[A-Z_]{4,}\b", domain[domain.index("stateDiagram") : domain.index("| act |")]))
    assert drawn == states


def test_every_decision_says_what_checks_it() -> None:
    for path in sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md")):
        parts = re.findall(r"^## (.+)$", path.read_text(), re.MULTILINE)
        assert parts == ["Context", "Decision", "Consequences", "Alternatives", "What checks it"], path.name
        assert path.read_text().count("\n") <= 60, path.name


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))
    assert numbers


def test_the_documents_that_are_looked_at_are_committed() -> None:
    assert set(documents()) <= set(committed())
    assert sources()
