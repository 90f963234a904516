"""A service with the process contract of the real ones and nothing behind it: `migrate`, and `serve` with its pages."""

import argparse
import asyncio
import json
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import asyncpg


async def migrate() -> None:
    connection = await asyncpg.connect(os.environ["DATABASE_URL"])
    await connection.execute("CREATE TABLE IF NOT EXISTS migrated (at timestamptz)")
    await connection.execute("INSERT INTO migrated VALUES (now())")
    await connection.close()


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        parked = int(Path("parked").read_text()) if Path("parked").exists() else 0
        consumer = {"consumer": "views", "lag": {"t": {"messages": 0, "seconds": 0.0}}, "parked": parked}
        relay = {"led": True, "position": 1, "published": 1, "outbox": 0, "oldest_seconds": None}
        match self.path:
            case "/health/live" | "/health/ready":
                self._answer(200, {"status": "ready"})
            case "/operations/status" if self.headers.get("Authorization", "").startswith("Bearer "):
                self._answer(200, {"role": "all", "relay": relay, "consumers": [consumer]})
            case "/environment":
                self._answer(200, dict(os.environ))
            case _:
                self._answer(404, {})

    def _answer(self, status: int, document: object) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def serve(port: int) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", port), Pages)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("action", choices=["migrate", "serve"])
    parser.add_argument("--role", default="all")
    parser.add_argument("--port", type=int, default=0)
    arguments = parser.parse_args()
    if arguments.action == "migrate":
        asyncio.run(migrate())
    else:
        serve(arguments.port)
