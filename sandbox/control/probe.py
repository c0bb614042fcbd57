"""Look at the bot from outside: whether it is ready, and whether it has anything left to do."""

from __future__ import annotations

import asyncio
import re
from time import monotonic

import aiohttp

GAUGE = re.compile(r"^modelarts_bot_unsettled(?:\{[^}]*\})?\s+(\S+)", re.MULTILINE)
LOOK_S = 2.0
PAUSE_S = 0.05
IN_A_ROW = 2


class Probe:
    """Ask the bot's addresses; without any, it is always ready and settled."""

    def __init__(self, bots: list[str]) -> None:
        self.bots = bots

    async def ready(self, timeout_s: float) -> bool:
        """Wait until every address answers /readyz with 200; False when it takes too long."""
        end = monotonic() + timeout_s
        while monotonic() < end:
            if all([(await _get(f"{bot}/readyz"))[0] == 200 for bot in self.bots]):
                return True
            await asyncio.sleep(PAUSE_S)
        return False

    async def unsettled(self) -> float | None:
        """Return the most that any address says is left to do; None if no address answers."""
        if not self.bots:
            return 0.0
        answers = [await _get(f"{bot}/metrics") for bot in self.bots]
        found = [GAUGE.findall(text) for status, text in answers if status == 200]
        return max((sum(map(float, values)) for values in found if values), default=None)


async def _get(url: str) -> tuple[int, str]:
    """Return status and text, or 0 when there is no answer."""
    try:
        timeout = aiohttp.ClientTimeout(total=LOOK_S)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as answer:
            return answer.status, await answer.text()
    except (aiohttp.ClientError, TimeoutError):
        return 0, ""
