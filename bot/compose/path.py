"""Whether the whole path works: what `/readyz` asks, and what `/metrics` measures in Redis.

A Slack that does not answer takes nobody out of service: what it sends is still taken in. A token it refuses does.
A cloud service that does not answer takes nobody out of service either: what needs it waits, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

from bot.errors import ChatFault, ChatRefused
from bot.flows.outages import open_outages
from bot.observe.figures import Figures
from bot.ports import Change
from bot.slack.client import Slack
from bot.store.clock import RedisClock
from bot.store.redis_store import RedisStore
from bot.store.streams import Streams

ALIVE_SECONDS = 15.0
"""A worker beats every 5 s."""

STALLED_SECONDS = 600.0
"""Longer than five deliveries of an entry that fails take, after which it is given up."""

LATE_SECONDS = 60.0
SLACK_SECONDS = 60.0
PROBE_SECONDS = 1.0


@dataclass
class Path:
    """The way of a payload from Slack to a worker and back, as this process can see it."""

    store: RedisStore
    streams: Streams
    clock: RedisClock
    slack: Slack
    figures: Figures
    name: str
    _numbers: count[int] = field(default_factory=count)
    _asked: float = float("-inf")
    _refused: str = ""
    _silent: str = ""

    async def missing(self) -> Mapping[str, str]:
        """Return what does not work, in words by name. Raises `StoreDown`."""
        await self.store.commit(Change().once(f"ready:{self.name}:{next(self._numbers)}", PROBE_SECONDS))
        await self.clock.refresh()
        machine, ages = self.clock.machine(), await self.streams.ages(self.clock.machine())
        lag, refused = await self.streams.lag(self.clock.now()), await self._slack(machine)
        found = {
            "worker": "" if await self.streams.alive(machine - ALIVE_SECONDS) else "none has been alive for 15 s",
            "clock": f"something has been due for {lag:.0f} s" if lag > LATE_SECONDS else "",
            "slack": refused,
        }
        for stream, age in ages.items():
            found[stream] = f"its oldest entry is {age:.0f} s old" if age > STALLED_SECONDS else ""
        return {name: words for name, words in found.items() if words}

    async def _slack(self, machine: float) -> str:
        """Return why Slack refuses the token, or "", asked once a minute."""
        if machine - self._asked > SLACK_SECONDS:
            self._asked = machine
            try:
                await self.slack.read("auth.test")
            except ChatRefused as fault:
                self._refused, self._silent = f"refuses the bot token ({fault.code})", ""
            except ChatFault as fault:
                self._silent = f"does not answer ({fault.code})"
            else:
                self._refused = self._silent = ""
        return self._refused

    async def worse(self) -> Mapping[str, str]:
        """Return what works worse, in words by name: Slack, and cloud services that workers left alone lately.

        Raises `StoreDown`.
        """
        found = {"slack": self._silent} if self._silent else {}
        for outage in await open_outages(self.store, self.clock.now()):
            since = datetime.fromtimestamp(outage.since, UTC).isoformat(timespec="seconds")
            found.setdefault(outage.id, f"no answer to {outage.worker} since {since}")
        return found

    async def measure(self) -> None:
        """Set the figures of what waits in Redis. Raises `StoreDown`."""
        for stream, age in (await self.streams.ages(self.clock.machine())).items():
            self.figures.age.labels(stream).set(age)
        self.figures.lag.set(await self.streams.lag(self.clock.now()))
        self.figures.workers.set(len(await self.streams.alive(self.clock.machine() - ALIVE_SECONDS)))
