"""The two clocks. Business time is what the law counts; machine time is what leases, tokens and ids live by.

Business time (`business_now`, `business_today`) fills `at`, deadlines and the CloudEvents `time`. Machine time
(`machine_now`) is never moved. In a rehearsal business time is machine time moved by an offset that lies in a file,
which all processes of the platform read and only `travel` writes.
"""

import json
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


class Backwards(ValueError):
    """Business time only moves forward: what has fallen due does not become undue."""


@dataclass(frozen=True, slots=True)
class _Moved:
    began: date
    offset: timedelta


class Rehearsal:
    """The business clock of a rehearsal. Raises OSError and ValueError when its file cannot be read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp: tuple[int, int] = (0, 0)
        self._moved = self._read()

    @classmethod
    def begin(cls, path: Path, on: date) -> "Rehearsal":
        """Make the clock, at the first moment of the day in Vietnam. Raises FileExistsError."""
        if path.exists():
            raise FileExistsError(path)
        start = datetime(on.year, on.month, on.day, tzinfo=VIETNAM)
        _write(path, _Moved(on, start - machine_now()))
        return cls(path)

    @property
    def began(self) -> date:
        """The day with which the rehearsal began: there is no business before it."""
        return self._current().began

    def now(self) -> datetime:
        """The present of the rehearsed business, aware, in UTC."""
        return machine_now() + self._current().offset

    def travel(self, to: datetime) -> None:
        """Move business time to a later moment, for all processes. Raises Backwards."""
        offset = to - machine_now()
        if offset < self._current().offset:
            raise Backwards(f"{to.isoformat()} lies before {self.now().isoformat()}")
        _write(self.path, _Moved(self.began, offset))

    def _current(self) -> _Moved:
        status = os.stat(self.path)
        if (status.st_mtime_ns, status.st_ino) != self._stamp:
            self._moved = self._read()
        return self._moved

    def _read(self) -> _Moved:
        status = os.stat(self.path)
        content = json.loads(self.path.read_text())
        self._stamp = (status.st_mtime_ns, status.st_ino)
        return _Moved(date.fromisoformat(content["began"]), timedelta(seconds=content["offset_seconds"]))


def _write(path: Path, moved: _Moved) -> None:
    # Replaced whole: a process that reads at this moment sees the old offset or the new one.
    new = path.with_suffix(".new")
    new.write_text(json.dumps({"began": moved.began.isoformat(), "offset_seconds": moved.offset.total_seconds()}))
    new.replace(path)


_rehearsal: Rehearsal | None = None


def rehearse(path: Path | None) -> None:
    """From now on this process lives by the rehearsal clock in the file, or by real time when there is none."""
    global _rehearsal
    _rehearsal = Rehearsal(path) if path is not None else None


def rehearsal() -> Rehearsal | None:
    """The rehearsal this process takes part in."""
    return _rehearsal


def business_now() -> datetime:
    """The present of the business, aware, in UTC."""
    return _rehearsal.now() if _rehearsal is not None else machine_now()


def business_today() -> date:
    """The business day in Vietnam (UTC+7, no daylight saving time)."""
    return day_of(business_now())


def day_of(moment: datetime) -> date:
    """The Vietnamese calendar day on which `moment` falls."""
    return moment.astimezone(VIETNAM).date()


def machine_now() -> datetime:
    """The present of the machine, aware, in UTC."""
    return datetime.now(UTC)
