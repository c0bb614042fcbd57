"""One process of a race: it says "ready" and, at each "go", has a contest and prints what it did as JSON."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from bot.errors import Conflict
from bot.ports import Change, Stored
from bot.store.connect import connect
from bot.store.embedded import Embedded
from bot.store.keys import Keys, Workspace
from bot.store.redis_store import RedisStore
from tests.store.samples import Note

VERSIONS = 20
TASKS = 8


async def commit(store: RedisStore, name: str) -> list[int]:
    """Let each task try every version in turn; return the versions that this process wrote."""
    won: list[int] = []

    async def climb(task: int) -> None:
        for version in range(1, VERSIONS + 1):
            change = (
                Change().replace(Stored(Note("n"), version), Note("n", name)).work("won", f"{name}-{task}-{version}")
            )
            try:
                await store.commit(change)
            except Conflict:
                continue
            won.append(version)

    await asyncio.gather(*(climb(task) for task in range(TASKS)))
    return won


async def press(store: RedisStore, name: str) -> list[int]:
    """Let each task use the same token; return one number for each that was let through."""

    async def once(task: int) -> bool:
        try:
            await store.commit(Change().once("press", 60).work("pressed", f"{name}-{task}"))
        except Conflict:
            return False
        return True

    return [1 for through in await asyncio.gather(*(once(task) for task in range(TASKS))) if through]


async def promote(store: RedisStore, _: str) -> list[int]:
    """Promote in small batches until nothing is due; return how many moved."""
    return [await store.promote(1e12, 1e12, batch=7)]


async def race(url: str, team: str, name: str) -> None:
    link = connect(url)
    store = RedisStore(link, Keys(Workspace(team)))
    await store.load(Note, "n")
    print("ready", flush=True)  # noqa: T201
    for contest in (commit, press, promote):
        await asyncio.to_thread(sys.stdin.readline)
        print(json.dumps(await contest(store, name)), flush=True)  # noqa: T201
    await link.close()


async def keep(folder: str) -> None:
    """Run an embedded server, write one note, and wait to be killed."""
    async with Embedded(Path(folder)) as server:
        link = connect(server.url)
        await RedisStore(link, Keys(Workspace("T1"))).commit(Change().create(Note("n", "kept")))
        print(server.pid, flush=True)  # noqa: T201
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(keep(sys.argv[2]) if sys.argv[1] == "keep" else race(*sys.argv[1:4]))
