"""Apache Kafka 4.3.1, the real broker, one node that is broker and controller, on loopback only."""

import os
import signal
import socket
import struct
import subprocess
import time
import uuid
from base64 import urlsafe_b64encode
from pathlib import Path

from caytre.local import java, maven
from caytre.local.failures import SetupError
from caytre.local.folders import keep_private
from caytre.local.ports import LOOPBACK, require_free
from caytre.local.process import PRIVATE, Child, write_atomically

VERSION = "4.3.1"
LOCK = Path(__file__).with_name("kafka.lock")
_HEAP = "384m"
_STARTED = "Kafka Server started"

_PROPERTIES = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    "auto.create.topics.enable": "false",
    "num.network.threads": "2",
    "num.io.threads": "2",
    "log.cleaner.dedupe.buffer.size": "16777216",
    "log.segment.bytes": "67108864",
    # A single node has no replica to hold what its page cache loses in a power cut.
    "log.flush.interval.ms": "10000",
    "log.flush.scheduler.interval.ms": "2000",
    # After SIGKILL the next start waits for the session of the broker that is gone.
    "broker.session.timeout.ms": "2000",
    "broker.heartbeat.interval.ms": "500",
}

_LOGGING = """\
status = warn
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %p %c{1}: %m%n
rootLogger.level = warn
rootLogger.appenderRef.out.ref = out
logger.server.name = kafka.server.KafkaRaftServer
logger.server.level = info
"""


class Kafka:
    """One Kafka node. Methods raise SetupError; `cache` holds jars and, where needed, a Java runtime."""

    name = "kafka"

    def __init__(
        self,
        folder: Path,
        port: int = 9092,
        controller_port: int = 9093,
        *,
        cache: Path | None = None,
        run: Path | None = None,
        system_java: bool = True,
    ) -> None:
        self.folder = folder.resolve()
        self.port = port
        self.controller_port = controller_port
        self.cache = (cache or self.folder / "cache").resolve()
        self._system_java = system_java
        self._java: Path | None = None
        self.child = Child(self.name, (run or self.folder / "run") / "kafka.json", self.folder / "log" / "kafka.log")

    @property
    def pid(self) -> int | None:
        """The broker's process id while it lives."""
        return self.child.pid

    @property
    def address(self) -> str:
        """What clients call bootstrap servers."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def data(self) -> Path:
        """The log directory."""
        return self.folder / "kafka"

    @property
    def cluster_id(self) -> str:
        """The cluster's id, a random UUID in Kafka's base64 form, made once."""
        path = self.folder / "kafka.cluster"
        if not path.exists():
            name = "-"
            while name.startswith("-"):  # which Kafka's tools would take for an option
                name = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
            write_atomically(path, name)
        return path.read_text().strip()

    @property
    def _configuration(self) -> Path:
        return self.folder / "kafka.properties"

    def prepare(self, progress: maven.Progress | None = None) -> None:
        """Bring jars and Java, write the configuration, format the log directory on the first start.

        Refuses a directory of another Kafka version or another cluster.
        """
        maven.fetch(LOCK, self._jars, progress)
        self._java = java.find(self.cache, self._system_java)
        properties = _PROPERTIES | {
            "listeners": f"PLAINTEXT://{self.address},CONTROLLER://{LOOPBACK}:{self.controller_port}",
            "advertised.listeners": f"PLAINTEXT://{self.address}",
            "controller.quorum.bootstrap.servers": f"{LOOPBACK}:{self.controller_port}",
            "log.dirs": str(self.data),
        }
        write_atomically(self._configuration, "".join(f"{key}={value}\n" for key, value in properties.items()))
        write_atomically(self.folder / "kafka.log4j2.properties", _LOGGING)
        self.require_own_data()
        keep_private(self.data)
        if not (self.data / "meta.properties").exists():
            self._format()

    def require_own_data(self) -> None:
        """Raise SetupError when the log directory is of another Kafka version or another cluster."""
        made_by = self.folder / "kafka.version"
        if made_by.exists() and made_by.read_text().strip() != VERSION:
            raise SetupError(
                f"The log directory {self.data} was made by Kafka {made_by.read_text().strip()}, this is {VERSION}. "
                f"Go on with the version that made it, or set {self.data} and {made_by} aside to begin anew."
            )
        meta = self.data / "meta.properties"
        if meta.exists() and f"cluster.id={self.cluster_id}" not in meta.read_text().splitlines():
            raise SetupError(
                f"{meta} belongs to another cluster than {self.cluster_id}, which this platform uses. "
                f"Put the right directory back, or set {self.data} aside to begin anew."
            )

    def _format(self) -> None:
        command = [
            *self._command("64m"),
            "kafka.tools.StorageTool",
            *("format", "--standalone", "--ignore-formatted", "-t", self.cluster_id, "-c", str(self._configuration)),
        ]
        try:
            subprocess.run(command, capture_output=True, text=True, check=True, cwd=self.folder, umask=PRIVATE)
        except subprocess.CalledProcessError as error:
            raise SetupError(f"Kafka's log directory could not be made: {error.stderr[-600:]}") from error
        write_atomically(self.folder / "kafka.version", f"{VERSION}\n")

    @property
    def _jars(self) -> Path:
        return self.cache / f"kafka-{VERSION}"

    def _command(self, heap: str) -> list[str]:
        if self._java is None:
            self._java = java.find(self.cache, self._system_java)
        logging = f"-Dlog4j2.configurationFile={self.folder / 'kafka.log4j2.properties'}"
        return [str(self._java), *java.options(self.folder, heap), logging, "-cp", str(self._jars / "*")]

    def require_ports(self) -> None:
        """Raise SetupError when something else listens where this would."""
        require_free(self.port, "Kafka", "CAYTRE_KAFKA_PORT")
        require_free(self.controller_port, "Kafka's controller", "CAYTRE_KAFKA_CONTROLLER_PORT")

    def start(self) -> None:
        """Start the broker in the background; `wait_ready` says when it can be used."""
        self.require_ports()
        self.child.spawn(
            [*self._command(_HEAP), "kafka.Kafka", str(self._configuration)],
            {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8"},
            cwd=self.folder,
        )

    def is_ready(self, timeout: float = 2) -> bool:
        """True when the broker answers a request: a frozen one still has its connections accepted by the kernel."""
        client = b"caytre"
        # ApiVersions v0: key 18, version 0, correlation id, client id; https://kafka.apache.org/protocol
        request = struct.pack(f">hhih{len(client)}s", 18, 0, 1, len(client), client)
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=timeout) as connection:
                connection.sendall(struct.pack(">i", len(request)) + request)
                answer = connection.recv(10)
        except OSError:
            return False
        return self.child.alive and len(answer) == 10 and struct.unpack(">iih", answer)[1:] == (1, 0)

    def wait_ready(self, timeout: float = 60) -> None:
        """Wait until the broker takes part and answers; raises SetupError with its last words."""
        deadline = time.monotonic() + timeout
        while not (self.child.wrote(_STARTED) and self.is_ready()):
            if not self.child.alive:
                raise SetupError(f"Kafka ended at once:\n{self.child.output()}\n(all of it in {self.child.log})")
            if time.monotonic() > deadline:
                raise SetupError(f"Kafka is not ready after {timeout:.0f} s; see {self.child.log}")
            time.sleep(0.05)

    def stop(self, timeout: float = 30) -> bool:
        """Controlled shutdown (SIGTERM); killed after `timeout` seconds."""
        return self.child.end(signal.SIGTERM, timeout)

    def kill(self) -> None:
        """SIGKILL the broker."""
        self.child.kill()
