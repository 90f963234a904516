"""What a platform is told: where it listens, which services it runs, and which engines it is given from outside."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from caytre.local.failures import SetupError
from caytre.local.services import SERVICES, Service

_PORTS = ("postgres", "kafka", "kafka_controller", "zipkin", "mail")


@dataclass(frozen=True, slots=True)
class Settings:
    """One platform's settings. No port for PostgreSQL means its Unix socket only."""

    services: tuple[Service, ...] = SERVICES
    postgres: int | None = None
    kafka: int = 9092
    kafka_controller: int = 9093
    zipkin: int = 9411
    mail: int = 1025
    #: Databases that exist already, by service.
    databases: Mapping[str, str] = field(default_factory=dict)
    #: A Kafka that exists already.
    bootstrap_servers: str | None = None
    #: A collector of traces that exists already.
    otlp: str | None = None
    #: The day with which a rehearsal begins; None is real time.
    rehearsal: str | None = None
    #: False leaves out fsync.
    durable: bool = True

    def with_ports(self, ports: Mapping[str, int]) -> "Settings":
        """The same with other ports, by name of service or engine. Raises SetupError for an unknown name."""
        names = {service.name for service in self.services}
        unknown = sorted(set(ports) - names - set(_PORTS))
        if unknown:
            raise SetupError(
                f"Nothing is called {', '.join(unknown)} here; ports belong to {', '.join(_PORTS)} "
                f"and {', '.join(sorted(names))}."
            )
        services = tuple(replace(service, port=ports.get(service.name, service.port)) for service in self.services)
        changed = {name: port for name, port in ports.items() if name in _PORTS}
        return replace(self, services=services, **changed)  # type: ignore[arg-type]

    def only(self, names: Sequence[str]) -> "Settings":
        """The same with these services only. Raises SetupError for an unknown name."""
        unknown = sorted(set(names) - {service.name for service in self.services})
        if unknown:
            raise SetupError(f"There is no service {', '.join(unknown)}.")
        return replace(self, services=tuple(service for service in self.services if service.name in names))

    def text(self) -> str:
        """The settings as text, for `read`."""
        return json.dumps(asdict(self), indent=1)


def read(text: str) -> Settings:
    """The settings that `Settings.text` gave. Raises SetupError when another version of Caytre wrote them."""
    try:
        found = json.loads(text)
        services = tuple(Service(one["name"], one["port"], tuple(one["command"])) for one in found.pop("services"))
        return Settings(services=services, **found)
    except (ValueError, KeyError, TypeError) as error:
        raise SetupError(f"The platform's settings were written by another version of Caytre: {error}") from error


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings in `CAYTRE_<NAME>_PORT`, `CAYTRE_<SERVICE>_DATABASE_URL`, `KAFKA_BOOTSTRAP_SERVERS` and
    `OTEL_EXPORTER_OTLP_ENDPOINT`. Raises SetupError for a port that is none.
    """
    settings = Settings()
    ports = {}
    for name in (*_PORTS, *(service.name for service in settings.services)):
        variable = f"CAYTRE_{name.upper()}_PORT"
        if environment.get(variable):
            ports[name] = parse_port(environment[variable], variable)
    databases = {
        service.name: environment[f"CAYTRE_{service.name.upper()}_DATABASE_URL"]
        for service in settings.services
        if environment.get(f"CAYTRE_{service.name.upper()}_DATABASE_URL")
    }
    return replace(
        settings.with_ports(ports),
        databases=databases,
        bootstrap_servers=environment.get("KAFKA_BOOTSTRAP_SERVERS") or None,
        otlp=environment.get("OTEL_EXPORTER_OTLP_ENDPOINT") or None,
    )


def parse_port(text: str, name: str) -> int:
    """A port number. Raises SetupError naming the setting."""
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise SetupError(f"{name} is {text!r}, which is no port.")
    return int(text)
