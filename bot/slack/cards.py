"""The card of a request and its operation, drawn from their records alone; pure (decision 7).

One drawing for the asker, one for approvers, one for the shared channel. A button's value is the request's id; what a
press means is read from the store again, never from the card.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from bot.flows.plans import price_says
from bot.flows.request_words import Subject as Subject
from bot.flows.request_words import (
    is_over,
    lines_of,
    log_of,
    origin,
    outcome_of,
    reason_of,
    steering,
    step_line,
    undo_of,
    votes_of,
)
from bot.records import ApprovalState, Audience, Shown
from bot.say import Say, say
from bot.slack import blocks
from bot.slack.blocks import Block, Message
from bot.slack.mrkdwn import Voice
from bot.slack.replies import link_line


def request_card(voice: Voice, subject: Subject, audience: Audience) -> Message:
    """Return the card for one audience in one language, within all of Slack's limits."""
    shown = subject.main.shown
    outcome = outcome_of(subject)
    drawn = [
        blocks.section(f"*{voice.rich(shown.title)}*\n{voice.rich(outcome)}"),
        blocks.context(" · ".join(voice.rich(line) for line in origin(subject))),
        *_paragraph(voice, (step_line(shown.title.key, line, over=is_over(subject)) for line in lines_of(subject))),
        *_paragraph(voice, (*reason_of(shown), *votes_of(subject), *shown.notes)),
        *_paragraph(voice, price_says(shown.price, shown.price_at)),
        *_paragraph(voice, (*undo_of(subject.operation), *log_of(subject.operation))),
        *(blocks.section(link_line(voice, target)) for target in shown.links),
    ]
    words = _words(shown, outcome, subject, voice)
    return Message(blocks.cut(words, blocks.FALLBACK), blocks.fitted(drawn, request_buttons(voice, subject, audience)))


def digest(message: Message) -> str:
    """Return a short hash of what a message shows, to know whether a copy is up to date."""
    whole = json.dumps([message.text, message.blocks], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:24]


def _paragraph(voice: Voice, lines: Iterable[Say]) -> list[Block]:
    texts = [voice.rich(line) for line in lines]
    return [blocks.section("\n".join(texts))] if texts else []


def _words(shown: Shown, outcome: Say, subject: Subject, voice: Voice) -> str:
    """Return the whole card as sentences, for notifications and screen readers."""
    steps = [step_line(shown.title.key, line, over=is_over(subject)) for line in lines_of(subject)]
    price = price_says(shown.price, shown.price_at)
    said = (
        shown.title,
        outcome,
        *origin(subject),
        *steps,
        *reason_of(shown),
        *votes_of(subject),
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


def buttons_for(subject: Subject, audience: Audience) -> tuple[str, ...]:
    """Return the action ids that this audience is offered now; in a channel only decisions."""
    approval, operation = subject.approval, subject.operation
    if operation is not None:
        return () if audience is Audience.CHANNEL else steering(operation)
    if approval is None or approval.state is not ApprovalState.WAITING:
        return ()
    if audience is Audience.ASKER:
        return ("approve", "withdraw") if approval.single else ("withdraw",)
    return () if approval.single and audience is Audience.CHANNEL else ("approve", "deny")
