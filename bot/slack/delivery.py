"""One sender's look at one card: lease it, send what is not up to date, record it.

A copy's life, each arrow one commit: unsent → attempted (`drawn` without `ts`) → sent (`ts`) → redrawn when the records
moved. A copy found "attempted" was cut off in between: it is looked for in the channel before it is sent again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import structlog

from bot.errors import ChatBusy, ChatFault, ChatRefused, Conflict
from bot.ports import Change, Clock, Entry, Store, Stored
from bot.records import Audience, Card, Copy, Lease
from bot.slack.adoption import UNKNOWN, adopt
from bot.slack.blocks import Message
from bot.slack.cards import Subject, digest, request_card
from bot.slack.client import Identity, Slack
from bot.slack.mrkdwn import Voice
from bot.slack.pace import PER_CHANNEL, TIER_3, Pace
from bot.texts import Catalog

log = structlog.get_logger(__name__)

BETWEEN_UPDATES = 3.0
HELD = 1.0
EVENT = "modelarts_card"
# What Slack says of a place or a message that will never work: https://docs.slack.dev/reference/methods/chat.postMessage
GONE = frozenset(
    {
        "account_deleted",
        "cannot_dm_bot",
        "channel_not_found",
        "ekm_access_denied",
        "invalid_blocks",
        "is_archived",
        "messages_tab_disabled",
        "msg_blocks_too_long",
        "msg_too_long",
        "not_in_channel",
        "restricted_action",
        "user_disabled",
        "user_not_found",
        "user_not_visible",
        "users_not_found",
    }
)
REPLACED = frozenset({"message_not_found", "edit_window_closed", "cant_update_message"})


def member(card: str) -> str:
    """Return the due member that wakes a sender for a card."""
    return f"outbox:card:{card}"


class Office(Protocol):
    """What a delivery needs of its sender."""

    slack: Slack
    store: Store
    clock: Clock
    texts: Catalog
    identity: Identity
    pace: Pace
    lease_seconds: float
    reach: Callable[[str], None]

    async def subject(self, identity: str) -> Subject:
        """Return the records that a card shows."""
        ...

    def back_off(self, card: str, fault: ChatFault) -> float:
        """Return when to try a card again after a fault."""
        ...

    def forgive(self, card: str) -> None:
        """Forget the faults of a card that got through."""
        ...


class Delivery:
    """One round for the card of one stream entry, under a lease in the card's own document."""

    def __init__(self, office: Office, entry: Entry, owner: str) -> None:
        self._office, self._entry, self._owner = office, entry, owner
        self._store, self._slack, self._clock = office.store, office.slack, office.clock
        self._stored: Stored[Card]

    async def run(self) -> bool:
        """Return whether the entry is finished; False asks for another round. Raises `Conflict`, `StoreDown`."""
        stored = await self._store.load(Card, self._entry.id)
        if stored is None:
            return await self._finish(Change())
        self._stored, now = stored, self._clock.machine()
        lease = stored.record.lease
        if lease and lease.owner != self._owner and lease.until > now:
            return await self._finish(Change().later(member(self._entry.id), now + HELD))
        subject = await self._office.subject(stored.record.subject)
        if subject.approval is None and subject.operation is None:
            log.warning("card without a subject", card=self._entry.id)
            return await self._release([])
        return await self._bring_up([self._drawn(subject, copy) for copy in stored.record.copies])

    def _drawn(self, subject: Subject, copy: Copy) -> Message:
        return request_card(Voice(self._office.texts, copy.language), subject, copy.audience)

    async def _bring_up(self, messages: list[Message]) -> bool:
        card = self._stored.record
        wanted = [i for i, copy in enumerate(card.copies) if not copy.dead and _stale(copy, messages[i])]
        again = card.updated + BETWEEN_UPDATES
        ready = [i for i in wanted if not card.copies[i].ts or self._clock.machine() >= again]
        times = [again] if len(ready) < len(wanted) else []
        if not ready:
            return await self._release(times)
        await self._write(card)
        self._office.reach("outbox.leased")
        for index in ready:
            at = await self._bring(index, messages[index])
            times.extend([at] if at else [])
        return await self._release(times) if times else False

    async def _bring(self, index: int, message: Message) -> float:
        """Send or redraw one copy; return when to look again (machine time), or 0."""
        try:
            at = await (self._update if self._copy(index).ts else self._post)(index, message)
        except ChatRefused as refused:
            return await self._refused(index, refused)
        except ChatFault as fault:
            if isinstance(fault, ChatBusy) and not self._copy(index).ts:
                await self._save(index, drawn="")
            return self._office.back_off(self._entry.id, fault)
        if not at:
            self._office.forgive(self._entry.id)
        return at

    async def _post(self, index: int, message: Message) -> float:
        copy = self._copy(index)
        channel = copy.channel or await self._channel(copy)
        if copy.drawn and (ts := await self._sent_already(channel)):
            await self._save(index, channel=channel, ts=ts)
            return self._clock.machine()
        at = await self._office.pace.turn(channel, PER_CHANNEL, self._entry.id)
        if at > self._clock.machine():
            return at
        await self._save(index, channel=channel, drawn=UNKNOWN)
        metadata = {"card": self._entry.id, "version": self._stored.version}
        answer = await self._slack.write(
            "chat.postMessage",
            channel=channel,
            metadata={"event_type": EVENT, "event_payload": metadata},
            unfurl_links=False,
            **message.body(),
        )
        self._office.reach("outbox.sent")
        await self._save(index, channel=str(answer["channel"]), ts=str(answer["ts"]), drawn=digest(message))
        self._office.reach("outbox.saved")
        return 0.0

    async def _update(self, index: int, message: Message) -> float:
        copy = self._copy(index)
        at = await self._office.pace.turn("chat.update", TIER_3, f"{self._entry.id}/{index}")
        if at > self._clock.machine():
            return at
        await self._slack.write("chat.update", channel=copy.channel, ts=copy.ts, **message.body())
        self._office.reach("outbox.sent")
        await self._save(index, updated=self._clock.machine(), drawn=digest(message))
        self._office.reach("outbox.saved")
        return 0.0

    async def _refused(self, index: int, refused: ChatRefused) -> float:
        """Give a copy up where its place is gone; post it anew where the old message is; else wait for a mend."""
        copy = self._copy(index)
        if copy.ts and refused.code in REPLACED:
            await self._save(index, ts="", drawn="")
            return self._clock.machine()
        if refused.code in GONE:
            log.error("copy given up", card=self._entry.id, address=copy.address, code=refused.code)
            await self._save(index, dead=refused.code)
            return 0.0
        if not copy.ts:
            await self._save(index, drawn="")
        log.error("Slack refuses cards", card=self._entry.id, code=refused.code)
        return self._office.back_off(self._entry.id, refused)

    async def _channel(self, copy: Copy) -> str:
        """Return the channel of a copy: its address, or the direct messages of that person (im:write)."""
        if copy.audience is Audience.CHANNEL:
            return copy.address
        answer = await self._slack.write("conversations.open", users=copy.address)
        return str(answer["channel"]["id"])

    async def _sent_already(self, channel: str) -> str:
        """Return the ts of an earlier try of this card, or "" where there is none or history may not be read."""
        try:
            history = await self._slack.read(
                "conversations.history", channel=channel, limit=100, include_all_metadata=True
            )
        except ChatRefused:
            return ""
        known = {copy.ts for copy in self._stored.record.copies}
        found = (m for m in history.get("messages", ()) if m["ts"] not in known and self._is_ours(m))
        return next((str(m["ts"]) for m in found), "")

    def _is_ours(self, message: dict[str, object]) -> bool:
        metadata = message.get("metadata")
        if message.get("user") != self._office.identity.user or not isinstance(metadata, dict):
            return False
        return bool(
            metadata.get("event_type") == EVENT and metadata.get("event_payload", {}).get("card") == self._entry.id
        )

    def _copy(self, index: int) -> Copy:
        return self._stored.record.copies[index]

    async def _save(
        self,
        index: int,
        *,
        updated: float | None = None,
        channel: str | None = None,
        ts: str | None = None,
        drawn: str | None = None,
        dead: str | None = None,
    ) -> None:
        """Write what became of one copy. A write by somebody else in between is read again, never overwritten."""
        given = {"channel": channel, "ts": ts, "drawn": drawn, "dead": dead}
        fields = {name: value for name, value in given.items() if value is not None}
        while True:
            card = self._stored.record
            copy = replace(card.copies[index], **fields)  # type: ignore[arg-type]
            copies = (*card.copies[:index], copy, *card.copies[index + 1 :])
            when = card.updated if updated is None else updated
            try:
                return await self._write(replace(card, copies=copies, updated=when))
            except Conflict:
                await self._reread(copy)

    async def _reread(self, copy: Copy) -> None:
        """Read a card that moved. Raises `Conflict` if the lease is lost; a message just sent is not forgotten."""
        fresh = await self._store.load(Card, self._entry.id)
        if fresh and fresh.record.lease and fresh.record.lease.owner == self._owner:
            self._stored = fresh
            return
        if copy.ts:
            await adopt(self._store, self._entry.id, copy.address, copy.channel, copy.ts)
        raise Conflict(f"card:{self._entry.id}")

    async def _write(self, card: Card) -> None:
        """Commit the card under our lease, drawn out from now."""
        leased = replace(card, lease=Lease(self._owner, self._clock.machine() + self._office.lease_seconds))
        await self._store.commit(Change().replace(self._stored, leased))
        self._stored = Stored(leased, self._stored.version + 1)

    async def _release(self, times: list[float]) -> bool:
        """Give the lease back, and come back at the earliest of `times`. Raises `Conflict`."""
        change = Change()
        if self._stored.record.lease:
            change.replace(self._stored, replace(self._stored.record, lease=None))
        if times:
            change.later(member(self._entry.id), min(times))
        return await self._finish(change)

    async def _finish(self, change: Change) -> bool:
        await self._store.commit(change.finish(self._entry))
        return True


def _stale(copy: Copy, message: Message) -> bool:
    return not copy.ts or copy.drawn != digest(message)
