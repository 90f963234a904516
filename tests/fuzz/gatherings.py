"""The events service behind a real server, with records in many states to be asked about."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from caytre.core.testing import Log
from caytre.events.main import service
from caytre.events.tables import STORES
from tests.builders.desk import Issuer, settings_for
from tests.builders.events_office import LEAD, PAPER, TODAY, EventsOffice
from tests.builders.front import serving


@dataclass
class Gatherings:
    """Where the service is, and who comes together."""

    origin: str
    office: EventsOffice

    async def records(self) -> dict[str, list[str]]:
        """Records by the first segment of their path."""
        office = self.office
        await office.draft(kind="festival", guest_names=["Nguyễn Văn Ví Dụ"])
        await office.act("events", await office.draft(kind="festival"), "plan")
        asked = await office.act("events", await office.draft(guests={"rank": "MINISTER"}), "plan")
        asked = await office.act("events", asked, "permission/application", {"document": PAPER})
        await office.act("events", asked, "permission/opinions", {})
        await office.permitted()
        hidden = {"sensitivity": "restricted", "confirm_published_history_stays": True}
        await office.act("events", await office.draft(), "classification", hidden, LEAD)
        await self._parties()
        rows = await office.lead(next_action_on=TODAY.isoformat())
        await office.act("leads", rows, "status", {"status": "QUALIFIED"})
        await office.outcome(evidence=[{"summary": "x"}])
        await office.act("outcomes", await office.outcome(), "classification", hidden, LEAD)
        await office.hear_itself(Log("events"))
        found = {}
        for store in STORES:
            listed = await office.database.worker.fetch(f"SELECT id FROM {store.table.name} ORDER BY id")
            found[f"{store.table.name}s"] = [str(row["id"]) for row in listed]
        return found

    async def _parties(self) -> None:
        office = self.office
        event = await office.opened(
            quotas={"onsite": 4}, meeting_grid={"slots": 9, "tables": 9}, schedule={"starts_on": TODAY.isoformat()}
        )
        people = [await office.party(event, participants=[{"name": "Nguyễn Văn Ví Dụ"}]) for _ in range(6)]
        for one, other in ((0, 1), (2, 3), (0, 2)):
            body = {"requester": people[one]["id"], "addressee": people[other]["id"], "subject": "x"}
            meeting = await office.create("meetings", body)
        await office.act("meetings", meeting, "acceptance", {"slot": 1, "table": 1})
        event = await office.act("events", event, "freeze")
        await office.act("registrations", people[0], "change-requests", {"kind": "withdraw", "reason": "x"})
        await office.act("events", event, "start")
        await office.party(await office.opened(moderated=True))


@asynccontextmanager
async def an_events_service(
    folder: Path, issuer: Issuer, urls: Mapping[str, str], kafka: str
) -> AsyncIterator[Gatherings]:
    """The service, started and stopped as a server would."""
    own = folder / "events"
    own.mkdir()
    ring = own / "keys.json"
    ring.write_text(json.dumps({"primary": "k1", "keys": {"k1": base64.b64encode(b"k" * 32).decode()}}))
    settings = settings_for(own, issuer, database_url=urls["events"], kafka_bootstrap_servers=kafka, data_keys=ring)
    app = service.app(settings, "api")
    async with serving(app) as origin, httpx2.AsyncClient(base_url=origin, trust_env=False) as http:
        yield Gatherings(origin, EventsOffice(http, issuer, app.state.database))
