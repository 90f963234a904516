"""PostgreSQL 18 from the programs of a wheel: own data folder, own passwords, Unix socket or loopback only."""

import hashlib
import json
import os
import secrets
import shutil
import signal
import stat
import subprocess
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil

from caytre.local.account import Account, Road, account_for, wheel_programs
from caytre.local.failures import SetupError
from caytre.local.ports import LOOPBACK, require_free
from caytre.local.process import Child, runs, write_atomically

MAJOR = "18"
ADMIN = "postgres"
ROLES = ("command", "worker", "query")
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gist")
_SOCKET_PORT = 5432
# sun_path holds 107 bytes and a terminator (unix(7)); the longest name in the folder is `.s.PGSQL.65535.lock`.
_LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.65535.lock")


def socket_folder(home: Path) -> Path:
    """A folder for the socket whose path is short enough, made for this user alone where `home` is too deep."""
    inside = home / "socket"
    if len(os.fsencode(inside)) <= _LONGEST_SOCKET_FOLDER:
        return inside
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    above = Path(runtime) if 0 < len(runtime) <= 60 and Path(runtime).is_dir() else Path("/tmp")  # noqa: S108
    return above / f"caytre-{os.geteuid()}-{digest}"


class Postgres:
    """One PostgreSQL server; without a port it listens on its Unix socket only.

    `durable=False` leaves out fsync: for tests that never cut the power. `connections` is how many there may be; one's
    own platform needs 60 at most. Methods raise SetupError.
    """

    name = "postgres"

    def __init__(
        self,
        folder: Path,
        port: int | None = None,
        *,
        durable: bool = True,
        connections: int = 100,
        road: Road | None = None,
        run: Path | None = None,
    ) -> None:
        self.folder = folder.resolve()
        self.port = port
        self.durable = durable
        self.connections = connections
        self._road = road
        self._account: Account | None = None
        self.child = Child(
            self.name, (run or self.folder / "run") / "postgres.json", self.folder / "log" / "postgres.log"
        )

    @property
    def account(self) -> Account:
        """As whom and where it runs."""
        if self._account is None:
            self._account = account_for(self.folder, self._road)
        return self._account

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.account.home / "postgres"

    @property
    def socket(self) -> Path:
        """The folder of the Unix socket."""
        return socket_folder(self.account.home)

    @property
    def pid(self) -> int | None:
        """The postmaster's process id while it lives."""
        return self.child.pid

    @property
    def address(self) -> str:
        """Host and port, or the socket's folder."""
        return f"{LOOPBACK}:{self.port}" if self.port else str(self.socket)

    def _passwords(self) -> dict[str, str]:
        path = self.folder / "passwords.json"
        found: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        return found

    def password(self, role: str) -> str:
        """The role's password, made when first asked for and kept in a file only its owner reads."""
        found = self._passwords()
        if role not in found:
            found[role] = secrets.token_urlsafe(24)
            write_atomically(self.folder / "passwords.json", json.dumps(found, indent=1), 0o600)
        return found[role]

    def prepare(self, progress: Any = None) -> None:
        """Make the data folder on the first start; refuses one of another version."""
        version = self.data / "PG_VERSION"
        if self._exists(version):
            found = version.read_text().strip()
            if found != MAJOR:
                raise SetupError(
                    f"The data in {self.data} belong to PostgreSQL {found}, this is {MAJOR}. Dump them with the old "
                    f"programs, or set the folder aside to begin anew."
                )
            return
        # Made beside its place and moved there whole: a first start that was cut short leaves nothing half made.
        part = self.data.with_name("postgres.part")
        words = self.data.with_name("postgres.word")
        shutil.rmtree(part, ignore_errors=True)
        self.account.own_folder(part)
        write_atomically(words, f"{self.password(ADMIN)}\n", 0o600)
        self.account.own(words)
        try:
            self.account.run(
                "initdb",
                f"--pgdata={part}",
                f"--username={ADMIN}",
                "--auth=scram-sha-256",
                f"--pwfile={words}",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                *([] if self.durable else ["--no-sync"]),
            )
        finally:
            words.unlink()
        part.rename(self.data)

    @staticmethod
    def _exists(path: Path) -> bool:
        try:
            return path.exists()
        except PermissionError as error:
            raise SetupError(f"{path.parent} belongs to another user: {error}") from error

    def _settings(self) -> dict[str, str]:
        settings = {
            "listen_addresses": LOOPBACK if self.port else "",
            "port": str(self.port or _SOCKET_PORT),
            "unix_socket_directories": str(self.socket),
            "unix_socket_permissions": "0700",
            "max_connections": str(self.connections),
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_checkpoints": "off",
            # Details of an error quote values of rows, which may be personal.
            "log_error_verbosity": "terse",
            "jit": "off",
        }
        if not self.durable:
            settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        return settings

    def require_ports(self) -> None:
        """Raise SetupError when something else listens where this would."""
        if self.port is not None:
            require_free(self.port, "PostgreSQL", "CAYTRE_POSTGRES_PORT")

    def start(self) -> None:
        """Start the server in the background; `wait_ready` says when it can be used."""
        self.require_ports()
        self._drop_locks_of_the_dead()
        self.account.own_folder(self.socket)
        if stat.S_IMODE(self.socket.stat().st_mode) & 0o077:
            raise SetupError(f"{self.socket} can be entered by others; remove it and try again.")
        settings = [part for key, value in self._settings().items() for part in ("-c", f"{key}={value}")]
        self.child.spawn(
            self.account.command("postgres", "-D", str(self.data), *settings),
            {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            cwd=self.account.home,
            account=self.account.identity,
        )

    def _drop_locks_of_the_dead(self) -> None:
        # PostgreSQL takes a killed server for alive until init has reaped it, which in a container may be never.
        # Its sessions, which matter more, it still finds by their shared memory.
        for lock in (self.data / "postmaster.pid", self.socket / f".s.PGSQL.{self.port or _SOCKET_PORT}.lock"):
            try:
                holder = psutil.Process(int(lock.read_text().split()[0]))
            except (FileNotFoundError, ValueError, IndexError, psutil.NoSuchProcess):
                continue
            if not runs(holder):
                lock.unlink()

    def is_ready(self) -> bool:
        """True when the server answers on its address."""
        host = LOOPBACK if self.port else str(self.socket)
        command = [
            str(wheel_programs() / "pg_isready"),
            "-q",
            "-h",
            host,
            "-p",
            str(self.port or _SOCKET_PORT),
            "-t",
            "2",
        ]
        return self.child.alive and subprocess.run(command, capture_output=True, check=False).returncode == 0

    def wait_ready(self, timeout: float = 60) -> None:
        """Wait until the server answers, recovery included; raises SetupError with its last words."""
        deadline = time.monotonic() + timeout
        while not self.is_ready():
            if not self.child.alive:
                # A server killed outright leaves sessions that see it after a moment and go.
                if self.child.wrote("pre-existing shared memory block") and time.monotonic() < deadline:
                    time.sleep(0.3)
                    self.start()
                    continue
                raise SetupError(f"PostgreSQL ended at once:\n{self.child.output()}\n(all of it in {self.child.log})")
            if time.monotonic() > deadline:
                raise SetupError(f"PostgreSQL is not ready after {timeout:.0f} s; see {self.child.log}")
            time.sleep(0.05)

    def stop(self, timeout: float = 30) -> bool:
        """End sessions and shut down (SIGINT, the fast mode); killed after `timeout` seconds."""
        return self.child.end(signal.SIGINT, timeout)

    def kill(self) -> None:
        """SIGKILL the server and its sessions, as a power cut would end them."""
        self.child.kill()

    def sql(self, script: str, database: str = "postgres", **values: str) -> str:
        """Run a script as the superuser and return its rows, unaligned; `values` are psql variables."""
        variables = "".join(f"\\set {name} '{value}'\n" for name, value in values.items())
        host = LOOPBACK if self.port else str(self.socket)
        try:
            done = subprocess.run(
                [
                    str(wheel_programs() / "psql"),
                    *("-X", "-q", "-A", "-t", "-w", "-v", "ON_ERROR_STOP=1", "-U", ADMIN, "-d", database),
                    *("-h", host, "-p", str(self.port or _SOCKET_PORT)),
                ],
                input=variables + script,
                env={"PGPASSWORD": self.password(ADMIN), "LANG": "C.UTF-8"},
                capture_output=True,
                text=True,
                check=True,
            )
        except subprocess.CalledProcessError as error:
            raise SetupError(f"PostgreSQL refused: {error.stderr.strip()}") from error
        return done.stdout.strip()

    def ensure_database(self, service: str, name: str | None = None, template: str | None = None) -> str:
        """Make the service's roles and its database `caytre_<service>` (or `name`) if they are not there.

        The login role owns the database and may become each of the roles in `ROLES`, which own nothing.
        `template` copies another database that nobody is connected to. Returns the database's name.
        """
        login = f"caytre_{service}"
        database = name or login
        if not self.sql("SELECT 1 FROM pg_roles WHERE rolname = :'login';", login=login):
            self.sql(
                'BEGIN; CREATE ROLE :"login" LOGIN PASSWORD :\'word\'; GRANT pg_monitor TO :"login";\n'
                + "".join(
                    f"CREATE ROLE {login}_{role} NOLOGIN; GRANT {login}_{role} TO {login} WITH INHERIT FALSE;\n"
                    for role in ROLES
                )
                + "COMMIT;",
                login=login,
                word=self.password(login),
            )
        if not self.sql("SELECT 1 FROM pg_database WHERE datname = :'name';", name=database):
            source = f'TEMPLATE "{template}"' if template else ""
            self.sql(f'CREATE DATABASE :"name" OWNER :"login" {source};', name=database, login=login)
            self.sql('REVOKE ALL ON DATABASE :"name" FROM PUBLIC;', name=database)
        self.sql("".join(f"CREATE EXTENSION IF NOT EXISTS {extension};" for extension in EXTENSIONS), database)
        return database

    def has_database(self, service: str) -> bool:
        """Whether the service's database was made here. Raises SetupError when the server does not answer."""
        return bool(self.sql("SELECT 1 FROM pg_database WHERE datname = :'name';", name=f"caytre_{service}"))

    def drop_database(self, name: str) -> None:
        """Drop a database, ending the sessions on it."""
        self.sql('DROP DATABASE IF EXISTS :"name" WITH (FORCE);', name=name)

    def database_url(self, service: str, name: str | None = None) -> str:
        """The address of a service's database, with its login role and password."""
        login = f"caytre_{service}"
        who = f"{login}:{quote(self.password(login), safe='')}"
        if self.port:
            return f"postgresql://{who}@{LOOPBACK}:{self.port}/{name or login}"
        return f"postgresql://{who}@/{name or login}?host={quote(str(self.socket), safe='/')}"
