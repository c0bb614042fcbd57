"""A press on a card whose record is gone: the message says so from then on, and offers nothing more (decision 21)."""

from __future__ import annotations

import structlog

from bot.errors import ChatFault
from bot.flows.request_cards import card_id
from bot.ports import Store
from bot.records import Approval, Card, Handle, Operation, Thing
from bot.reply import Reply
from bot.say import say
from bot.slack import replies
from bot.slack.mrkdwn import Voice
from bot.slack.web import Web

log = structlog.get_logger(__name__)


async def request_is_gone(store: Store, value: str) -> bool:
    """Return whether nothing is known of a request by the value of its buttons. Raises `StoreDown`, `NewerSchema`."""
    found = [
        await store.load(Card, card_id(value)),
        await store.load(Approval, value),
        await store.load(Operation, value),
    ]
    return not any(found)


async def thing_is_gone(store: Store, value: str) -> bool:
    """Do the same for a watched thing, whose value is a handle, perhaps with a choice behind it."""
    handle = await store.load(Handle, value.partition("|")[0])
    return handle is None or await store.load(Thing, handle.record.thing) is None


async def strike(web: Web, voice: Voice, channel: str, ts: str) -> None:
    """Let a message say that its record is gone; where Slack does not let us, the answer to the press must do."""
    gone = replies.message(voice, Reply(say("lost.card")))
    try:
        await web.slack.write("chat.update", channel=channel, ts=ts, **gone.body())
    except ChatFault as fault:
        log.info("card of an unknown record not redrawn", channel=channel, code=fault.code)
