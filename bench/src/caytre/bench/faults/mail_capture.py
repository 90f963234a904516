"""A mail server that is killed, frozen, slow, or refuses, and that keeps the Message-ID of every mail it took.

`python -m caytre.bench.faults.mail_capture FOLDER PORT`. What it does with the next mail stands in a file: it takes it,
refuses it for now, takes it and answers only when the client has given up, or takes it and dies before it answers.
"""

import asyncio
import json
import os
import signal
import sys
from email import message_from_bytes
from pathlib import Path
from typing import Literal

from aiosmtpd.smtp import SMTP as SMTPServer
from aiosmtpd.smtp import Envelope, Session

from caytre.bench.stage import Process
from caytre.local.mail import serve
from caytre.local.ports import free_port, is_open

Mood = Literal["takes", "refuses", "refuses recipients", "slow", "dies"]
#: Longer than a client of a fault run waits.
SLOW_SECONDS = 4.0


class MailCapture(Process):
    """The process, and what it has taken."""

    def __init__(self, folder: Path) -> None:
        self.mails = folder / "captured"
        self.mails.mkdir()
        self.smtp_port = free_port()
        command = [sys.executable, "-m", "caytre.bench.faults.mail_capture", str(self.mails), str(self.smtp_port)]
        super().__init__("mail", folder, command, {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"})

    def is_ready(self) -> bool:
        """True when it accepts connections."""
        return self.child.alive and is_open(self.smtp_port)

    def become(self, mood: Mood) -> None:
        """From the next mail on."""
        _mood(self.mails).write_text(mood)

    @property
    def taken(self) -> list[str]:
        """The Message-ID of each mail that was taken, in the order in which they came."""
        path = _taken(self.mails)
        lines = path.read_text().splitlines() if path.exists() else []
        return [str(json.loads(line)["id"]) for line in lines]


def _mood(folder: Path) -> Path:
    return folder / "mood"


def _taken(folder: Path) -> Path:
    return folder / "taken.jsonl"


class _Moody:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _mood(self) -> str:
        try:
            return _mood(self._folder).read_text() or "takes"
        except FileNotFoundError:
            return "takes"

    async def handle_RCPT(
        self, server: SMTPServer, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._mood() == "refuses recipients":
            return "450 4.2.1 mailbox busy, come back later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: SMTPServer, session: Session, envelope: Envelope) -> str:
        mood = self._mood()
        if mood == "refuses":
            return "451 4.3.0 come back later"
        content = envelope.content or b""
        mail = message_from_bytes(content if isinstance(content, bytes) else content.encode())
        line = json.dumps({"id": mail["Message-ID"], "to": envelope.rcpt_tos}) + "\n"
        with _taken(self._folder).open("a") as taken:
            taken.write(line)
        if mood == "dies":
            _mood(self._folder).unlink(missing_ok=True)
            os.kill(os.getpid(), signal.SIGKILL)
        if mood == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        return "250 2.0.0 taken"


if __name__ == "__main__":
    serve(_Moody(Path(sys.argv[1])), int(sys.argv[2]))
