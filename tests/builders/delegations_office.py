"""The delegations service in this process, the people who use it over HTTP, and what it hears of others and itself."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
from fastapi import FastAPI

from caytre.core.clock import day_of
from caytre.core.consuming.received import Received
from caytre.core.ids import new_id
from caytre.core.service import Role
from caytre.core.storing.database import Database
from caytre.core.testing import Log, deliver
from caytre.delegations.consumers import consumers
from caytre.delegations.main import service
from tests.builders.agreements_office import (
    APPROVER,
    ARMY,
    AUDITOR,
    CHAIR,
    EMBASSY,
    LEAD,
    MINISTRY,
    NEIGHBOUR,
    OFFICER,
    OPERATOR,
    POLICE,
    SYSTEM,
    Person,
)
from tests.builders.delegations import CAO_BANG, HUNG_YEN
from tests.builders.desk import Issuer, settings_for
from tests.builders.front import serving

NEIGHBOURS_CHAIR: Person = {"sub": "their-chair", "roles": ["locality_chair"], "localities": [CAO_BANG]}
TOKYO: Person = {**EMBASSY, "sub": "tokyo", "organisation": "EMBASSY-JP", "countries": ["JP"]}
PEOPLE: Mapping[str, Person] = {
    "officer": OFFICER,
    "lead": LEAD,
    "chair": CHAIR,
    "neighbour": NEIGHBOUR,
    "ministry": MINISTRY,
    "approver": APPROVER,
    "police": POLICE,
    "army": ARMY,
    "embassy": EMBASSY,
    "tokyo": TOKYO,
    "auditor": AUDITOR,
    "system": SYSTEM,
    "operator": OPERATOR,
}
TODAY = day_of(datetime.now(UTC))
PAPER = {"number": "12/UBND-NgV", "issued_on": TODAY.isoformat(), "issuer": "UBND tỉnh"}
RULING = {"authority": "PC_CHAIR", "document": PAPER}
PATHS = {
    "annual_plan": "annual-plans",
    "delegation": "delegations",
    "finding": "findings",
    "invitation": "invitations",
    "follow_up": "follow-ups",
    "visit": "visits",
}


def ahead(days: int) -> str:
    """A day so many days from now."""
    return (TODAY + timedelta(days=days)).isoformat()


def member(number: int, *, name: str | None = None, identity: str | None = None, **particulars: Any) -> dict[str, Any]:
    """A member with an invented person behind it."""
    return {
        "number": number,
        "role": "head" if number == 1 else "member",
        "name": name or f"Người Minh Họa {new_id()}",
        "identity_number": identity or f"{new_id().int % 10**12:012d}",
        **particulars,
    }


@dataclass
class Office:
    """A client that speaks for anybody, and a way to let the service hear what was said."""

    http: httpx2.AsyncClient
    issuer: Issuer
    database: Database
    agreements: Log = field(default_factory=lambda: Log("agreements"))
    notifications: Log = field(default_factory=lambda: Log("notifications"))
    keys: Any = field(default_factory=lambda: itertools.count(1))
    heard: int = 0
    own: Log = field(default_factory=lambda: Log("delegations"))

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
        answer = await self.post(f"/{PATHS[kind]}", body, by=by)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def present(self, kind: str, id: str, by: Person = OFFICER) -> dict[str, Any]:
        """The record as it is now."""
        answer = await self.get(f"/{PATHS[kind]}/{id}", by)
        assert answer.status_code == 200, answer.text
        record: dict[str, Any] = answer.json()
        return record

    async def act(self, kind: str, id: str, path: str, body: Any = None, by: Person = OFFICER) -> dict[str, Any]:
        """An act that succeeds on the record as it is now; the record after it."""
        version = (await self.get(f"/{PATHS[kind]}/{id}", AUDITOR)).json()["version"]
        answer = await self.post(f"/{PATHS[kind]}/{id}/{path}", body, by=by, version=version)
        assert answer.status_code == 200, f"{path}: {answer.text}"
        after: dict[str, Any] = answer.json()
        return after

    async def refused(self, kind: str, id: str, path: str, body: Any = None, by: Person = OFFICER) -> str:
        """An act that the rules do not allow; the code of the refusal."""
        version = (await self.get(f"/{PATHS[kind]}/{id}", AUDITOR)).json()["version"]
        answer = await self.post(f"/{PATHS[kind]}/{id}/{path}", body, by=by, version=version)
        assert answer.status_code in {409, 422}, answer.text
        return str(answer.json()["type"]).rpartition("/")[2]

    async def hear(self, *others: Received, twice: bool = True) -> None:
        """Deliver what others said, then what this service says because of it, until it has nothing more to say."""
        if others:
            await deliver(consumers, self.database, others, twice=twice)
        while messages := await self._said():
            await deliver(consumers, self.database, messages, twice=twice)

    async def _said(self) -> Sequence[Received]:
        rows = await self.database.worker.fetch(
            "SELECT id, type, record_id, version, data::text AS data, occurred_at, sensitivity, localities, message_id "
            "FROM outbox WHERE id > $1 ORDER BY id",
            self.heard,
        )
        messages = []
        for row in rows:
            self.heard = row["id"]
            messages.append(
                self.own.say(
                    row["type"],
                    row["record_id"],
                    json.loads(row["data"]),
                    sequence=row["version"],
                    at=row["occurred_at"],
                    sensitivity=row["sensitivity"],
                    localities=row["localities"],
                )
            )
        return messages

    async def types(self, id: str) -> list[str]:
        """What was said about a record, in order."""
        rows = await self.database.worker.fetch("SELECT type FROM outbox WHERE record_id = $1 ORDER BY id", UUID(id))
        return [row["type"].removeprefix("caytre.").removesuffix(".v1") for row in rows]

    async def partner(
        self, type: str = "foreign_locality", *, until: date | None = None, id: UUID | None = None
    ) -> str:
        """A partner that the service has heard of."""
        id = id or new_id()
        state = {
            "id": str(id),
            "sensitivity": "internal",
            "type": type,
            "names": {"vi": f"Đối tác Minh Họa {id}"},
            "country": "KR",
            "verified_until": until.isoformat() if until else None,
        }
        await self.hear(self.agreements.say("caytre.partner.registered.v1", id, {}, state=state))
        return str(id)

    def trip(self, *hosts: str, first: int = 60, last: int = 66, **particulars: Any) -> dict[str, Any]:
        """The body of a whole delegation of Hưng Yên to Korea."""
        return {
            "locality": HUNG_YEN,
            "title": "Đoàn xúc tiến đầu tư",
            "contact": "Sở Ngoại vụ Hưng Yên",
            "objectives": [{"text": "Gặp doanh nghiệp"}],
            "departs_on": ahead(first),
            "returns_on": ahead(last),
            "stops": [
                {
                    "country": "KR",
                    "arrives": ahead(first),
                    "leaves": ahead(last),
                    "hosts": [{"partner_id": host} for host in hosts],
                }
            ],
            "members": [member(1, rank="Chủ tịch UBND tỉnh", post="pc_chair"), member(2)],
            "budget_source": "Ngân sách tỉnh",
            "out_of_plan": {"reason": "theo lời mời", "directed_by": "Thường trực Tỉnh ủy", "document": PAPER},
            **particulars,
        }

    async def with_papers(self, body: dict[str, Any], by: Person = OFFICER) -> dict[str, Any]:
        """A delegation that can be handed in."""
        made = await self.create("delegation", body, by)
        for item in ("LETTER", "INVITATION", "TRANSLATION"):
            made = await self.act("delegation", made["id"], f"dossier/{item}", {"document": PAPER}, by)
        return made

    async def submitted(self, body: dict[str, Any], by: Person = OFFICER) -> dict[str, Any]:
        """A delegation that is handed in; the service has heard and searched."""
        made = await self.with_papers(body, by)
        await self.act("delegation", made["id"], "submission", by=by)
        await self.hear()
        return await self.present("delegation", made["id"], AUDITOR)

    async def referred(self, body: dict[str, Any]) -> dict[str, Any]:
        """With the authority."""
        trip = await self.submitted(body)
        await self.act("delegation", trip["id"], "review", by=LEAD)
        return await self.act("delegation", trip["id"], "referral", {"recommendation": "phê duyệt"}, LEAD)

    async def approved(self, body: dict[str, Any]) -> dict[str, Any]:
        """Approved by the chair."""
        trip = await self.referred(body)
        return await self.act("delegation", trip["id"], "approval", RULING, CHAIR)


def _app(folder: Path, issuer: Issuer, url: str, kafka: str, role: Role) -> FastAPI:
    ring = folder / "keys.json"
    ring.write_text(json.dumps({"primary": "k1", "keys": {"k1": base64.b64encode(b"k" * 32).decode()}}))
    settings = settings_for(folder, issuer, database_url=url, kafka_bootstrap_servers=kafka, data_keys=ring)
    return service.app(settings, role)


@asynccontextmanager
async def an_office(
    folder: Path, issuer: Issuer, url: str, *, kafka: str = "nowhere:9092", role: Role = "api"
) -> AsyncIterator[Office]:
    """The service over the database at `url`, started and stopped as a server would."""
    app = _app(folder, issuer, url, kafka, role)
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://delegations") as http,
    ):
        yield Office(http, issuer, app.state.database)


@asynccontextmanager
async def a_served_office(
    folder: Path, issuer: Issuer, url: str, *, kafka: str = "nowhere:9092", role: Role = "api"
) -> AsyncIterator[tuple[str, Office]]:
    """The service on a port, and its people speaking to it directly."""
    app = _app(folder, issuer, url, kafka, role)
    async with serving(app) as origin, httpx2.AsyncClient(base_url=origin, trust_env=False) as http:
        yield origin, Office(http, issuer, app.state.database)
