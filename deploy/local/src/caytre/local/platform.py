"""One platform: its engines and services in one folder, and what its services are told."""

import fcntl
import json
import os
import shutil
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Protocol

from caytre.core.clock import Rehearsal
from caytre.local import issuer, keys, maven
from caytre.local.failures import SetupError
from caytre.local.folders import cache_folder, keep_private, private
from caytre.local.kafka import Kafka
from caytre.local.mail import Mail
from caytre.local.postgres import Postgres
from caytre.local.process import Child
from caytre.local.services import SERVICES, RunningService, Service
from caytre.local.settings import Settings
from caytre.local.zipkin import Zipkin

#: Free bytes below which nothing is started: engines that meet a full disk stop in worse places.
LEAST_FREE = 512 * 1024 * 1024
_PASSED_ON = {"PATH", "HOME", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"}


class Process(Protocol):
    """What a platform runs: an engine or a service."""

    name: str
    child: Child

    @property
    def address(self) -> str: ...
    def require_ports(self) -> None: ...
    def start(self) -> None: ...
    def is_ready(self) -> bool: ...
    def wait_ready(self, timeout: float = ...) -> None: ...
    def stop(self, timeout: float = ...) -> bool: ...
    def kill(self) -> None: ...


class Engine(Process, Protocol):
    """What services need and a platform brings."""

    def prepare(self, progress: maven.Progress | None = None) -> None: ...


class Platform:
    """Everything of one platform. `folder` holds its data; two platforms with other folders and ports do not meet."""

    def __init__(self, folder: Path, settings: Settings | None = None, cache: Path | None = None) -> None:
        self.folder = folder.resolve()
        self.settings = settings or Settings()
        self.cache = cache or cache_folder()
        self.run = self.folder / "run"
        self.supervisor = Child("supervisor", self.run / "supervisor.json", self.folder / "log" / "supervisor.log")
        given = self.settings
        self.postgres: Postgres | None = None
        if not given.services or any(service.name not in given.databases for service in given.services):
            self.postgres = Postgres(self.folder, given.postgres, durable=given.durable)
        self.kafka: Kafka | None = None
        if given.bootstrap_servers is None:
            self.kafka = Kafka(self.folder, given.kafka, given.kafka_controller, cache=self.cache)
        self.zipkin = Zipkin(self.folder, given.zipkin, cache=self.cache) if given.otlp is None else None
        self.mail = Mail(self.folder, given.mail)

    @property
    def engines(self) -> list[Engine]:
        """The embedded engines, in the order of their start."""
        found: list[Engine | None] = [self.postgres, self.kafka, self.zipkin, self.mail]
        return [engine for engine in found if engine is not None]

    @property
    def services(self) -> list[RunningService]:
        """The services; asked for when keys and passwords exist or may be made."""
        return [RunningService(one, self.folder, self.environment(one)) for one in self.settings.services]

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the platform: one process at a time starts and stops things. Raises SetupError when another does."""
        keep_private(self.run)
        with open(self.run / "lock", "w", opener=private) as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise SetupError(
                    f"Another process is just starting or stopping the platform in {self.folder}."
                ) from None
            yield

    def require_room(self) -> None:
        """Raise SetupError when the disk is all but full."""
        free = shutil.disk_usage(self.folder).free
        if free < LEAST_FREE:
            raise SetupError(
                f"The disk of {self.folder} has {free >> 20} MiB free, the platform needs {LEAST_FREE >> 20}. "
                f"Make room, or name another folder by CAYTRE_HOME."
            )

    def ensure_databases(self) -> None:
        """Make the embedded databases that are not there yet."""
        for service in self.settings.services:
            if self.postgres is not None and service.name not in self.settings.databases:
                self.postgres.ensure_database(service.name)

    def database_url(self, service: str) -> str:
        """The address of the service's database, embedded or given."""
        given = self.settings.databases.get(service)
        if given is not None or self.postgres is None:
            return given or ""
        return self.postgres.database_url(service)

    def with_databases(self) -> list[str]:
        """The services whose databases can be reached, whether the services themselves run or not.

        Raises SetupError when PostgreSQL does not answer.
        """
        ours = {one.name for one in self.settings.services} | self.settings.databases.keys()
        others = [one.name for one in SERVICES if one.name not in ours]
        brought = {name for name in others if self.postgres is not None and self.postgres.has_database(name)}
        return [one.name for one in SERVICES if one.name in ours | brought]

    @property
    def clock(self) -> Path:
        """Where the clock of a rehearsal lies."""
        return self.folder / "clock.json"

    def ensure_clock(self) -> None:
        """Make the clock of a rehearsal that begins. Raises SetupError for another day than it began with."""
        if self.settings.rehearsal is None:
            return
        day = date.fromisoformat(self.settings.rehearsal)
        if not self.clock.exists():
            Rehearsal.begin(self.clock, day)
        elif (began := Rehearsal(self.clock).began) != day:
            raise SetupError(
                f"The rehearsal in {self.folder} began with {began}, not with {day}. Go on with "
                f"`caytre up --rehearsal {began}`, or begin another one under another --name."
            )

    @property
    def bootstrap_servers(self) -> str:
        """Where Kafka is."""
        return self.kafka.address if self.kafka is not None else self.settings.bootstrap_servers or ""

    def environment(self, service: Service, machine: Mapping[str, str] = os.environ) -> dict[str, str]:
        """The environment of one service's processes."""
        passed = {
            name: value
            for name, value in machine.items()
            if name in _PASSED_ON or name.startswith(("CAYTRE_", "OTEL_"))
        }
        told = {
            "DATABASE_URL": self.database_url(service.name),
            "KAFKA_BOOTSTRAP_SERVERS": self.bootstrap_servers,
            "CAYTRE_ENVIRONMENT": "local",
            "CAYTRE_ISSUER": issuer.ISSUER,
            "CAYTRE_AUDIENCE": issuer.AUDIENCE,
            "CAYTRE_JWKS": str(issuer.jwks_path(self.folder)),
            "CAYTRE_DATA_KEYS": str(keys.data_keys(self.folder, service.name)),
            "CAYTRE_SIGNING_KEY": str(keys.signing_key(self.folder, service.name)),
            "CAYTRE_PSEUDONYM_KEY": str(keys.pseudonym_key(self.folder)),
            # People reach every service through the gateway, which explains the problems of all.
            "CAYTRE_PUBLIC_URL": next(
                (one.address for one in self.settings.services if one.name == "gateway"), service.address
            ),
            "OTEL_SERVICE_NAME": service.name,
            "PYTHONUNBUFFERED": "1",
        }
        if service.name == "gateway":
            others = {one.name: one.address for one in self.settings.services if one.name != "gateway"}
            told["CAYTRE_SERVICES"] = json.dumps(others)
        if service.name == "notifications":
            told["CAYTRE_SMTP"] = machine.get("CAYTRE_SMTP") or self.mail.address
        if self.settings.rehearsal is not None:
            told["CAYTRE_REHEARSAL_CLOCK"] = str(self.clock)
        if self.zipkin is not None:
            told |= {
                "OTEL_TRACES_EXPORTER": "zipkin_json",
                "OTEL_EXPORTER_ZIPKIN_ENDPOINT": self.zipkin.spans_address,
                "CAYTRE_TRACE_URL": f"{self.zipkin.address}/zipkin/traces/{{trace_id}}",
            }
        elif self.settings.otlp is not None:
            told |= {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_ENDPOINT": self.settings.otlp}
        return passed | told

    def stop(self) -> bool:
        """Stop what still runs, services together and then engines, PostgreSQL last; False if nothing ran."""
        services = [service for service in self.services if service.child.adopt()]
        engines = [engine for engine in reversed(self.engines) if engine.child.adopt()]
        stop_services(services)
        for engine in engines:
            stop_engine(engine)
        return bool(services or engines)


def stop_services(services: list[RunningService], grace: float = 20) -> None:
    """Ask all at once, then wait for each: none waits for another's drain."""
    for service in services:
        service.child.send(signal.SIGTERM)
    for service in services:
        service.stop(grace)


def stop_engine(engine: Engine) -> None:
    """Stop one engine if it runs, and forget it."""
    if engine.child.alive:
        engine.stop()
    engine.child.forget()
