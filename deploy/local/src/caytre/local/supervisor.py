"""The background process that starts engines and services, brings back what crashes, and stops them in order."""

import errno
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from caytre.local import issuer
from caytre.local import settings as settings_file
from caytre.local.failures import SetupError
from caytre.local.platform import Engine, Platform, Process, stop_engine, stop_services
from caytre.local.process import write_atomically
from caytre.local.progress import Journal, Restarts
from caytre.local.services import RunningService

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_STABLE_AFTER = 60.0


def pause_after(failures: int) -> float:
    """Seconds before a process that has failed `failures` times in a row is started again."""
    return min(_FIRST_PAUSE * 2.0 ** min(failures - 1, 16), _LONGEST_PAUSE)


class Watch:
    """Brings one process back with growing pauses."""

    def __init__(self, process: Process, journal: Journal) -> None:
        self._process = process
        self._journal = journal
        self._failures = 0
        self._restarts = Restarts()

    def tick(self) -> None:
        """Look at the process; start it again when its pause is over."""
        child = self._process.child
        if child.alive:
            if self._failures and time.time() - (child.started_at or time.time()) > _STABLE_AFTER:
                self._failures = 0
            return
        if self._restarts.next_try is None:
            self._away(f"ended with {child.exit_code}" if child.exit_code is not None else "ended")
        elif time.time() >= self._restarts.next_try:
            try:
                self._process.start()
            except SetupError as error:
                self._away(str(error))
            else:
                self._restarts.count += 1
                self._restarts.next_try = None
                self._journal.restart(self._process.name, self._restarts)

    def _away(self, reason: str) -> None:
        self._failures += 1
        self._restarts.reason = reason
        self._restarts.next_try = time.time() + pause_after(self._failures)
        self._journal.restart(self._process.name, self._restarts)


class Supervisor:
    """Runs one platform until it is asked to stop (SIGTERM or SIGINT)."""

    def __init__(self, platform: Platform, before: settings_file.Settings | None) -> None:
        self._platform = platform
        self._before = before
        self._journal = Journal(platform.run, os.getpid())
        self._stopping = threading.Event()
        self._services: list[RunningService] = []

    def run(self) -> int:
        """Start, watch, stop; returns the process's exit code."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: self._stopping.set())
        error = ""
        try:
            self._start()
            if not self._stopping.is_set():
                self._journal.phase("running")
                self._watch()
        except SetupError as failure:
            error = str(failure)
        except OSError as failure:
            error = f"{failure.strerror}: {failure.filename or self._platform.folder}"
            if failure.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS}:
                raise
        finally:
            self._stop(error)
        return 1 if error else 0

    def _start(self) -> None:
        platform = self._platform
        platform.require_room()
        self._take_over()
        # All of them before anything is started: a busy port costs no minute of downloads.
        processes: list[Process] = [*platform.engines, *platform.services]
        for process in processes:
            if not process.child.alive:
                process.require_ports()
        issuer.prepare(platform.folder)
        platform.ensure_clock()
        self._together([partial(self._start_engine, engine) for engine in platform.engines])
        self._step("databases", platform.ensure_databases)
        self._services = platform.services
        self._together([partial(self._step, f"{one.name}: migration", one.migrate) for one in self._services])
        self._together([partial(self._start_service, one) for one in self._services])

    def _together(self, works: list[Callable[[], None]]) -> None:
        if self._stopping.is_set() or not works:
            return
        with ThreadPoolExecutor(max_workers=len(works)) as pool:
            for future in [pool.submit(work) for work in works]:
                future.result()

    def _step(self, name: str, work: Callable[[], None]) -> None:
        if not self._stopping.is_set():
            self._journal.step(name)
            work()
            self._journal.done(name)

    def _take_over(self) -> None:
        """End what an earlier supervisor left, but for engines that are as they should be."""
        platform = self._platform
        if self._before is not None and self._before != platform.settings:
            Platform(platform.folder, self._before).stop()
            return
        stop_services([service for service in platform.services if service.child.adopt()])
        for engine in platform.engines:
            if engine.child.adopt() and not engine.is_ready():
                stop_engine(engine)

    def _start_engine(self, engine: Engine) -> None:
        self._journal.step(engine.name)
        if engine.child.alive:
            self._journal.done(engine.name, f"{engine.address} (was running)")
            return
        engine.prepare(lambda name, done, of: self._journal.step(engine.name, f"{name} ({done} of {of})"))
        if self._stopping.is_set():
            return
        self._journal.step(engine.name, "starting")
        engine.start()
        engine.wait_ready()
        self._journal.done(engine.name, engine.address)

    def _start_service(self, service: RunningService) -> None:
        self._journal.step(service.name, "starting")
        service.start()
        service.wait_ready()
        self._journal.done(service.name, service.address)

    def _watch(self) -> None:
        processes: list[Process] = [*self._platform.engines, *self._services]
        watches = [Watch(process, self._journal) for process in processes]
        while not self._stopping.wait(0.25):
            for watch in watches:
                watch.tick()

    def _stop(self, error: str) -> None:
        self._journal.phase("stopping", error)
        if any(service.child.alive for service in self._services):
            self._journal.step("services", "finishing what they have begun")
            stop_services(self._services)
            self._journal.done("services")
        for engine in reversed(self._platform.engines):
            if engine.child.alive:
                self._journal.step(engine.name, "stopping")
                stop_engine(engine)
                self._journal.done(engine.name)
        self._journal.phase("failed" if error else "stopped", error)


def _before(path: Path) -> settings_file.Settings | None:
    try:
        return settings_file.read(path.read_text())
    except (FileNotFoundError, SetupError):
        return None


def main(folder: Path) -> int:
    """Run the platform whose wanted settings lie in the folder. Exit code 1 tells that it failed, 3 that one runs."""
    run = folder / "run"
    wanted = settings_file.read((run / "wanted.json").read_text())
    platform = Platform(folder, wanted)
    try:
        with platform.locked():
            current = run / "platform.json"
            before = _before(current)
            supervisor = Supervisor(platform, before)
            write_atomically(current, wanted.text())
            return supervisor.run()
    except SetupError as error:
        print(error, file=sys.stderr)
        return 3


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
