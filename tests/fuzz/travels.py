"""The delegations service behind a real server, with records in many states to be asked about."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.builders.agreements_office import LEAD, NEIGHBOUR
from tests.builders.delegations import CAO_BANG, HUNG_YEN
from tests.builders.delegations_office import PATHS, RULING, TODAY, Office, a_served_office, member
from tests.builders.desk import Issuer

NOW = TODAY.isoformat()


@dataclass
class Travels:
    """Where the service is, and who travels."""

    origin: str
    office: Office

    async def records(self) -> dict[str, list[str]]:
        """Records by the first segment of their path."""
        office = self.office
        host = await office.partner()
        await office.create("delegation", office.trip(host))
        await office.create("delegation", office.trip(host, sensitivity="restricted"))
        same = [member(1, identity="001000000009")]
        await office.submitted(office.trip(members=same))
        await office.submitted(office.trip(host, members=same, locality=CAO_BANG), NEIGHBOUR)
        await office.referred(office.trip(first=90, last=91))
        gone = await office.approved(office.trip(first=0, last=0))
        await office.act("delegation", gone["id"], "departure", {"on": NOW})
        await office.act("delegation", gone["id"], "return", {"on": NOW})
        commitments = [{"number": 1, "text": "x", "owner": HUNG_YEN}]
        invited = {"number": 1, "invitee": "x", "country": "KR", "form": "oral", "purpose": "x"}
        results = [{"objective": 1, "achieved": "yes", "text": "x"}]
        report = {"results": results, "commitments": commitments, "invitations": [invited]}
        await office.act("delegation", gone["id"], "report", report)
        await self._plans()
        await self._visits()
        await office.hear(twice=False)
        found = {}
        for kind, path in PATHS.items():
            rows = await office.database.worker.fetch(f"SELECT id FROM {kind} ORDER BY id")
            found[path] = [str(row["id"]) for row in rows]
        return found

    async def _plans(self) -> None:
        office, item = self.office, {"purpose": "x", "countries": ["KR"], "month_from": 1, "head_rank": "x"}
        body: dict[str, Any] = {"locality": HUNG_YEN, "year": TODAY.year, "direction": "OUT"}
        await office.create("annual_plan", body)
        plan = await office.create("annual_plan", {**body, "items": [{**item, "budget_source": "x"}]})
        await office.act("annual_plan", plan["id"], "submission")
        await office.act("annual_plan", plan["id"], "advice", {"agency": "MOFA", "answer": "agree"}, LEAD)

    async def _visits(self) -> None:
        office = self.office
        body: dict[str, Any] = {"locality": HUNG_YEN, "title": "x", "country": "KR"}
        await office.create("visit", body)
        made = await office.create("visit", {**body, "arrives_on": NOW, "leaves_on": NOW})
        await office.act("visit", made["id"], "partner-check", {}, LEAD)
        await office.act("visit", made["id"], "programme", {"items": [{"number": 1, "title": "x"}]})
        await office.act("visit", made["id"], "approval", RULING, {**LEAD, "roles": ["locality_chair"]})
        invitation = {"locality": HUNG_YEN, "invitee": "x", "country": "KR", "purpose": "x"}
        await office.create("invitation", invitation)


@asynccontextmanager
async def a_delegations_service(
    folder: Path, issuer: Issuer, urls: Mapping[str, str], kafka: str
) -> AsyncIterator[Travels]:
    """The service, started and stopped as a server would."""
    own = folder / "delegations"
    own.mkdir()
    async with a_served_office(own, issuer, urls["delegations"], kafka=kafka) as (origin, office):
        yield Travels(origin, office)
