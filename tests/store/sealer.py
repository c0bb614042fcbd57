"""One process that records and seals at the same time as others, until all is sealed."""

from __future__ import annotations

import asyncio
import sys

from bot.ports import Change
from bot.store.audit import RedisLedger
from bot.store.clock import RedisClock
from bot.store.connect import connect
from bot.store.keys import Keys, Workspace
from bot.store.redis_store import RedisStore
from scheduler.jobs.seal import Sealer

DEEDS = 150


async def seal(url: str, team: str) -> None:
    link, keys = connect(url), Keys(Workspace(team))
    clock = await RedisClock.started(link, keys)
    store, ledger = RedisStore(link, keys, clock=clock), RedisLedger(link, keys)
    sealer = Sealer(ledger, clock, b"k" * 32)
    for number in range(DEEDS):
        await asyncio.gather(store.commit(Change().audit(f"deed {number}")), sealer.beat())
    while (stored := await ledger.chain()) is None or await ledger.unsealed(stored.record.last, 1):
        await sealer.beat()
    await link.close()
    print("done")  # noqa: T201


if __name__ == "__main__":
    asyncio.run(seal(*sys.argv[1:3]))
