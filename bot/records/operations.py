"""The journal of what is carried out."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from bot.records.people import Values
from bot.records.requests import Record, Shown, Step
from bot.say import Say


class StepState(StrEnum):
    """A line of the journal: not begun, an act may have gone out, confirmed by the cloud, or refused."""

    TODO = "todo"
    ACTING = "acting"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Line:
    """One step in the journal and how far it is.

    `acted` is the machine time just before a write went out; `found` says the effect was there before we acted;
    `progress` how far a long step is.
    """

    step: Step
    state: StepState = StepState.TODO
    at: float = 0.0
    acted: float = 0.0
    found: bool = False
    outcome: Values = field(default_factory=dict)
    progress: Say | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """The right of one worker to carry an operation until machine time `until`."""

    owner: str
    until: float


class OperationState(StrEnum):
    """Where an operation stands."""

    READY = "ready"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    VOID = "void"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Note:
    """One line of an operation's log: what happened, and the provider's id of the request that did it, if any."""

    at: float
    what: Say
    request: str = ""


@dataclass(frozen=True, slots=True)
class Undo:
    """The command that takes an ended operation back, offered until `until` in product time.

    `asked` is the request that it led to, and `who` asked for it.
    """

    command: str
    values: Values
    until: float
    asked: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class Halt:
    """Somebody's wish that an operation, whose id it shares, begin no further step.

    It is a document of its own so that it does not get in the way of the worker that is carrying the operation.
    """

    kind_name: ClassVar[str] = "halt"
    schema: ClassVar[int] = 1

    id: str
    who: str
    at: float


@dataclass(frozen=True, slots=True)
class Turn:
    """The operations on one thing in the order of their turns: the first is carried, the others wait.

    Its id is `<account>/<region>/<noun>/<target>`.
    """

    kind_name: ClassVar[str] = "turn"
    schema: ClassVar[int] = 1

    id: str
    line: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """The journal of an approved plan (decision 5); it shares its id with the approval, where there is one.

    `notes` is the tail of its log. `raised` is how often its end was put before the asker's eyes, `alarms` before
    everybody's: it was given up. One that was `approved` is nothing without its approval.
    """

    kind_name: ClassVar[str] = "operation"
    schema: ClassVar[int] = 2

    id: str
    record: Record
    digest: str
    shown: Shown
    correlation: str
    created: float
    lines: tuple[Line, ...]
    not_before: float = 0.0
    state: OperationState = OperationState.READY
    fence: int = 0
    lease: Lease | None = None
    tries: int = 0
    failure: Say | None = None
    waiting: Say | None = None
    finished: float = 0.0
    notes: tuple[Note, ...] = ()
    raised: int = 0
    alarms: int = 0
    undo: Undo | None = None
    approved: bool = False
