"""A mail capture on loopback: every mail becomes a file that can be looked at, and none leaves the machine."""

import signal
import sys
import threading
import time
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as SMTPServer
from aiosmtpd.smtp import Envelope, Session

from caytre.local.failures import SetupError
from caytre.local.folders import keep_private
from caytre.local.ports import LOOPBACK, is_open, require_free
from caytre.local.process import Child


class _Store:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, server: SMTPServer, session: Session, envelope: Envelope) -> str:
        content = envelope.content or b""
        received = EmailMessage(SMTP)
        received["X-Envelope-From"] = envelope.mail_from or ""
        received["X-Envelope-To"] = ", ".join(envelope.rcpt_tos)
        head = received.as_bytes().rstrip(b"\r\n") + b"\r\n"
        part = self._folder / f".{time.time_ns()}.part"
        part.write_bytes(head + (content if isinstance(content, bytes) else content.encode()))
        part.rename(self._folder / f"{time.time_ns()}.eml")
        return "250 stored"


class Mail:
    """One SMTP server without authentication, whose mails are files in `folder/mail`. Methods raise SetupError."""

    name = "mail"

    def __init__(self, folder: Path, port: int = 1025, *, run: Path | None = None) -> None:
        self.folder = folder.resolve()
        self.port = port
        self.child = Child(self.name, (run or self.folder / "run") / "mail.json", self.folder / "log" / "mail.log")

    @property
    def pid(self) -> int | None:
        """The process id while it lives."""
        return self.child.pid

    @property
    def address(self) -> str:
        """Where SMTP is spoken."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def mails(self) -> list[Path]:
        """The mails that were received, oldest first."""
        return sorted((self.folder / "mail").glob("*.eml"))

    def prepare(self, progress: object = None) -> None:
        """Make the folder."""
        keep_private(self.folder / "mail")

    def require_ports(self) -> None:
        """Raise SetupError when something else listens where this would."""
        require_free(self.port, "the mail capture", "CAYTRE_MAIL_PORT")

    def start(self) -> None:
        """Start the server in the background."""
        self.require_ports()
        command = [sys.executable, "-m", "caytre.local.mail", str(self.folder / "mail"), str(self.port)]
        self.child.spawn(command, {"LANG": "C.UTF-8"}, cwd=self.folder)

    def is_ready(self) -> bool:
        """True when it accepts connections."""
        return self.child.alive and is_open(self.port)

    def wait_ready(self, timeout: float = 20) -> None:
        """Wait until it accepts connections; raises SetupError with its last words."""
        deadline = time.monotonic() + timeout
        while not self.is_ready():
            if not self.child.alive or time.monotonic() > deadline:
                raise SetupError(f"The mail capture did not start:\n{self.child.output()}")
            time.sleep(0.05)

    def stop(self, timeout: float = 5) -> bool:
        """SIGTERM; killed after `timeout` seconds."""
        return self.child.end(signal.SIGTERM, timeout)

    def kill(self) -> None:
        """SIGKILL."""
        self.child.kill()


def serve(handler: object, port: int) -> None:
    """Let the handler (of aiosmtpd) receive mails on loopback until SIGTERM."""
    done = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: done.set())
    controller = Controller(handler, hostname=LOOPBACK, port=port)
    controller.start()
    done.wait()
    controller.stop()


if __name__ == "__main__":
    serve(_Store(Path(sys.argv[1])), int(sys.argv[2]))
