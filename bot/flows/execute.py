"""Carry an operation through: lease, observe, act, observe again, record; resumable by any worker (decision 5).

"Done" is recorded only when an observation of the cloud confirmed it. A killed worker leaves a line that says how far
it was; the next one observes first, and acts again only when the look after an unanswered write is over.
"""

from __future__ import annotations

from dataclasses import replace

import structlog

from bot.command import Carry, Effect, Outcome, Touched
from bot.errors import ChatFault, CloudBusy, CloudRefused, CloudUnknown, Conflict, LeaseLost
from bot.flows.approvers import no_longer_allowed
from bot.flows.failures import noticed
from bot.flows.journal import OPEN, ended, first_open, noted, paused, queued, renewed, taken, written
from bot.flows.learn import learn
from bot.flows.lost import forgotten
from bot.flows.request_cards import card_id
from bot.flows.tidy import tidy_later
from bot.flows.turns import ahead, left
from bot.flows.watch import entry_of
from bot.flows.world import World
from bot.ports import TRAIL, Called, Change, Stored
from bot.records import Halt, Lease, Line, Operation, OperationState, StepState, Undo
from bot.say import People, Say, say

PATIENCE = 14
"""Looks after faults before an operation fails in words; the pauses between them grow to `LONGEST_PAUSE`."""

WAITING = 720
"""Looks for an effect that the cloud accepted and does not show yet: about a day (a GPU may be queued for)."""

LONGEST_PAUSE = 120.0
PROGRESS = 3.0
"""Seconds between two notes of how far a step is: a card is redrawn no more often."""
MARGIN = 5.0
TURN = 30.0
"""Seconds after which an operation looks whether its turn has come, should nobody have woken it."""


async def execute(world: World, identity: str) -> None:
    """Carry the operation as far as it goes now; what must wait is put back on the clock. Raises `StoreDown`."""
    stored = await world.store.load(Operation, identity)
    if stored is None or stored.record.state not in OPEN:
        return
    who, correlation = stored.record.record.asker, stored.record.correlation
    structlog.contextvars.bind_contextvars(who=who, correlation=correlation)
    if stored.record.not_before > world.clock.now() and await world.store.load(Halt, identity) is None:
        await world.store.commit(Change().due(_member(identity), stored.record.not_before))
        return
    carrier = _Carrier(world, stored)
    try:
        if (first := await ahead(world, stored.record)) is not None:
            await _wait_for(world, stored, first)
            return
        world.reach("execute.queued")
        await carrier.run()
    except (Conflict, LeaseLost):
        await _look_when_free(world, carrier.operation)


async def _wait_for(world: World, stored: Stored[Operation], first: Operation) -> None:
    """Put an operation down until its turn comes: it is woken then, and looks by itself too. A wish to halt ends it."""
    operation = stored.record
    if await world.store.load(Halt, operation.id) is not None:
        await _Carrier(world, stored).run()
        return
    who = People((first.record.asker,))
    change = Change().later(_member(operation.id), world.clock.machine() + TURN)
    after = queued(operation, say("execute.turn", title=first.shown.title, who=who))
    if after != operation:
        change.replace(stored, after).redraw(card_id(operation.id))
    await world.store.commit(change)


async def _look_when_free(world: World, known: Operation) -> None:
    """Come back when the other worker's lease is over: if it lives, there will be nothing left to do."""
    stored = await world.store.load(Operation, known.id)
    if stored is None:
        await forgotten(world, known)
    elif stored.record.state in OPEN and stored.record.lease:
        await world.store.commit(Change().later(_member(known.id), stored.record.lease.until))


def _member(identity: str) -> str:
    return f"work:operation:{identity}"


class _Carrier:
    """One worker carrying one operation; every write goes through `_write`, against the version it holds."""

    def __init__(self, world: World, stored: Stored[Operation]) -> None:
        self._world = world
        self._stored = stored

    @property
    def operation(self) -> Operation:
        """Return the operation as this worker knows it."""
        return self._stored.record

    async def run(self) -> None:
        world = self._world
        owner = f"{world.owner}/{world.chance.token()}"
        await self._write(taken(self.operation, owner, world.clock.machine(), world.lease_seconds))
        world.reach("execute.leased")
        try:
            await self._carry()
        except CloudRefused as fault:
            self._note(fault.say, fault.request_id)
            await self._fail(fault.say)
        except (CloudBusy, CloudUnknown) as fault:
            self._note(fault.say, fault.request_id)
            await self._pause(fault.say)
        except ChatFault as fault:
            await self._pause(say("execute.cannot_check", code=fault.code))

    async def _carry(self) -> None:
        """Check the right to run, then carry line after line. Raises `CloudFault`, and `ChatFault`: nobody can say."""
        if (why := await no_longer_allowed(self._world, self.operation)) is not None:
            await self._end(OperationState.VOID, why)
            return
        while (index := first_open(self.operation)) is not None:
            if await self._halted(index) or not await self._step(index):
                return
        await self._end(OperationState.DONE)

    async def _halted(self, index: int) -> bool:
        """End the operation where somebody asked for that, between two steps; what may have gone out is looked for.

        A step that was sent and does not show after the look stays marked as sent: it may still take effect.
        """
        stored = await self._world.store.load(Halt, self.operation.id)
        if stored is None:
            return False
        line = self.operation.lines[index]
        if line.state is StepState.ACTING and await self._may_show(index):
            return False
        await self._end(OperationState.CANCELLED, say("execute.cancelled", who=People((stored.record.who,))))
        return True

    async def _may_show(self, index: int) -> bool:
        """Return whether what went out shows its effect, or may still come to within the look."""
        line = self.operation.lines[index]
        if self._still_looking(line):
            return True
        return await self._effect(index).observe(line.step, self._world.cloud) is not None

    async def _step(self, index: int) -> bool:
        """Carry one line until it is confirmed; return False when it has to wait for a later look."""
        line, effect = self.operation.lines[index], self._effect(index)
        if (outcome := await effect.observe(line.step, self._world.cloud)) is not None:
            ours = self._world.registry.named(self.operation.record.command).linked is not None
            await self._done(index, outcome, found=line.state is StepState.TODO and not ours)
            return True
        if line.state is StepState.ACTING and self._still_looking(line):
            await self._pause(say("execute.looking"), WAITING)
            return False
        await self._act(index, effect)
        outcome = await effect.observe(line.step, self._world.cloud)
        if outcome is None:
            await self._pause(say("execute.unconfirmed"), WAITING)
            return False
        await self._done(index, outcome, found=False)
        return True

    def _effect(self, index: int) -> Effect:
        command = self._world.registry.named(self.operation.record.command)
        return command.effects[self.operation.lines[index].step.kind]

    def _still_looking(self, line: Line) -> bool:
        return self._world.clock.machine() - line.acted < self._world.look_seconds

    async def _act(self, index: int, effect: Effect) -> None:
        world = self._world
        line = replace(self.operation.lines[index], state=StepState.ACTING, acted=world.clock.machine())
        await self._write(written(self.operation, index, line))
        world.reach("execute.before_act")
        await self._hold_lease()
        trail: list[Called] = []
        TRAIL.set(trail)
        try:
            if effect.carry is not None:
                await self._transfer(index, effect.carry)
            else:
                await effect.act(line.step, world.cloud)
        except CloudBusy:
            self._set(index, replace(line, state=StepState.TODO))
            raise
        finally:
            TRAIL.set(None)
        self._note_calls(trail)
        world.reach("execute.acted")

    def _set(self, index: int, line: Line) -> None:
        """Change a line; it is written with the next change. One that the cloud did not do is as before: no look."""
        self._stored = Stored(written(self.operation, index, line), self._stored.version)

    def _note(self, what: Say, request: str = "") -> None:
        """Add a line to the log; it is written with the next change of the journal."""
        after = noted(self.operation, self._world.clock.now(), what, request)
        self._stored = Stored(after, self._stored.version)

    def _note_calls(self, trail: list[Called]) -> None:
        for called in trail:
            name = f"{called.service} {called.operation}"
            self._note(say("execute.note.called", call=name, outcome=called.outcome), called.request)

    async def _transfer(self, index: int, carry: Carry) -> None:
        """Do what takes many calls, and write down how far it is, every few seconds; that draws the lease out, too."""
        world, told = self._world, self._world.clock.machine()
        step, since = self.operation.lines[index].step, self.operation.created
        async for said in carry(step, world.cloud, world.files, since):
            if world.clock.machine() - told >= PROGRESS:
                line = replace(self.operation.lines[index], progress=said, acted=world.clock.machine())
                await self._write(written(self.operation, index, line))
                told = world.clock.machine()
            await self._hold_lease()

    async def _hold_lease(self) -> None:
        """Draw the lease out if it might end while the write is on its way. Raises `Conflict` if it is lost."""
        lease, machine = self.operation.lease, self._world.clock.machine()
        if lease is None or lease.until - machine < self._world.cloud.write_limit + MARGIN:
            await self._write(renewed(self.operation, machine, self._world.lease_seconds))

    async def _done(self, index: int, outcome: Outcome, *, found: bool) -> None:
        line = replace(
            self.operation.lines[index],
            state=StepState.DONE,
            at=self._world.clock.now(),
            found=found,
            outcome=outcome,
            progress=None,
        )
        self._note(say("execute.note.found" if found else "execute.note.confirmed", number=index + 1))
        await self._write(replace(written(self.operation, index, line), tries=0))
        self._world.reach("execute.recorded")

    async def _fail(self, why: Say) -> None:
        operation = self.operation
        if (index := first_open(operation)) is not None:
            operation = written(operation, index, replace(operation.lines[index], state=StepState.FAILED))
        await self._end(OperationState.FAILED, why, operation)

    async def _pause(self, why: Say, patience: int = PATIENCE) -> None:
        """Put the operation down and look again later, each time a little later, until patience ends."""
        if self.operation.tries >= patience:
            await self._fail(say("execute.gave_up", why=why))
            return
        pause = min(LONGEST_PAUSE, self._world.look_seconds / 16 * 2.0 ** min(self.operation.tries, 10))
        after = paused(self.operation, why)
        change = Change().later(_member(after.id), self._world.clock.machine() + pause)
        await self._write(after, change)

    async def _end(self, state: OperationState, failure: Say | None = None, operation: Operation | None = None) -> None:
        after = ended(operation or self.operation, state, self._world.clock.now(), failure)
        reason = failure.key if failure else ""
        change = Change().audit(
            f"operation.{state}", id=after.id, who=after.record.asker, reason=reason, correlation=after.correlation
        )
        if state is OperationState.FAILED:
            noticed(change, after.record.asker, after.id, after.finished)
        for touched in self._touched(after):
            change.work(*entry_of(after.record, touched))
        if state is OperationState.DONE:
            await learn(self._world, change, after)
            change.work("setup", after.record.account)
        if undo := self._undo(after):
            after = replace(after, undo=undo)
            change.due(f"work:undone:{after.id}", undo.until)
        tidy_later(self._world, change, after)
        await self._write(after, change)
        self._world.reach("execute.finished")
        await left(self._world, after)

    def _undo(self, operation: Operation) -> Undo | None:
        """Return what takes back what was carried out, and until when."""
        command = self._world.registry.named(operation.record.command)
        lines = [line for line in operation.lines if line.state is StepState.DONE and not line.found]
        undoing = command.undo(operation.record, lines) if command.undo and lines else None
        return Undo(undoing.command, undoing.values, operation.finished + undoing.seconds) if undoing else None

    def _touched(self, operation: Operation) -> list[Touched]:
        """Return the things whose clocks this operation set, done or not: a failed step may have moved one."""
        command = self._world.registry.named(operation.record.command)
        found = [command.thing(line.step) for line in operation.lines] if command.thing else []
        return [one for one in found if operation.state is OperationState.DONE or not one.prepared]

    async def _write(self, operation: Operation, change: Change | None = None) -> None:
        """Commit the operation against the version held, the card with it; also draws the lease out."""
        world = self._world
        if operation.lease is not None:
            lease = Lease(operation.lease.owner, world.clock.machine() + world.lease_seconds)
            operation = replace(operation, lease=lease)
        change = (change or Change()).replace(self._stored, operation).redraw(card_id(operation.id))
        await world.store.commit(change)
        self._stored = Stored(operation, self._stored.version + 1)
