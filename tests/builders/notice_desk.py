"""The notifications service in this process: what others say reaches it, time passes, and people ask it."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
from fastapi import FastAPI

from caytre.core.clock import VIETNAM, business_today
from caytre.core.consuming.received import Received
from caytre.core.ids import new_id
from caytre.core.service import Role
from caytre.core.storing.database import Database
from caytre.core.testing import Log, deliver
from caytre.notifications.commands.firing import Timers
from caytre.notifications.consumers import consumers
from caytre.notifications.main import service
from caytre.notifications.model.deadline import deadline_id
from tests.builders.agreements_office import LEAD, MINISTRY, OFFICER, Person
from tests.builders.deadlines import HUNG_YEN
from tests.builders.desk import Issuer, settings_for
from tests.builders.front import serving

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
_OWN = """
SELECT type, record_id, version, ordinal, data::text AS data, sensitivity, localities, traceparent, causation_id
FROM outbox ORDER BY id
"""


@dataclass
class NoticeDesk:
    """One notifications service; `agreements` is the log of what that service says."""

    http: httpx2.AsyncClient
    issuer: Issuer
    database: Database
    agreements: Log = field(default_factory=lambda: Log("agreements"))
    delegations: Log = field(default_factory=lambda: Log("delegations"))
    own: Log = field(default_factory=lambda: Log("notifications"))
    keys: Any = field(default_factory=itertools.count)
    told: int = 0

    def headers(self, by: Person) -> dict[str, str]:
        """The token of a person."""
        return {"authorization": f"Bearer {self.issuer.token(**by)}"}

    async def post(self, path: str, body: Any, *, by: Person, version: int | None = None) -> httpx2.Response:
        """An act."""
        headers = self.headers(by) | {"idempotency-key": f"key-{next(self.keys)}"}
        if version is not None:
            headers["if-match"] = f'"{version}"'
        return await self.http.post(path, json=body, headers=headers)

    async def get(self, path: str, by: Person = OFFICER) -> httpx2.Response:
        """A question."""
        return await self.http.get(path, headers=self.headers(by))

    async def hear(self, *messages: Received, twice: bool = True) -> None:
        """Messages reach the service, three times in all."""
        await deliver(consumers, self.database, messages, twice=twice)

    def says(
        self,
        *deadlines: Mapping[str, Any],
        settles: Sequence[Mapping[str, Any]] = (),
        type: str = "caytre.agreement.signed.v1",
        record: UUID | None = None,
        localities: Sequence[str] = (HUNG_YEN,),
        sensitivity: str = "internal",
        log: Log | None = None,
        **data: Any,
    ) -> Received:
        """A message of a record with deadlines or settlements."""
        state: dict[str, Any] = {"sensitivity": sensitivity, "localities": list(localities)}
        if sensitivity == "internal":
            state |= {"title_vi": "Thỏa thuận minh họa", "foreign_parties": [{"country": "KR"}]}
        state |= data.pop("state", {})
        data |= {"deadlines": list(deadlines), "settles": list(settles)}
        return (log or self.agreements).say(
            type,
            record or new_id(),
            data,
            state=state,
            localities=localities,
            sensitivity=sensitivity,
            traceparent=TRACE,
        )

    async def deadline(self, owner: str, code: str, discriminator: str = "", round: int = 1) -> dict[str, Any] | None:
        """The stored deadline of this identity."""
        id = deadline_id(owner, code, discriminator, round)
        found = await self.database.worker.fetchval("SELECT document::text FROM deadline WHERE id = $1", id)
        return json.loads(found) if found else None

    async def fire(self, now: datetime) -> int:
        """Everything that has come by then fires."""
        timers, fired = Timers(self.database), 0
        while more := await timers.fire(now):
            fired += more
        return fired

    async def hear_own(self, *, twice: bool = True) -> list[str]:
        """What the service has said since it last heard itself reaches it; the types."""
        rows = (await self.database.worker.fetch(_OWN))[self.told :]
        self.told += len(rows)
        messages = [
            self.own.say(
                row["type"],
                row["record_id"],
                json.loads(row["data"]),
                sequence=row["version"],
                localities=row["localities"],
                sensitivity=row["sensitivity"],
                traceparent=row["traceparent"],
                causation=row["causation_id"],
            )
            for row in rows
        ]
        await self.hear(*messages, twice=twice)
        return [row["type"].split(".", 1)[1] for row in rows]

    async def said(self) -> list[str]:
        """Every type the service has said, in order."""
        return [row["type"].split(".", 1)[1] for row in await self.database.worker.fetch(_OWN)]

    async def desk(self, by: Person = LEAD, **particulars: Any) -> dict[str, Any]:
        """A desk in the directory."""
        body = {"role": "locality_officer", "locality": HUNG_YEN, "address": "desk@caytre.example"} | particulars
        answer = await self.post("/recipients", {k: v for k, v in body.items() if v is not None}, by=by)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def notifications(self, **equal: Any) -> list[dict[str, Any]]:
        """The stored notifications, in the order of their ids."""
        rows = await self.database.worker.fetch("SELECT document::text AS document FROM notification ORDER BY id")
        found = [json.loads(row["document"]) for row in rows]
        return [each for each in found if all(each[name] == value for name, value in equal.items())]


def wanted(code: str = "AGR_PM_REPORT", **changed: Any) -> dict[str, Any]:
    """What a message carries: fifteen days from today, answered for by Hưng Yên."""
    return {
        "code": code,
        "anchor": business_today().isoformat(),
        "n": 15,
        "unit": "CALENDAR",
        "answerable": HUNG_YEN,
        **changed,
    }


def moment(day: date | str, hour: int = 9) -> datetime:
    """A moment of a day in Vietnam."""
    on = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime(on.year, on.month, on.day, hour, tzinfo=VIETNAM).astimezone(UTC)


def _application(folder: Path, issuer: Issuer, url: str, kafka: str, role: Role) -> FastAPI:
    ring = folder / "keys.json"
    ring.write_text(json.dumps({"primary": "k1", "keys": {"k1": base64.b64encode(b"k" * 32).decode()}}))
    settings = settings_for(folder, issuer, database_url=url, kafka_bootstrap_servers=kafka, data_keys=ring)
    return service.app(settings, role)


@asynccontextmanager
async def a_notice_desk(
    folder: Path, issuer: Issuer, url: str, *, kafka: str = "nowhere:9092", role: Role = "api"
) -> AsyncIterator[NoticeDesk]:
    """The service over the database at `url`, started and stopped as a server would."""
    app = _application(folder, issuer, url, kafka, role)
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://notifications") as http,
    ):
        yield NoticeDesk(http, issuer, app.state.database)


@asynccontextmanager
async def a_served_notice_desk(
    folder: Path, issuer: Issuer, url: str, *, kafka: str, role: Role = "api"
) -> AsyncIterator[tuple[str, NoticeDesk]]:
    """The same behind a real server; its origin comes with it."""
    app = _application(folder, issuer, url, kafka, role)
    async with serving(app) as origin, httpx2.AsyncClient(base_url=origin, trust_env=False) as http:
        yield origin, NoticeDesk(http, issuer, app.state.database)


__all__ = [
    "LEAD",
    "MINISTRY",
    "OFFICER",
    "TRACE",
    "NoticeDesk",
    "a_notice_desk",
    "a_served_notice_desk",
    "moment",
    "wanted",
]
