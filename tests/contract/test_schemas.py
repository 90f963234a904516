"""Contracts as subscribers have them: released schemas that examples keep to and that every reader can follow."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from caytre.contracts import agreements, delegations, events, notifications
from caytre.contracts.message import Message, State
from caytre.core.schemas.compatibility import bundled, current_schemas, incompatibilities
from caytre.core.schemas.release import release
from caytre.core.schemas.serving import all_released, released
from tests.contract import agreements_examples, delegations_examples, events_examples, notifications_examples

SPEAKING = (agreements, delegations, events, notifications)
MESSAGES: dict[str, type[Message]] = {type_: each for spoken in SPEAKING for type_, each in spoken.MESSAGES.items()}
STATES: dict[str, type[State]] = {kind: each for spoken in SPEAKING for kind, each in spoken.STATES.items()}
PRESENT = current_schemas()

#: A state of each kind with what it must have; what may be left out is left out.
STATE_EXAMPLES: dict[str, dict[str, Any]] = {
    **agreements_examples.STATE_EXAMPLES,
    **delegations_examples.STATE_EXAMPLES,
    **events_examples.STATE_EXAMPLES,
    **notifications_examples.STATE_EXAMPLES,
}


def _newest(type_: str) -> dict[str, Any]:
    revisions = all_released()[type_]
    schema: dict[str, Any] = json.loads(revisions[max(revisions)])
    return schema


#: The states as they are served; messages refer to them.
STATES_SERVED = jsonschema_rs.Registry(
    [(f"json-schema:///schemas/{type_}", _newest(type_)) for type_ in all_released() if ".state." in type_]
)


def _on_the_wire(message: type[Message]) -> dict[str, Any]:
    """The example as a subscriber gets it: what changed, the obligations, and the state after it."""
    example = message.model_validate(vars(message)["EXAMPLE"])
    value: dict[str, Any] = json.loads(example.model_dump_json(exclude_none=True))
    kind = message.TYPE.split(".")[1]
    if kind in STATES:
        state = STATES[kind].model_validate(STATE_EXAMPLES[kind])
        value["state"] = json.loads(state.model_dump_json())
    return value


def _complaints(schema: dict[str, Any], value: dict[str, Any]) -> list[str]:
    jsonschema_rs.meta.validate(schema)
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True, registry=STATES_SERVED)
    return [f"{list(error.instance_path)}: {error.message}" for error in validator.iter_errors(value)]


@pytest.mark.parametrize("type_", sorted(MESSAGES))
def test_an_example_keeps_to_its_released_schema(type_: str) -> None:
    assert _complaints(_newest(type_), _on_the_wire(MESSAGES[type_])) == []


@pytest.mark.parametrize("kind", sorted(STATES))
def test_a_state_keeps_to_its_released_schema(kind: str) -> None:
    state = json.loads(STATES[kind].model_validate(STATE_EXAMPLES[kind]).model_dump_json())
    assert _complaints(_newest(f"caytre.{kind}.state.v1"), state) == []


@pytest.mark.parametrize("type_", sorted(MESSAGES))
def test_what_a_later_release_adds_is_read_past(type_: str) -> None:
    value = {**_on_the_wire(MESSAGES[type_]), "added_later": {"by": "a later release"}}
    assert _complaints(_newest(type_), value) == []
    assert MESSAGES[type_].model_validate(value) == MESSAGES[type_].model_validate(vars(MESSAGES[type_])["EXAMPLE"])


def test_every_contract_is_released_as_it_is() -> None:
    assert release(Path(str(released())), PRESENT, write=False) == []


@pytest.mark.parametrize("type_", sorted(PRESENT))
def test_every_released_revision_is_readable_both_ways(type_: str) -> None:
    # Topics keep everything: a reader of today meets messages of every revision, and the other way round.
    revisions = {number: json.loads(text) for number, text in all_released()[type_].items()}
    assert sorted(revisions) == list(range(1, len(revisions) + 1))
    before = {number: bundled(old, PRESENT) for number, old in revisions.items()}
    assert incompatibilities(bundled(PRESENT[type_], PRESENT), before) == []


def test_the_examples_of_states_are_states() -> None:
    assert set(STATE_EXAMPLES) == set(STATES)
