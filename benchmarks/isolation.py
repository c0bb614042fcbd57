"""Whether slow cloud calls disturb the answers to Slack (budget 2)."""

from __future__ import annotations

import asyncio

from benchmarks.budgets import Finding, compared
from benchmarks.stage import Server, Stage
from bot.huawei.client import THREADS

CALLS = 32
SLOW_ASK = "bucket list"
PROBE = "bucket create No_Such_Name"
"""An ask that is refused in its ack, after its form was stored: it leaves the workers nothing to do."""
RATE = 100.0
SETTLE_S = 60.0
LOOK_S = 0.1


async def measure(stage: Stage, rounds: int, seconds: float, calls: int = CALLS) -> list[Finding]:
    """Measure one process with both roles, idle and while asks are under way whose cloud calls do not come back yet.

    The product runs as many calls together as it has threads; the others wait for one. Their answers are let through
    when the measuring is over: what the work itself costs is another budget's.
    """
    idle, busy = [], []
    async with stage.redis() as url, stage.bot("all", url) as server:
        await stage.load(server, SLOW_ASK, how="flood", count=calls, connections=calls, seconds=5.0)
        await _settled(stage, server)
        for _ in range(rounds):
            idle.append(await _p99(stage, server, seconds))
            await stage.gate("shut")
            await stage.load(server, SLOW_ASK, how="flood", count=calls, connections=calls, seconds=5.0)
            await _under_way(stage, min(calls, THREADS))
            busy.append(await _p99(stage, server, seconds))
            await stage.gate("open")
            await _settled(stage, server)
    return [compared(f"ack p99 with {calls} slow cloud calls ÷ idle", busy, idle, "most", 1.5, "ms")]


async def _p99(stage: Stage, server: Server, seconds: float) -> float:
    count = int(RATE * seconds)
    return (await stage.load(server, PROBE, how="paced", count=count, connections=8, rate=RATE))["p99"]


async def _under_way(stage: Stage, calls: int) -> None:
    async with asyncio.timeout(SETTLE_S):
        while await stage.gate("held") < calls:  # noqa: ASYNC110 - the calls lie in another process
            await asyncio.sleep(LOOK_S)


async def _settled(stage: Stage, server: Server) -> None:
    async with asyncio.timeout(SETTLE_S):
        while await stage.unsettled(server):  # noqa: ASYNC110 - the work lies in another process
            await asyncio.sleep(LOOK_S)
