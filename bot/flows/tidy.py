"""Take away what a step left half done in the cloud, once nobody goes on with it: uploads that were never finished.

What was cut off is gone on with, by another worker or by a retry; so after a failure it stays for a while.
"""

from __future__ import annotations

import structlog

from bot.command import Effect
from bot.errors import CloudFault, CloudRefused
from bot.flows.journal import OPEN
from bot.flows.world import World
from bot.ports import Change
from bot.records import Line, Operation, OperationState
from bot.rules.figures import FIGURES

log = structlog.get_logger(__name__)
WORK = "tidy"


def tidy_later(world: World, change: Change, operation: Operation) -> None:
    """Put tidying up on the clock with the end of an operation whose steps can leave something: a retry comes first."""
    if any(_effect(world, operation, line).tidy for line in operation.lines):
        failed = operation.state is OperationState.FAILED
        kept = FIGURES.files.kept_for_retry if failed else 0.0
        change.due(f"work:{WORK}:{operation.id}", world.clock.now() + kept)


async def tidy(world: World, identity: str) -> None:
    """Take away what an operation left that has ended; what the cloud does not do now is done later."""
    stored = await world.store.load(Operation, identity)
    if stored is None or stored.record.state in OPEN:
        return
    operation = stored.record
    try:
        for line in operation.lines:
            effect = _effect(world, operation, line)
            if effect.tidy is not None:
                await effect.tidy(line.step, world.cloud, operation.created)
    except CloudRefused as refused:
        log.warning("not tidied up", operation=identity, code=refused.code)
    except CloudFault as fault:
        log.info("tidied up later", operation=identity, code=fault.code)
        again = world.clock.now() + FIGURES.watch.sweep_seconds
        await world.store.commit(Change().due(f"work:{WORK}:{identity}", again))


def _effect(world: World, operation: Operation, line: Line) -> Effect:
    return world.registry.named(operation.record.command).effects[line.step.kind]
