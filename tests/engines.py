"""Real engines for tests: one PostgreSQL and one Kafka per test run, shared by its workers, on ports of their own.

The process that runs pytest owns their folder and ends them; what a killed run left behind, the next run ends.
"""

import fcntl
import itertools
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from caytre.local.folders import cache_folder
from caytre.local.kafka import Kafka
from caytre.local.ports import free_port
from caytre.local.postgres import Postgres

_FOLDER = "CAYTRE_TEST_FOLDER"
_PREFIX = "caytre-tests-"
_numbers = itertools.count(1)

CreateDatabase = Callable[[str], str]


def _postgres(folder: Path) -> Postgres:
    return Postgres(folder / "postgres", durable=False)


def _kafka(folder: Path) -> Kafka:
    ports = folder / "kafka-ports.json"
    if not ports.exists():
        ports.write_text(json.dumps([free_port(), free_port()]))
    port, controller_port = json.loads(ports.read_text())
    return Kafka(folder / "kafka", port, controller_port, cache=cache_folder())


@contextmanager
def _locked(folder: Path, name: str) -> Iterator[None]:
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def making_databases() -> Iterator[None]:
    """For one worker of a run at a time: roles belong to the whole server, so two would make the same ones."""
    with _locked(Path(os.environ[_FOLDER]), "databases"):
        yield


def _discard(folder: Path) -> None:
    """End the engines of a test run and remove what they wrote."""
    if (folder / "kafka-ports.json").exists():
        kafka = _kafka(folder)
        kafka.child.adopt()
        kafka.kill()
    if (folder / "postgres" / "postgres.json").exists():
        postgres = _postgres(folder)
        postgres.child.adopt()
        postgres.kill()
        shutil.rmtree(postgres.socket, ignore_errors=True)
        shutil.rmtree(postgres.account.home, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def _owner(process: psutil.Process) -> str:
    return f"{process.pid}-{int(process.create_time() * 100)}"


def _discard_left_behind() -> None:
    """End what runs left that were killed; the name of a run's folder says whose it is from the beginning."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        owner = folder.name.removeprefix(_PREFIX).rpartition("-")[0]
        try:
            lives = _owner(psutil.Process(int(owner.partition("-")[0]))) == owner
        except (ValueError, psutil.NoSuchProcess):
            lives = False
        if not lives and folder.stat().st_uid == os.geteuid():
            _discard(folder)


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    _discard_left_behind()
    os.environ[_FOLDER] = tempfile.mkdtemp(prefix=f"{_PREFIX}{_owner(psutil.Process())}-")


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and _FOLDER in os.environ:
        _discard(Path(os.environ.pop(_FOLDER)))


@pytest.fixture(scope="session")
def postgres() -> Postgres:
    """A running PostgreSQL 18, without fsync."""
    folder = Path(os.environ[_FOLDER])
    engine = _postgres(folder)
    with _locked(folder, "postgres"):
        if not engine.child.adopt():
            engine.prepare()
            engine.start()
        engine.wait_ready()
    return engine


@pytest.fixture(scope="session")
def kafka() -> Kafka:
    """A running Apache Kafka; its topics are shared by the workers of a run, so tests name their own."""
    folder = Path(os.environ[_FOLDER])
    with _locked(folder, "kafka"):
        engine = _kafka(folder)
        if not engine.child.adopt():
            engine.prepare()
            engine.start()
        engine.wait_ready()
    return engine


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """A Kafka of this module's own, for services that consume: they would hear other tests, and share their groups."""
    engine = Kafka(tmp_path_factory.mktemp("kafka"), free_port(), free_port(), cache=cache_folder())
    engine.prepare()
    engine.start()
    engine.wait_ready()
    yield engine
    engine.kill()


@pytest.fixture
def create_database(postgres: Postgres) -> Iterator[CreateDatabase]:
    """Make an empty database of a service and get its address; dropped after the test, whoever is connected."""
    made = []

    def create(service: str) -> str:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        with making_databases():
            name = postgres.ensure_database(service, f"caytre_{service}_{worker}_{next(_numbers)}")
        made.append(name)
        return postgres.database_url(service, name)

    yield create
    for name in made:
        postgres.drop_database(name)
