"""Socket Mode: the connections that one process keeps open to Slack, each replaced before it ends.

Slack warns a connection some seconds before its end; the next one is opened then, while the old one still serves. So
no payload finds nobody at home. https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic

import structlog

from bot.errors import ChatFault
from bot.slack.client import Slack
from bot.slack.line import Answer, Line

log = structlog.get_logger(__name__)

MOST = 10
"""Connections that Slack takes of one app; a process that finds no place waits for one."""
SPARE_UP_TO = 4
"""A process opens a second connection, for when the first is lost, while the app has no more than these in all.

So six processes are heard at once, and two places stay free for replacing connections."""
SPARE_AGAIN_UP_TO = 8
"""A second connection is replaced while there are no more than these, connections about to end counted too."""
SPARE_SECONDS = 60.0
"""How long a process that has one connection waits before it tries again for a second one."""
STEADY_SECONDS = 1.0
"""A connection that ends earlier than this counts as a failed attempt."""
SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 30.0

Told = Callable[[int, str], None]
"""Hears how many connections are open, and the newest reason why there are not more."""


class Sockets:
    """The connections of one process; `token` is the app-level token, `told` hears of every change."""

    def __init__(self, slack: Slack, token: str, answer: Answer, told: Told) -> None:
        self._slack, self._token = slack, token
        self._answer, self._told = answer, told
        self._lines: set[Line] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self._keepers: list[asyncio.Task[None]] = []
        self._heard = asyncio.Event()

    def start(self) -> None:
        """Keep a connection open from now on, and a second one where there is room."""
        self._told(0, "no connection yet")
        self._keepers = [asyncio.create_task(self._keep(MOST, MOST)), asyncio.create_task(self._keep_spare())]

    async def close(self) -> None:
        """Open no more, acknowledge what has come in, and leave; Slack gives the rest to other connections."""
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        await asyncio.gather(*(line.leave() for line in self._lines))
        await asyncio.gather(*self._serving)

    async def _keep_spare(self) -> None:
        await self._heard.wait()
        await self._keep(SPARE_UP_TO, SPARE_AGAIN_UP_TO)

    async def _keep(self, first: int, again: int) -> None:
        """Keep one connection: open it, and another one as soon as it is about to end.

        It is opened while the app has at most `first` connections, replaced while it has at most `again`.
        """
        pause, most = SHORTEST_PAUSE, first
        while True:
            started = monotonic()
            wait = await self._kept(most)
            most = first if wait else again
            pause = SHORTEST_PAUSE if monotonic() - started > STEADY_SECONDS else min(pause * 2, LONGEST_PAUSE)
            if wait is not None:
                await asyncio.sleep(max(wait, pause))

    def _lasting(self) -> int:
        """Return how many connections are not about to end."""
        return sum(not line.ends for line in self._lines)

    async def _kept(self, most: int) -> float | None:
        """Open one connection, unless the app had more than `most` then, and wait until it needs a successor.

        Returns for how many seconds at least the next attempt has to wait, or None where there is no time to lose.
        """
        started = monotonic()
        try:
            line = await self._opened()
        except ChatFault as fault:
            log.warning("socket not opened", code=fault.code, open=len(self._lines))
            self._told(len(self._lines), f"Slack does not open a connection: {fault.code}")
            return SPARE_SECONDS if self._lasting() else fault.retry_after or SHORTEST_PAUSE
        if line.connections > most and self._lasting() > 1:
            await line.leave()
            return SPARE_SECONDS
        log.info("socket needs a successor", reason=await line.ending(), lived=round(monotonic() - started, 1))
        return None if monotonic() - started > STEADY_SECONDS else 0.0

    async def _opened(self) -> Line:
        """Open a connection and have it served. Raises `ChatFault`."""
        line = Line(await self._slack.socket(self._token), self._answer)
        await line.greeted()
        self._lines.add(line)
        task = asyncio.create_task(self._serve(line))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        return line

    async def _serve(self, line: Line) -> None:
        self._heard.set()
        self._told(len(self._lines), "")
        try:
            await line.serve()
        finally:
            self._lines.discard(line)
            self._told(len(self._lines), "the connection was lost")
