"""What a comparison with a cloud of ten thousand things costs, and whether it disturbs the acks (budget 6)."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from benchmarks.budgets import Finding, compared
from benchmarks.isolation import PROBE, RATE
from benchmarks.stage import BenchmarkFault, Server, Stage
from bot.records import ThingKind
from bot.store.keys import Keys, Workspace
from scheduler.engine import TICK_SECONDS

SCENARIO = Path(__file__).parent / "many.toml"
SWEEPER = "benchmarks.sweeper"
Announced = dict[str, Any]
AGAIN_S = 0.1
LIMIT_S = 120.0


async def measure(stage: Stage, rounds: int, things: int, seconds: float) -> list[Finding]:
    """Sweep and read the bare pages in turns; then ask for acks while a worker sweeps all the time, and while not."""
    account = stage.write("many.toml", re.sub(r"repeat = \d+", f"repeat = {things}", SCENARIO.read_text("utf-8")))
    async with stage.sandbox(str(account)) as cloud, stage.redis() as url:
        costs = await _costs(stage, cloud, url, rounds, things)
        return [costs, await _disturbed(stage, cloud, url, rounds, seconds)]


async def _costs(stage: Stage, cloud: Announced, url: str, rounds: int, things: int) -> Finding:
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        for side, words in ((ours, ("bot", url, cloud["team"])), (theirs, ("peer",))):
            found = await stage.alone(SWEEPER, *words, env=cloud["env"])
            if found["things"] != things:
                raise BenchmarkFault(f"{words[0]} saw {found['things']:.0f} things of {things}")
            side.append(found["cpu"])
    return compared(f"CPU of a sweep over {things:,} things ÷ the SDK's bare pages", ours, theirs, "most", 2.0, "ms")


async def _disturbed(stage: Stage, cloud: Announced, url: str, rounds: int, seconds: float) -> Finding:
    """Measure one process with both roles, idle and while it does nothing but sweep."""
    idle, busy = [], []
    async with stage.bot("all", url, cloud=cloud["env"]) as server:
        await _swept(stage, server)
        for _ in range(rounds):
            idle.append(await _p99(stage, server, seconds))
            sweeping = asyncio.create_task(_again_and_again(stage, server, url, cloud["team"]))
            busy.append(await _p99(stage, server, seconds))
            sweeping.cancel()
            await _swept(stage, server)
    return compared("ack p99 while sweeping ÷ idle", busy, idle, "most", 1.5, "ms")


async def _again_and_again(stage: Stage, server: Server, url: str, team: str) -> None:
    """Have a sweep due whenever the last one is done."""
    due = Keys(Workspace(team)).due
    async with Redis.from_url(url) as redis:
        while True:
            await redis.zadd(due, {f"work:sweep:{ThingKind.PACKAGE}": 0.0})
            await asyncio.sleep(2 * TICK_SECONDS)
            await _swept(stage, server)


async def _swept(stage: Stage, server: Server) -> None:
    async with asyncio.timeout(LIMIT_S):
        while await stage.unsettled(server):  # noqa: ASYNC110 - the work lies in another process
            await asyncio.sleep(AGAIN_S)


async def _p99(stage: Stage, server: Server, seconds: float) -> float:
    return (await stage.load(server, PROBE, how="paced", count=int(RATE * seconds), connections=8, rate=RATE))["p99"]
