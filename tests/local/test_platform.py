"""A whole platform with stand-in services: started, crashed, killed outright, and stopped."""

import json
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx2
import psutil
import pytest
from typer.testing import CliRunner

from caytre.cli.main import app
from caytre.local import control, issuer
from caytre.local.failures import SetupError
from caytre.local.folders import cache_folder
from caytre.local.platform import Platform
from caytre.local.ports import free_port
from caytre.local.process import MARK, Child
from caytre.local.progress import State
from caytre.local.report import report
from caytre.local.services import Service
from caytre.local.settings import Settings

FAKE = (sys.executable, str(Path(__file__).with_name("fake_service.py")))


def _quiet(state: State) -> None:
    """Watches without showing."""


def _settings() -> Settings:
    services = tuple(Service(name, free_port(), FAKE) for name in ("agreements", "gateway"))
    kafka, controller, zipkin, mail = (free_port() for _ in range(4))
    return Settings(services, None, kafka, controller, zipkin, mail, durable=False)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    made = Platform(tmp_path_factory.mktemp("platform"), _settings(), cache_folder())
    yield made
    control.down(made, _quiet)
    if made.postgres is not None:
        shutil.rmtree(made.postgres.account.home)


@pytest.fixture
def running(platform: Platform) -> Platform:
    control.up(platform, _quiet)
    return platform


def _pids(platform: Platform) -> dict[str, int]:
    """The live processes that carry this platform's mark, by name, without those they started for themselves."""
    marked: dict[int, tuple[str, int]] = {}
    for process in psutil.process_iter():
        try:
            folder, _, name = process.environ().get(MARK, "").rpartition(":")
            if folder == str(platform.run) and process.status() != psutil.STATUS_ZOMBIE:
                marked[process.pid] = (name, process.ppid())
        except (psutil.Error, OSError):
            continue
    found: dict[str, int] = {}
    for pid, (name, parent) in marked.items():
        if marked.get(parent, ("", 0))[0] != name:
            assert name not in found, f"two of {name}"
            found[name] = pid
    return found


def _until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


def test_up_makes_everything_ready_and_tells_services_where_they_are(running: Platform) -> None:
    found = report(running)
    assert [(line.name, line.complaints) for line in found.lines if line.complaints] == []
    assert found.well
    gateway = running.services[-1]
    told = httpx2.get(f"{gateway.address}/environment", trust_env=False).json()
    assert told["DATABASE_URL"].startswith("postgresql://caytre_gateway:")
    assert told["OTEL_EXPORTER_ZIPKIN_ENDPOINT"].endswith("/api/v2/spans")
    assert json.loads(told["CAYTRE_SERVICES"]) == {"agreements": running.services[0].address}
    for name in ("CAYTRE_JWKS", "CAYTRE_DATA_KEYS", "CAYTRE_SIGNING_KEY", "CAYTRE_PSEUDONYM_KEY"):
        assert Path(told[name]).exists()
    for secret in (*running.folder.glob("keys/*.pem"), running.folder / "passwords.json"):
        assert secret.stat().st_mode & 0o077 == 0


def test_nobody_else_reads_what_the_platform_writes(running: Platform) -> None:
    postgres = running.postgres
    assert postgres is not None
    written = [path for folder in (running.folder, postgres.account.home) for path in (folder, *folder.rglob("*"))]
    assert {"mail", "log", "run", "keys", "kafka", "passwords.json", "kafka.log"} <= {path.name for path in written}
    opened = [
        str(path)
        for path in written
        # Kafka's marks of a clean stop and the like come and go meanwhile.
        if path != running.folder and path.exists() and not path.is_symlink() and path.stat().st_mode & 0o077
    ]
    assert opened == []


def test_no_secret_stands_in_the_list_of_processes(running: Platform) -> None:
    secrets = set(json.loads((running.folder / "passwords.json").read_text()).values())
    secrets |= {path.read_text(errors="replace") for path in running.folder.glob("keys/*")}
    commands = {name: " ".join(psutil.Process(pid).cmdline()) for name, pid in _pids(running).items()}
    assert {"postgres", "kafka", "agreements", "gateway", "supervisor"} <= commands.keys()
    assert len(secrets) > 3
    for name, command in commands.items():
        assert not any(secret in command for secret in secrets), name
        assert "password" not in command.lower(), name


def test_folders_that_an_earlier_version_left_open_are_closed(tmp_path: Path) -> None:
    open_before = tmp_path / "log"
    open_before.mkdir(mode=0o755)
    (open_before / "child.log").write_text("before\n")
    child = Child("child", tmp_path / "run" / "child.json", open_before / "child.log")
    child.spawn([sys.executable, "-c", "open('made', 'w').close()"], {}, cwd=tmp_path)
    assert child.wait(20)
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert modes == {"log": 0o700, "child.log": 0o600, "run": 0o700, "child.json": 0o600, "made": 0o600}


def test_a_crashed_service_comes_back_and_is_counted(running: Platform) -> None:
    before = report(running)
    line = next(line for line in before.lines if line.name == "agreements")
    assert line.pid is not None
    os.kill(line.pid, signal.SIGKILL)
    _until(lambda: report(running).well)
    after = next(one for one in report(running).lines if one.name == "agreements")
    assert (after.restarts, after.pid == line.pid) == (line.restarts + 1, False)


def test_a_frozen_broker_is_not_called_ready(running: Platform) -> None:
    kafka = running.kafka
    assert kafka is not None
    kafka.child.adopt()
    kafka.child.send(signal.SIGSTOP)
    try:
        found = report(running)
    finally:
        kafka.child.send(signal.SIGCONT)
    assert not found.well
    assert next(line for line in found.lines if line.name == "kafka").condition == "not ready"
    _until(lambda: report(running).well)


def test_parked_messages_are_not_well(running: Platform) -> None:
    (running.folder / "parked").write_text("2")
    try:
        found = report(running)
    finally:
        (running.folder / "parked").unlink()
    assert not found.well
    assert any("2 parked" in complaint for line in found.lines for complaint in line.complaints)


def test_up_joins_what_runs_and_refuses_other_settings(running: Platform) -> None:
    before = _pids(running)
    control.up(running, _quiet)
    assert _pids(running) == before
    other = Platform(running.folder, replace(running.settings, mail=free_port()), running.cache)
    with pytest.raises(SetupError, match="other settings"):
        control.up(other, _quiet)


def test_after_the_supervisor_is_killed_up_leaves_no_second_copy(running: Platform) -> None:
    before = _pids(running)
    os.kill(before["supervisor"], signal.SIGKILL)
    _until(lambda: not running.supervisor.alive)
    assert not report(running).well
    control.up(running, _quiet)
    after = _pids(running)
    assert report(running).well
    assert after.keys() == before.keys()
    assert {name: after[name] for name in ("postgres", "kafka")} == {
        name: before[name] for name in ("postgres", "kafka")
    }
    assert after["agreements"] != before["agreements"]


def test_after_everything_is_killed_up_brings_back_what_was_written(running: Platform) -> None:
    assert running.postgres is not None
    count = "SELECT count(*) FROM migrated;"
    before = int(running.postgres.sql(count, "caytre_agreements"))
    pids = _pids(running)
    os.kill(pids.pop("supervisor"), signal.SIGKILL)
    for pid in pids.values():
        os.kill(pid, signal.SIGKILL)
    _until(lambda: not _pids(running))
    control.up(running, _quiet)
    assert report(running).well
    assert int(running.postgres.sql(count, "caytre_agreements")) == before + 1


def test_status_tells_its_verdict_by_the_exit_code(running: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAYTRE_HOME", str(running.folder))
    told = CliRunner().invoke(app, ["status", "--json"])
    assert told.exit_code == 0
    assert json.loads(told.output)["well"] is True
    assert "agreements" in CliRunner().invoke(app, ["status"]).output
    token = CliRunner().invoke(app, ["token", "--role", "operator"]).output.strip()
    assert token.count(".") == 2
    assert issuer.jwks_path(running.folder).exists()


def test_down_stops_everything_and_once(running: Platform) -> None:
    assert control.down(running, _quiet)
    assert _pids(running) == {}
    assert not list(running.run.glob("kafka.json"))
    assert not control.down(running, _quiet)
    assert report(running).phase == "down"


def test_a_busy_port_is_named_with_its_holder_and_the_way_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        taken = holder.getsockname()[1]
        platform = Platform(tmp_path, replace(_settings(), mail=taken), cache_folder())
        with pytest.raises(SetupError) as refusal:
            control.up(platform, _quiet)
    assert f"Port {taken}" in str(refusal.value)
    assert f"(pid {os.getpid()})" in str(refusal.value)
    assert "CAYTRE_MAIL_PORT" in str(refusal.value)
    assert _pids(platform) == {}
