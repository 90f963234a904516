"""Contracts only grow: every change against every released revision, in both directions."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest

from caytre.contracts.message import Message, State
from caytre.core.schemas.compatibility import bundled, current_schemas, incompatibilities, message_schema, state_schema
from caytre.core.schemas.release import main, release

Change = Callable[[dict[str, Any]], object]


class PaperState(State):
    title: str
    stamps: int = 0


class PaperStamped(Message):
    TYPE: ClassVar[str] = "caytre.paper.stamped.v1"
    number: int
    place: str | None = None


STATES = {"caytre.paper.state.v1": state_schema("paper", PaperState)}
SCHEMA = bundled(message_schema(PaperStamped, "paper"), STATES)


def changed(change: Change) -> dict[str, Any]:
    schema = copy.deepcopy(dict(SCHEMA))
    change(schema)
    return schema


HARMLESS: dict[str, Change] = {
    "nothing": lambda s: None,
    "a description": lambda s: s.update(description="other words"),
    "an optional member more": lambda s: s["properties"].update(by={"type": "string"}),
    "an optional member less": lambda s: s["properties"].pop("place"),
    "an optional member of the state more": lambda s: s["$defs"]["State"]["properties"].update(by={"type": "string"}),
    "an optional object more": lambda s: s["properties"].update(
        by={"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
    ),
    "a known value more in an open list": lambda s: s["$defs"]["State"]["properties"]["sensitivity"].update(
        {"x-extensible-enum": ["public", "internal", "restricted", "sealed"]}
    ),
}
BREAKING: dict[str, Change] = {
    "a required member more": lambda s: (s["properties"].update(by={"type": "string"}), s["required"].append("by")),
    "a required member less": lambda s: (s["properties"].pop("number"), s["required"].remove("number")),
    "optional made required": lambda s: s["required"].append("place"),
    "required made optional": lambda s: s["required"].remove("number"),
    "another type": lambda s: s["properties"].update(number={"type": "string"}),
    "a wider type": lambda s: s["properties"].update(number={"type": "number"}),
    "a value more in a closed list": lambda s: s["$defs"]["Deadline"]["properties"]["unit"]["enum"].append("LUNAR"),
    "a value less in a closed list": lambda s: s["$defs"]["Deadline"]["properties"]["unit"]["enum"].remove("LEAD"),
    "another type deep in the state": lambda s: s["$defs"]["State"]["properties"].update(title={"type": "integer"}),
    "a bound": lambda s: s["properties"]["number"].update(maximum=5),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_change_may_be_released(name: str) -> None:
    assert incompatibilities(changed(HARMLESS[name]), {1: SCHEMA}) == []


@pytest.mark.parametrize("name", BREAKING)
def test_a_breaking_change_may_not(name: str) -> None:
    assert incompatibilities(changed(BREAKING[name]), {1: SCHEMA})


def test_compatibility_is_transitive(tmp_path: Path) -> None:
    type_ = PaperStamped.TYPE
    with_it = changed(HARMLESS["an optional member more"])
    with_another = changed(lambda s: s["properties"].update(by={"type": "integer"}))
    assert release(tmp_path, {type_: with_it}, write=True) == []
    assert release(tmp_path, {type_: SCHEMA}, write=True) == []
    assert incompatibilities(with_another, {2: SCHEMA}) == []
    complaints = release(tmp_path, {type_: with_another}, write=True)
    assert complaints
    assert all("revision 1" in complaint for complaint in complaints)
    assert [path.name for path in sorted((tmp_path / type_).iterdir())] == ["1.json", "2.json"]


def test_a_message_refers_to_the_schema_of_the_state_and_does_not_repeat_it(tmp_path: Path) -> None:
    referring = message_schema(PaperStamped, "paper")
    assert referring["properties"]["state"] == {"$ref": "/schemas/caytre.paper.state.v1"}
    assert "PaperState" not in json.dumps(referring)
    assert release(tmp_path, {PaperStamped.TYPE: SCHEMA, **STATES}, write=True) == []
    assert release(tmp_path, {PaperStamped.TYPE: referring, **STATES}, write=True) == []


def test_a_state_that_breaks_breaks_every_message_that_once_held_it(tmp_path: Path) -> None:
    referring = message_schema(PaperStamped, "paper")
    released = {PaperStamped.TYPE: SCHEMA, **STATES}
    assert release(tmp_path, released, write=True) == []
    other = copy.deepcopy(STATES)
    other["caytre.paper.state.v1"]["properties"]["title"] = {"type": "integer"}
    complaints = release(tmp_path, {PaperStamped.TYPE: referring, **other}, write=True)
    assert {complaint.partition(":")[0] for complaint in complaints} == set(released)


def test_checking_writes_nothing_and_notices_what_is_due(tmp_path: Path) -> None:
    type_ = PaperStamped.TYPE
    (complaint,) = release(tmp_path, {type_: SCHEMA}, write=False)
    assert "differs from its last released revision" in complaint
    assert list(tmp_path.iterdir()) == []


def test_a_contract_that_vanished_is_noticed(tmp_path: Path) -> None:
    release(tmp_path, {PaperStamped.TYPE: SCHEMA}, write=True)
    (complaint,) = release(tmp_path, {}, write=True)
    assert "gone" in complaint


def test_releasing_twice_changes_nothing(tmp_path: Path) -> None:
    schemas = current_schemas()
    assert release(tmp_path, schemas, write=True) == []
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.json")}
    assert release(tmp_path, schemas, write=True) == release(tmp_path, schemas, write=False) == []
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.json")} == before
    assert len(before) == len(schemas)


def test_every_schema_names_itself() -> None:
    for type_, schema in current_schemas().items():
        assert schema["$id"] == f"/schemas/{type_}"
        json.dumps(schema)


def test_the_command_says_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "--check" in capsys.readouterr().out
