"""Carry an operation through: lease, observe, act, observe again, record; resumable by any worker (decision 5).

"Done" is recorded only when an observation of the cloud confirmed it. A killed worker leaves a line that says how far
it was; the next one observes first, and acts again only when the look after an unanswered write is over.
"""

from __future__ import annotations

from dataclasses import replace

import structlog

from bot.approvals.digest import digest
from bot.approvals.machine import still_stands
from bot.approvals.price import raised
from bot.command import Effect, Outcome, Touched
from bot.errors import ChatFault, CloudBusy, CloudRefused, CloudUnknown, Conflict, LeaseLost
from bot.flows.approvers import able, price_now
from bot.flows.journal import OPEN, ended, first_open, paused, renewed, taken, written
from bot.flows.learn import learn
from bot.flows.request_cards import card_id
from bot.flows.watch import thing_id
from bot.flows.world import World
from bot.ports import Change, Stored
from bot.records import Approval, Lease, Line, Operation, OperationState, Record, StepState
from bot.say import Say, say

PATIENCE = 14
"""Looks after faults before an operation fails in words; the pauses between them grow to `LONGEST_PAUSE`."""

WAITING = 720
"""Looks for an effect that the cloud accepted and does not show yet: about a day (a GPU may be queued for)."""

LONGEST_PAUSE = 120.0
MARGIN = 5.0


async def execute(world: World, identity: str) -> None:
    """Carry the operation as far as it goes now; what must wait is put back on the clock. Raises `StoreDown`."""
    stored = await world.store.load(Operation, identity)
    if stored is None or stored.record.state not in OPEN:
        return
    who, correlation = stored.record.record.asker, stored.record.correlation
    structlog.contextvars.bind_contextvars(who=who, correlation=correlation)
    if stored.record.not_before > world.clock.now():
        await world.store.commit(Change().due(_member(identity), stored.record.not_before))
        return
    try:
        await _Carrier(world, stored).run()
    except (Conflict, LeaseLost):
        await _look_when_free(world, identity)


async def _look_when_free(world: World, identity: str) -> None:
    """Come back when the other worker's lease is over: if it lives, there will be nothing left to do."""
    stored = await world.store.load(Operation, identity)
    if stored and stored.record.state in OPEN and stored.record.lease:
        await world.store.commit(Change().later(_member(identity), stored.record.lease.until))


def _member(identity: str) -> str:
    return f"work:operation:{identity}"


class _Carrier:
    """One worker carrying one operation; every write goes through `_write`, against the version it holds."""

    def __init__(self, world: World, stored: Stored[Operation]) -> None:
        self._world = world
        self._stored = stored

    @property
    def _operation(self) -> Operation:
        return self._stored.record

    async def run(self) -> None:
        world = self._world
        owner = f"{world.owner}/{world.chance.token()}"
        await self._write(taken(self._operation, owner, world.clock.machine(), world.lease_seconds))
        world.reach("execute.leased")
        try:
            await self._carry()
        except CloudRefused as fault:
            await self._fail(fault.say)
        except (CloudBusy, CloudUnknown) as fault:
            await self._pause(fault.say)
        except ChatFault as fault:
            await self._pause(say("execute.cannot_check", code=fault.code))

    async def _carry(self) -> None:
        """Check the right to run, then carry line after line. Raises `CloudFault`, and `ChatFault`: nobody can say."""
        if (why := await self._no_longer_allowed()) is not None:
            await self._end(OperationState.VOID, why)
            return
        while (index := first_open(self._operation)) is not None:
            if not await self._step(index):
                return
        await self._end(OperationState.DONE)

    async def _no_longer_allowed(self) -> Say | None:
        """Return why an approved plan may not run after all, checked live at execution (decision 6)."""
        world, operation = self._world, self._operation
        if digest(operation.record) != operation.digest:
            return say("execute.plan_changed")
        if operation.record.policy != world.policy.version:
            return say("execute.policy_changed")
        asker = await world.chat.person(operation.record.asker, live=True)
        if asker is None or not asker.active:
            return say("execute.asker_gone")
        approval = await world.store.load(Approval, operation.id)
        if approval is None:
            return None
        late = bool(approval.record.escalated)
        if not still_stands(approval.record, await able(world, approval.record.need, late=late)):
            return say("execute.approver_gone")
        return say("execute.price_raised") if await self._dearer(approval.record) else None

    async def _dearer(self, approval: Approval) -> bool:
        """Return whether the price rose since the approval; once a step is begun, it is not asked any more."""
        if any(line.state is not StepState.TODO for line in self._operation.lines):
            return False
        price = await price_now(self._world, approval.record)
        return price is not None and raised(approval.shown.price, price, approval.need.tolerance)

    async def _step(self, index: int) -> bool:
        """Carry one line until it is confirmed; return False when it has to wait for a later look."""
        line, effect = self._operation.lines[index], self._effect(index)
        if (outcome := await effect.observe(line.step, self._world.cloud)) is not None:
            await self._done(index, outcome, found=line.state is StepState.TODO)
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
        command = self._world.registry.named(self._operation.record.command)
        return command.effects[self._operation.lines[index].step.kind]

    def _still_looking(self, line: Line) -> bool:
        return self._world.clock.machine() - line.acted < self._world.look_seconds

    async def _act(self, index: int, effect: Effect) -> None:
        world = self._world
        line = replace(self._operation.lines[index], state=StepState.ACTING, acted=world.clock.machine())
        await self._write(written(self._operation, index, line))
        world.reach("execute.before_act")
        await self._hold_lease()
        await effect.act(line.step, world.cloud)
        world.reach("execute.acted")

    async def _hold_lease(self) -> None:
        """Draw the lease out if it might end while the write is on its way. Raises `Conflict` if it is lost."""
        lease, machine = self._operation.lease, self._world.clock.machine()
        if lease is None or lease.until - machine < self._world.cloud.write_limit + MARGIN:
            await self._write(renewed(self._operation, machine, self._world.lease_seconds))

    async def _done(self, index: int, outcome: Outcome, *, found: bool) -> None:
        line = replace(
            self._operation.lines[index],
            state=StepState.DONE,
            at=self._world.clock.now(),
            found=found,
            outcome=outcome,
        )
        await self._write(replace(written(self._operation, index, line), tries=0))
        self._world.reach("execute.recorded")

    async def _fail(self, why: Say) -> None:
        operation = self._operation
        if (index := first_open(operation)) is not None:
            operation = written(operation, index, replace(operation.lines[index], state=StepState.FAILED))
        await self._end(OperationState.FAILED, why, operation)

    async def _pause(self, why: Say, patience: int = PATIENCE) -> None:
        """Put the operation down and look again later, each time a little later, until patience ends."""
        if self._operation.tries >= patience:
            await self._fail(say("execute.gave_up", why=why))
            return
        pause = min(LONGEST_PAUSE, self._world.look_seconds / 16 * 2.0 ** min(self._operation.tries, 10))
        after = paused(self._operation, why)
        change = Change().later(_member(after.id), self._world.clock.machine() + pause)
        await self._write(after, change)

    async def _end(self, state: OperationState, failure: Say | None = None, operation: Operation | None = None) -> None:
        after = ended(operation or self._operation, state, self._world.clock.now(), failure)
        reason = failure.key if failure else ""
        change = Change().audit(
            f"operation.{state}", id=after.id, who=after.record.asker, reason=reason, correlation=after.correlation
        )
        for touched in self._touched(after):
            change.work(*_look_at(after.record, touched))
        if state is OperationState.DONE:
            await learn(self._world, change, after)
            change.work("setup", after.record.account)
        await self._write(after, change)
        self._world.reach("execute.finished")

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


def _look_at(record: Record, touched: Touched) -> tuple[str, str]:
    """Return the entry that has a thing looked at: adopted by who asked, or only watched."""
    identity = thing_id(record.account, touched.region or record.region, touched.kind, touched.provider)
    if touched.prepared:
        return "adopt", f"{identity}:{record.beneficiary}:{touched.prepared}"
    return ("adopt", f"{identity}:{record.beneficiary}") if touched.claimed else ("watch", identity)
