"""Whether slow cloud calls disturb the answers to Slack (budget 2)."""

from __future__ import annotations

import asyncio

from benchmarks.budgets import Finding, compared
from benchmarks.stage import Server, Stage

CALLS = 32
SLOW_ASK = "bucket list"
PROBE = "bucket create No_Such_Name"
"""An ask that is refused in its ack, after its form was stored: it leaves the workers nothing to do."""
RATE = 100.0
SETTLE_S = 60.0


async def measure(stage: Stage, rounds: int, seconds: float, calls: int = CALLS) -> list[Finding]:
    """Measure one process with both roles, idle and with asks under way whose cloud calls take a second each.

    All of them are queued at once; the product runs as many together as it has threads.
    """
    idle, busy = [], []
    async with stage.redis() as url, stage.bot("all", url) as server:
        await _p99(stage, server, 0.5)
        for _ in range(rounds):
            idle.append(await _p99(stage, server, seconds))
            await stage.load(server, SLOW_ASK, how="flood", count=calls, connections=calls, seconds=5.0)
            busy.append(await _p99(stage, server, seconds))
            await _settled(stage, server)
    return [compared(f"ack p99 with {calls} slow cloud calls ÷ idle", busy, idle, "most", 1.5, "ms")]


async def _p99(stage: Stage, server: Server, seconds: float) -> float:
    count = int(RATE * seconds)
    return (await stage.load(server, PROBE, how="paced", count=count, connections=8, rate=RATE))["p99"]


async def _settled(stage: Stage, server: Server) -> None:
    async with asyncio.timeout(SETTLE_S):
        while await stage.unsettled(server):  # noqa: ASYNC110 - the work lies in another process
            await asyncio.sleep(0.1)
