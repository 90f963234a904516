"""Zipkin 3.6.1, the dashboard of traces, in memory and on loopback only."""

import os
import signal
import time
from pathlib import Path

import httpx2

from caytre.local import java, maven
from caytre.local.failures import SetupError
from caytre.local.ports import LOOPBACK, require_free
from caytre.local.process import Child

LOCK = Path(__file__).with_name("zipkin.lock")
#: So many spans as this heap holds while it is searched; the oldest are forgotten first.
_HEAP = "320m"
_MAX_SPANS = 20_000


class Zipkin:
    """One Zipkin server, which forgets its traces when it stops. Methods raise SetupError."""

    name = "zipkin"

    def __init__(
        self,
        folder: Path,
        port: int = 9411,
        *,
        cache: Path | None = None,
        run: Path | None = None,
        system_java: bool = True,
    ) -> None:
        self.folder = folder.resolve()
        self.port = port
        self.cache = (cache or self.folder / "cache").resolve()
        self._system_java = system_java
        self.child = Child(self.name, (run or self.folder / "run") / "zipkin.json", self.folder / "log" / "zipkin.log")

    @property
    def pid(self) -> int | None:
        """The process id while it lives."""
        return self.child.pid

    @property
    def address(self) -> str:
        """The dashboard's address."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def spans_address(self) -> str:
        """Where spans in Zipkin's JSON format, version 2, are sent."""
        return f"{self.address}/api/v2/spans"

    def prepare(self, progress: maven.Progress | None = None) -> None:
        """Bring the jar and Java."""
        maven.fetch(LOCK, self.cache, progress)
        java.find(self.cache, self._system_java)

    def require_ports(self) -> None:
        """Raise SetupError when something else listens where this would."""
        require_free(self.port, "Zipkin", "CAYTRE_ZIPKIN_PORT")

    def start(self) -> None:
        """Start the server in the background; `wait_ready` says when it can be used."""
        self.require_ports()
        (artifact,) = maven.read_lock(LOCK)
        # Without address and protocol of its first port it listens on every interface.
        listen = (f"ip={LOOPBACK}", f"port={self.port}", "protocols[0]=http")
        self.child.spawn(
            [
                str(java.find(self.cache, self._system_java)),
                *java.options(self.folder, _HEAP),
                *("-jar", str(self.cache / artifact.filename)),
                *(f"--armeria.ports[0].{setting}" for setting in listen),
                *(f"--zipkin.storage.mem.max-spans={_MAX_SPANS}", "--logging.level.root=WARN"),
            ],
            {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8"},
            cwd=self.folder,
        )

    def is_ready(self, timeout: float = 2) -> bool:
        """True when its health page says so."""
        try:
            answer = httpx2.get(f"{self.address}/health", timeout=timeout, trust_env=False)
        except httpx2.HTTPError:
            return False
        return self.child.alive and answer.status_code == 200

    def wait_ready(self, timeout: float = 60) -> None:
        """Wait until it answers; raises SetupError with its last words."""
        deadline = time.monotonic() + timeout
        while not self.is_ready():
            if not self.child.alive:
                raise SetupError(f"Zipkin ended at once:\n{self.child.output()}\n(all of it in {self.child.log})")
            if time.monotonic() > deadline:
                raise SetupError(f"Zipkin is not ready after {timeout:.0f} s; see {self.child.log}")
            time.sleep(0.1)

    def stop(self, timeout: float = 10) -> bool:
        """SIGTERM; killed after `timeout` seconds."""
        return self.child.end(signal.SIGTERM, timeout)

    def kill(self) -> None:
        """SIGKILL."""
        self.child.kill()
