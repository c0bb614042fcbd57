"""Leave a service alone that does not answer, and tell people since when.

Each process judges for itself: its network may be what is broken, and a verdict shared through Redis would let one
bad host stop all others. What it costs is a handful of calls a process until each has seen it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from bot.errors import CloudBusy, CloudFault
from bot.huawei.faults import is_unsent, is_unwell
from bot.say import Moment, say

FAILURES = 5
"""Calls in a row that a service has to leave without an answer, or answer with an error of its own."""

FIRST_PAUSE, LONGEST_PAUSE = 5.0, 60.0
"""Seconds until one call tries again; they double as long as it fails."""


class State(StrEnum):
    """What a breaker does with the next call."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Resting(CloudBusy):
    """The service did not answer before, so nothing was sent."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a breaker found just now: no answer since a time that people are told, or 0.0 for an answer again."""

    service: str
    since: float


@dataclass(slots=True)
class Breaker:
    """The breaker of one service. `clock` counts seconds of this process, `now` is the time that people are told."""

    service: str
    now: Callable[[], float]
    clock: Callable[[], float] = time.monotonic
    failures: int = 0
    since: float = 0.0
    pause: float = 0.0
    again: float = 0.0
    probing: bool = False

    @property
    def state(self) -> State:
        """Return whether calls go out, none does, or the next one is the probe."""
        if not self.pause:
            return State.CLOSED
        return State.OPEN if self.clock() < self.again else State.HALF_OPEN

    def admit(self) -> None:
        """Let a call out, or the one probe after each pause. Raises `Resting`."""
        state = self.state
        if state is State.OPEN:
            until = self.now() + self.again - self.clock()
            raise Resting(
                say("cloud.resting", service=self.service.upper(), since=Moment(self.since), again=Moment(until))
            )
        if state is State.HALF_OPEN:
            self.again, self.probing = self.clock() + self.pause, True

    def answered(self) -> Judgement | None:
        """Note that the service answered, whatever it said: it is there."""
        was_away = bool(self.pause)
        self.failures, self.pause, self.probing = 0, 0.0, False
        return Judgement(self.service, 0.0) if was_away else None

    def failed(self) -> Judgement | None:
        """Note that it gave no answer, or only an error of its own. Calls that were on their way change no pause."""
        self.failures += 1
        if self.failures == 1:
            self.since = self.now()
        if self.failures < FAILURES or (self.pause and not self.probing):
            return None
        self.pause = min(LONGEST_PAUSE, 2 * self.pause) if self.pause else FIRST_PAUSE
        self.again, self.probing = self.clock() + self.pause, False
        return Judgement(self.service, self.since)


class Budget:
    """How many repeats are affordable: each costs ten, each success earns one, so a dead provider is left alone."""

    def __init__(self, repeats: int = 10) -> None:
        self._most = self._left = 10 * repeats

    def earn(self) -> None:
        """Note a success."""
        self._left = min(self._most, self._left + 1)

    def spend(self) -> bool:
        """Take one repeat out of the budget; return False when it is used up."""
        if self._left < 10:
            return False
        self._left -= 10
        return True


@dataclass(frozen=True, slots=True)
class Trust:
    """How far one service is trusted by this process: its breaker, and the repeats it may still cost."""

    breaker: Breaker
    budget: Budget

    @classmethod
    def of(cls, service: str, now: Callable[[], float]) -> Self:
        """Return the trust that a service begins with."""
        return cls(Breaker(service, now), Budget())

    def pleased(self) -> Judgement | None:
        """Note a success. Return what changed for those who look after the bot, if anything did."""
        self.budget.earn()
        return self.breaker.answered()

    def disappointed(self, error: CloudFault) -> Judgement | None:
        """Note a failure; one of ours, in which nothing was sent, says nothing about the service."""
        if isinstance(error, Resting) or is_unsent(error):
            return None
        return self.breaker.failed() if is_unwell(error) else self.breaker.answered()

    def is_worth_repeating(self, error: BaseException) -> bool:
        """Return whether a read should be tried again, and take that out of the budget."""
        return isinstance(error, CloudBusy) and not isinstance(error, Resting) and self.budget.spend()
