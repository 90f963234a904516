"""The services behind real servers in a thread of their own, with records in every state to be asked about."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from caytre.gateway.forwarding import FORWARDED
from caytre.gateway.main import service as gateway
from tests.builders.agreements_office import AUDITOR, CHAIR, LEAD, PEOPLE, Office
from tests.builders.desk import Issuer, settings_for
from tests.builders.front import an_agreements_service, serving
from tests.fuzz.gatherings import an_events_service
from tests.fuzz.inbox import a_notifications_service
from tests.fuzz.travels import a_delegations_service

STARTED_WITHIN = 60.0


@dataclass
class Platform:
    """Where the services are, whom they know, and which records there are by kind."""

    issuer: Issuer
    origins: dict[str, str] = field(default_factory=dict)
    records: dict[str, list[str]] = field(default_factory=dict)
    failure: BaseException | None = None

    def headers(self, person: str) -> dict[str, str]:
        """The token of a person."""
        return {"Authorization": f"Bearer {self.issuer.token(**PEOPLE[person])}"}

    def etag(self, kind: str, id: str) -> str:
        """The present entity tag of a record, as an auditor reads it."""
        headers = {"authorization": f"Bearer {self.issuer.token(**AUDITOR)}"}
        origin = self.origins[FORWARDED[kind]]
        answer = httpx2.get(f"{origin}/{kind}/{id}", headers=headers, trust_env=False)
        return answer.headers.get("etag", '"1"')


async def _records(office: Office) -> dict[str, list[str]]:
    """One record in each state, some of them restricted."""
    partner = await office.partner()
    restricted = await office.partner()
    hidden = {"sensitivity": "restricted", "confirm_published_history_stays": True}
    await office.act(restricted, "classification", hidden, by={**LEAD, "roles": ["ministry_approver"]})
    partners = [
        partner,
        restricted,
        await office.partner(verified=False),
        await office.partner(verified=False, type="individual"),
    ]
    secret = await office.draft(partner)
    await office.act(secret, "classification", hidden, by=LEAD)
    escalated = await office.answered(partner, police="disagree")
    escalated = await office.papers(escalated, "PM")
    paper = {"document": {"number": "1/TTr"}}
    escalated = await office.act(escalated, "escalation", paper, by=CHAIR)
    agreements = [
        secret,
        escalated,
        await office.draft(partner),
        await office.consulting(partner),
        await office.answered(partner),
        await office.approved(partner),
        await office.signed(partner, expires_on="2031-01-05", signer_names=["Nguyễn Văn Ví Dụ"]),
    ]
    return {"partners": [each["id"] for each in partners], "agreements": [each["id"] for each in agreements]}


@contextmanager
def a_platform(folder: Path, urls: dict[str, str], kafka: str) -> Iterator[Platform]:
    """Both services, started and stopped as on a machine."""
    platform = Platform(Issuer(folder))
    ready, loop = threading.Event(), asyncio.new_event_loop()
    ended: list[asyncio.Event] = []

    async def run() -> None:
        ended.append(asyncio.Event())
        async with (
            AsyncExitStack() as stack,
            an_agreements_service(folder, platform.issuer, urls["agreements"], kafka=kafka) as (origin, office),
        ):
            inbox = await stack.enter_async_context(a_notifications_service(folder, platform.issuer, urls, kafka))
            travels = await stack.enter_async_context(a_delegations_service(folder, platform.issuer, urls, kafka))
            gatherings = await stack.enter_async_context(an_events_service(folder, platform.issuer, urls, kafka))
            services = {
                "agreements": origin,
                "delegations": travels.origin,
                "events": gatherings.origin,
                "notifications": inbox.origin,
            }
            own = folder / "gateway"
            own.mkdir()
            settings = settings_for(
                own, platform.issuer, database_url=urls["gateway"], kafka_bootstrap_servers=kafka, services=services
            )
            async with serving(gateway.app(settings, "api")) as front:
                platform.origins |= {**services, "gateway": front}
                platform.records |= await _records(office) | await inbox.records()
                platform.records |= await travels.records() | await gatherings.records()
                ready.set()
                await ended[0].wait()

    def serve() -> None:
        try:
            loop.run_until_complete(run())
        except BaseException as failure:  # told to the tests, which would wait for nothing
            platform.failure = failure
            ready.set()
        finally:
            loop.close()

    thread = threading.Thread(target=serve, name="platform")
    thread.start()
    try:
        assert ready.wait(STARTED_WITHIN), "the services did not start"
        assert platform.failure is None, platform.failure
        yield platform
    finally:
        if ended and not loop.is_closed():
            loop.call_soon_threadsafe(ended[0].set)
        thread.join(STARTED_WITHIN)
