"""Who is at work in a fault run, and on what: stories, contended records, rival trips, full events, an inbox."""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from caytre.bench.commands import proposal as contended_proposal
from caytre.bench.faults.clients import Client, Ledger, Stopped
from caytre.bench.faults.world import World
from caytre.bench.story import bodies
from caytre.bench.story.office import Office, Refused
from caytre.bench.story.telling import submit, tell
from caytre.core.clock import business_today
from caytre.core.ids import new_id

#: So many of the newest agreements are amended by everybody at once: most amendments meet another one.
NEWEST = 10
#: So few are admitted to the event that most parties wait for others to withdraw.
QUOTA = 4
#: Who does what. Every fourth client speaks through the gateway, the others to the services.
WORK = ("contend", "tell", "rival", "contend", "tell", "attend", "contend", "tell", "rival", "attend", "read", "tell")


@dataclass
class Load:
    """The clients of one world, together `rate` commands per second; all that they know is in the ledger."""

    world: World
    seed: int
    rate: float = 30.0
    ledger: Ledger = field(init=False)
    _newest: deque[tuple[str, int]] = field(default_factory=lambda: deque(maxlen=NEWEST))
    _event: str = ""
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.rate)

    def start(self) -> None:
        """Go to work."""
        self.ledger.working = True
        self._tasks = [asyncio.create_task(self._work(number)) for number in range(len(WORK))]

    async def stop(self, seconds: float = 60) -> bool:
        """No new commands; True when all that were begun are answered in time."""
        self.ledger.working = False
        _, waiting = await asyncio.wait(self._tasks, timeout=seconds)
        for task in waiting:
            task.cancel()
        for task in self._tasks:
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                raise error
        return not waiting

    async def _work(self, number: int) -> None:
        chance = random.Random(f"{self.seed}-{number}-{len(self.ledger.commands)}")
        province = list(self.world.tokens)[number % len(self.world.tokens)]
        client = Client(self.ledger, self.world.ports, chance, "gateway" if number % 4 == 0 else None)
        office = Office(self.world.tokens[province], client)
        kinds: dict[str, Callable[[Office, str, random.Random], Awaitable[None]]] = {
            "contend": self._contend,
            "tell": self._tell,
            "rival": self._rival,
            "attend": self._attend,
            "read": self._read,
        }
        try:
            while True:
                try:
                    await kinds[WORK[number]](office, province, chance)
                except Refused:
                    # The oracle judges refusals by the ledger; who was refused begins something else.
                    await asyncio.sleep(chance.uniform(0, 0.1))
        except Stopped:
            pass
        finally:
            client.close()

    async def _contend(self, office: Office, province: str, chance: random.Random) -> None:
        if not self._newest or chance.random() < 0.5:
            body = contended_proposal(self.world.hosts[0]) | {"locality": province}
            made = await office.begin("officer", "/agreements", body)
            self._newest.append((str(made["id"]), int(made["version"])))
            return
        known = chance.choice(self._newest)
        id, version = known
        try:
            await office.say("officer", f"/agreements/{id}/amendments", {"title_vi": f"Thỏa thuận {new_id()}"}, version)
        finally:
            # Told or refused, the next one to amend it goes on from the version after.
            if known in self._newest:
                self._newest.remove(known)
                self._newest.appendleft((id, version + 1))

    async def _tell(self, office: Office, province: str, chance: random.Random) -> None:
        await tell(office, province, f"MISSION-{new_id()}", business_today())

    async def _rival(self, office: Office, province: str, chance: random.Random) -> None:
        today = business_today()
        first = today + timedelta(days=30 + chance.randrange(20))
        last = first + timedelta(days=chance.randrange(1, 5))
        host, mission = chance.choice(self.world.hosts), f"MISSION-{chance.randrange(6)}"
        id = await submit(office, bodies.trip(province, [host], mission, first, last, today), today)
        path, then = f"/delegations/{id}", chance.random()
        if then < 0.4:
            other = chance.choice([each for each in self.world.hosts if each != host])
            moved = bodies.trip(province, [other], mission, first, last, today)
            await office.act("officer", path, "amendments", {"stops": moved["stops"]})
        elif then < 0.6:
            await office.act("officer", path, "cancellation", {"reason": "minh họa"})

    async def _attend(self, office: Office, province: str, chance: random.Random) -> None:
        if not self._event:
            self._event = await self._full_event(office, province)
        body = {"event_id": self._event, "organisation": f"Đoàn {new_id()}", "party_size": chance.randrange(1, 3)}
        party = await office.begin("officer", "/registrations", body | {"locality": province})
        if chance.random() < 0.8:
            await office.act("officer", f"/registrations/{party['id']}", "withdrawal", {})

    async def _full_event(self, office: Office, province: str) -> str:
        days = {"schedule": {"starts_on": (business_today() + timedelta(days=20)).isoformat()}}
        body = {**bodies.forum(), "locality": province, "quotas": {"onsite": QUOTA}, **days}
        made = await office.begin("officer", "/events", body)
        for act in ("plan", "opening"):
            await office.act("officer", f"/events/{made['id']}", act)
        return str(made["id"])

    async def _read(self, office: Office, province: str, chance: random.Random) -> None:
        inbox = await office.look("/notifications?acknowledged=false&limit=10", "officer")
        if not inbox["items"]:
            await asyncio.sleep(0.2)
            return
        told = chance.choice(inbox["items"])
        await office.act("officer", f"/notifications/{told['id']}", "acknowledgement")
