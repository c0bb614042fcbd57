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

    `acted` is the machine time just before a write went out; `found` says the effect was there before we acted.
    """

    step: Step
    state: StepState = StepState.TODO
    at: float = 0.0
    acted: float = 0.0
    found: bool = False
    outcome: Values = field(default_factory=dict)


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


@dataclass(frozen=True, slots=True)
class Operation:
    """The journal of an approved plan (decision 5); it shares its id with the approval, where there is one."""

    kind_name: ClassVar[str] = "operation"
    schema: ClassVar[int] = 1

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
