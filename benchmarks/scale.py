"""How much more two workers do than one, when the cloud takes its time (budget 7)."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

from benchmarks.budgets import Finding, compared
from benchmarks.stage import BenchmarkFault, Server, Stage

ASK = "bucket list"
"""Eleven calls with the cloud of `apps.distant`, of which a worker has eight under way at once."""
CONNECTIONS = 8
LOOK_S = 0.02
LIMIT_S = 60.0
BUSY_MOST = 0.7
"""The share of a CPU that the simulated cloud may need, or it is the cloud that was measured."""


async def measure(stage: Stage, rounds: int, asks: int) -> list[Finding]:
    """Let one worker, then two, do what was asked while they stood still; compare what they do in a second."""
    found: dict[int, list[float]] = {1: [], 2: []}
    async with stage.distant() as cloud:
        for _ in range(rounds):
            for workers, rates in found.items():
                rates.append(await _rate(stage, cloud, workers, asks))
    name = "asks a second, two workers ÷ one, 50 ms a cloud call"
    return [compared(name, found[2], found[1], "least", 1.7, "a second")]


async def _rate(stage: Stage, cloud: Server, workers: int, asks: int) -> float:
    """Return the asks done in a second."""
    far = {"HUAWEICLOUD_ENDPOINT_OBS": f"http://127.0.0.1:{cloud.port}"}
    async with stage.redis() as url, stage.bot("web", url) as web, AsyncExitStack() as stack:
        servers = [
            await stack.enter_async_context(stage.bot("worker", url, cloud=far, await_ready=False))
            for _ in range(workers)
        ]
        await asyncio.gather(*map(stage.ready, servers))
        await _done(stage, web)
        with _standing(servers):
            await stage.load(web, ASK, how="flood", count=asks, connections=min(CONNECTIONS, asks), seconds=LIMIT_S)
        start, spent = time.perf_counter(), _cpu(cloud)
        await _done(stage, web)
        seconds = time.perf_counter() - start
    if (_cpu(cloud) - spent) / seconds > BUSY_MOST:
        raise BenchmarkFault("the simulated cloud was too busy: it is what was measured")
    return asks / seconds


@contextmanager
def _standing(servers: Sequence[Server]) -> Iterator[None]:
    """Have the workers stand still while the block lasts, so that they find all of it at once."""
    for server in servers:
        server.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for server in servers:
            server.process.send_signal(signal.SIGCONT)


async def _done(stage: Stage, web: Server) -> None:
    async with asyncio.timeout(LIMIT_S):
        while await stage.unsettled(web):  # noqa: ASYNC110 - the work lies in other processes
            await asyncio.sleep(LOOK_S)


def _cpu(server: Server) -> float:
    """Return the seconds of CPU that a process used until now; 0 where the system has no /proc."""
    stat = Path(f"/proc/{server.process.pid}/stat")
    if not stat.exists():
        return 0.0
    user, system = stat.read_text("utf-8").rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
