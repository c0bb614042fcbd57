"""One process that commits without pause until it is told to stop; then it prints what it was told is safe.

Each line is the id of a note and the machine's time when it was acknowledged as safe.
"""

from __future__ import annotations

import asyncio
import sys
import time

from bot.errors import NotYetSafe, StoreDown
from bot.ports import Change
from bot.store.connect import connect
from bot.store.keys import Keys, Workspace
from bot.store.redis_store import RedisStore
from tests.store.samples import Note

PAUSE = 0.02


async def commit(url: str, team: str, name: str) -> None:
    link = connect(url)
    store, stop = RedisStore(link, Keys(Workspace(team))), asyncio.create_task(asyncio.to_thread(sys.stdin.readline))
    number, safe = 0, list[tuple[str, float]]()
    while not stop.done():
        number += 1
        note = Note(f"{name}-{number}")
        try:
            await store.commit(Change().create(note).work("note", note.id).safe())
        except (StoreDown, NotYetSafe):
            await asyncio.sleep(PAUSE)
            continue
        safe.append((note.id, time.time()))
        if len(safe) == 1:
            print("ready", flush=True)  # noqa: T201
        await asyncio.sleep(PAUSE)
    for identity, at in safe:
        print(identity, at)  # noqa: T201
    await link.close()


if __name__ == "__main__":
    asyncio.run(commit(*sys.argv[1:4]))
