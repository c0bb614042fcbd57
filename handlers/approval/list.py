"""List the requests that one asked for or may decide."""

from __future__ import annotations

from bot.approvals.digest import reference
from bot.command import Argument, Ask, Choice, Command, Facts, Kind, Text
from bot.flows.request_words import Subject, outcome_of
from bot.ports import Asked, Watched
from bot.records import ApprovalState
from bot.reply import Reply, Row, first_rows
from bot.rules.figures import FIGURES
from bot.say import Moment, People, say

EVERY = "all"
ROWS = FIGURES.lists.rows


async def recall(ask: Ask, watched: Watched) -> Facts:
    """Recall the newest requests that this person asked for or may decide; an administrator's are all."""
    return {"requests": await watched.requests(ask.person)}


def answer(ask: Ask, facts: Facts) -> Reply:
    """Return what waits, or all of it, the newest first; each with the reference that `approval show` takes."""
    found: list[Asked] = [one for one in facts["requests"] if ask["which"] == EVERY or _waits(one)]
    if not found:
        return Reply(say("approval.list.nothing"))
    return Reply(say("approval.list.head", total=len(found)), (), first_rows([_row(one) for one in found], ROWS))


def _waits(asked: Asked) -> bool:
    return asked.approval.state is ApprovalState.WAITING


def _row(asked: Asked) -> Row:
    approval = asked.approval
    head = say("approval.list.row", reference=reference(approval.id), title=approval.shown.title)
    by = say("approval.list.by", who=People((approval.record.asker,)), at=Moment(approval.created))
    return Row(head, (by, outcome_of(Subject(asked.approval, asked.operation))))


command = Command(
    "approval list",
    summary=Text(en="Requests that wait for approval", zh="查看等待审批的申请"),
    rules=(),
    aliases=("列表", "列出", "ls"),
    arguments=(
        Argument(
            "which",
            Text(en="Which", zh="范围"),
            kind=Kind.CHOICE,
            choices=(
                Choice("waiting", Text(en="Waiting", zh="等待中")),
                Choice(EVERY, Text(en="All", zh="全部")),
            ),
            aliases=("范围",),
        ),
    ),
    recall=recall,
    answer=answer,
)
