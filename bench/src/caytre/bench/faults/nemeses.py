"""What goes wrong, by name. Each fault lands while commands are in flight, and everything is running again after it.

A fault hits the services that the world names as its victims; a run goes through them all.
"""

import asyncio
import os
import random
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

from caytre.bench.faults.mail_nemeses import mail_dies, mail_frozen, mail_killed, mail_refuses, mail_slow
from caytre.bench.faults.stopping import STAGES
from caytre.bench.faults.world import Cell, World
from caytre.bench.hops import SPEAKING
from caytre.bench.stage import Process
from caytre.core.relaying.topics import events_topic

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


async def _leaders(world: World) -> list[Process]:
    return list(await asyncio.gather(*[world.leader(cell) for cell in world.leading_victims]))


async def api_killed(world: World, chance: random.Random) -> None:
    """The API is killed while it answers."""
    await _kill(world, *[cell.api for cell in world.victims], seconds=chance.uniform(0.1, 1))


async def api_frozen(world: World, chance: random.Random) -> None:
    """The API stands still."""
    await _freeze(world, *[cell.api for cell in world.victims], seconds=chance.uniform(2, 5))


async def leader_killed(world: World, chance: random.Random) -> None:
    """The worker whose relay leads is killed; the standby takes over."""
    await _kill(world, *await _leaders(world), seconds=chance.uniform(0.2, LEASE_SECONDS))


async def leader_frozen(world: World, chance: random.Random) -> None:
    """The worker whose relay leads stands still beyond its lease and then goes on as if nothing had been."""
    await _freeze(world, *await _leaders(world), seconds=LEASE_SECONDS + chance.uniform(0.5, 2))


async def leader_frozen_in_publish(world: World, chance: random.Random) -> None:
    """The leading relay stops inside a publish, goes on after the standby has taken over, and is then killed."""
    await asyncio.gather(*[_stopped_in_publish(world, cell, chance) for cell in world.leading_victims])
    await world.revive()


async def _stopped_in_publish(world: World, cell: Cell, chance: random.Random) -> None:
    leader = await world.leader(cell)
    if cell.stop_request is None:
        return
    cell.stop_request.write_text(chance.choice(STAGES))
    async with asyncio.timeout(20):
        while not leader.frozen:
            await asyncio.sleep(0.02)
    await asyncio.sleep(LEASE_SECONDS + chance.uniform(0.5, 2))
    leader.thaw()
    await asyncio.sleep(chance.uniform(0.2, 1))
    leader.kill()


async def worker_killed(world: World, chance: random.Random) -> None:
    """One of two workers is killed, with its consumer and what else it does, and one of two listeners."""
    await _kill(world, *_one_of_two(world, chance), seconds=chance.uniform(0.1, 2))


async def workers_killed(world: World, chance: random.Random) -> None:
    """Both workers and both listeners are killed."""
    workers = [worker for cell in world.victims for worker in cell.workers]
    await _kill(world, *workers, *world.listeners, seconds=chance.uniform(0.1, 1))


async def worker_frozen(world: World, chance: random.Random) -> None:
    """One of two workers, and one of two listeners, stands still beyond its consumer's session and then goes on."""
    await _freeze(world, *_one_of_two(world, chance), seconds=chance.uniform(6.5, 9))


def _one_of_two(world: World, chance: random.Random) -> list[Process]:
    number = chance.randrange(2)
    return [*(cell.workers[number] for cell in world.victims), world.listeners[number]]


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
    """The broker is killed and the end of every partition's log is lost, as a power cut before a flush loses it.

    What was written in the last seconds is lost, wholly or in part: a relay sends the last minute again.
    """
    kafka = world.running.kafka
    logs = [each for service in SPEAKING for each in sorted(kafka.data.glob(f"{events_topic(service)}-*"))]
    before = {each: _size(each) for each in logs}
    await asyncio.sleep(2)
    kafka.kill()
    for each in logs:
        if (written := _size(each) - before[each]) > 0:
            cut_tail(each, chance.randrange(1, written + 1))
    await world.revive()
    await world.note_cut()


def _size(partition: Path) -> int:
    return max(partition.glob("*.log")).stat().st_size


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
    """Power cut: all services, the mail server and both engines at once."""
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
        worker_killed,
        workers_killed,
        worker_frozen,
        kafka_killed,
        kafka_frozen,
        kafka_restarted,
        kafka_log_cut,
        postgres_killed,
        postgres_restarted,
        mail_killed,
        mail_frozen,
        mail_refuses,
        mail_slow,
        mail_dies,
        everything_killed,
    )
}
