"""What goes wrong, by name. Each fault lands while commands are in flight, and everything is running again after it."""

import asyncio
import os
import random
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

from caytre.bench.faults.stopping import STAGES
from caytre.bench.faults.world import World
from caytre.bench.stage import Process
from caytre.contracts.agreements import EVENTS_TOPIC

Nemesis = Callable[[World, random.Random], Awaitable[None]]

LEASE_SECONDS = 3.0


async def _kill(world: World, *processes: Process, seconds: float = 0.5) -> None:
    for process in processes:
        process.kill()
    await asyncio.sleep(seconds)
    await world.revive()


async def _freeze(world: World, *processes: Process, seconds: float) -> None:
    for process in processes:
        process.freeze()
    await asyncio.sleep(seconds)
    await world.revive()


async def api_killed(world: World, chance: random.Random) -> None:
    """The API is killed while it answers."""
    await _kill(world, world.api, seconds=chance.uniform(0.1, 1))


async def api_frozen(world: World, chance: random.Random) -> None:
    """The API stands still."""
    await _freeze(world, world.api, seconds=chance.uniform(2, 5))


async def leader_killed(world: World, chance: random.Random) -> None:
    """The leading relay is killed; the standby takes over."""
    await _kill(world, await world.leader(), seconds=chance.uniform(0.2, LEASE_SECONDS))


async def leader_frozen(world: World, chance: random.Random) -> None:
    """The leading relay stands still beyond its lease and then goes on as if nothing had been."""
    await _freeze(world, await world.leader(), seconds=LEASE_SECONDS + chance.uniform(0.5, 2))


async def leader_frozen_in_publish(world: World, chance: random.Random) -> None:
    """The leading relay stops inside a publish, goes on after the standby has taken over, and is then killed."""
    leader = await world.leader()
    world.stop_request.write_text(chance.choice(STAGES))
    async with asyncio.timeout(20):
        while not leader.frozen:
            await asyncio.sleep(0.02)
    await asyncio.sleep(LEASE_SECONDS + chance.uniform(0.5, 2))
    leader.thaw()
    await asyncio.sleep(chance.uniform(0.2, 1))
    await _kill(world, leader, seconds=0.1)


async def relays_killed(world: World, chance: random.Random) -> None:
    """Both relays are killed."""
    await _kill(world, *world.relays, seconds=chance.uniform(0.1, 1))


async def consumer_killed(world: World, chance: random.Random) -> None:
    """One of two consumers of every group is killed."""
    await _kill(world, *chance.choice(world.consumers), seconds=chance.uniform(0.1, 2))


async def consumers_killed(world: World, chance: random.Random) -> None:
    """All consumers are killed."""
    await _kill(world, *world.gateways, *world.listeners, seconds=chance.uniform(0.1, 1))


async def consumer_frozen(world: World, chance: random.Random) -> None:
    """One of two consumers of every group stands still beyond its session and then goes on."""
    await _freeze(world, *chance.choice(world.consumers), seconds=chance.uniform(6.5, 9))


async def kafka_killed(world: World, chance: random.Random) -> None:
    """The broker is killed."""
    world.running.kafka.kill()
    await asyncio.sleep(chance.uniform(0.1, 1))
    await world.revive()


async def kafka_frozen(world: World, chance: random.Random) -> None:
    """The broker stands still."""
    world.running.kafka.child.send(signal.SIGSTOP)
    await asyncio.sleep(chance.uniform(4, 9))
    await world.revive()


async def kafka_restarted(world: World, chance: random.Random) -> None:
    """The broker is shut down in order and started again."""
    await asyncio.to_thread(world.running.kafka.stop)
    await asyncio.sleep(chance.uniform(0.1, 1))
    await world.revive()


async def kafka_log_cut(world: World, chance: random.Random) -> None:
    """The broker is killed and the end of every partition's log is lost, as a power cut before a flush loses it."""
    kafka = world.running.kafka
    kafka.kill()
    for partition in sorted(kafka.data.glob(f"{EVENTS_TOPIC}-*")):
        cut_tail(partition, chance.randrange(1, 20_000))
    await world.revive()


def cut_tail(partition: Path, most: int) -> None:
    """Take up to `most` bytes off a stopped partition's active segment, and the files that are made from it."""
    active = max(partition.glob("*.log"))
    size = active.stat().st_size
    os.truncate(active, max(0, size - min(most, size // 2)))
    for derived in (*partition.glob(f"{active.stem}.*index"), *partition.glob("*.snapshot")):
        derived.unlink()


async def postgres_killed(world: World, chance: random.Random) -> None:
    """The database server and all its sessions are killed."""
    world.running.postgres.kill()
    await asyncio.sleep(chance.uniform(0.1, 1))
    await world.revive()


async def postgres_restarted(world: World, chance: random.Random) -> None:
    """An immediate shutdown (SIGQUIT): sessions are cut off, the next start recovers from the log."""
    await asyncio.to_thread(world.running.postgres.child.end, signal.SIGQUIT, 10)
    await asyncio.sleep(chance.uniform(0, 0.5))
    await world.revive()


async def everything_killed(world: World, chance: random.Random) -> None:
    """Power cut: all services and both engines at once."""
    for process in world.processes:
        process.kill()
    world.running.kafka.kill()
    world.running.postgres.kill()
    await asyncio.sleep(chance.uniform(0, 0.5))
    await world.revive()


NEMESES: dict[str, Nemesis] = {
    nemesis.__name__.replace("_", "-"): nemesis
    for nemesis in (
        api_killed,
        api_frozen,
        leader_killed,
        leader_frozen,
        leader_frozen_in_publish,
        relays_killed,
        consumer_killed,
        consumers_killed,
        consumer_frozen,
        kafka_killed,
        kafka_frozen,
        kafka_restarted,
        kafka_log_cut,
        postgres_killed,
        postgres_restarted,
        everything_killed,
    )
}
