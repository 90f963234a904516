"""Child processes in sessions of their own, found again by pid and start time after their parent has gone."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from caytre.local.folders import keep_private, make_private, private

MARK = "CAYTRE_CHILD"
#: The umask of every process of the platform: what it writes is its owner's alone.
PRIVATE = 0o077
_LOG_LIMIT = 16 * 1024 * 1024
# A handle dropped while its process runs makes Python warn, but children are meant to outlive their parent.
_handles: list[subprocess.Popen[bytes]] = []


def write_atomically(path: Path, text: str, mode: int = 0o600) -> None:
    """Replace a small file so that a reader, or a power cut, sees the old text or the new one."""
    make_private(path.parent)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _reap() -> None:
    _handles[:] = [handle for handle in _handles if handle.poll() is None]


def runs(process: psutil.Process) -> bool:
    """True while the process executes; one that has ended and waits to be reaped does not."""
    try:
        # A killed process shows as a zombie while its other threads still end and hold its sockets.
        return process.is_running() and (process.status() != psutil.STATUS_ZOMBIE or process.num_threads() > 1)
    except psutil.NoSuchProcess:
        return False


class Child:
    """One process of the platform; `record` is the file that remembers it, `log` takes its output."""

    def __init__(self, name: str, record: Path, log: Path) -> None:
        self.name = name
        self.record = record
        self.log = log
        self.log_start = 0
        self._process: psutil.Process | None = None
        self._started: subprocess.Popen[bytes] | None = None

    @property
    def mark(self) -> str:
        """The value of the environment variable that tells this child from those of other platforms."""
        return f"{self.record.parent.resolve()}:{self.name}"

    @property
    def pid(self) -> int | None:
        """The process id while the process lives."""
        return self._process.pid if self._process is not None and self.alive else None

    @property
    def record_pid(self) -> int | None:
        """The process id of what was spawned or adopted, whether it lives or not."""
        return self._process.pid if self._process is not None else None

    @property
    def started_at(self) -> float | None:
        """Start of the process in seconds since the epoch, as the kernel tells it."""
        return self._process.create_time() if self._process is not None and self.alive else None

    @property
    def alive(self) -> bool:
        """True while the very process that was spawned or adopted runs; an ended child of ours is reaped."""
        if self._started is not None and self._started.poll() is not None:
            return False
        return self._process is not None and runs(self._process)

    @property
    def exit_code(self) -> int | None:
        """How the process ended, known only to the one that spawned it."""
        return self._started.poll() if self._started is not None else None

    def spawn(
        self,
        command: Sequence[str],
        env: Mapping[str, str],
        cwd: Path | None = None,
        account: Mapping[str, object] | None = None,
    ) -> None:
        """Start the process in its own session with its output in the log; `account` is user, group and groups."""
        keep_private(self.log.parent)
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT:
            self.log.replace(self.log.with_name(f"{self.log.name}.1"))
        who = account or {}
        _reap()
        with open(self.log, "ab", opener=private) as output:
            self.log_start = output.tell()
            self._started = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**env, MARK: self.mark},
                cwd=cwd,
                start_new_session=True,
                umask=PRIVATE,
                **who,  # type: ignore[call-overload]
            )
        _handles.append(self._started)
        try:
            self._process = psutil.Process(self._started.pid)
            self._remember(self._process)
        except psutil.NoSuchProcess:
            self._process = None

    def _remember(self, process: psutil.Process) -> None:
        seen = {
            "name": self.name,
            "pid": process.pid,
            "create_time": process.create_time(),
            "log_start": self.log_start,
        }
        write_atomically(self.record, json.dumps(seen))

    def adopt(self, search: bool = True) -> bool:
        """Take up the process that an earlier parent left, if it still is the same one.

        Where the record is missing, `search` looks through all processes for this child's mark.
        """
        seen = {}
        try:
            seen = json.loads(self.record.read_text())
            process = psutil.Process(seen["pid"])
            same = abs(process.create_time() - seen["create_time"]) < 0.05 and process.status() != psutil.STATUS_ZOMBIE
        except (FileNotFoundError, ValueError, KeyError, psutil.NoSuchProcess):
            process, same = None, False
        if not same:
            process = self._find_marked() if search else None
        if process is None:
            return False
        self._process, self._started = process, None
        self.log_start = seen.get("log_start", 0) if same else 0
        if not same:
            self._remember(process)
        return True

    def _find_marked(self) -> psutil.Process | None:
        # A parent killed between starting the process and writing the record leaves only the mark in its environment.
        marked = []
        for process in psutil.process_iter():
            try:
                if process.environ().get(MARK) == self.mark and process.status() != psutil.STATUS_ZOMBIE:
                    marked.append(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied, OSError):
                continue
        return min(marked, key=lambda process: process.create_time(), default=None)

    def output(self, lines: int = 15) -> str:
        """The last lines the process wrote since it was spawned."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as file:
            file.seek(self.log_start)
            return "\n".join(file.read().decode("utf-8", "replace").splitlines()[-lines:])

    def wrote(self, text: str) -> bool:
        """True when `text` is in what the process wrote since it was spawned."""
        if not self.log.exists():
            return False
        with self.log.open("rb") as file:
            file.seek(self.log_start)
            return text.encode() in file.read()

    def send(self, number: signal.Signals) -> None:
        """Send a signal to this very process; nothing happens when it has gone."""
        if self._process is not None and self.alive:
            try:
                self._process.send_signal(number)
            except psutil.NoSuchProcess:
                return

    def wait(self, timeout: float) -> bool:
        """Wait up to `timeout` seconds for the end of the process; True when it has ended."""
        deadline = time.monotonic() + timeout
        while self.alive:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        _reap()
        return True

    def end(self, number: signal.Signals = signal.SIGTERM, grace: float = 10.0) -> bool:
        """Ask by signal, wait `grace` seconds, then kill; True when the process ended by itself. Forgets the record."""
        self.send(number)
        ended = self.wait(grace)
        if not ended:
            self.kill()
        self.forget()
        return ended

    def kill(self) -> None:
        """SIGKILL to the process and all it started, as a power cut would; the record stays."""
        if self._process is None or not self.alive:
            return
        try:
            family = [*self._process.children(recursive=True), self._process]
        except psutil.NoSuchProcess:
            return
        for process in reversed(family):
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        self.wait(5)
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and any(map(runs, family)):
            time.sleep(0.02)

    def forget(self) -> None:
        """Drop the record of a process that has ended."""
        self.record.unlink(missing_ok=True)
