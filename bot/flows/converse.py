"""Ask back, one question at a time, and go on from whatever comes next, whenever and whoever of us hears it.

A conversation is one document a person and place, changed against the version that was read (decision 2). It is first
moved on and then carried out, under the payload that brought it there: a worker that dies in between leaves a repeat
that finds how far it went. It ends in the same `submit` as a form.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

import structlog

from bot.errors import Refusal
from bot.flows.dialogue import Answered, Dropped, Meaning, asked_for, chosen, meaning, refused
from bot.flows.dropped_files import taker, with_attached
from bot.flows.hear import Heard, Told, Unknown, hear
from bot.flows.offers import said_so_far
from bot.flows.questions import DROP, form_of, needed, question
from bot.flows.submit import guard_asker, submit
from bot.flows.unanswered import unanswered
from bot.flows.world import World
from bot.ports import Change, Stored
from bot.records import Conversation, Inbound, InboundKind, Person, Surface, SurfaceKind, TalkState
from bot.reply import Offer, Reply
from bot.rules.figures import FIGURES
from bot.say import say

log = structlog.get_logger(__name__)
KEPT_SECONDS = 7 * 86400.0
"""How long a conversation is remembered after its last change, in seconds of machine time."""
Talk = Stored[Conversation]


def _place(surface: Surface) -> str:
    """Return the one name of a place where a person can be asked something."""
    return hashlib.sha256(f"{surface.user}|{surface.channel}|{surface.thread}".encode()).hexdigest()[:32]


async def spoken(world: World, inbound: Inbound, person: Person) -> Reply:
    """Answer words from a mention or a direct message, which bring no trigger. Raises `Refusal`, `Conflict`."""
    await guard_asker(world, inbound, person)
    talk = await _heard_in(world, inbound.surface)
    if talk and inbound.id in talk.record.seen:
        return await _again(world, inbound, person, talk)
    waits = talk if talk and talk.record.open else None
    if inbound.files and not inbound.words:
        return _what_for(world, inbound)
    try:
        meant = meaning(inbound.words, waits.record if waits else None, world.registry, world.place)
    except Unknown as unknown:
        return await _suggest(world, inbound, talk, unknown)
    meant = _with_files(meant, inbound)
    if talk and isinstance(meant, Heard | Told) and talk.record.id != _place(inbound.surface):
        talk = None  # a command in a thread begins there; only answers go on with what waits beside it
    return await _go_on(world, inbound, person, talk, meant)


def _with_files(meant: Meaning, inbound: Inbound) -> Meaning:
    """Return what was meant, with the files that came beside the words where the command takes files."""
    match meant:
        case Heard(command, values):
            return replace(meant, values=with_attached(command, values, inbound.files))
        case Answered(Heard(command, values) as heard):
            return Answered(replace(heard, values=with_attached(command, values, inbound.files)))
    return meant


def _what_for(world: World, inbound: Inbound) -> Reply:
    """Ask what dropped files are for: the form that takes them waits behind a button."""
    command = taker(world.registry)
    offer = Offer(command.name, with_attached(command, {}, inbound.files), say("form.open"))
    return Reply(say("files.what_for", command=command.name), offers=(offer,))


async def pressed(world: World, inbound: Inbound, person: Person) -> Reply:
    """Answer a press on a question's button, wherever it stands. Raises `Refusal`, `Conflict`."""
    place, _, rest = inbound.value.partition("|")
    token, _, value = rest.partition("|")
    talk = await world.store.load(Conversation, place)
    if talk is None:
        raise Refusal("talk.over")
    if talk.record.surface.user != inbound.surface.user:
        raise Refusal("talk.not_yours")
    await guard_asker(world, inbound, person)
    if inbound.id in talk.record.seen:
        return await _again(world, inbound, person, talk)
    if token != talk.record.token or not talk.record.open:
        return _over(world, talk.record)
    try:
        meant = _chosen(world, talk.record, inbound.action, value)
    except Unknown as unknown:
        return await _suggest(world, inbound, talk, unknown)
    return await _go_on(world, inbound, person, talk, meant)


def _chosen(world: World, talk: Conversation, action: str, value: str) -> Meaning:
    if action == DROP:
        return Dropped()
    if value.startswith("?"):
        return hear(talk.meant[int(value[1:])], world.registry, world.place)
    return chosen(talk, world.registry.named(talk.command), value, world.place)


def _over(world: World, talk: Conversation) -> Reply:
    """Say that a question is over; the one that stands now is asked again."""
    if not talk.open:
        raise Refusal("talk.over")
    now = _question(world, talk)
    return replace(now, head=say("talk.over"), lines=(now.head, *now.lines))


async def _heard_in(world: World, surface: Surface) -> Talk | None:
    """Return the conversation of this place; a thread goes on with what its first message began.

    In direct messages a thread without a question of its own goes on with the one beside it.
    """
    here = await world.store.load(Conversation, _place(surface))
    if here or not surface.thread:
        return here
    above = await world.store.load(Conversation, _place(replace(surface, thread="")))
    if above and (surface.kind is SurfaceKind.DIRECT or above.record.surface.ts == surface.thread):
        return above
    return None


async def _again(world: World, inbound: Inbound, person: Person, talk: Talk) -> Reply:
    """Answer a repeat: the question that stands, or what the answers led to. Nothing is changed."""
    match talk.record.state:
        case TalkState.OPEN:
            return _question(world, talk.record)
        case TalkState.DONE if talk.record.seen[-1] == inbound.id:
            done = talk.record
            command = world.registry.named(done.command)
            return await _carried(world, inbound, person, talk, Heard(command, done.values, plan_only=done.plan_only))
        case TalkState.DROPPED:
            return _dropped(talk.record, declined=False)
    raise Refusal("talk.over")


async def _go_on(world: World, inbound: Inbound, person: Person, talk: Talk | None, meant: Meaning) -> Reply:
    waits = talk.record if talk and talk.record.open else None
    match meant:
        case Dropped(declined) if talk:
            await _end(world, inbound, talk, TalkState.DROPPED)
            return _dropped(talk.record, declined=declined)
        case Told(reply):
            return _waiting(world, reply, waits)
        case Answered(heard) if talk:
            if asked_for(heard):
                return await _ask(world, inbound, talk, heard)
            after = replace(talk.record, values=heard.values)
            return await _carried(
                world, inbound, person, await _end(world, inbound, talk, TalkState.DONE, after), heard
            )
        case Heard() as heard if not heard.missing and heard.refusal is None:
            if waits and not waits.asked and talk:
                after = replace(waits, command=heard.command.name, values=heard.values, plan_only=heard.plan_only)
                talk, waits = await _end(world, inbound, talk, TalkState.DONE, after), None
            return _waiting(world, await _carried(world, inbound, person, talk, heard), waits)
        case Heard() as heard:
            return await _ask_of(world, inbound, talk, heard)
    raise Refusal("talk.over")


async def _carried(world: World, inbound: Inbound, person: Person, talk: Talk | None, heard: Heard) -> Reply:
    """Submit; a value at fault is asked for again, and whatever else is refused leaves the form with what was said."""
    name, values = heard.command.name, heard.values
    asked = replace(inbound, command=name, values=values, plan_only=heard.plan_only)
    try:
        return await submit(world, asked, person)
    except Refusal as refusal:
        log.info("refused", why=refusal.say.key, user=inbound.surface.user)
        again = refused(heard.command, values, refusal, plan_only=heard.plan_only)
        return await _ask_of(world, inbound, talk, again)


async def _ask_of(world: World, inbound: Inbound, talk: Talk | None, heard: Heard) -> Reply:
    """Ask about a command; another one whose question waited here is closed in words."""
    if asked_for(heard):
        return await _ask(world, inbound, talk, heard)
    if heard.refusal is None:
        raise TypeError(f"nothing to ask about {heard.command.name}")
    values = said_so_far(heard.values, "", plan_only=heard.plan_only)
    offers = (Offer(heard.command.name, values, say("form.open")),) if heard.command.arguments else ()
    return Reply(heard.refusal.say, offers=offers)


async def _ask(world: World, inbound: Inbound, talk: Talk | None, heard: Heard) -> Reply:
    asked, old = asked_for(heard), talk.record if talk else None
    refusal = heard.refusal
    after = replace(
        _fresh(world, inbound, old, heard.command.name),
        command=heard.command.name,
        values=heard.values,
        plan_only=heard.plan_only,
        asked=asked,
        why=refusal.say if refusal else None,
        suggestion=refusal.suggestion if refusal else "",
    )
    await _commit(world, talk, after)
    reply = question(after, heard.command)
    if old is None or not old.open or not old.asked or old.command == heard.command.name:
        return reply
    offer = form_of(old, say("talk.reopen", command=old.command))
    closed = say("talk.replaced", command=old.command)
    return replace(reply, lines=(*reply.lines, closed), offers=(*reply.offers, offer))


async def _suggest(world: World, inbound: Inbound, talk: Talk | None, unknown: Unknown) -> Reply:
    """Offer what was meant; a question that waits here goes on. Raises the refusal where nothing is near."""
    waits = talk.record if talk and talk.record.open and talk.record.asked else None
    if not unknown.meant:
        if waits is None:
            raise unknown
        return _waiting(world, Reply(unknown.say), waits)
    begun = _fresh(world, inbound, talk.record if talk else None, waits.command if waits else "")
    if waits:
        begun = replace(begun, command=waits.command, values=waits.values, asked=waits.asked, plan_only=waits.plan_only)
    after = replace(begun, why=unknown.say, meant=unknown.meant)
    await _commit(world, talk, after)
    return _question(world, after)


def _fresh(world: World, inbound: Inbound, old: Conversation | None, command: str) -> Conversation:
    """Return a conversation with a new question, in its old place if there is one; a response_url is never kept."""
    goes_on = old and (inbound.what is InboundKind.PRESS or (old.open and old.command == command))
    return Conversation(
        id=old.id if old else _place(inbound.surface),
        surface=old.surface if old and goes_on else replace(inbound.surface, response_url="", view=""),
        token=world.chance.token(),
        seen=old.after(inbound.id) if old else (inbound.id,),
        request=inbound.request,
        expires=world.clock.now() + FIGURES.talk.wait_seconds,
    )


async def _commit(world: World, talk: Talk | None, after: Conversation) -> None:
    """Write a conversation, and put its expiry on the clock or take it off. Raises `Conflict`."""
    change = Change()
    if talk is None:
        change.create(after, lifetime=KEPT_SECONDS)
    else:
        change.replace(talk, after, lifetime=KEPT_SECONDS)
    if after.open:
        change.due(unanswered(after.id), after.expires)
    else:
        change.undue(unanswered(after.id))
    world.reach("converse.before_commit")
    await world.store.commit(change)
    world.reach("converse.committed")


async def _end(world: World, inbound: Inbound, talk: Talk, state: TalkState, known: Conversation | None = None) -> Talk:
    after = (known or talk.record).ended(state, inbound.id)
    await _commit(world, talk, after)
    return Stored(after, talk.version + 1)


def _dropped(talk: Conversation, *, declined: bool) -> Reply:
    if not talk.command:
        return Reply(say("talk.dropped_words"))
    return Reply(say("talk.declined" if declined else "talk.dropped", command=talk.command))


def _question(world: World, talk: Conversation) -> Reply:
    return question(talk, world.registry.named(talk.command) if talk.command else None)


def _waiting(world: World, reply: Reply, waits: Conversation | None) -> Reply:
    """Return an answer that reminds of the question that still stands in its place."""
    if waits is None or not waits.asked:
        return reply
    return replace(
        reply, lines=(*reply.lines, say("talk.waiting", needs=needed(waits, world.registry.named(waits.command))))
    )


async def filled(world: World, inbound: Inbound) -> None:
    """End the conversation whose form was filled in and taken. Raises `Conflict`."""
    talk = await _heard_in(world, inbound.surface)
    if talk and talk.record.open and inbound.value.startswith(talk.record.request):
        await _end(world, inbound, talk, TalkState.DONE)
