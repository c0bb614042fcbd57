"""Which flow an entry of the work stream wakes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from bot.errors import ChatFault, Conflict, NewerSchema, Unreadable
from bot.flows.checklist import verify, welcome
from bot.flows.decide import expire
from bot.flows.digest import digest
from bot.flows.execute import execute
from bot.flows.journal import OPEN, stuck
from bot.flows.lost import lost
from bot.flows.names import refresh
from bot.flows.operators import tell_operators
from bot.flows.outages import tell
from bot.flows.request_cards import card_id, show_to
from bot.flows.respond import broken, respond
from bot.flows.seal import tell_head
from bot.flows.steer import undone
from bot.flows.sweep import adopt, sweep
from bot.flows.things import keep
from bot.flows.tidy import tidy, tidy_later
from bot.flows.unanswered import expire as expire_talk
from bot.flows.upkeep import ask_again, escalate, recount, repair
from bot.flows.watch import watch
from bot.flows.wishes import rearm
from bot.flows.work import put_back
from bot.flows.world import World
from bot.ports import Change, Entry
from bot.records import Inbound, Operation
from bot.reply import Reply
from bot.say import say

log = structlog.get_logger(__name__)

RACES = 20
DAY = 86_400.0
ROUTES: dict[str, Callable[[World, str], Awaitable[None]]] = {
    "ask": respond,
    "speech": respond,
    "press": respond,
    "operation": execute,
    "expire": expire,
    "watch": watch,
    "remind": watch,
    "sweep": sweep,
    "keep": keep,
    "adopt": adopt,
    "seal": tell_head,
    "again": ask_again,
    "escalate": escalate,
    "recount": recount,
    "undone": undone,
    "repair": repair,
    "tidy": tidy,
    "names": refresh,
    "talk": expire_talk,
    "setup": verify,
    "welcome": welcome,
    "digest": digest,
    "rearm": rearm,
    "lost": lost,
    "outage": tell,
}


async def route(world: World, entry: Entry) -> None:
    """Run the flow of one entry, again where a race was lost.

    A document of a newer release is left for a newer worker in 30 s (decision 2), and so is a race without end.
    """
    for _ in range(RACES):
        try:
            await ROUTES[entry.kind](world, entry.id)
        except NewerSchema as newer:
            log.info("left for a newer worker", document=newer.name)
            break
        except Conflict:
            continue
        return
    await world.store.commit(put_back(entry, world.clock.machine()))


async def mourn(world: World, entry: Entry) -> Change | None:
    """Return what a given-up entry leaves behind: an operation's card says "stuck" and offers a retry (decision 3).

    Who asked for something that could never be answered is told so; of anything else its operators are.
    """
    if entry.kind != "operation":
        await (_apologise if ROUTES.get(entry.kind) is respond else _warn)(world, entry)
        return None
    try:
        stored = await world.store.load(Operation, entry.id)
    except Unreadable:
        await _warn(world, entry)
        return None
    if stored is None or stored.record.state not in OPEN:
        return None
    after = stuck(stored.record, world.clock.now())
    change = Change().replace(stored, after).redraw(card_id(entry.id))
    tidy_later(world, change, after)
    await _alarm(world, change, entry.id)
    return change.audit("operation.stuck", id=after.id, who=after.record.asker, correlation=after.correlation)


async def _alarm(world: World, change: Change, identity: str) -> None:
    """Show the card to every administrator, if Slack can say who they are: one of them can press Retry."""
    try:
        await show_to(world, change, identity, await world.chat.administrators())
    except ChatFault as fault:
        log.error("administrators not told of a stuck operation", code=fault.code, id=identity)


async def _warn(world: World, entry: Entry) -> None:
    """Tell operators of work that nobody waits for and that was given up, once a day for each."""
    told = say("dead.given_up", tries=entry.tries, kind=entry.kind, id=entry.id)
    try:
        await world.store.commit(Change().once(f"given_up:{entry.kind}:{entry.id}", DAY))
        await tell_operators(world, Reply(told))
    except Conflict:
        return
    except ChatFault as fault:
        log.error("operators not told of given-up work", code=fault.code, kind=entry.kind, id=entry.id)


async def _apologise(world: World, entry: Entry) -> None:
    try:
        stored = await world.store.load(Inbound, entry.id)
    except Unreadable:
        await _warn(world, entry)
        return
    if stored is None:
        return
    try:
        await world.chat.answer(stored.record.surface, broken(stored.record), world.language)
    except ChatFault as fault:
        log.error("nobody can be told", code=fault.code, user=stored.record.surface.user)
