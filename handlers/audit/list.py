"""List what was recorded last, for administrators."""

from __future__ import annotations

from bot.command import Ask, Command, Facts, Text
from bot.ports import Watched
from bot.records import Values
from bot.reply import Reply, Row, first_rows
from bot.rules.figures import FIGURES
from bot.say import Moment, People, Say, say

NAMED = ("at", "what", "who", "correlation")
LONGEST = 80


async def recall(ask: Ask, watched: Watched) -> Facts:
    """Recall the newest entries. Raises `Refusal` for whoever is no administrator; the attempt is recorded."""
    return {"entries": await watched.recorded(ask.person, FIGURES.lists.rows)}


def answer(_ask: Ask, facts: Facts) -> Reply:
    """Return the entries, newest first: when, what, who, and what else is known of each."""
    rows = [_row(entry) for entry in facts["entries"]]
    if not rows:
        return Reply(say("audit.list.nothing"))
    return Reply(say("audit.list.head", total=len(rows)), (), first_rows(rows, FIGURES.lists.rows))


def _row(entry: Values) -> Row:
    details = [_who(entry["who"])]
    if known := ", ".join(f"{name}={value[:LONGEST]}" for name, value in entry.items() if value and name not in NAMED):
        details.append(say("audit.list.facts", facts=known))
    return Row(say("audit.list.row", at=Moment(float(entry["at"])), what=entry["what"]), tuple(details))


def _who(who: str) -> Say:
    """Return who did it; ids of people begin with U or W, anything else is the clock or the bot."""
    return say("audit.list.who", who=People((who,))) if who[:1] in ("U", "W") else say("audit.list.bot")


command = Command(
    "audit list",
    summary=Text(en="What was recorded last, for administrators", zh="查看最近的审计记录（仅管理员）"),
    rules=(),
    aliases=("列表", "列出", "ls"),
    recall=recall,
    answer=answer,
)
