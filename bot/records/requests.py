"""What was asked for and who approved it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from bot.records.people import Values
from bot.reply import Link
from bot.say import Say


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
    """What the card shows beside the record and is not hashed: texts, price, links, and the asker's reason."""

    title: Say
    notes: tuple[Say, ...] = ()
    price: tuple[PriceLine, ...] = ()
    price_at: float = 0.0
    links: tuple[Link, ...] = ()
    reason: str = ""


class ApprovalState(StrEnum):
    """Where a request stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Circle:
    """People by Slack user id and user-group id; who is in a group is asked when it matters, never stored."""

    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Return whether anybody is named."""
        return bool(self.users or self.groups)


@dataclass(frozen=True, slots=True)
class Late:
    """Who else may approve, and where the request is shown too, `after` seconds without a decision."""

    after: float
    people: Circle = Circle()
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """What a plan needs before it may run, as the policy said when it was asked.

    `approvers` other than the asker, each of `people` (nobody named: the administrators), and a word to type, if any.
    `reasons` are the acts that want a reason: ask, approve, deny. `expiry` and `again` are seconds of product time;
    `again` 0 asks approvers once. `tolerance` is the share by which a price may rise, 0.05 for five per cent.
    """

    approvers: int = 1
    typed: str = ""
    people: Circle = Circle()
    reasons: tuple[str, ...] = ()
    expiry: float = 8 * 3600.0
    again: float = 15 * 60.0
    tolerance: float = 0.0
    late: Late | None = None


class VoteKind(StrEnum):
    """By which right a vote counts."""

    APPROVER = "approver"
    SINGLE = "single administrator"


@dataclass(frozen=True, slots=True)
class Vote:
    """One approval by one person, for the plan with this digest; `reason` where the voter gave one.

    A vote has `lapsed` once its voter was found to be no approver any more: it is shown, and counts no longer.
    """

    voter: str
    at: float
    digest: str
    kind: VoteKind = VoteKind.APPROVER
    reason: str = ""
    lapsed: bool = False


@dataclass(frozen=True, slots=True)
class Approval:
    """A request and what became of it. Its id is the opaque value of its buttons.

    `single` is the name to type where the single administrator may carry out an own request, else "". `raised` is how
    often its approvers were asked again, `escalated` when more people were asked, 0 for not yet.
    """

    kind_name: ClassVar[str] = "approval"
    schema: ClassVar[int] = 2

    id: str
    record: Record
    digest: str
    need: Need
    shown: Shown
    correlation: str
    created: float
    expires: float
    single: str = ""
    raised: int = 0
    escalated: float = 0.0
    state: ApprovalState = ApprovalState.WAITING
    votes: tuple[Vote, ...] = ()
    closed_by: str = ""
    closed_at: float = 0.0
    reason: Say | None = None
