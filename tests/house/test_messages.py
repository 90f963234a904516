"""What services say to each other: named alike, exemplified, registered, and heard only if somebody says it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

import pytest

from caytre import contracts
from caytre.contracts.message import Message, State
from caytre.core.consuming.consumer import Consumers
from caytre.core.relaying.topics import events_topic, state_topic
from tests.house.sources import services

TYPE = re.compile(r"caytre\.([a-z][a-z_]*)\.([a-z][a-z_]*)\.v[1-9][0-9]*")
#: The last word of a fact in the past tense, where it is not a regular participle.
PAST = {
    "began",
    "begun",
    "due",
    "escalated_to_pm",
    "found",
    "given",
    "held",
    "incomplete",
    "lost",
    "met",
    "no_show",
    "over",
    "late",
    "overdue",
    "said",
    "sent",
    "withdrawn",
    "won",
}


def _modules() -> Iterator[str]:
    for found in walk_packages(contracts.__path__, f"{contracts.__name__}."):
        yield found.name


def _speakers() -> dict[str, object]:
    modules = {name: import_module(name) for name in _modules()}
    return {name: module for name, module in modules.items() if hasattr(module, "MESSAGES")}


def _messages() -> list[type[Message]]:
    for name in _modules():
        import_module(name)
    found: list[type[Message]] = []
    waiting = list(Message.__subclasses__())
    while waiting:
        message = waiting.pop()
        waiting += message.__subclasses__()
        if message.__module__.startswith("caytre.contracts") and "TYPE" in vars(message):
            found.append(message)
    return sorted(found, key=lambda message: message.TYPE)


def _registered() -> dict[str, type[Message]]:
    registered: dict[str, type[Message]] = {}
    for module in _speakers().values():
        registered |= getattr(module, "MESSAGES", {})
    return registered


def heard() -> dict[str, Consumers]:
    """The declared consumers of every service that has any."""
    found = {}
    for service in services():
        consumers = getattr(import_module(f"caytre.{service}.main").service, "consumers", None)
        if consumers is not None:
            found[service] = consumers
    return found


@pytest.mark.parametrize("message", _messages(), ids=lambda message: message.TYPE)
def test_a_message_is_named_as_a_fact_of_the_past(message: type[Message]) -> None:
    named = TYPE.fullmatch(message.TYPE)
    assert named is not None
    last = named[2].rsplit("_", 1)[-1]
    assert named[2] in PAST or last in PAST or last.endswith(("ed", "en")) or _has_participle(named[2])


def _has_participle(words: str) -> bool:
    # A participle may be followed by what it acts on: `entered_into_force`, `filed`, `closed`.
    return any(word.endswith(("ed", "en")) or word in PAST for word in words.split("_"))


@pytest.mark.parametrize("message", _messages(), ids=lambda message: message.TYPE)
def test_a_message_has_an_example_that_is_one(message: type[Message]) -> None:
    example = vars(message).get("EXAMPLE")
    assert isinstance(example, dict)
    read = message.model_validate(example)
    # Messages ignore what they do not know, so an example of another message would be read without a word.
    assert set(example) <= set(message.model_fields), "the example names a field that the message has not"
    assert message.model_validate_json(read.model_dump_json()) == read


def test_every_message_is_registered_under_its_type_once() -> None:
    registered = _registered()
    assert set(registered.values()) == set(_messages())
    assert all(type_ == message.TYPE for type_, message in registered.items())
    assert len({message.TYPE for message in _messages()}) == len(_messages())


def test_every_speaker_names_the_topics_of_its_service() -> None:
    for name, module in _speakers().items():
        service = getattr(module, "SERVICE")  # noqa: B009 - of a module found at run time
        assert getattr(module, "EVENTS_TOPIC") == events_topic(service), name  # noqa: B009
        assert getattr(module, "STATE_TOPIC") == state_topic(service), name  # noqa: B009


def test_every_state_belongs_to_a_kind_that_speaks() -> None:
    for module in _speakers().values():
        states: dict[str, type[State]] = getattr(module, "STATES", {})
        kinds = {type_.split(".")[1] for type_ in getattr(module, "MESSAGES", {})}
        assert set(states) <= kinds


def test_every_message_reacted_to_is_said_by_somebody_on_that_topic() -> None:
    said = {
        (getattr(module, "EVENTS_TOPIC", ""), type_)
        for module in _speakers().values()
        for type_ in getattr(module, "MESSAGES", {})
    }
    for service, consumers in heard().items():
        assert set(consumers.reactions) <= said, service


def test_every_topic_listened_to_is_somebodys() -> None:
    topics = {getattr(module, "EVENTS_TOPIC", "") for module in _speakers().values()}
    for service, consumers in heard().items():
        assert consumers.topics <= topics, service


def test_a_consumer_group_is_named_after_its_service() -> None:
    # The name is the key of the checkpoints: another one would read everything again.
    assert all(consumers.name == service for service, consumers in heard().items())
