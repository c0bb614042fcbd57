"""The journal of an operation as pure moves: each returns the next record (decision 5)."""

from __future__ import annotations

from dataclasses import replace

from bot.approvals.digest import digest
from bot.errors import LeaseLost
from bot.records import Lease, Line, Note, Operation, OperationState, Record, Shown, StepState
from bot.say import Say, say

KEPT_SECONDS = 120 * 86400.0
"""How long a request, its operation and its card are remembered, in seconds of machine time since they were made."""

LOG_LINES = 12
"""How many lines of an operation's log are kept: the card of a failure shows them."""

OPEN = (OperationState.READY, OperationState.RUNNING)


def opened(
    identity: str, record: Record, shown: Shown, correlation: str, now: float, not_before: float = 0.0
) -> Operation:
    """Return a new journal with every step still to do."""
    return Operation(
        id=identity,
        record=record,
        digest=digest(record),
        shown=shown,
        correlation=correlation,
        created=now,
        lines=tuple(Line(step) for step in record.steps),
        not_before=not_before,
    )


def taken(operation: Operation, owner: str, machine: float, seconds: float) -> Operation:
    """Return the operation leased to `owner` under the next fencing number. Raises `LeaseLost` if it is held."""
    held = operation.lease
    if held and held.owner != owner and held.until > machine:
        raise LeaseLost(operation.id)
    return replace(
        operation,
        state=OperationState.RUNNING,
        fence=operation.fence + 1,
        lease=Lease(owner, machine + seconds),
        waiting=None,
    )


def renewed(operation: Operation, machine: float, seconds: float) -> Operation:
    """Return the operation with its lease drawn out from now."""
    if operation.lease is None:
        raise LeaseLost(operation.id)
    return replace(operation, lease=Lease(operation.lease.owner, machine + seconds))


def first_open(operation: Operation) -> int | None:
    """Return the index of the first line that is not done, or None."""
    return next((i for i, line in enumerate(operation.lines) if line.state is not StepState.DONE), None)


def written(operation: Operation, index: int, line: Line) -> Operation:
    """Return the operation with one line replaced."""
    return replace(operation, lines=(*operation.lines[:index], line, *operation.lines[index + 1 :]))


def paused(operation: Operation, why: Say) -> Operation:
    """Return the operation put down for a later look, by any worker."""
    return replace(operation, lease=None, waiting=why, tries=operation.tries + 1)


def queued(operation: Operation, why: Say) -> Operation:
    """Return the operation put down until its turn comes; that costs no patience."""
    return replace(operation, lease=None, waiting=why)


def noted(operation: Operation, at: float, what: Say, request: str = "") -> Operation:
    """Return the operation with one more line in its log; the oldest lines are forgotten."""
    return replace(operation, notes=(*operation.notes, Note(at, what, request))[-LOG_LINES:])


def ended(operation: Operation, state: OperationState, now: float, failure: Say | None = None) -> Operation:
    """Return the operation in an end state, with the lease given back. A failure is put before the asker's eyes."""
    raised = operation.raised + (state is OperationState.FAILED)
    return replace(operation, state=state, lease=None, waiting=None, failure=failure, finished=now, raised=raised)


def stuck(operation: Operation, now: float) -> Operation:
    """Return an operation that is given up, which everybody must notice."""
    return replace(ended(operation, OperationState.FAILED, now, say("execute.stuck")), alarms=operation.alarms + 1)


def reopened(operation: Operation) -> Operation:
    """Return a failed operation ready to go on at its first unfinished line."""
    lines = tuple(
        replace(line, state=StepState.TODO) if line.state is StepState.FAILED else line for line in operation.lines
    )
    return replace(operation, lines=lines, state=OperationState.READY, tries=0, failure=None, finished=0.0, undo=None)
