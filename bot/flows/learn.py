"""Remember what a finished operation taught, in the commit that finishes it (R3.08)."""

from __future__ import annotations

from bot.flows.world import World
from bot.ports import Change
from bot.records import Learned, Operation


async def learn(world: World, change: Change, operation: Operation) -> None:
    """Add the lessons of a finished operation to the change that finishes it."""
    lesson = world.registry.named(operation.record.command).lesson
    for name, facts in filter(None, [lesson(line.step, line.outcome) for line in operation.lines] if lesson else ()):
        stored = await world.store.load(Learned, name)
        fresh = Learned(name, facts, world.clock.now())
        change.replace(stored, fresh) if stored else change.create(fresh)
