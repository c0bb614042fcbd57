"""The card of a request and its operation, drawn from their records alone; pure (decision 7).

One drawing for the asker, one for approvers, one for the shared channel. A button's value is the request's id; what a
press means is read from the store again, never from the card.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from bot.flows.plans import price_says, step_say
from bot.records import (
    Approval,
    ApprovalState,
    Audience,
    Line,
    Note,
    Operation,
    OperationState,
    Record,
    Shown,
    StepState,
    Vote,
    VoteKind,
)
from bot.rules.mending import mend_of
from bot.say import Moment, People, Say, say
from bot.slack import blocks
from bot.slack.blocks import Block, Message
from bot.slack.mrkdwn import Voice
from bot.slack.replies import link_line

SHORT_DIGEST = 12


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


def request_card(voice: Voice, subject: Subject, audience: Audience) -> Message:
    """Return the card for one audience in one language, within all of Slack's limits."""
    record, shown = subject.main.record, subject.main.shown
    outcome = outcome_of(subject)
    drawn = [
        blocks.section(f"*{voice.rich(shown.title)}*\n{voice.rich(outcome)}"),
        blocks.context(" · ".join(voice.rich(line) for line in _origin(record, subject.main.digest))),
        *_paragraph(voice, (step_line(shown.title.key, line, over=_over(subject)) for line in _lines(subject))),
        *_paragraph(voice, (*_reason(shown), *_votes(subject), *shown.notes)),
        *_paragraph(voice, price_says(shown.price, shown.price_at)),
        *_paragraph(voice, (*_undo(subject.operation), *_log(subject.operation))),
        *(blocks.section(link_line(voice, target)) for target in shown.links),
    ]
    words = _words(shown, outcome, record, subject, voice)
    return Message(blocks.cut(words, blocks.FALLBACK), blocks.fitted(drawn, request_buttons(voice, subject, audience)))


def digest(message: Message) -> str:
    """Return a short hash of what a message shows, to know whether a copy is up to date."""
    whole = json.dumps([message.text, message.blocks], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:24]


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
            needed, votes = approval.need.approvers, len(approval.votes)
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


def _origin(record: Record, digest_: str) -> list[Say]:
    """Return who asked, for whom, where it happens, and under which plan."""
    said = [say("card.asked_by", who=People((record.asker,)))]
    if record.beneficiary != record.asker:
        said.append(say("card.asked_for", who=People((record.beneficiary,))))
    said.append(say("card.place", account=record.account, region=record.region))
    return [*said, say("card.plan", digest=digest_[:SHORT_DIGEST])]


def _over(subject: Subject) -> bool:
    return subject.operation is not None and subject.operation.state is OperationState.CANCELLED


def _lines(subject: Subject) -> tuple[Line, ...]:
    if subject.operation is not None:
        return subject.operation.lines
    return tuple(Line(step) for step in subject.main.record.steps)


def step_line(title_key: str, line: Line, *, over: bool = False) -> Say:
    """Return a step with its state in words and a sign beside them; `over` says that nobody works on it any more."""
    if _prepared(line):
        return say("card.step.prepared", step=step_say(title_key, line.step))
    if line.state is StepState.ACTING and line.progress is not None:
        return say("card.step.progress", step=step_say(title_key, line.step), progress=line.progress)
    state = "found" if line.state is StepState.DONE and line.found else line.state.value
    if line.state is StepState.ACTING and over:
        state = "sent"
    return say(f"card.step.{state}", step=step_say(title_key, line.step))


def _undo(operation: Operation | None) -> list[Say]:
    """Return until when it can be taken back, or who asked for that."""
    offer = operation.undo if operation else None
    if offer is None:
        return []
    if offer.asked:
        return [say("card.undo_asked", who=People((offer.who,)))]
    return [say("card.undo", until=Moment(offer.until))]


def _log(operation: Operation | None) -> list[Say]:
    """Return what happened step by step, of an operation that failed or was cancelled."""
    if operation is None or operation.state not in (OperationState.FAILED, OperationState.CANCELLED):
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


def _reason(shown: Shown) -> list[Say]:
    return [say("card.reason", words=shown.reason)] if shown.reason else []


def _votes(subject: Subject) -> list[Say]:
    votes = subject.approval.votes if subject.approval else ()
    return [line for vote in votes for line in _vote(vote)]


def _vote(vote: Vote) -> list[Say]:
    keys = {VoteKind.APPROVER: "card.vote", VoteKind.SINGLE: "card.vote_single"}
    said = [say(keys[vote.kind], who=People((vote.voter,)), at=Moment(vote.at))]
    return [*said, say("approval.words", words=vote.reason)] if vote.reason else said


def _paragraph(voice: Voice, lines: Iterable[Say]) -> list[Block]:
    texts = [voice.rich(line) for line in lines]
    return [blocks.section("\n".join(texts))] if texts else []


def _words(shown: Shown, outcome: Say, record: Record, subject: Subject, voice: Voice) -> str:
    """Return the whole card as sentences, for notifications and screen readers."""
    steps = [step_line(shown.title.key, line, over=_over(subject)) for line in _lines(subject)]
    price = price_says(shown.price, shown.price_at)
    said = (
        shown.title,
        outcome,
        *_origin(record, subject.main.digest),
        *steps,
        *_reason(shown),
        *_votes(subject),
        *shown.notes,
        *price,
    )
    return "\n".join(voice.fallback(line) for line in said)


def request_buttons(voice: Voice, subject: Subject, audience: Audience) -> list[Block]:
    """Return the row of what this audience may press now."""
    names = buttons_for(subject, audience)
    styles = {"approve": "primary", "deny": "danger"}
    identity = subject.main.id
    return blocks.actions(
        [blocks.button(n, voice.plain(say(f"card.button.{n}")), identity, styles.get(n, "")) for n in names]
    )


def _steering(operation: Operation) -> tuple[str, ...]:
    """Return what may be done with an operation now."""
    if operation.state in (OperationState.READY, OperationState.RUNNING):
        return ("cancel",)
    failed = operation.state is OperationState.FAILED
    undo = ("undo",) if operation.undo and not operation.undo.asked else ()
    mend = ("ask_admin",) if failed and mend_of(operation.failure) else ()
    return (*(("retry",) if failed else ()), *undo, *mend)


def buttons_for(subject: Subject, audience: Audience) -> tuple[str, ...]:
    """Return the action ids that this audience is offered now; in a channel only decisions."""
    approval, operation = subject.approval, subject.operation
    if operation is not None:
        return () if audience is Audience.CHANNEL else _steering(operation)
    if approval is None or approval.state is not ApprovalState.WAITING:
        return ()
    if audience is Audience.ASKER:
        return ("approve", "withdraw") if approval.single else ("withdraw",)
    return ("approve", "deny")
