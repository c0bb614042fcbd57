"""Two operations on one thing are carried one after the other, in the order in which they came (decision 0004).

The line of a thing is a document: who wrote the newest version is in it, so two workers cannot both be first. Lines are
joined in the order of their names, so that nobody waits for somebody who waits for them.
"""

from __future__ import annotations

from dataclasses import replace

from bot.errors import Conflict
from bot.flows.journal import KEPT_SECONDS, OPEN
from bot.flows.world import World
from bot.ports import Change, Stored
from bot.records import Operation, Turn

RACES = 20
ONE_LINE = ("auth", "agency")
"""Nouns that touch one another's things: an authorization names an agency, clearing takes all, there is one quota."""


def lines_of(operation: Operation) -> list[str]:
    """Return the lines that an operation stands in: one for each thing that it touches, one for all of access."""
    record = operation.record
    noun = record.command.partition(" ")[0]
    if noun in ONE_LINE:
        return [f"{record.account}/access"]
    return sorted({f"{record.account}/{record.region}/{noun}/{step.target}" for step in record.steps})


async def ahead(world: World, operation: Operation) -> Operation | None:
    """Take a place in each line, and return whom the operation has to wait for; None when its turn has come.

    Raises `Conflict` where too many come at once.
    """
    for identity in lines_of(operation):
        first = await _joined(world, identity, operation)
        if first is not None:
            return first
    return None


async def _joined(world: World, identity: str, operation: Operation) -> Operation | None:
    """Return who is carried first in one line, None for the operation itself; who has ended is taken out."""
    for _ in range(RACES):
        stored = await world.store.load(Turn, identity)
        line = stored.record.line if stored else ()
        if operation.id not in line:
            await _written(world, identity, stored, (*line, operation.id))
            continue
        if line[0] == operation.id:
            return None
        first = await world.store.load(Operation, line[0])
        if first is not None and first.record.state in OPEN:
            return first.record
        await _written(world, identity, stored, line[1:])
    raise Conflict(f"turn:{identity}")


async def left(world: World, operation: Operation) -> None:
    """Leave every line, and wake who is first now. A worker killed before this is made up for: ends are looked up."""
    for identity in lines_of(operation):
        for _ in range(RACES):
            stored = await world.store.load(Turn, identity)
            if stored is None or operation.id not in stored.record.line:
                break
            rest = tuple(one for one in stored.record.line if one != operation.id)
            if await _written(world, identity, stored, rest):
                break


async def _written(world: World, identity: str, stored: Stored[Turn] | None, line: tuple[str, ...]) -> bool:
    """Write a line, and wake its first one when that is somebody else now; return False for a lost race."""
    change = Change()
    if stored is None:
        change.create(Turn(identity, line), lifetime=KEPT_SECONDS)
    elif line:
        change.replace(stored, replace(stored.record, line=line), lifetime=KEPT_SECONDS)
    else:
        change.remove(stored)
    if stored is not None and line and line[0] != stored.record.line[0]:
        change.undue(f"work:operation:{line[0]}").work("operation", line[0])
    try:
        await world.store.commit(change)
    except Conflict:
        return False
    return True
