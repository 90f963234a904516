"""All processes at one moment: relays, consumers, obligations and mail, as `caytre top` shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from caytre.core.clock import machine_now
from caytre.local.metrics import Reading, rate, read


@dataclass(frozen=True)
class Relay:
    """What one process's relay has before it; told by the leader, None in the others. `lag` in messages."""

    leads: bool
    blocked: bool
    outbox: int | None
    outbox_seconds: float | None
    lag: int | None
    lag_seconds: float | None
    published_per_second: float | None


@dataclass(frozen=True)
class Process:
    """One process of a service. `state`: ready, not ready, away; `notes` say what is not well."""

    service: str
    role: str
    address: str
    state: str
    notes: tuple[str, ...]
    requests_per_second: float | None
    failures_per_second: float | None
    event_loop_lag: float | None
    cpu_percent: float | None
    memory_bytes: int | None
    relay: Relay | None


@dataclass(frozen=True)
class Consumer:
    """One consumer over all its topics and processes."""

    consumer: str
    lag: int | None
    lag_seconds: float | None
    applied_per_second: float | None
    parked: int | None
    halted: bool
    paused: int


@dataclass(frozen=True)
class Obligations:
    """What is overdue by its code, and how late timers are (business time)."""

    overdue: Mapping[str, int]
    timers_late_seconds: float | None


@dataclass(frozen=True)
class Mail:
    """What waits to be sent, how much of it failed before and how, and what happens to it."""

    queued: int
    retrying: Mapping[str, int]
    late_seconds: float | None
    sent_per_second: float | None
    failures: Mapping[str, int]


@dataclass(frozen=True)
class Overview:
    """Everything; `obligations` and `mail` are None while nobody tells them."""

    at: str
    processes: tuple[Process, ...]
    consumers: tuple[Consumer, ...]
    obligations: Obligations | None
    mail: Mail | None


def readings(places: Sequence[tuple[str, str]]) -> list[Reading]:
    """Ask all processes (name, address) at once."""
    with ThreadPoolExecutor(max_workers=16) as pool:
        return list(pool.map(lambda place: read(*place), places))


def overview(now: Sequence[Reading], before: Sequence[Reading] = ()) -> Overview:
    """Put readings together; rates are known where there is one from before."""
    earlier = {reading.address: reading for reading in before}
    pairs = [(reading, earlier.get(reading.address)) for reading in now]
    return Overview(
        at=machine_now().isoformat(timespec="seconds"),
        processes=tuple(_process(*pair) for pair in pairs),
        consumers=_consumers(pairs),
        obligations=_obligations(now),
        mail=_mail(pairs),
    )


Pairs = Sequence[tuple[Reading, Reading | None]]


def _process(now: Reading, before: Reading | None) -> Process:
    cpu = rate(now, before, "process_cpu_seconds_total")
    memory = now.total("process_resident_memory_bytes")
    turns, late = (rate(now, before, f"event_loop_lag_seconds_{part}") for part in ("count", "sum"))
    counted = "http_server_request_duration_seconds_count"
    known = before is not None and now.fault is None and before.fault is None
    statuses = {sample.labels.get("http_response_status_code", "") for sample in now.of(counted)}
    failed = [rate(now, before, counted, http_response_status_code=code) for code in statuses if code.startswith("5")]
    return Process(
        service=now.about("service_name", now.name),
        role=now.about("caytre_role", ""),
        address=now.address,
        state=now.state,
        notes=_notes(now),
        requests_per_second=rate(now, before, counted) or 0.0 if known else None,
        failures_per_second=round(sum(each or 0.0 for each in failed), 2) if known else None,
        event_loop_lag=round(late / turns, 4) if turns and late is not None else None,
        cpu_percent=round(cpu * 100, 1) if cpu is not None else None,
        memory_bytes=int(memory) if memory is not None else None,
        relay=_relay(now, before),
    )


def _notes(now: Reading) -> tuple[str, ...]:
    found = [] if now.fault is None else [now.fault]
    found += now.complaints
    for gauge, engine in (("database_up", "the database"), ("kafka_up", "Kafka")):
        if now.total(gauge) == 0:
            found.append(f"{engine} does not answer")
    if now.total("relay_blocked"):
        found.append("relay blocked: see `caytre lag`")
    return tuple(found)


def _relay(now: Reading, before: Reading | None) -> Relay | None:
    if (leads := now.total("relay_leading")) is None:
        return None
    outbox, unpublished = now.total("outbox_depth"), now.total("relay_unpublished")
    return Relay(
        leads=bool(leads),
        blocked=bool(now.total("relay_blocked")),
        outbox=_whole(outbox),
        outbox_seconds=_tenths(now.total("outbox_oldest_age_seconds")),
        lag=_whole(None if outbox is None or unpublished is None else outbox + unpublished),
        lag_seconds=_tenths(now.total("relay_lag_seconds")),
        published_per_second=rate(now, before, "relay_published_total"),
    )


def _consumers(pairs: Pairs) -> tuple[Consumer, ...]:
    names = sorted({name for now, _ in pairs for name in now.by("consumer_applied_total", "consumer")})
    return tuple(_consumer(name, pairs) for name in names)


def _consumer(name: str, pairs: Pairs) -> Consumer:
    all_ = [now for now, _ in pairs]
    rates = [rate(now, before, "consumer_applied_total", consumer=name) for now, before in pairs]
    known = [each for each in rates if each is not None]
    lags: dict[tuple[str, str], float] = {}
    for now in all_:
        # While a consumer is halted, every process tells of all partitions.
        for sample in now.of("consumer_lag", consumer=name):
            place = (sample.labels["topic"], sample.labels["partition"])
            lags[place] = max(lags.get(place, 0.0), sample.value)
    return Consumer(
        consumer=name,
        lag=int(sum(lags.values())) if lags else None,
        lag_seconds=_tenths(_most(now.most("consumer_lag_seconds", consumer=name) for now in all_)),
        applied_per_second=round(sum(known), 2) if known else None,
        parked=_whole(_most(now.most("parked_events", consumer=name) for now in all_)),
        halted=bool(_most(now.most("consumer_halted", consumer=name) for now in all_)),
        paused=_whole(_most(now.most("consumer_paused", consumer=name) for now in all_)) or 0,
    )


def _obligations(now: Sequence[Reading]) -> Obligations | None:
    telling = [reading for reading in now if reading.most("timer_late_seconds") is not None]
    if not telling:
        return None
    overdue: dict[str, int] = {}
    for reading in telling:
        for code, count in reading.by("obligation_overdue", "code").items():
            overdue[code] = max(overdue.get(code, 0), int(count))
    ranked = dict(sorted(overdue.items(), key=lambda item: (-item[1], item[0])))
    return Obligations(ranked, _tenths(_most(reading.most("timer_late_seconds") for reading in telling)))


def _mail(pairs: Pairs) -> Mail | None:
    telling = [(now, before) for now, before in pairs if now.total("mail_queued") is not None]
    if not telling:
        return None
    # What waits is the same in every process; what was done is each one's own.
    waiting = telling[0][0].by("mail_queued", "failure")
    sent = [rate(now, before, "mail_deliveries_total", outcome="sent") or 0.0 for now, before in telling if before]
    failures: dict[str, int] = {}
    for now, _ in telling:
        for outcome, count in now.by("mail_deliveries_total", "outcome").items():
            if outcome != "sent":
                failures[outcome] = failures.get(outcome, 0) + int(count)
    return Mail(
        queued=int(sum(waiting.values())),
        retrying={failure: int(count) for failure, count in waiting.items() if failure},
        late_seconds=_tenths(_most(now.most("mail_late_seconds") for now, _ in telling)),
        sent_per_second=round(sum(sent), 2) if sent else None,
        failures=failures,
    )


def _most(values: Iterable[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _tenths(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
