"""How long a web role takes from its start to its first answer (budget 5)."""

from __future__ import annotations

from benchmarks.budgets import Finding, compared
from benchmarks.stage import Stage


async def measure(stage: Stage, rounds: int) -> list[Finding]:
    """Start both in turns; each is ready when it acknowledges a slash command for the first time.

    The very first start may compile the modules; the median leaves it out.
    """
    ours, theirs = [], []
    async with stage.redis() as url:
        for _ in range(rounds):
            async with stage.bot("web", url, await_ready=False) as server:
                bot = await stage.answered(server)
            async with stage.peer("bolt", await_ready=False) as server:
                bolt = await stage.answered(server)
            ours.append(bot)
            theirs.append(bolt)
    return [compared("start to ready, role web ÷ bare Bolt", ours, theirs, "most", 1.5, "s")]
