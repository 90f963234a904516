"""`caytre top` on a whole platform: what it shows, in a pipe and at a terminal, and how it ends."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import httpx2
import pytest

from caytre.local.metrics import read
from caytre.local.platform import Platform
from caytre.local.ports import free_port
from tests.e2e.conftest import Caytre, _environment, begun
from tests.e2e.test_import import register, row

#: All tests on the platform run in one worker, which starts it once (`--dist loadgroup`).
pytestmark = pytest.mark.xdist_group("whole-platform")
SERVICES = ["agreements", "delegations", "events", "gateway", "notifications"]


def test_one_look_tells_every_service_and_consumer(caytre: Caytre, tmp_path: Path) -> None:
    file = register(tmp_path / "so.csv", *[row(f"T-{number}") for number in range(10)])
    assert caytre("import", "agreements", file, "--source", "Sổ T").code == 0
    until = time.monotonic() + 60
    while True:
        said = caytre("top", "--once", "--json")
        assert said.code == 0, said.err
        seen = said.json
        if all(one["lag"] == 0 for one in seen["consumers"]):
            break
        assert time.monotonic() < until, seen
    assert sorted(one["service"] for one in seen["processes"]) == SERVICES
    for one in seen["processes"]:
        assert (one["role"], one["state"], one["notes"]) == ("all", "ready", [])
        assert one["memory_bytes"] > 10_000_000
        assert one["requests_per_second"] is not None
        relay = one["relay"]
        assert (relay is None) == (one["service"] == "gateway")
        if relay is not None:
            assert (relay["leads"], relay["blocked"], relay["lag"], relay["lag_seconds"]) == (True, False, 0, 0)
    consumers = {one["consumer"]: one for one in seen["consumers"]}
    assert {"agreements", "gateway", "notifications"} <= consumers.keys()
    assert {(one["parked"], one["halted"], one["paused"]) for one in consumers.values()} == {(0, False, 0)}
    assert seen["obligations"]["timers_late_seconds"] < 60
    assert seen["mail"]["queued"] >= 0


def test_every_service_tells_what_the_operators_document_names(platform: Platform) -> None:
    found = {service.name: read(service.name, service.address) for service in platform.services}
    for name, reading in found.items():
        assert reading.fault is None
        assert (reading.total("database_up"), reading.total("kafka_up")) == (1, 1), name
        assert reading.about("service_name", "") == name
    assert found["agreements"].total("relay_published_total") is not None
    origin = next(service.address for service in platform.services if service.name == "gateway")
    # Through the gateway's forwarding no other service's page is reached, and through a proxy not its own.
    assert httpx2.get(f"{origin}/metrics", headers={"x-forwarded-for": "192.0.2.7"}, trust_env=False).status_code == 404
    for path in ("/agreements/metrics", "/agreements/%2e%2e/metrics", "/agreements%2f..%2fmetrics"):
        assert httpx2.get(f"{origin}{path}", trust_env=False).status_code in {400, 401, 404}, path


def test_in_a_pipe_one_picture_follows_the_other(platform: Platform) -> None:
    running = begun(platform, "top", "--interval", "0.5")
    assert running.stdout is not None
    lines: list[str] = []
    while sum("Caytre" in line for line in lines) < 3:
        lines.append(running.stdout.readline().decode())
        assert len(lines) < 300, lines
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=20)
    assert (running.returncode, err) == (0, b"")
    picture = "".join(lines)
    assert "\x1b" not in picture
    assert all(service in picture for service in SERVICES)


def test_json_is_a_line_for_each_look_and_a_reader_may_go(platform: Platform) -> None:
    command = [sys.executable, "-m", "caytre.cli.main", "top", "--json", "--interval", "0.5"]
    with subprocess.Popen(command, env=_environment(platform), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as going:
        assert going.stdout is not None
        assert going.stderr is not None
        first, second = (json.loads(going.stdout.readline()) for _ in range(2))
        going.stdout.close()
        going.wait(timeout=20)
        assert b"Traceback" not in going.stderr.read()
    assert first["processes"][0]["requests_per_second"] is None
    assert second["processes"][0]["requests_per_second"] is not None


def test_who_is_away_says_so_and_the_others_are_shown(caytre: Caytre, platform: Platform) -> None:
    there = next(service.address for service in platform.services if service.name == "events")
    away = f"http://127.0.0.1:{free_port()}"
    seen = caytre("top", "--once", "--json", "--url", away, "--url", there).json
    states = {one["address"]: (one["service"], one["state"]) for one in seen["processes"]}
    assert states == {away: ("", "away"), there: ("events", "ready")}
    assert seen["obligations"] is None
    shown = caytre("top", "--once", "--url", away)
    assert (shown.code, away in shown.out, "away" in shown.out) == (0, True, True)


def _until(keyboard: int, said: bytes, seconds: float = 30) -> bytes:
    seen, until = b"", time.monotonic() + seconds
    while said not in seen:
        assert time.monotonic() < until, seen[-2000:]
        if select.select([keyboard], [], [], 0.2)[0]:
            seen += os.read(keyboard, 65_536)
    return seen


def _before_it_begins() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    # Where tests run in the background, the signal would come in ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.mark.parametrize("ending", ["q", "ctrl-c", "sigterm"])
def test_at_a_terminal_it_ends_cleanly_and_gives_the_screen_back(platform: Platform, ending: str) -> None:
    keyboard, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 200, 0, 0))
    before = termios.tcgetattr(terminal)
    try:
        with subprocess.Popen(
            [sys.executable, "-m", "caytre.cli.main", "top", "--interval", "0.5"],
            env={name: value for name, value in _environment(platform).items() if name != "NO_COLOR"}
            | {"TERM": "xterm-256color"},
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            start_new_session=True,
            preexec_fn=_before_it_begins,
        ) as going:
            try:
                seen = _until(keyboard, b"notifications")
                assert b"\x1b[?1049h" in seen
                _until(keyboard, b"delegations")
                if ending == "sigterm":
                    going.send_signal(signal.SIGTERM)
                else:
                    os.write(keyboard, b"q" if ending == "q" else b"\x03")
                _until(keyboard, b"\x1b[?1049l")
                assert going.wait(timeout=20) == (143 if ending == "sigterm" else 0)
            finally:
                # It would wait for ever for somebody to read what it writes.
                going.kill()
        assert termios.tcgetattr(terminal) == before
    finally:
        os.close(terminal)
        os.close(keyboard)
