"""What is said of a request and its operation, in the chat's cards and in answers alike; pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.approvals.digest import reference
from bot.approvals.machine import standing
from bot.flows.plans import step_say
from bot.records import (
    Approval,
    ApprovalState,
    Line,
    Note,
    Operation,
    OperationState,
    Shown,
    StepState,
    Vote,
    VoteKind,
)
from bot.rules.mending import mend_of
from bot.say import Moment, People, Say, say

SHORT_DIGEST = 12
UNDONE = (OperationState.FAILED, OperationState.CANCELLED, OperationState.VOID)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a card shows: a request, its operation, or both."""

    approval: Approval | None = None
    operation: Operation | None = None

    @property
    def main(self) -> Approval | Operation:
        """Return the one that holds record and texts; they are the same in both."""
        found = self.approval or self.operation
        if found is None:
            raise ValueError("a card without a subject")
        return found


def outcome_of(subject: Subject) -> Say:
    """Return where the request stands, in one sentence."""
    if subject.operation is not None:
        return _operation_outcome(subject.operation)
    return _approval_outcome(subject.approval) if subject.approval else say("card.gone")


def _operation_outcome(operation: Operation) -> Say:
    match operation.state:
        case OperationState.DONE if any(_prepared(line) for line in operation.lines):
            return say("card.prepared", at=Moment(operation.finished))
        case OperationState.DONE:
            return say("card.done", at=Moment(operation.finished))
        case OperationState.FAILED | OperationState.VOID | OperationState.CANCELLED:
            return _why(f"card.{operation.state}", operation.failure)
        case _ if operation.waiting is not None:
            return say("card.paused", why=operation.waiting)
        case OperationState.READY if operation.not_before > operation.created:
            return say("card.begins", at=Moment(operation.not_before))
        case OperationState.READY:
            return say("card.ready")
        case _:
            return say("card.running")


def _approval_outcome(approval: Approval) -> Say:
    who, at = People((approval.closed_by,)), Moment(approval.closed_at)
    match approval.state:
        case ApprovalState.WAITING:
            needed, votes = approval.need.approvers, standing(approval)
            return say("card.waiting", needed=needed, votes=votes, expires=Moment(approval.expires))
        case ApprovalState.APPROVED:
            return say("card.approved")
        case ApprovalState.DENIED if approval.reason:
            return say("card.denied_why", who=who, at=at, why=approval.reason)
        case ApprovalState.DENIED:
            return say("card.denied", who=who, at=at)
        case ApprovalState.WITHDRAWN:
            return say("card.withdrawn", who=who, at=at)
        case ApprovalState.EXPIRED:
            return say("card.expired", at=Moment(approval.expires))
        case ApprovalState.VOID:
            return _why("card.void", approval.reason)


def _why(key: str, why: Say | None) -> Say:
    return say(key, why=why or say("card.no_reason"))


def origin(subject: Subject) -> list[Say]:
    """Return who asked, for whom, where it happens, under which plan, and the reference that commands take."""
    record, digest_, identity = subject.main.record, subject.main.digest, subject.main.id
    said = [say("card.asked_by", who=People((record.asker,)))]
    if record.beneficiary != record.asker:
        said.append(say("card.asked_for", who=People((record.beneficiary,))))
    said.append(say("card.place", account=record.account, region=record.region))
    plan = say("card.plan", digest=digest_[:SHORT_DIGEST])
    return [*said, plan, say("card.reference", reference=reference(identity))]


def is_over(subject: Subject) -> bool:
    """Return whether it was cancelled, so that a step that was sent is not on its way any more."""
    return subject.operation is not None and subject.operation.state is OperationState.CANCELLED


def lines_of(subject: Subject) -> tuple[Line, ...]:
    """Return the steps and how far each is."""
    if subject.operation is not None:
        return subject.operation.lines
    return tuple(Line(step) for step in subject.main.record.steps)


def step_line(title_key: str, line: Line, *, over: bool = False) -> Say:
    """Return a step with its state in words and a sign beside them; `over` says that nobody works on it any more."""
    if _prepared(line):
        return say("card.step.prepared", step=step_say(title_key, line.step))
    if line.state is StepState.ACTING and line.progress is not None:
        return say("card.step.progress", step=step_say(title_key, line.step), progress=line.progress)
    if line.state is StepState.DONE and (named := line.outcome.get("named")):
        return say("card.step.named", step=step_say(title_key, line.step), name=named)
    state = "found" if line.state is StepState.DONE and line.found else line.state.value
    if line.state is StepState.ACTING and over:
        state = "sent"
    return say(f"card.step.{state}", step=step_say(title_key, line.step))


def undo_of(operation: Operation | None) -> list[Say]:
    """Return until when it can be taken back, or who asked for that."""
    offer = operation.undo if operation else None
    if offer is None:
        return []
    if offer.asked:
        return [say("card.undo_asked", who=People((offer.who,)))]
    return [say("card.undo", until=Moment(offer.until))]


def log_of(operation: Operation | None) -> list[Say]:
    """Return what happened step by step, of an operation that ended without being done."""
    if operation is None or operation.state not in UNDONE:
        return []
    lines = [_noted(note) for note in operation.notes]
    return [say("card.log"), *lines] if lines else []


def _noted(note: Note) -> Say:
    at = Moment(note.at)
    if not note.request:
        return say("card.note", at=at, what=note.what)
    return say("card.note_with_request", at=at, what=note.what, request=note.request)


def _prepared(line: Line) -> bool:
    """Return whether a step waits for a person in the console: no call of ours does it."""
    return line.state is StepState.DONE and "prepared" in line.outcome


def reason_of(shown: Shown) -> list[Say]:
    """Return why it was asked for, where that was said."""
    return [say("card.reason", words=shown.reason)] if shown.reason else []


def votes_of(subject: Subject) -> list[Say]:
    """Return who approved, when, and why; also whose approval does not count any more."""
    votes = subject.approval.votes if subject.approval else ()
    return [line for vote in votes for line in _vote(vote)]


def _vote(vote: Vote) -> list[Say]:
    keys = {VoteKind.APPROVER: "card.vote", VoteKind.SINGLE: "card.vote_single"}
    key = "card.vote_lapsed" if vote.lapsed else keys[vote.kind]
    said = [say(key, who=People((vote.voter,)), at=Moment(vote.at))]
    return [*said, say("approval.words", words=vote.reason)] if vote.reason else said


def steering(operation: Operation) -> tuple[str, ...]:
    """Return what may be done with an operation now."""
    if operation.state in (OperationState.READY, OperationState.RUNNING):
        return ("cancel",)
    failed = operation.state is OperationState.FAILED
    undo = ("undo",) if operation.undo and not operation.undo.asked else ()
    mend = ("ask_admin",) if failed and mend_of(operation.failure) else ()
    return (*(("retry",) if failed else ()), *undo, *mend)
