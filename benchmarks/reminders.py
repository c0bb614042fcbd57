"""Reminders that fall due at once, with very many pending, against APScheduler's RedisJobStore (budget 4)."""

from __future__ import annotations

from statistics import median, quantiles
from typing import Any

from benchmarks.budgets import Finding, compared
from benchmarks.stage import Stage
from scheduler.engine import TICK_SECONDS

BURSTS = "benchmarks.bursts"
Burst = dict[str, Any]
ALLOWED_MS = 1e3 * TICK_SECONDS + 100.0
ALLOWED_BYTES = 300.0


async def measure(stage: Stage, rounds: int, stages: int, due: int, peers: int) -> list[Finding]:
    """Let bursts fall due that just missed a tick; APScheduler takes one in between.

    Its store holds `peers` jobs besides: half a millisecond to add one makes a million of them a matter of minutes,
    and half a gigabyte. Its look for what is due costs more with every job, so this favours it.
    """
    ours, theirs = [], []
    async with stage.redis() as url:
        armed = await stage.alone(BURSTS, "fill", url, str(stages))
        for _ in range(rounds):
            ours.append(await stage.alone(BURSTS, "bot", url, str(due)))
            theirs.append(await stage.alone(BURSTS, "peer", url, str(due), str(peers)))
    burst = f"{due:,} reminders at once, {stages:,} pending"
    store = f"a RedisJobStore's with {peers:,} pending"
    taken, finished = ([one[how] for one in ours] for how in ("taken", "finished"))
    return [
        _punctual(f"{burst}: p99 of due to taken ÷ tick + 100 ms", finished, theirs),
        _spent(f"CPU until taken ÷ {store}", taken, theirs),
        _spent(f"CPU until taken and finished ÷ {store}", finished, theirs),
        compared("memory of a pending stage ÷ 300 bytes", [armed["bytes"]], [ALLOWED_BYTES], "most", 1.0, "bytes"),
    ]


def _punctual(name: str, ours: list[Burst], theirs: list[Burst]) -> Finding:
    """Return the finding for the burst that was disturbed the least: whatever else runs here can only delay it."""
    bot, peer = ([_p99(one["late"]) for one in side] for side in (ours, theirs))
    figures = f"{min(bot):,.0f} : {ALLOWED_MS:,.0f} ms (RedisJobStore: {min(peer):,.0f})"
    return Finding(name, min(bot) / ALLOWED_MS, "most", 1.0, min(bot) / ALLOWED_MS, max(bot) / ALLOWED_MS, figures)


def _spent(name: str, ours: list[Burst], theirs: list[Burst]) -> Finding:
    """Return the finding for the CPU of the process and of Redis together."""
    parts = " : ".join(f"{median(one['own'] for one in side):,.0f}" for side in (ours, theirs))
    bot, peer = ([one["own"] + one["server"] for one in side] for side in (ours, theirs))
    return compared(name, bot, peer, "most", 0.2, f"ms ({parts} without Redis)")


def _p99(late: list[float]) -> float:
    return quantiles(late, n=100, method="inclusive")[98]
