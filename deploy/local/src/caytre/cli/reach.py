"""Where a command finds what it works with: the platform on this machine, or another by address and token."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import httpx2
import typer

from caytre.cli import secrets
from caytre.core.ids import new_id
from caytre.local import control, issuer, keys
from caytre.local.failures import SetupError
from caytre.local.folders import active_folder
from caytre.local.platform import Platform

Url = Annotated[
    str | None,
    typer.Option(
        "--url",
        envvar="CAYTRE_URL",
        help="Another platform: the address of its gateway, or of the one service that is meant.",
    ),
]
Token = Annotated[
    str | None,
    typer.Option(
        "--token",
        envvar="CAYTRE_TOKEN",
        show_envvar=True,
        metavar="@FILE|-",
        callback=secrets.option(secrets.whole),
        help="Where an access token for --url stands: @FILE, - for standard input, or the variable.",
    ),
]
Kafka = Annotated[
    str | None,
    typer.Option("--kafka", envvar="KAFKA_BOOTSTRAP_SERVERS", help="HOST:PORT of another platform's Kafka."),
]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database",
        envvar="DATABASE_URL",
        show_envvar=True,
        metavar="@FILE|-|URL",
        callback=secrets.option(secrets.in_address),
        help="The service's database, on another platform: @FILE, - for standard input, the variable, "
        "or an address without password.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="For machines.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask on a terminal before doing it.")]

#: Seconds that a service may take for an answer; redriving thousands takes its time.
PATIENCE = 120.0


class Refused(SetupError):
    """A service answered with a problem (RFC 9457); the sentence is its own."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status = status
        self.problem = problem
        said = problem.get("detail") or problem.get("title") or "refused"
        errors = "".join(
            f"\n  {error.get('pointer', '')} {error.get('detail', '')}".rstrip()
            for error in problem.get("errors") or ()
        )
        trace = f"\n  trace {problem['trace_id']}" if problem.get("trace_id") else ""
        super().__init__(f"{status}: {said}{errors}{trace}")


@dataclass(frozen=True)
class Target:
    """One service over HTTP."""

    name: str
    url: str
    token: str

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The JSON it answers. Raises Refused for a problem, SetupError when it cannot be reached."""
        headers = {"Authorization": f"Bearer {self.token}", "Accept-Language": "en"}
        if method == "POST":
            headers["Idempotency-Key"] = str(new_id())
        try:
            answer = httpx2.request(
                method, self.url.rstrip("/") + path, json=body, headers=headers, timeout=PATIENCE, trust_env=False
            )
        except httpx2.HTTPError as error:
            raise SetupError(f"{self.name} does not answer at {self.url}: {error or type(error).__name__}") from error
        return content_of(answer)


def content_of(answer: httpx2.Response) -> Any:
    """The JSON of an answer. Raises Refused."""
    try:
        content = answer.json() if answer.content else {}
    except ValueError:
        content = {"detail": answer.text[:300]}
    if answer.is_error:
        raise Refused(answer.status_code, content if isinstance(content, dict) else {"detail": str(content)})
    return content


class Reach:
    """The platform that is meant: the one in CAYTRE_HOME, or the one at `url`."""

    def __init__(self, url: str | None = None, token: str | None = None) -> None:
        self.url = url
        self._token = token

    @cached_property
    def platform(self) -> Platform:
        """The platform on this machine. Raises SetupError when there is none."""
        return control.known(active_folder())

    def token(self, *roles: str, subject: str | None = None, **scope: Any) -> str:
        """The token that was given, else one of the development issuer for these roles."""
        if self.url is not None:
            if self._token is None:
                raise SetupError("--url needs --token (or CAYTRE_TOKEN): the development issuer is not trusted there.")
            return self._token
        who = subject or f"uid:{os.geteuid()}"
        return issuer.mint(self.platform.folder, subject=who, roles=roles, **scope)

    def services(self) -> list[Target]:
        """Every service, with an operator's token; a platform elsewhere is the one service at its address."""
        token = self.token("operator")
        if self.url is not None:
            return [Target("the service", self.url, token)]
        found = [Target(one.name, one.address, token) for one in self.platform.services]
        if not found:
            raise SetupError("There is no service here, only engines are up: run `caytre down` and `caytre up`.")
        return found

    def service(self, name: str) -> Target:
        """The service of this name. Raises SetupError."""
        found = {target.name: target for target in self.services()}
        if self.url is not None:
            return next(iter(found.values()))
        if name not in found:
            raise SetupError(f"There is no service {name} here; there are {', '.join(found)}.")
        return found[name]

    def gateway(self) -> str:
        """The origin of the gateway."""
        if self.url is not None:
            return self.url.rstrip("/")
        addresses = {one.name: one.address for one in self.platform.services}
        if "gateway" not in addresses:
            raise SetupError("This platform runs without a gateway.")
        return addresses["gateway"]

    def of_consumer(self, name: str) -> Target:
        """The service in which a consumer of this name runs. Raises SetupError."""
        statuses = {target.name: (target, target.ask("GET", "/operations/status")) for target in self.services()}
        known = []
        for target, status in statuses.values():
            for consumer in status["consumers"]:
                if consumer["consumer"] == name:
                    return target
                known.append(consumer["consumer"])
        raise SetupError(f"There is no consumer {name}; there are {', '.join(known) or 'none'}.")

    def kafka(self, given: str | None) -> str:
        """Bootstrap servers: those given, else this platform's."""
        return given or self.platform.bootstrap_servers

    def database(self, service: str, given: str | None) -> str:
        """The database of a service, as its owner. Raises SetupError when there is none."""
        if given:
            return given
        self.known_services([service])
        return self.platform.database_url(service)

    def known_services(self, names: Sequence[str]) -> list[str]:
        """The services of these names, all of this platform when none is named; only their databases need to be up.

        Raises SetupError.
        """
        known = self.platform.with_databases()
        if unknown := [name for name in names if name not in known]:
            raise SetupError(
                f"There is no service {', '.join(unknown)} here; there are {', '.join(known) or 'no databases yet'}."
            )
        if not known:
            raise SetupError("There are no databases of services here yet: run `caytre up`.")
        return list(names) or known

    def signing_key(self, service: str, given: Path | None) -> Path:
        """The key with which a service signs its heads. Raises SetupError."""
        path = given or keys.signing_key(self.platform.folder, service)
        if not path.exists():
            raise SetupError(f"There is no signing key at {path}.")
        return path
