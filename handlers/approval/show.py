"""Show how a request stands, step by step."""

from __future__ import annotations

from bot.approvals.digest import reference
from bot.command import Ask, Command, Facts, Text
from bot.flows.plans import price_says
from bot.flows.request_words import (
    Subject,
    is_over,
    lines_of,
    log_of,
    origin,
    outcome_of,
    reason_of,
    step_line,
    undo_of,
    votes_of,
)
from bot.ports import Asked, Watched
from bot.reply import Button, Reply, Row, Table
from bot.say import Say, say
from handlers.approval import WHICH, known


async def recall(ask: Ask, watched: Watched) -> Facts:
    """Recall one request, if this person may see it."""
    return {"asked": await watched.request(ask.person, ask["request"])}


def answer(ask: Ask, facts: Facts) -> Reply:
    """Return what its card says, and the buttons that this person may press now."""
    asked: Asked = known(facts["asked"], ask["request"])
    subject, shown = Subject(asked.approval, asked.operation), asked.approval.shown
    over = is_over(subject)
    rows = tuple(Row(step_line(shown.title.key, line, over=over)) for line in lines_of(subject))
    head = say("approval.show.head", reference=reference(asked.approval.id), title=shown.title)
    lines = (outcome_of(subject), *origin(subject), *_known(subject))
    buttons = tuple(Button(act, say(f"card.button.{act}"), asked.approval.id) for act in asked.acts)
    return Reply(head, lines, Table(rows, len(rows)), shown.links, buttons=buttons)


def _known(subject: Subject) -> tuple[Say, ...]:
    """Return what else there is to know, in the order of the card."""
    shown, operation = subject.main.shown, subject.operation
    price = price_says(shown.price, shown.price_at)
    return (*reason_of(shown), *votes_of(subject), *shown.notes, *price, *undo_of(operation), *log_of(operation))


command = Command(
    "approval show",
    summary=Text(en="How a request stands, step by step", zh="查看申请的状态和各步骤"),
    rules=(),
    aliases=("查看", "详情"),
    arguments=(WHICH,),
    recall=recall,
    answer=answer,
)
