"""End a question that nobody answered in time, and say so where it was asked."""

from __future__ import annotations

from dataclasses import replace

import structlog

from bot.errors import ChatFault
from bot.flows.offers import with_forms
from bot.flows.questions import form_of, needed
from bot.flows.world import World
from bot.ports import Change, Stored
from bot.records import Conversation, TalkState
from bot.reply import Reply
from bot.rules.figures import FIGURES
from bot.say import say

log = structlog.get_logger(__name__)


def unanswered(identity: str) -> str:
    """Return the due member that ends a conversation."""
    return f"work:talk:{identity}"


async def expire(world: World, identity: str) -> None:
    """End a conversation whose time is over, and say so where it was held; what was said is kept in the form."""
    talk = await world.store.load(Conversation, identity)
    if talk is None or talk.record.told or talk.record.state not in (TalkState.OPEN, TalkState.EXPIRED):
        return
    if talk.record.open:
        if talk.record.expires > world.clock.now():
            await world.store.commit(Change().due(unanswered(identity), talk.record.expires))
            return
        ended = replace(talk.record, state=TalkState.EXPIRED)
        await world.store.commit(Change().replace(talk, ended))
        talk = Stored(ended, talk.version + 1)
    try:
        await _tell_end(world, talk.record)
    except ChatFault as fault:
        log.warning("end not told", code=fault.code)
        again = world.clock.machine() + max(FIGURES.watch.retry_seconds, fault.retry_after)
        await world.store.commit(Change().later(unanswered(identity), again))
        return
    await world.store.commit(Change().replace(talk, replace(talk.record, told=True)))


async def _tell_end(world: World, talk: Conversation) -> None:
    person = await world.chat.person(talk.surface.user)
    reply = Reply(say("talk.expired_words"))
    if talk.asked:
        offer = form_of(talk, say("form.open"))
        reply = Reply(say("talk.expired", needs=needed(talk, world.registry.named(talk.command))), offers=(offer,))
    await world.chat.answer(
        talk.surface,
        await with_forms(world, talk.surface, f"{talk.request}-end", reply),
        person.language if person else world.language,
    )
