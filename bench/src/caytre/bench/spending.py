"""What each process of a run spends: CPU time between two looks, taken from outside."""

import os
from collections.abc import Mapping
from contextlib import suppress
from time import process_time

import psutil

from caytre.bench.engines import Engines


def cpu_seconds(pid: int) -> float:
    """CPU seconds of a process with its children, also those that have ended (proc(5), cutime and cstime).

    Of this process its own alone: whatever a benchmark measures is its child. Raises psutil.NoSuchProcess.
    """
    if pid == os.getpid():
        return process_time()
    process = psutil.Process(pid)
    total = 0.0
    for each in (process, *process.children(recursive=True)):
        # A session may end between two looks; what it spent is then its parent's.
        with suppress(psutil.NoSuchProcess):
            spent = each.cpu_times()
            total += spent.user + spent.system + spent.children_user + spent.children_system
    return total


class Meter:
    """CPU time by name of the processes told, PostgreSQL and Kafka, since `begin`."""

    def __init__(self, running: Engines, processes: Mapping[str, int]) -> None:
        engines = {"PostgreSQL": running.postgres.pid, "Kafka": running.kafka.pid}
        self._pids = {**processes, **{name: pid for name, pid in engines.items() if pid is not None}}
        self.begin()

    def begin(self) -> None:
        """Count from now on."""
        self._began = {name: cpu_seconds(pid) for name, pid in self._pids.items()}

    def per(self, count: int) -> dict[str, float]:
        """Microseconds for each of so many things done since."""
        return {name: (cpu_seconds(pid) - self._began[name]) / count * 1e6 for name, pid in self._pids.items()}
