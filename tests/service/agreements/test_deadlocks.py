"""Two commands that wait for each other's record: PostgreSQL ends one, and it is decided anew, never a failure."""

from __future__ import annotations

import asyncio

import asyncpg

from tests.builders.agreements_office import MINISTRY, Office

#: Every look at a partner takes a while, so that both hold their guard before either wants its own row.
_SLOWLY = "ALTER POLICY everything ON partner USING (pg_sleep(0.1) IS NOT NULL)"


async def test_of_two_partners_merged_into_each_other_one_is_merged(office: Office, url: str) -> None:
    first, second = await office.partner(verified=False), await office.partner(verified=False)
    owner = await asyncpg.connect(url)
    await owner.execute(_SLOWLY)
    await owner.close()

    async def merge(one: str, other: str) -> int:
        body = {"into": other, "reason": "the same under two spellings"}
        return (await office.post(f"/partners/{one}/merger", body, by=MINISTRY, version=1)).status_code

    answers = await asyncio.gather(merge(first["id"], second["id"]), merge(second["id"], first["id"]))
    assert sorted(answers) == [200, 409]
