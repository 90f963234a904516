"""The events service in this process, and the people who use it over HTTP."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2

from caytre.core.clock import day_of
from caytre.core.consuming.received import Received
from caytre.core.ids import new_id
from caytre.core.service import Role
from caytre.core.storing.database import Database
from caytre.core.testing import Log, deliver
from caytre.events.consumers import consumers
from caytre.events.main import service
from tests.builders.agreements_office import PEOPLE as OTHERS
from tests.builders.desk import Issuer, settings_for

Person = Mapping[str, Any]
ORGANISER: Person = {"sub": "organiser", "roles": ["organiser"], "localities": ["VN-P-2025-33"]}
PEOPLE: Mapping[str, Person] = {**OTHERS, "organiser": ORGANISER}
OFFICER, LEAD, CHAIR = PEOPLE["officer"], PEOPLE["lead"], PEOPLE["chair"]
MINISTRY, NEIGHBOUR, POLICE = PEOPLE["ministry"], PEOPLE["neighbour"], PEOPLE["police"]
HUNG_YEN, CAO_BANG = "VN-P-2025-33", "VN-P-2008-04"

TODAY = day_of(datetime.now(UTC))
PAPER = {"number": "12/UBND-NgV", "issued_on": TODAY.isoformat(), "issuer": "UBND tỉnh"}
OUTSIDE = {"foreign_element": False}


def after(days: int) -> str:
    """A day so many days from now, as requests write it."""
    return (TODAY + timedelta(days=days)).isoformat()


@dataclass
class EventsOffice:
    """A client that speaks for anybody."""

    http: httpx2.AsyncClient
    issuer: Issuer
    database: Database
    keys: Any = field(default_factory=lambda: itertools.count(1))

    def headers(self, by: Person) -> dict[str, str]:
        """The token of a person."""
        return {"authorization": f"Bearer {self.issuer.token(**by)}"}

    async def post(
        self, path: str, body: Any = None, *, by: Person = OFFICER, version: int | None = None, key: str | None = None
    ) -> httpx2.Response:
        """One act under a key of its own."""
        headers = self.headers(by) | {"idempotency-key": key or f"key-{next(self.keys)}"}
        if version is not None:
            headers["if-match"] = f'"{version}"'
        return await self.http.post(path, json=body, headers=headers)

    async def get(self, path: str, by: Person = OFFICER) -> httpx2.Response:
        """A question."""
        return await self.http.get(path, headers=self.headers(by))

    async def create(self, kind: str, body: Any, by: Person = OFFICER) -> dict[str, Any]:
        """A new record."""
        answer = await self.post(f"/{kind}", body, by=by)
        assert answer.status_code == 201, answer.text
        record: dict[str, Any] = answer.json()
        return record

    async def act(
        self, kind: str, record: Mapping[str, Any], path: str, body: Any = None, by: Person = OFFICER
    ) -> dict[str, Any]:
        """An act that succeeds on a record; the record after it."""
        answer = await self.post(f"/{kind}/{record['id']}/{path}", body, by=by, version=record["version"])
        assert answer.status_code == 200, answer.text
        after: dict[str, Any] = answer.json()
        return after

    async def now(self, kind: str, record: Mapping[str, Any], by: Person = OFFICER) -> dict[str, Any]:
        """The record as it is now."""
        answer = await self.get(f"/{kind}/{record['id']}", by)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def draft(self, **particulars: Any) -> dict[str, Any]:
        """A forum of Hưng Yên in three months."""
        body = {
            "title_vi": "Diễn đàn kết nối doanh nghiệp minh họa",
            "kind": "forum",
            "locality": HUNG_YEN,
            "schedule": {"starts_on": after(90)},
            **particulars,
        }
        return await self.create("events", body)

    async def permitted(self, **particulars: Any) -> dict[str, Any]:
        """Permitted by the chair."""
        event = await self.act("events", await self.draft(**particulars), "plan")
        event = await self.act("events", event, "permission/application", {"document": PAPER})
        decision = {"outcome": "permitted", "document": PAPER}
        return await self.act("events", event, "permission/decision", decision, CHAIR)

    async def opened(self, **particulars: Any) -> dict[str, Any]:
        """Open for registration; outside the decision on conferences, so that tests come quickly to the point."""
        event = await self.act("events", await self.draft(**{**OUTSIDE, **particulars}), "plan")
        return await self.act("events", event, "opening")

    async def live(self, **particulars: Any) -> dict[str, Any]:
        """Going on today."""
        event = await self.opened(**{"schedule": {"starts_on": TODAY.isoformat()}, **particulars})
        return await self.act("events", event, "start")

    async def party(self, event: Mapping[str, Any], **particulars: Any) -> dict[str, Any]:
        """A registered party."""
        body = {"event_id": event["id"], "organisation": f"Công ty Minh Họa {new_id()}", "country": "KR"} | particulars
        return await self.create("registrations", body)

    async def lead(self, **particulars: Any) -> dict[str, Any]:
        """A lead of Hưng Yên."""
        body = {"title": "Nhà máy minh họa", "kind": "FDI", "locality": HUNG_YEN, **particulars}
        return await self.create("leads", body)

    async def outcome(self, **particulars: Any) -> dict[str, Any]:
        """A claimed outcome of Hưng Yên."""
        body = {
            "kind": "FDI",
            "title": "Nhà máy minh họa",
            "locality": HUNG_YEN,
            "realised_on": TODAY.isoformat(),
            "money": {"amount": "25000000.00", "currency": "USD", "amount_type": "registered"},
            **particulars,
        }
        return await self.create("outcomes", body)

    async def hear(self, *messages: Received) -> None:
        """Deliver messages, and again with checkpoints kept and with checkpoints deleted."""
        await deliver(consumers, self.database, messages)

    async def hear_itself(self, log: Log) -> list[str]:
        """What the service has said since, as its own topic carries it, until nothing new follows; the types."""
        told: list[str] = []
        for _ in range(20):
            rows = await self.database.worker.fetch(_SAID, len(log.messages))
            if not rows:
                return told
            fresh = [
                log.say(
                    row["type"],
                    row["record_id"],
                    json.loads(row["data"]),
                    sequence=row["version"],
                    sensitivity=row["sensitivity"],
                    localities=row["localities"],
                )
                for row in rows
            ]
            told += [row["type"] for row in rows]
            await self.hear(*fresh)
        raise AssertionError("reactions follow each other without end")

    async def said(self, record: Mapping[str, Any]) -> list[str]:
        """What has been said of a record, without the name of its kind."""
        rows = await self.database.worker.fetch(
            "SELECT type FROM outbox WHERE record_id = $1 ORDER BY id", record["id"]
        )
        return [row["type"].split(".")[2] for row in rows]


_SAID = "SELECT type, record_id, version, data::text AS data, sensitivity, localities FROM outbox ORDER BY id OFFSET $1"


def noon(day: date) -> datetime:
    """Noon of a day in UTC."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@asynccontextmanager
async def an_events_office(
    folder: Path, issuer: Issuer, url: str, *, kafka: str = "nowhere:9092", role: Role = "api"
) -> AsyncIterator[EventsOffice]:
    """The service over the database at `url`, started and stopped as a server would."""
    ring = folder / "keys.json"
    ring.write_text(json.dumps({"primary": "k1", "keys": {"k1": base64.b64encode(b"k" * 32).decode()}}))
    settings = settings_for(folder, issuer, database_url=url, kafka_bootstrap_servers=kafka, data_keys=ring)
    app = service.app(settings, role)
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://events") as http,
    ):
        yield EventsOffice(http, issuer, app.state.database)
