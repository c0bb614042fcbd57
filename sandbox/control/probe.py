"""Look at the bot from outside: whether it is ready, whether it has anything left to do, and what is due when."""

from __future__ import annotations

import asyncio
import json
import re
from math import isfinite
from time import monotonic
from typing import Any

import aiohttp

DEPTH = re.compile(r'^modelarts_bot_depth\{where="(\w+)"\}\s+(\S+)', re.MULTILINE)
GAUGE = re.compile(r"^modelarts_bot_unsettled(?:\{[^}]*\})?\s+(\S+)", re.MULTILINE)
LOOK_S = 2.0
PAUSE_S = 0.05
IN_A_ROW = 2
FRESH_S = 0.8
Due = tuple[str, float]


class Probe:
    """Ask the bot's addresses; without any, it is always ready and settled."""

    def __init__(self, bots: list[str]) -> None:
        self.bots = bots
        self._due: list[Due] | None = None
        self._asked = -FRESH_S
        self._asking = asyncio.Lock()

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

    async def depths(self) -> list[tuple[str, int]]:
        """Return how many items wait in each of the bot's streams; nothing if no address tells."""
        for bot in self.bots:
            status, text = await _get(f"{bot}/metrics")
            if status == 200 and (found := DEPTH.findall(text)):
                return [(name, int(float(depth))) for name, depth in found]
        return []

    async def audit(self) -> list[dict[str, str]] | None:
        """Return what the bot recorded last, newest first; None if no address tells."""
        for bot in self.bots:
            status, text = await _get(f"{bot}/sandbox/audit")
            if status == 200 and (found := _read_audit(text)) is not None:
                return found
        return None

    async def calls(self) -> list[dict[str, str]] | None:
        """Return the cloud calls that the bot says it made, oldest first; None if no address tells.

        Each process tells its own; writes of processes that have no address here stand in the shared audit.
        """
        answers = [_read_rows((await _get(f"{bot}/sandbox/calls"))[1]) for bot in self.bots]
        told = [row for rows in answers for row in rows or []]
        recorded = await self.audit()
        if recorded is None and all(rows is None for rows in answers):
            return None
        known = {row.get("request_id") for row in told}
        written = [row for row in reversed(recorded or []) if row["what"] == "cloud.write" and row.get("request_id")]
        return told + [row for row in written if row["request_id"] not in known]

    async def due(self) -> list[Due] | None:
        """Return what waits for product time and when, soonest first; None if no address tells.

        All addresses share one list, so the first that tells it will do; it is asked once for all who look at once.
        """
        async with self._asking:
            if monotonic() - self._asked >= FRESH_S:
                self._due = await self._told_due()
                self._asked = monotonic()
            return self._due

    async def _told_due(self) -> list[Due] | None:
        for bot in self.bots:
            status, text = await _get(f"{bot}/sandbox/due")
            if status == 200 and (found := _read_due(text)) is not None:
                return found
        return None


def _read_due(text: str) -> list[Due] | None:
    """Read a list of {"what", "at"}; None for anything else."""
    try:
        rows: Any = json.loads(text)
        found = [(str(row["what"]), float(row["at"])) for row in rows]
    except (ValueError, TypeError, LookupError):
        return None
    return sorted((row for row in found if isfinite(row[1])), key=lambda row: row[1])


def _read_audit(text: str) -> list[dict[str, str]] | None:
    """Read a list of {"at", "what", …}, all texts; None for anything else."""
    try:
        return [row for row in _read_rows(text) or () if isfinite(float(row["at"])) and row["what"]]
    except (ValueError, LookupError):
        return None


def _read_rows(text: str) -> list[dict[str, str]] | None:
    """Read a list of objects, their values as texts; None for anything else."""
    try:
        return [{str(name): str(value) for name, value in row.items()} for row in json.loads(text)]
    except (ValueError, TypeError, AttributeError):
        return None


async def _get(url: str) -> tuple[int, str]:
    """Return status and text, or 0 when there is no answer."""
    try:
        timeout = aiohttp.ClientTimeout(total=LOOK_S)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as answer:
            return answer.status, await answer.text()
    except (aiohttp.ClientError, TimeoutError):
        return 0, ""
