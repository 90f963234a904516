"""What a process tells on `/metrics` and `/health/ready` at one moment, read with the official parser."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx2
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

#: So long a process may take for each answer (seconds); what it looks for itself takes at most two.
PATIENCE = 4.0


@dataclass(frozen=True)
class Reading:
    """One process. `fault` says why nothing was told; `at` is monotonic seconds, `complaints` what is not ready."""

    name: str
    address: str
    at: float
    state: str
    fault: str | None = None
    complaints: tuple[str, ...] = ()
    samples: dict[str, list[Sample]] = field(default_factory=dict)

    def of(self, name: str, **labels: str) -> Iterator[Sample]:
        """The samples of this name with these labels."""
        for sample in self.samples.get(name, ()):
            if labels.items() <= sample.labels.items():
                yield sample

    def total(self, name: str, **labels: str) -> float | None:
        """Their sum; None where nothing is told."""
        values = [sample.value for sample in self.of(name, **labels)]
        return sum(values) if values else None

    def most(self, name: str, **labels: str) -> float | None:
        """The largest of them; None where nothing is told."""
        return max((sample.value for sample in self.of(name, **labels)), default=None)

    def by(self, name: str, label: str) -> dict[str, float]:
        """Their sums by the values of a label."""
        found: dict[str, float] = {}
        for sample in self.of(name):
            key = sample.labels.get(label, "")
            found[key] = found.get(key, 0.0) + sample.value
        return found

    def about(self, label: str, unsaid: str) -> str:
        """What the process says of itself."""
        return next((sample.labels.get(label, unsaid) for sample in self.of("target_info")), unsaid)


def read(name: str, address: str) -> Reading:
    """Ask a process; a reading says what it could not be asked."""
    origin = address.rstrip("/")
    try:
        ready = httpx2.get(f"{origin}/health/ready", timeout=PATIENCE, trust_env=False)
        told = httpx2.get(f"{origin}/metrics", timeout=PATIENCE, trust_env=False)
    except httpx2.HTTPError as error:
        return Reading(name, origin, time.monotonic(), "away", fault=str(error) or type(error).__name__)
    at = time.monotonic()
    state = "ready" if ready.status_code == 200 else "not ready"
    if told.status_code != 200:
        return Reading(name, origin, at, state, f"/metrics answers {told.status_code}", _unready(ready))
    return Reading(name, origin, at, state, None, _unready(ready), samples_in(told.text))


def samples_in(exposition: str) -> dict[str, list[Sample]]:
    """Samples by name. The buckets of histograms, most of it all, are left out. Raises ValueError."""
    kept = "\n".join(line for line in exposition.splitlines() if "_bucket{" not in line)
    families: Iterator[Metric] = iter(text_string_to_metric_families(kept + "\n"))
    found: dict[str, list[Sample]] = {}
    for family in families:
        for sample in family.samples:
            found.setdefault(sample.name, []).append(sample)
    return found


def _unready(answer: httpx2.Response) -> tuple[str, ...]:
    try:
        checks = answer.json().get("checks", {})
    except ValueError:
        return ()
    return tuple(f"{name}: {reason}" for name, reason in checks.items() if reason != "ok")


def rate(now: Reading, before: Reading | None, name: str, **labels: str) -> float | None:
    """A counter's steps a second between two readings; one that began anew counts from nought."""
    if before is None or before.fault is not None or now.at <= before.at:
        return None
    here, there = now.total(name, **labels), before.total(name, **labels) or 0.0
    if here is None:
        return None
    return round((here - there if here >= there else here) / (now.at - before.at), 2)
