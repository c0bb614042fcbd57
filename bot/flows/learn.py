"""Remember what a finished operation taught, and whom it linked, in the commit that finishes it (R3.08, R3.21)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.command import Linking
from bot.flows.world import World
from bot.ports import Change
from bot.records import Approval, Learned, Linked, Operation


async def learn(world: World, change: Change, operation: Operation) -> None:
    """Add the lessons of a finished operation, and the links it made, to the change that finishes it."""
    command = world.registry.named(operation.record.command)
    if command.linked:
        await _link(world, change, operation, [command.linked(line.step, line.outcome) for line in operation.lines])
    lesson = command.lesson
    for name, facts in filter(None, [lesson(line.step, line.outcome) for line in operation.lines] if lesson else ()):
        stored = await world.store.load(Learned, name)
        fresh = Learned(name, facts, world.clock.now())
        change.replace(stored, fresh) if stored else change.create(fresh)


async def _link(world: World, change: Change, operation: Operation, made: Sequence[Linking]) -> None:
    """Add who is which principal from now on, and who confirmed it (R3.21)."""
    approval = await world.store.load(Approval, operation.id)
    confirmed = (
        ", ".join(vote.voter for vote in approval.record.votes if not vote.lapsed)
        if approval
        else operation.record.asker
    )
    for person, principal in made:
        stored = await world.store.load(Linked, person)
        if principal is None:
            _ = stored and change.remove(stored)
            continue
        fresh = Linked(person, principal, confirmed, world.clock.now())
        change.replace(stored, fresh) if stored else change.create(fresh)
