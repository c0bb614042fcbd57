"""One sender's look at one card: lease it, send what is not up to date, record it.

A copy's life, each arrow one commit: unsent → attempted (`drawn` without `ts`) → sent (`ts`) → redrawn when the records
moved. A copy found "attempted" was cut off in between: it is looked for in the channel before it is sent again. A raise
makes a sent copy attempted again, with its message among `old`; what is old is deleted once a newer one stands.
After an outage the store may have forgotten its last seconds: then everything is looked for before it is sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import structlog

from bot.errors import ChatBusy, ChatFault, ChatRefused
from bot.ports import Change, Clock, Entry, Store
from bot.records import Audience, Copy, Home
from bot.reply import Reply
from bot.say import say
from bot.slack.adoption import UNKNOWN
from bot.slack.blocks import Message
from bot.slack.cards import digest
from bot.slack.client import Identity, Slack
from bot.slack.copies import Act, needs, posted, unsent, without
from bot.slack.held import Held
from bot.slack.homes import again_member
from bot.slack.mrkdwn import Voice
from bot.slack.pace import PER_CHANNEL, TIER_3, Pace
from bot.slack.replies import message as message_of
from bot.slack.scenes import Scene
from bot.texts import Catalog

log = structlog.get_logger(__name__)

BETWEEN_UPDATES = 3.0
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
CHANNELS = ("C", "G")
"""How the ids of channels begin, public and private ones; people's begin otherwise."""
REPLACED = frozenset({"message_not_found", "edit_window_closed", "cant_update_message"})


class Office(Protocol):
    """What a delivery needs of its sender."""

    slack: Slack
    store: Store
    clock: Clock
    texts: Catalog
    identity: Identity
    pace: Pace
    lease_seconds: float
    between: float
    reach: Callable[[str], None]
    shaken: Callable[[], bool]

    async def scene(self, subject: str) -> Scene | None:
        """Return what a card shows."""
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
        self._office, self._id = office, entry.id
        self._slack, self._now = office.slack, office.clock.machine
        self._held = Held(office.store, office.clock, entry, owner, office.lease_seconds)

    async def run(self) -> bool:
        """Return whether the entry is finished; False asks for another round. Raises `Conflict`, `StoreDown`."""
        card = await self._held.load()
        if card is None:
            return await self._held.finish(Change())
        if self._held.taken():
            return await self._held.postpone()
        scene = await self._office.scene(card.subject)
        if scene is None:
            log.warning("card without a subject", card=self._id)
            return await self._held.release([])
        return await self._bring_up([(scene.draw(copy), scene.raised(copy)) for copy in card.copies])

    async def _bring_up(self, wanted: list[tuple[Message, int]]) -> bool:
        """Bring every copy to its message, posted as often as its subject was put before these eyes."""
        card = self._held.card
        found = [needs(copy, *wanted[i]) for i, copy in enumerate(card.copies)]
        again = card.updated + self._office.between
        resting = self._now() < again
        ready = [(i, act) for i, act in enumerate(found) if act and not (resting and act is Act.UPDATE)]
        times = [again] if resting and Act.UPDATE in found else []
        if not ready:
            return await self._held.release(times)
        await self._held.lease()
        self._office.reach("outbox.leased")
        for index, act in ready:
            at = await self._bring(index, act, *wanted[index])
            times.extend([at] if at else [])
        return await self._held.release(times) if times else False

    async def _bring(self, index: int, act: Act, message: Message, raised: int) -> float:
        """Do what one copy needs; return when to look again (machine time), or 0."""
        try:
            at = await self._do(index, act, message, raised)
        except ChatRefused as refused:
            return await self._refused(index, refused)
        except ChatFault as fault:
            return self._office.back_off(self._id, fault)
        if not at:
            self._office.forgive(self._id)
        return at

    async def _do(self, index: int, act: Act, message: Message, raised: int) -> float:
        match act:
            case Act.UPDATE:
                return await self._update(index, message)
            case Act.DELETE:
                return await self._delete(index)
            case Act.SEEK:
                return await self._seek(index)
            case Act.POST:
                at = await self._post(index, message, raised)
                return at or await self._delete(index)

    async def _seek(self, index: int) -> float:
        """Find a copy that nobody wants any more and that may stand somewhere."""
        ts = await self._sent_already(self._copy(index).channel)
        await self._held.save(index, lambda copy: replace(copy, ts=ts, drawn=UNKNOWN if ts else ""))
        return 0.0

    async def _post(self, index: int, message: Message, raised: int) -> float:
        copy = self._copy(index)
        channel = copy.channel or await self._channel(copy)
        tried = not copy.ts and bool(copy.drawn)
        if (tried or self._office.shaken()) and (ts := await self._sent_already(channel)):
            log.info("card found again", card=self._id, channel=channel, ts=ts)
            times = copy.raised if tried else raised
            await self._held.save(index, lambda c: replace(posted(c, channel, ts), drawn=UNKNOWN, raised=times))
            return self._now()
        at = await self._office.pace.turn(channel, PER_CHANNEL, self._id)
        if at > self._now():
            return at
        await self._held.save(index, lambda c: replace(unsent(c), channel=channel, drawn=UNKNOWN, raised=raised))
        answer = await self._write_post(index, channel, message)
        self._office.reach("outbox.sent")
        place, stamp = str(answer["channel"]), str(answer["ts"])
        log.info("card posted", card=self._id, channel=place, ts=stamp, raised=raised)
        wake = await self._home_of(copy)
        await self._held.save(index, lambda c: replace(posted(c, place, stamp), drawn=digest(message)), wake=wake)
        self._office.reach("outbox.saved")
        if self._copy(index).old:
            self._office.reach("outbox.raised")
        return 0.0

    async def _write_post(self, index: int, channel: str, message: Message) -> dict[str, object]:
        """Post a copy. Where Slack says that it did not, the copy counts as unsent again."""
        metadata = {"card": self._id, "version": self._held.version}
        try:
            return await self._slack.write(
                "chat.postMessage",
                channel=channel,
                metadata={"event_type": EVENT, "event_payload": metadata},
                unfurl_links=False,
                **message.body(),
            )
        except (ChatBusy, ChatRefused):
            await self._held.save(index, lambda copy: replace(copy, drawn=""))
            raise

    async def _update(self, index: int, message: Message) -> float:
        at = await self._office.pace.turn("chat.update", TIER_3, f"{self._id}/{index}")
        if at > self._now():
            return at
        copy = self._copy(index)
        await self._slack.write("chat.update", channel=copy.channel, ts=copy.ts, **message.body())
        self._office.reach("outbox.sent")
        wake = await self._home_of(copy)
        await self._held.save(index, lambda c: replace(c, drawn=digest(message)), updated=self._now(), wake=wake)
        self._office.reach("outbox.saved")
        return 0.0

    async def _home_of(self, copy: Copy) -> str:
        """Return the due member that draws the Home of a copy's reader again, or "" where they opened none."""
        if copy.audience is Audience.CHANNEL or copy.address.startswith(CHANNELS):
            return ""
        return again_member(copy.address) if await self._office.store.load(Home, copy.address) else ""

    async def _delete(self, index: int) -> float:
        """Delete what a newer message replaced; what is not there any more is as good as deleted."""
        for ts in self._copy(index).old:
            at = await self._office.pace.turn("chat.delete", TIER_3, f"{self._id}/{index}")
            if at > self._now():
                return at
            try:
                await self._slack.write("chat.delete", channel=self._copy(index).channel, ts=ts)
            except ChatRefused as refused:
                await self._strike(self._copy(index), ts, refused)
            self._office.reach("outbox.deleted")
            await self._held.save(index, without(ts))
        return 0.0

    async def _strike(self, copy: Copy, ts: str, refused: ChatRefused) -> None:
        """Empty a message that may not be deleted (by the workspace's rules, say), so that nobody acts on it."""
        if refused.code == "message_not_found":
            return
        log.warning("old copy may not be deleted", card=self._id, code=refused.code)
        empty = message_of(Voice(self._office.texts, copy.language), Reply(say("thing_card.elsewhere")))
        try:
            await self._slack.write("chat.update", channel=copy.channel, ts=ts, **empty.body())
        except ChatRefused as again:
            log.error("old copy stays", card=self._id, code=again.code)

    async def _refused(self, index: int, refused: ChatRefused) -> float:
        """Give a copy up where its place is gone; post it anew where the old message is; else wait for a mend."""
        copy = self._copy(index)
        if copy.ts and refused.code in REPLACED:
            dead = refused.code if copy.retired else ""
            await self._held.save(index, lambda c: replace(unsent(c), drawn="", dead=dead))
            return self._now()
        if refused.code in GONE:
            log.error("copy given up", card=self._id, address=copy.address, code=refused.code)
            await self._held.save(index, lambda c: replace(c, dead=refused.code))
            return 0.0
        log.error("Slack refuses cards", card=self._id, code=refused.code)
        return self._office.back_off(self._id, refused)

    async def _channel(self, copy: Copy) -> str:
        """Return the channel of a copy: its address, or the direct messages of that person (im:write).

        A thing without an owner is shown to whoever may find it: in a channel, or to each administrator.
        """
        if copy.audience is Audience.CHANNEL or copy.address.startswith(CHANNELS):
            return copy.address
        return await self._slack.direct_channel(copy.address)

    async def _sent_already(self, channel: str) -> str:
        """Return the ts of an earlier try of this card, or "" where there is none or history may not be read."""
        try:
            history = await self._slack.read(
                "conversations.history", channel=channel, limit=100, include_all_metadata=True
            )
        except ChatRefused:
            return ""
        known = {ts for copy in self._held.card.copies for ts in (copy.ts, *copy.old)}
        found = (m for m in history.get("messages", ()) if m["ts"] not in known and self._is_ours(m))
        return next((str(m["ts"]) for m in found), "")

    def _is_ours(self, message: dict[str, object]) -> bool:
        metadata = message.get("metadata")
        if message.get("user") != self._office.identity.user or not isinstance(metadata, dict):
            return False
        payload = metadata.get("event_payload") or {}
        return metadata.get("event_type") == EVENT and payload.get("card") == self._id

    def _copy(self, index: int) -> Copy:
        return self._held.card.copies[index]
