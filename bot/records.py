"""The records that Redis holds, one dataclass a document kind, each with the version of its shape.

All are frozen: a change is a new record, committed against the version that was read (decision 2).
Times named `at`, `created`, `expires` … are product time in seconds; `until` is machine time (decision 10).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from bot.reply import Link
from bot.say import Language as Language
from bot.say import Say

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the workspace as Slack describes them; `member` is False for guests, bots and outsiders."""

    id: str
    team: str
    name: str
    language: Language
    zone: str
    member: bool
    active: bool


class SurfaceKind(StrEnum):
    """Where somebody spoke to the bot, which decides where the answer appears."""

    COMMAND = "command"
    BUTTON = "button"
    FORM = "form"
    MENTION = "mention"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class Surface:
    """The place an answer goes to. `response_url` lives as long as the inbound record, and nowhere else."""

    kind: SurfaceKind
    user: str
    channel: str = ""
    thread: str = ""
    response_url: str = ""
    view: str = ""


class InboundKind(StrEnum):
    """What somebody did."""

    ASK = "ask"
    SPEECH = "speech"
    PRESS = "press"


@dataclass(frozen=True, slots=True)
class Inbound:
    """One accepted payload. ASK: a command with checked values; SPEECH: words to be heard; PRESS: a button."""

    kind_name: ClassVar[str] = "inbound"
    schema: ClassVar[int] = 1

    id: str
    what: InboundKind
    correlation: str
    surface: Surface
    at: float
    request: str
    command: str = ""
    values: Values = field(default_factory=dict)
    plan_only: bool = False
    words: str = ""
    action: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """An open form: the command it fills, whose it is, and where its answer belongs."""

    kind_name: ClassVar[str] = "form"
    schema: ClassVar[int] = 1

    id: str
    command: str
    surface: Surface
    values: Values = field(default_factory=dict)
    approval: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One effect of a plan: its kind, the thing it touches, and what it needs to know. All of it is hashed."""

    kind: str
    target: str
    facts: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """What is approved, whole and immutable; `bot.approvals.digest` hashes every field (decision 6)."""

    command: str
    asker: str
    beneficiary: str
    arguments: Values
    steps: tuple[Step, ...]
    charge: str
    account: str
    region: str
    policy: str
    plan_schema: int = 1


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One part of a price: `amount` is a decimal number as text, or empty for unknown, never zero then (R5.43)."""

    what: Say
    amount: str = ""
    currency: str = ""
    per: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the card shows beside the record and is not hashed: texts, price, links."""

    title: Say
    notes: tuple[Say, ...] = ()
    price: tuple[PriceLine, ...] = ()
    price_at: float = 0.0
    links: tuple[Link, ...] = ()


class ApprovalState(StrEnum):
    """Where a request stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Need:
    """What a plan needs before it may run: how many approvers other than the asker, and a word to type, if any."""

    approvers: int = 1
    typed: str = ""


class VoteKind(StrEnum):
    """By which right a vote counts."""

    APPROVER = "approver"
    SINGLE = "single administrator"


@dataclass(frozen=True, slots=True)
class Vote:
    """One approval by one person, for the plan with this digest."""

    voter: str
    at: float
    digest: str
    kind: VoteKind = VoteKind.APPROVER


@dataclass(frozen=True, slots=True)
class Approval:
    """A request and what became of it. Its id is the opaque value of its buttons.

    `single` is the name to type where the single administrator may carry out an own request, else "".
    """

    kind_name: ClassVar[str] = "approval"
    schema: ClassVar[int] = 1

    id: str
    record: Record
    digest: str
    need: Need
    shown: Shown
    correlation: str
    created: float
    expires: float
    single: str = ""
    state: ApprovalState = ApprovalState.WAITING
    votes: tuple[Vote, ...] = ()
    closed_by: str = ""
    closed_at: float = 0.0
    reason: Say | None = None


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


class Audience(StrEnum):
    """For whom a copy of a card is drawn."""

    ASKER = "asker"
    APPROVER = "approver"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Copy:
    """One message of a card. `address` is a person or channel id; `channel` and `ts` are known once it is sent."""

    audience: Audience
    address: str
    language: Language
    channel: str = ""
    ts: str = ""
    drawn: str = ""
    dead: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A thing that people watch, in several copies, all drawn from its subject's records (decision 7)."""

    kind_name: ClassVar[str] = "card"
    schema: ClassVar[int] = 1

    id: str
    subject: str
    copies: tuple[Copy, ...]
    lease: Lease | None = None
    updated: float = 0.0
