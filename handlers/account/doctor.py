"""Examine what the bot stands on: Slack, Redis, workers, the cloud key, what was given up. For administrators."""

from __future__ import annotations

from bot.command import Ask, Command, Facts, Text
from bot.ports import Watched
from bot.records import Dead, Finding, Level
from bot.reply import Button, Reply, Row, first_rows
from bot.rules.figures import FIGURES
from bot.say import Moment, Say, say

_ORDER = {Level.FAULT: 0, Level.WARNING: 1, Level.FINE: 2}
BUTTONS = 5


async def recall(ask: Ask, watched: Watched) -> Facts:
    """Recall what was found. Raises `Refusal` for whoever is no administrator; the attempt is recorded."""
    findings, dead = await watched.examined(ask.person, FIGURES.lists.rows)
    return {"findings": findings, "dead": dead}


def answer(_ask: Ask, facts: Facts) -> Reply:
    """Return the findings, the worst first, each with its mend; and a button for each entry that was given up."""
    findings: list[Finding] = sorted(facts["findings"], key=lambda found: _ORDER[found.level])
    dead: list[Dead] = list(facts["dead"])
    counts = {level: sum(found.level is level for found in findings) for level in Level}
    head = say("doctor.head", faults=counts[Level.FAULT], warnings=counts[Level.WARNING])
    bad = [_row(found) for found in findings if found.level is not Level.FINE]
    fine = [_row(found) for found in findings if found.level is Level.FINE]
    table = first_rows([*bad, *map(_buried, dead), *fine], FIGURES.lists.rows)
    buttons = [_again(one) for one in dead[:BUTTONS]]
    return Reply(head if bad else say("doctor.well"), table=table, buttons=tuple(buttons))


def _again(dead: Dead) -> Button:
    return Button("retry", say("doctor.retry", kind=dead.kind, id=dead.id[:20]), f"dead:{dead.token}")


def _row(found: Finding) -> Row:
    details: tuple[Say, ...] = (found.mend,) if found.mend else ()
    return Row(say(f"doctor.level.{found.level}", what=found.what), details)


def _buried(dead: Dead) -> Row:
    at, kind = Moment(dead.at), dead.kind or "–"
    return Row(say("doctor.buried", kind=kind, id=dead.id, tries=dead.tries, why=dead.why, at=at))


command = Command(
    "account doctor",
    summary=Text(en="Examine what the bot stands on, for administrators", zh="检查机器人的运行环境（仅管理员）"),
    rules=("R3.05",),
    aliases=("诊断", "体检"),
    recall=recall,
    answer=answer,
)
