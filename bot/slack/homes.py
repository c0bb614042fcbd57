"""The sender of Homes: publish what the records say now, once for all that changed a moment before.

Two senders may draw one Home at the same time. Slack's hash and the record's version tell who was late; the late one
draws again, so that what stands in the end is never older than the records.
"""

from __future__ import annotations

import hashlib
import json

import structlog

from bot.errors import ChatBusy, ChatRefused, ChatUnknown, Conflict
from bot.flows.checklist import greeting
from bot.flows.home import at_home
from bot.ports import Change, Clock, Entry, Store, Stored
from bot.records import Home, Person
from bot.registry import Registry
from bot.slack.blocks import Block
from bot.slack.client import Slack
from bot.slack.home import home_view
from bot.slack.mrkdwn import Voice
from bot.slack.pace import Pace, Rate
from bot.slack.people import People
from bot.texts import Catalog

log = structlog.get_logger(__name__)

KEPT_SECONDS = 30 * 86400.0
AGAIN_SECONDS = 2.0
ROUNDS = 20
TIER_4 = Rate(0.6, burst=40)
"""views.publish is tier 4, a hundred a minute."""
OPENED, AGAIN = "home", "home_again"


def again_member(user: str) -> str:
    """Return the due member that draws somebody's Home again, if they have one."""
    return f"outbox:{AGAIN}:{user}"


class Homes:
    """Publishes Homes; any number of workers may do so for the same person at once."""

    def __init__(
        self, slack: Slack, store: Store, clock: Clock, texts: Catalog, people: People, registry: Registry
    ) -> None:
        self._slack, self._store, self._clock = slack, store, clock
        self._texts, self._people, self._registry = texts, people, registry
        self._pace = Pace(store, clock)

    async def publish(self, entry: Entry) -> None:
        """Bring somebody's Home up to date, or put it back on the clock; finishes the entry. Raises `StoreDown`."""
        try:
            at = await self._brought_up(entry)
        except ChatRefused as refused:
            log.warning("Home refused", user=entry.id, code=refused.code)
            at = 0.0
        except (ChatBusy, ChatUnknown) as fault:
            at = self._clock.machine() + max(fault.retry_after, AGAIN_SECONDS)
        change = Change().finish(entry)
        if at:
            change.later(f"{entry.stream}:{entry.kind}:{entry.id}", at)
        await self._store.commit(change)

    async def _brought_up(self, entry: Entry) -> float:
        """Publish, again where a race was lost; return when to look again (machine time), or 0. Raises `ChatFault`."""
        late = False
        for _ in range(ROUNDS):
            stored = await self._store.load(Home, entry.id)
            person = await self._people.person(entry.id) if stored or entry.kind == OPENED else None
            if person is None:
                return 0.0
            if stored is None:
                await self._greet(entry.id)
            view = await self._view(person)
            if stored and stored.record.drawn == _digest(view) and not late:
                return 0.0
            try:
                at = await self._pace.turn("views.publish", TIER_4, entry.id)
                if at > self._clock.machine():
                    return at
                await self._publish(stored, entry.id, view)
            except Conflict:
                late = True  # ours may stand where a newer one stood
            else:
                return 0.0
        return self._clock.machine() + AGAIN_SECONDS

    async def _greet(self, user: str) -> None:
        """Have the checklist shown to whoever opens the Home for the first time (R1.01)."""
        await self._store.commit(greeting(user))

    async def _publish(self, stored: Stored[Home] | None, user: str, view: Block) -> None:
        """Publish a view and record it. Raises `Conflict`, `ChatFault`."""
        home = Home(user, await self._written(stored, user, view), _digest(view))
        change = Change()
        if stored is None:
            change.create(home, lifetime=KEPT_SECONDS)
        else:
            change.replace(stored, home, lifetime=KEPT_SECONDS)
        await self._store.commit(change)

    async def _view(self, person: Person) -> Block:
        shown = await at_home(self._store, person)
        return home_view(Voice(self._texts, person.language), self._registry, shown, self._clock.now())

    async def _written(self, stored: Stored[Home] | None, user: str, view: Block) -> str:
        """Publish over the view that we know; return Slack's hash of the new one. Raises `Conflict`, `ChatFault`."""
        known = {"hash": stored.record.hash} if stored and stored.record.hash else {}
        try:
            answer = await self._slack.write("views.publish", user_id=user, view=view, **known)
        except ChatRefused as refused:
            if refused.code != "hash_conflict":
                raise
            fresh = await self._store.load(Home, user)
            if fresh is None or stored is None or fresh.version != stored.version:
                raise Conflict(f"home:{user}") from None
            # Nobody of us published since: a publishing of ours was cut off before it was recorded.
            answer = await self._slack.write("views.publish", user_id=user, view=view)
        return str(answer["view"]["hash"])


def _digest(view: Block) -> str:
    return hashlib.sha256(json.dumps(view, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:24]
