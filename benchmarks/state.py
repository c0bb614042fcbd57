"""What a change of state costs against the simplest write there is (budget 3)."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from statistics import median
from time import perf_counter

from redis.asyncio import Redis

from benchmarks.budgets import Finding, compared
from benchmarks.stage import Stage
from bot.ports import Change
from bot.records import Inbound, InboundKind, Surface, SurfaceKind
from bot.store.connect import connect
from bot.store.documents import Codec
from bot.store.keys import Keys, Workspace
from bot.store.redis_store import RedisStore

Once = Callable[[int], Awaitable[object]]


async def measure(stage: Stage, rounds: int, times: int) -> list[Finding]:
    """Measure the replacement of a stored document, and SET NX of as many bytes, one at a time in turns."""
    async with stage.redis() as url:
        ours, theirs = await stage.alone("benchmarks.state", url, str(rounds), str(times))
    return [compared("a state change ÷ one SET NX", ours, theirs, "most", 1.3, "µs")]


async def _series(url: str, rounds: int, times: int) -> tuple[list[float], list[float]]:
    """Return the median microseconds of each round, for both."""
    link, bare = connect(url), Redis.from_url(url)
    replace, ours, theirs = await _replacing(RedisStore(link, Keys(Workspace("T1")))), [], []
    text = Codec().encode(_document(""), 1)

    async def set_nx(number: int) -> object:
        return await bare.set(f"free:{number}", text, nx=True, ex=600)

    for number in range(rounds + 1):
        change, write = await _in_turns(replace, set_nx, range(number * times, (number + 1) * times))
        if number:  # the first round warms up
            ours.append(change)
            theirs.append(write)
    await link.close()
    await bare.aclose()
    return ours, theirs


async def _in_turns(one: Once, other: Once, numbers: range) -> tuple[float, float]:
    took: tuple[list[float], list[float]] = ([], [])
    for number in numbers:
        for once, series in zip((one, other), took, strict=True):
            started = perf_counter()
            await once(number)
            series.append(1e6 * (perf_counter() - started))
    return median(took[0]), median(took[1])


async def _replacing(store: RedisStore) -> Once:
    """Return what stores the next version of a document each time, as a flow does: read before, not measured."""
    await store.commit(Change().create(_document(""), lifetime=600))
    stored = await store.load(Inbound, "i1")
    assert stored is not None
    versions = [stored]

    async def replace(number: int) -> None:
        after = _document(str(number))
        await store.commit(Change().replace(versions[0], after, lifetime=600))
        versions[0] = type(versions[0])(after, versions[0].version + 1)

    return replace


def _document(words: str) -> Inbound:
    surface = Surface(SurfaceKind.COMMAND, "U0LI000001", "C0MODELART", response_url="http://127.0.0.1:1/answers")
    values = {"name": "c-flowers", "region": "cn-north-4", "folder": "flowers/"}
    return Inbound(
        "i1", InboundKind.ASK, "c1", surface, 1.7e9, "r1", command="bucket create", values=values, words=words
    )


def main() -> None:
    """Print both series as JSON."""
    url, rounds, times = sys.argv[1:]
    print(json.dumps(asyncio.run(_series(url, int(rounds), int(times)))))


if __name__ == "__main__":
    main()
