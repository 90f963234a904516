"""What goes wrong with the mail server. It never loses a mail that it has said it took."""

import asyncio
import random

from caytre.bench.faults.world import World


async def mail_killed(world: World, chance: random.Random) -> None:
    """The mail server is killed."""
    world.mail.kill()
    await asyncio.sleep(chance.uniform(0.5, 2))
    await world.revive()


async def mail_frozen(world: World, chance: random.Random) -> None:
    """The mail server stands still; whoever waits for it gives up and tries again."""
    world.mail.freeze()
    await asyncio.sleep(chance.uniform(2.5, 4))
    await world.revive()


async def mail_refuses(world: World, chance: random.Random) -> None:
    """The mail server refuses mails, or their recipients, for now."""
    world.mail.become("refuses recipients" if chance.random() < 0.5 else "refuses")
    await _let_it_be(world, chance)


async def mail_slow(world: World, chance: random.Random) -> None:
    """The mail server takes each mail and answers only when whoever sent it has given up: each comes again."""
    world.mail.become("slow")
    await _let_it_be(world, chance)


async def mail_dies(world: World, chance: random.Random) -> None:
    """The mail server takes a mail and dies before it says so."""
    world.mail.become("dies")
    async with asyncio.timeout(20):
        while world.mail.child.alive:
            await asyncio.sleep(0.02)
    await asyncio.sleep(chance.uniform(0.1, 1))
    await world.revive()


async def _let_it_be(world: World, chance: random.Random) -> None:
    await asyncio.sleep(chance.uniform(1.5, 3))
    world.mail.become("takes")
    await world.revive()
