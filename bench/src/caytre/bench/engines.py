"""Engines of a benchmark's own: real, durable, on free ports and in a folder that goes away with them."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from caytre.local.folders import cache_folder
from caytre.local.kafka import Kafka
from caytre.local.ports import free_port
from caytre.local.postgres import Postgres
from caytre.local.process import Child

PREFIX = "caytre-bench-"


@dataclass(frozen=True, slots=True)
class Engines:
    """PostgreSQL with fsync on and Apache Kafka, both running."""

    folder: Path
    postgres: Postgres
    kafka: Kafka


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder for one run; whatever is in it is removed at the end, and what killed runs left is ended before."""
    _discard_left_behind()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{_owner(psutil.Process())}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owner(process: psutil.Process) -> str:
    return f"{process.pid}-{int(process.create_time() * 100)}"


def _discard_left_behind() -> None:
    """The name of a run's folder says whose it is; the records in it say which processes were started."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        owner = folder.name.removeprefix(PREFIX).rpartition("-")[0]
        try:
            lives = _owner(psutil.Process(int(owner.partition("-")[0]))) == owner
        except (ValueError, psutil.NoSuchProcess):
            lives = False
        if lives or folder.stat().st_uid != os.geteuid():
            continue
        for record in (folder / "run").glob("*.json"):
            child = Child(record.stem, record, folder / "log" / f"{record.stem}.log")
            if child.adopt(search=False):
                child.kill()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def engines(folder: Path, *, connections: int = 100) -> Iterator[Engines]:
    """Start both engines in `folder`; they are killed at the end, since nobody needs what they hold."""
    postgres = Postgres(folder, connections=connections)
    kafka = Kafka(folder, free_port(), free_port(), cache=cache_folder())
    try:
        for engine in (postgres, kafka):
            engine.prepare()
            engine.start()
        for engine in (postgres, kafka):
            engine.wait_ready()
        yield Engines(folder, postgres, kafka)
    finally:
        for engine in (kafka, postgres):
            engine.kill()
            engine.child.forget()
        shutil.rmtree(postgres.socket, ignore_errors=True)
        shutil.rmtree(postgres.account.home, ignore_errors=True)


def pin(pid: int, cores: Iterable[int]) -> None:
    """Bind a process, all its threads and all its children to these cores; what they start later inherits it."""
    wanted = set(cores)
    process = psutil.Process(pid)
    for each in (process, *process.children(recursive=True)):
        # A process may end between two looks.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for task in Path(f"/proc/{each.pid}/task").iterdir():
                os.sched_setaffinity(int(task.name), wanted)


def cores() -> list[int]:
    """The cores this process may use."""
    return sorted(os.sched_getaffinity(0))
