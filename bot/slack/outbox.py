"""The sender of cards: one at a time a card, always the newest drawing, nothing lost (decision 7)."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import structlog

from bot.errors import ChatFault, Conflict
from bot.ports import Change, Clock, Entry, Store
from bot.slack.client import Identity, Slack
from bot.slack.delivery import BETWEEN_UPDATES, Delivery
from bot.slack.held import HELD, member
from bot.slack.pace import Pace
from bot.slack.scenes import Scene, scene_of
from bot.texts import Catalog

log = structlog.get_logger(__name__)

LEASE = 60.0
LONGEST_BACK_OFF = 60.0
ROUNDS = 20


def _passes(_point: str) -> None:
    """Go on: nobody asked for a crash here."""


class Sender:
    """Sends and redraws cards; any number of workers may call `send` for the same card at once.

    `owner` names the worker; `reach` is called at the fail points whose names begin with `outbox.`;
    `shaken` says whether the store may have forgotten what was sent last.
    """

    def __init__(
        self,
        slack: Slack,
        store: Store,
        clock: Clock,
        texts: Catalog,
        identity: Identity,
        owner: str,
        *,
        lease_seconds: float = LEASE,
        between: float = BETWEEN_UPDATES,
        reach: Callable[[str], None] = _passes,
        shaken: Callable[[], bool] = lambda: False,
    ) -> None:
        self.slack, self.store, self.clock, self.texts, self.identity = slack, store, clock, texts, identity
        self.lease_seconds, self.between, self.reach, self.shaken = lease_seconds, between, reach, shaken
        self.pace = Pace(store, clock)
        self._owner, self._turns = owner, itertools.count(1)
        self._misses: dict[str, int] = {}

    async def send(self, entry: Entry) -> None:
        """Bring every copy of the card up to date, or put it back on the clock; finishes the entry.

        Raises `StoreDown`; the entry stays pending then and is delivered again.
        """
        owner = f"{self._owner}/{next(self._turns)}"
        for _ in range(ROUNDS):
            try:
                if await Delivery(self, entry, owner).run():
                    return
            except Conflict:
                continue
        await self.store.commit(Change().later(member(entry.id), self.clock.machine() + HELD).finish(entry))

    async def scene(self, subject: str) -> Scene | None:
        """Return what a card shows. Raises `StoreDown`."""
        return await scene_of(self.store, self.clock, self.texts, subject)

    def back_off(self, card: str, fault: ChatFault) -> float:
        """Return when to try a card again after a fault: what Slack said, or twice as long each time."""
        misses = self._misses[card] = self._misses.get(card, -1) + 1
        pause = max(fault.retry_after, min(LONGEST_BACK_OFF, 2.0 ** min(misses, 10)))
        log.info("card waits", card=card, code=fault.code, seconds=pause)
        return self.clock.machine() + pause

    def forgive(self, card: str) -> None:
        """Forget the faults of a card that got through."""
        self._misses.pop(card, None)
