"""How fast we may write: one bucket a channel and one a method tier, shared by all workers through Redis (decision 7).

Nobody waits in a process: who finds a bucket empty is given a time, and the card is put back on the machine clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from bot.errors import Conflict
from bot.ports import Change, Clock, Store

RACES = 20
LIFETIME = 600.0
FORGET = 120.0


@dataclass(frozen=True, slots=True)
class Rate:
    """One write every `interval` seconds on average, of which `burst` may come at once."""

    interval: float
    burst: int = 1


# https://docs.slack.dev/apis/web-api/rate-limits: a message a second a channel; chat.update is tier 3, 50 a minute.
PER_CHANNEL = Rate(1.0)
TIER_3 = Rate(1.2, burst=20)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket: when it will have made up for what was written, and who was given which turn (machine time)."""

    kind_name: ClassVar[str] = "pace"
    schema: ClassVar[int] = 1

    id: str
    due: float = 0.0
    turns: Mapping[str, float] = field(default_factory=dict)


def turn(bucket: Bucket, rate: Rate, who: str, now: float) -> tuple[Bucket, float]:
    """Return the bucket after `who` asked, and when it is their turn: not later than now means that they write now.

    Pure. Writes are counted when they happen, so that turns taken late cannot come in a heap, but being late by less
    than half an interval (a tick) costs nothing. Those who wait are served in the order they came, before anybody new.
    """
    turns = {name: at for name, at in bucket.turns.items() if at > now - FORGET}
    mine, free = turns.pop(who, None), bucket.due - rate.interval * (rate.burst - 1)
    if mine is None or (mine <= now < free):
        before = [at for at in turns.values() if mine is None or at > now]
        at = max([free, *(waiting + rate.interval for waiting in before)])
    else:
        at = max(mine, free)
    if at > now:
        return replace(bucket, turns=turns | {who: at}), at
    return replace(bucket, due=max(bucket.due, now - rate.interval / 2) + rate.interval, turns=turns), at


class Pace:
    """The buckets of one workspace."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def turn(self, name: str, rate: Rate, who: str) -> float:
        """Return when `who` may write to `name` (machine time); not later than now: go on, the write is counted.

        Raises `StoreDown`, and `Conflict` if others were faster twenty times in a row.
        """
        for _ in range(RACES):
            stored = await self._store.load(Bucket, name)
            after, at = turn(stored.record if stored else Bucket(name), rate, who, self._clock.machine())
            change = Change()
            try:
                if stored is None:
                    await self._store.commit(change.create(after, lifetime=LIFETIME))
                else:
                    await self._store.commit(change.replace(stored, after, lifetime=LIFETIME))
            except Conflict:
                continue
            return at
        raise Conflict(f"pace:{name}")
