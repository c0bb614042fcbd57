"""What failed for somebody last: operations that ended so, and commands that the cloud refused at once (R3.19)."""

from __future__ import annotations

from contextlib import suppress

from bot.approvals.digest import reference
from bot.errors import CloudFault, CloudRefused, Conflict
from bot.flows.journal import KEPT_SECONDS
from bot.flows.world import World
from bot.ports import Change, Failed
from bot.records import Failure, Inbound, Linked, Operation, OperationState, Person
from bot.say import Say, say

INDEX = "failed"
"""The index of failures by when they happened; a member is `<who asked>|<id of the operation or the request>`."""
NEWEST = 2000


def noticed(change: Change, who: str, identity: str, at: float) -> Change:
    """Add to a change that something failed for somebody."""
    return change.index(INDEX, f"{who}|{identity}", at)


async def remember(world: World, inbound: Inbound, fault: CloudFault) -> None:
    """Remember a command that the cloud refused before there was an operation; what passes by itself is not."""
    if not isinstance(fault, CloudRefused):
        return
    who, at = inbound.surface.user, world.clock.now()
    failure = Failure(inbound.request, who, inbound.command, fault.say, at)
    with suppress(Conflict):  # told once more after a worker was cut off
        await world.store.commit(noticed(Change().create(failure, lifetime=KEPT_SECONDS), who, failure.id, at))


async def failed_of(world: World, person: Person, words: str) -> Failed | None:
    """Return the newest failure that `words` name, by its reference or by its command, or the person's newest for "".

    Somebody else's is found by its reference, by administrators only. Raises `ChatFault` when nobody can say who is.
    """
    first = words.partition(" ")[0].strip("`")
    for member in await world.store.members(INDEX, newest=NEWEST):
        who, _, identity = member.partition("|")
        named = first == reference(identity)
        if who != person.id and not (named and person.id in await world.chat.administrators()):
            continue
        found = await _found(world, identity)
        if found is not None and (named or not words or _says(words, found.command)):
            return found
    return None


def _says(words: str, command: str) -> bool:
    return f"{words.removeprefix('/modelarts').strip()} ".startswith(f"{command} ")


async def _found(world: World, identity: str) -> Failed | None:
    """Return what failed; an operation that was mended meanwhile failed no more."""
    if carried := await world.store.load(Operation, identity):
        operation = carried.record
        if operation.state is not OperationState.FAILED or operation.failure is None:
            return None
        record, title = operation.record, operation.shown.title
        return await _for(world, record.beneficiary, identity, record.command, title, operation.failure)
    refused = await world.store.load(Failure, identity)
    if refused is None:
        return None
    title = say("diagnose.command", command=refused.record.command)
    return await _for(world, refused.record.who, identity, refused.record.command, title, refused.record.why)


async def _for(world: World, who: str, identity: str, command: str, title: Say, why: Say) -> Failed:
    stored = await world.store.load(Linked, who)
    return Failed(reference(identity), command, title, why, stored.record.principal if stored else None)
