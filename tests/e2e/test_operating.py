"""What an operator asks and settles from the command line, on a platform with records."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from caytre.local.platform import Platform
from tests.e2e.conftest import Caytre
from tests.e2e.test_import import register, row

#: All tests on the platform run in one worker, which starts it once (`--dist loadgroup`).
pytestmark = pytest.mark.xdist_group("whole-platform")


@pytest.fixture(scope="module", autouse=True)
def records(caytre: Caytre, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = register(tmp_path_factory.mktemp("registers") / "so.csv", *[row(f"O-{number}") for number in range(30)])
    assert caytre("import", "agreements", file, "--source", "Sổ O").code == 0


def _settled(caytre: Caytre) -> list[dict[str, object]]:
    """The status of all services once nothing is on its way."""
    until = time.monotonic() + 60
    while True:
        statuses: list[dict[str, object]] = caytre("lag", "--json").json
        relay = statuses[0]["relay"]
        assert isinstance(relay, dict)
        behind = [
            lag["messages"]
            for status in statuses
            for consumer in status["consumers"]  # type: ignore[attr-defined]
            for lag in (consumer["lag"] or {"": {"messages": 1}}).values()
        ]
        if relay["published"] == relay["position"] and not relay["blocked"] and not any(behind):
            return statuses
        assert time.monotonic() < until, statuses
        time.sleep(0.5)


def _position(caytre: Caytre) -> int:
    relay = _settled(caytre)[0]["relay"]
    assert isinstance(relay, dict)
    return int(relay["position"])


def test_topics_and_tail_agree_with_the_journal(caytre: Caytre) -> None:
    position = _position(caytre)
    topics = {topic["topic"]: topic for topic in caytre("topics", "--json").json}
    events = topics["caytre.agreements.events.v1"]
    assert (events["partitions"], events["configs"]["retention.ms"]) == (6, "-1")
    assert topics["caytre.agreements.state.v1"]["configs"]["cleanup.policy"] == "compact"
    shown = caytre("tail", "agreements", "--from-beginning", "--no-follow", "--json").lines
    # A relay that takes over sends its last minute again, so a position may be there twice.
    assert sorted({event["position"] for event in shown}) == list(range(1, position + 1))
    one = shown[-1]
    of_it = caytre("tail", "--from-beginning", "--no-follow", "--record", one["subject"], "--json").lines
    assert one["id"] in [event["id"] for event in of_it]
    assert {event["subject"] for event in of_it} == {one["subject"]}
    typed = caytre("tail", "agreements", "--from-beginning", "--no-follow", "--type", one["type"], "--json").lines
    assert {event["type"] for event in typed} == {one["type"]}
    assert caytre("tail", "agreements", "--from-beginning", "--no-follow", "--limit", 2, "--json").out.count("\n") == 2


def test_what_is_not_there_is_told_in_a_sentence(caytre: Caytre) -> None:
    for arguments in (("tail", "nowhere"), ("resume", "nobody"), ("redrive", "nobody"), ("verify", "nobody")):
        said = caytre(*arguments)
        assert (said.code, "There is no" in said.err, "Traceback" in said.err) == (1, True, False), said.err
    assert caytre("discard", "gateway", 1).code == 2


def test_nothing_is_parked_and_redriving_nothing_is_well(caytre: Caytre) -> None:
    assert caytre("parked", "--json").json == []
    assert caytre("redrive", "gateway", "--json").json == {"service": "gateway", "done": 0, "failed": []}
    assert caytre("resume", "gateway").out.strip() == "gateway was not halted; nothing was changed."
    resumed = {"consumer": "gateway", "halted": None, "was_halted": False, "dry_run": False}
    assert caytre("resume", "gateway", "--json").json == resumed
    assert caytre("resume", "gateway", "--dry-run", "--json").json == resumed | {"was_halted": None, "dry_run": True}


def test_views_are_rebuilt_and_replayed_while_they_serve(caytre: Caytre) -> None:
    position = _position(caytre)
    rebuilt = caytre("rebuild", "gateway", "--json")
    assert rebuilt.code == 0, rebuilt.err
    assert (rebuilt.json["done"] >= position, rebuilt.json["error"]) == (True, None)
    rehearsed = caytre("replay", "gateway", "--dry-run", "--json").json
    assert (rehearsed["messages"] >= position, rehearsed["partitions"], rehearsed["dry_run"]) == (True, None, True)
    replayed = caytre("replay", "gateway", "--json").json
    assert (replayed["partitions"] > 0, replayed["dry_run"]) == (True, False)
    assert _position(caytre) == position


def test_at_a_terminal_it_asks_before_it_changes_anything(caytre: Caytre, at_terminal: Caytre) -> None:
    _settled(caytre)
    for command, subject, question in (
        ("replay", "gateway", "partitions again. Go on?"),
        ("republish", "agreements", "published again"),
        ("recover", "agreements", "would go on in epoch 2"),
    ):
        said = at_terminal("n", command, subject)
        assert (said.code, said.out, question in said.err) == (1, "", True), said
    assert caytre("recover", "agreements", "--dry-run", "--json").json["before"]["epoch"] == 1
    agreed = at_terminal("y", "replay", "gateway", "--json")
    assert (agreed.code, agreed.json["partitions"] > 0) == (0, True), agreed
    told = at_terminal("n", "replay", "gateway", "--yes")
    assert (told.code, "from the beginning" in told.out, "Go on?" in told.err) == (0, True, False), told


def test_a_journal_is_republished_and_goes_on_in_a_new_epoch(caytre: Caytre, tmp_path: Path) -> None:
    position = _position(caytre)
    rehearsed = caytre("republish", "agreements", "--dry-run", "--json")
    assert (rehearsed.json["before"]["position"], rehearsed.json["messages"]) == (position, None)
    assert caytre("republish", "agreements", "--json").json["messages"] == position
    assert _position(caytre) == position
    epoch = caytre("recover", "agreements", "--json").json["epoch"]
    assert epoch == 2
    more = register(tmp_path / "so.csv", row("P-1"))
    assert caytre("import", "agreements", more, "--source", "Sổ P").code == 0
    # The row's own message, and what follows from it by reactions.
    end = _position(caytre)
    assert end > position
    shown = caytre("tail", "agreements", "--from-beginning", "--no-follow", "--json").lines
    assert {event["epoch"] for event in shown if event["position"] <= position} == {1}
    assert {event["position"] for event in shown if event["epoch"] == 2} == set(range(position + 1, end + 1))


def test_verify_finds_what_somebody_changed(caytre: Caytre, platform: Platform) -> None:
    _settled(caytre)
    sound = caytre("verify", "agreements", "--json")
    assert (sound.code, sound.json[0]["holds"], sound.json[0]["positions"] > 0) == (0, True, True)
    assert platform.postgres is not None
    change = "UPDATE journal SET actor = {} WHERE position = 3"
    platform.postgres.sql(change.format("actor || '.'"), "caytre_agreements")
    try:
        forged = caytre("verify", "agreements")
    finally:
        platform.postgres.sql(change.format("left(actor, -1)"), "caytre_agreements")
    assert forged.code == 1
    assert "position 3, chain" in forged.out
    assert "Somebody changed" in forged.out
    assert caytre("verify").code == 0


async def test_what_no_consumer_can_read_is_parked_until_somebody_decides(caytre: Caytre, platform: Platform) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=platform.bootstrap_servers)
    await producer.start()
    await producer.send_and_wait("caytre.agreements.events.v1", b"no CloudEvent \x1b[31m", partition=0)
    await producer.stop()
    # Every service listens to agreements, and each decides for itself.
    listening = {service.name for service in platform.settings.services}
    until = time.monotonic() + 60
    while {one["service"] for one in caytre("parked", "--json").json} != listening:
        assert time.monotonic() < until
    shown = caytre("tail", "agreements", "--from-beginning", "--no-follow")
    assert ("no CloudEvent" in shown.out, "\x1b" in shown.out) == (True, False)
    parked = caytre("parked", "--json").json
    assert "see `caytre parked gateway`" in caytre("lag").out
    again = caytre("redrive", "gateway", "--json")
    assert (again.code, again.json["done"], len(again.json["failed"])) == (1, 0, 1)
    for one in parked:
        rehearsed = caytre("discard", one["service"], one["id"], "--reason", "sent by a test", "--dry-run")
        assert (rehearsed.code, len(caytre("parked", "--json").json) > 0) == (0, True)
        assert caytre("discard", one["service"], one["id"], "--reason", "sent by a test").code == 0
    assert caytre("parked", "--json").json == []
    gone = caytre("discard", "gateway", parked[0]["id"], "--reason", "again")
    assert (gone.code, "has parked no message" in gone.err) == (1, True)
