"""How fast Slack is answered: throughput against Bolt, and the time of one answer (budgets 1 and 2)."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import AsyncExitStack
from statistics import median

from benchmarks.budgets import Finding, compared
from benchmarks.stage import Server, Stage

ASK = "bucket list"
CONNECTIONS = 32
MOST_A_SECOND = 12_000
STEADY = 50.0
PEERS = ("hello", "bolt", "hundred", "polling")


async def measure(stage: Stage, rounds: int, seconds: float) -> list[Finding]:
    """Measure the web role beside Bolt's apps; every ask is stored and queued before it is acknowledged."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(stage.redis())
        starts = (stage.bot("web", url), *(stage.peer(name) for name in PEERS))
        started = await asyncio.gather(*(stack.enter_async_context(start) for start in starts))
        servers = dict(zip(("bot", *PEERS), started, strict=True))
        rates, p50 = await _taken_in_turns(stage, servers, rounds, seconds)
    floor = f"a second (the load client on an app that does nothing: {median(rates['hello']):,.0f})"
    return [
        compared("acks a second ÷ empty Bolt", rates["bot"], rates["bolt"], "least", 0.5, floor),
        compared("acks a second ÷ Bolt of 100 listeners", rates["bot"], rates["hundred"], "least", 3.0, floor),
        compared("ack p50 ÷ Bolt's default mode", p50["bot"], p50["polling"], "most", 0.5, "ms"),
    ]


async def _taken_in_turns(
    stage: Stage, servers: dict[str, Server], rounds: int, seconds: float
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Return acks a second when flooded, and the median of an ack's milliseconds at a steady rate, by server."""
    rates: dict[str, list[float]] = defaultdict(list)
    p50: dict[str, list[float]] = defaultdict(list)
    for name in ("bot", *PEERS):
        await _flooded(stage, servers[name], seconds / 2)
    for _ in range(rounds):
        for name in ("bot", "bolt", "hundred", "hello"):
            rates[name].append(await _flooded(stage, servers[name], seconds))
        for name in ("bot", "polling"):
            count = int(STEADY * seconds * 2)
            seen = await stage.load(servers[name], ASK, how="paced", count=count, connections=4, rate=STEADY)
            p50[name].append(seen["p50"])
    return rates, p50


async def _flooded(stage: Stage, server: Server, seconds: float) -> float:
    count = int(MOST_A_SECOND * seconds)
    seen = await stage.load(server, ASK, how="flood", count=count, connections=CONNECTIONS, seconds=seconds)
    return seen["per_second"]
