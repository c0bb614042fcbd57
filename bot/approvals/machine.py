"""The life of a request as a table `(state, event) → state` with guards; pure, no I/O (decision 6).

Anything that is not in the table is a `Refusal("approval.closed")`, never a warning in a log. Silence means no: only
`approve` leads to APPROVED, and the time limit is checked inside the move itself, not by a timer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.errors import Refusal
from bot.records import Approval, ApprovalState, PriceLine, Vote, VoteKind
from bot.say import Moment, People, Say, say

CLOCK = "clock"
"""Who closes a request that nobody answered."""


class Event(StrEnum):
    """What can happen to a request: the decisions of people, the clock, a plan, policy or price that changed."""

    APPROVE = "approve"
    DENY = "deny"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    VOID = "void"
    REPRICE = "reprice"
    ESCALATE = "escalate"
    RECOUNT = "recount"


TABLE: dict[tuple[ApprovalState, Event], ApprovalState] = {
    (ApprovalState.WAITING, Event.APPROVE): ApprovalState.APPROVED,
    (ApprovalState.WAITING, Event.DENY): ApprovalState.DENIED,
    (ApprovalState.WAITING, Event.WITHDRAW): ApprovalState.WITHDRAWN,
    (ApprovalState.WAITING, Event.EXPIRE): ApprovalState.EXPIRED,
    (ApprovalState.WAITING, Event.VOID): ApprovalState.VOID,
    (ApprovalState.WAITING, Event.REPRICE): ApprovalState.WAITING,
    (ApprovalState.WAITING, Event.ESCALATE): ApprovalState.WAITING,
    (ApprovalState.WAITING, Event.RECOUNT): ApprovalState.WAITING,
    (ApprovalState.APPROVED, Event.VOID): ApprovalState.VOID,
}


@dataclass(frozen=True, slots=True)
class Press:
    """One event with what the guards need: who, who by live check is able to approve this request, what was typed.

    `words` is the reason of a person, `reason` one of ours, `price` what the plan costs now.
    """

    event: Event
    who: str
    at: float
    digest: str
    able: frozenset[str] = frozenset()
    typed: str = ""
    words: str = ""
    reason: Say | None = None
    price: tuple[PriceLine, ...] = ()


def press(approval: Approval, given: Press) -> Approval:
    """Return the approval after the event. Raises `Refusal` when the table or a guard forbids it."""
    target = TABLE.get((approval.state, given.event))
    if target is None:
        raise closed(approval)
    match given.event:
        case Event.APPROVE:
            return _approve(approval, given)
        case Event.REPRICE | Event.ESCALATE | Event.RECOUNT:
            return _waiting_on(approval, given)
        case Event.DENY:
            _guard_denier(approval, given)
        case Event.WITHDRAW:
            _guard_asker(approval, given)
        case Event.EXPIRE if given.at < approval.expires:
            raise Refusal("approval.not_yet_expired")
    return replace(approval, state=target, closed_by=given.who, closed_at=given.at, reason=_reason(given))


def closed(approval: Approval) -> Refusal:
    """Return the refusal that says what became of the request, and through whom."""
    return Refusal("approval.closed", state=say(f"approval.state.{approval.state}"), by=_closer(approval))


def _closer(approval: Approval) -> Say:
    if approval.closed_by in ("", CLOCK):
        return say("approval.by_clock")
    return say("approval.by_person", who=People((approval.closed_by,)))


def _reason(given: Press) -> Say | None:
    return say("approval.words", words=given.words) if given.words else given.reason


def explained(approval: Approval, who: str, words: str) -> Approval:
    """Return a denied request with the reason that its denier gave afterwards. Raises `Refusal`."""
    if approval.state is not ApprovalState.DENIED or approval.closed_by != who or approval.reason is not None:
        raise closed(approval)
    return replace(approval, reason=say("approval.words", words=words))


def _waiting_on(approval: Approval, given: Press) -> Approval:
    """Return the request that goes on waiting: with more people asked, its votes counted anew, or a new price.

    Votes for the old price are dropped: nobody approved the new one (decision 6).
    """
    if given.event is Event.ESCALATE:
        return replace(approval, escalated=given.at)
    if given.event is Event.RECOUNT:
        return replace(approval, votes=_recounted(approval.votes, given.able))
    return replace(approval, shown=replace(approval.shown, price=given.price, price_at=given.at), votes=())


def _approve(approval: Approval, given: Press) -> Approval:
    if given.at >= approval.expires:
        raise Refusal("approval.too_late", expires=Moment(approval.expires))
    if given.digest != approval.digest:
        raise Refusal("approval.changed")
    right = _right(approval, given)
    _guard_reason(approval, given)
    vote = Vote(given.who, given.at, given.digest, right, given.words)
    earlier = (one for one in _recounted(approval.votes, given.able) if one.voter != given.who)
    votes = (*earlier, vote)
    if vote.kind is VoteKind.APPROVER and len(_standing(votes, given.able)) < approval.need.approvers:
        return replace(approval, votes=votes)
    return replace(approval, votes=votes, state=ApprovalState.APPROVED, closed_by=given.who, closed_at=given.at)


def _right(approval: Approval, given: Press) -> VoteKind:
    """Return by which right this person approves. Raises `Refusal` where there is none."""
    if given.who not in given.able:
        raise Refusal("approval.not_an_approver")
    if any(vote.voter == given.who and not vote.lapsed for vote in approval.votes):
        raise Refusal("approval.voted_already")
    if given.who in (approval.record.asker, approval.record.beneficiary):
        _guard_single(approval, given)
        return VoteKind.SINGLE
    if approval.need.typed and given.typed.strip() != approval.need.typed:
        raise Refusal("approval.type_word", word=approval.need.typed)
    return VoteKind.APPROVER


def _guard_single(approval: Approval, given: Press) -> None:
    """Let the only administrator carry out an own request after typing the thing's name (contract, section 3)."""
    if not approval.single or given.able != {given.who}:
        raise Refusal("approval.own_request")
    if given.typed.strip() != approval.single:
        raise Refusal("approval.type_name", name=approval.single)


def _guard_denier(approval: Approval, given: Press) -> None:
    if given.who in (approval.record.asker, approval.record.beneficiary):
        raise Refusal("approval.withdraw_instead")
    if given.who not in given.able:
        raise Refusal("approval.not_an_approver")
    _guard_reason(approval, given)


def _guard_reason(approval: Approval, given: Press) -> None:
    """Want the reason that the policy wants of this act; the press of whoever gave none does not count."""
    if given.event.value in approval.need.reasons and not given.words:
        raise Refusal("approval.reason_missing")


def _guard_asker(approval: Approval, given: Press) -> None:
    if given.who not in (approval.record.asker, approval.record.beneficiary):
        raise Refusal("approval.not_yours")


def _recounted(votes: tuple[Vote, ...], able: frozenset[str]) -> tuple[Vote, ...]:
    """Return the votes, those of people who may not approve any more marked, for good: who comes back votes anew."""
    return tuple(vote if vote.lapsed or vote.voter in able else replace(vote, lapsed=True) for vote in votes)


def _standing(votes: tuple[Vote, ...], able: frozenset[str]) -> list[Vote]:
    """Return the votes of people who may still approve: a removed approver's vote stops counting."""
    return [vote for vote in votes if vote.voter in able and not vote.lapsed]


def standing(approval: Approval) -> int:
    """Return how many votes count, as far as is known: what a card shows."""
    return sum(not vote.lapsed for vote in approval.votes)


def still_stands(approval: Approval, able: frozenset[str]) -> bool:
    """Return whether an approved request may still run now: enough of its voters are approvers at this moment."""
    votes = _standing(approval.votes, able)
    if any(vote.kind is VoteKind.SINGLE for vote in votes):
        return able == {approval.record.asker}
    return len(votes) >= approval.need.approvers
