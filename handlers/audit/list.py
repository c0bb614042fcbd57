"""List what was recorded, for administrators: narrowed, a page at a time, and with the chain of seals checked."""

from __future__ import annotations

import re

from bot.audit.chain import Finding, Verdict
from bot.command import Argument, Ask, Command, Facts, Kind, Place, Text
from bot.errors import Refusal
from bot.ports import Watched
from bot.records import Sought, Values
from bot.reply import Reply, Row
from bot.rules.figures import FIGURES
from bot.rules.moments import check_span, seconds_of
from bot.rules.paging import check_page, following, paged
from bot.say import Fact, Moment, People, Say, say

NAMED = ("at", "what", "who", "correlation")
LONGEST = 80
ITSELF = "bot"
"""Who did what nobody asked for: the clock, a sweep, a worker."""
_PERSON = re.compile(r"<?@?([UW][A-Z0-9]{4,})(?:\|[^>]*)?>?")


def check_who(value: str, _place: Place) -> str:
    """Return the Slack id of who did it, or `bot`; a mention will do. Refuses anything else."""
    plain = value.strip()
    if plain.casefold() in (ITSELF, "机器人"):
        return ITSELF
    found = _PERSON.fullmatch(plain)
    if found is None:
        raise Refusal("audit.list.bad_who", argument="who", who=plain[:40])
    return found.group(1)


async def recall(ask: Ask, watched: Watched) -> Facts:
    """Recall the entries that are wanted. Raises `Refusal` for whoever is no administrator; the attempt is recorded."""
    since = ask.at - seconds_of(ask["since"]) if ask["since"] else 0.0
    who = "clock" if ask["who"] == ITSELF else ask["who"]
    entries, whole = await watched.recorded(ask.person, Sought(ask["what"], who, ask["about"], since))
    verdict = await watched.verified(ask.person) if ask["check"] == "yes" else None
    return {"entries": entries, "whole": whole, "verdict": verdict}


def answer(ask: Ask, facts: Facts) -> Reply:
    """Return the entries, newest first: when, what, who, and what else is known of each; what the chain says."""
    rows, checked = [_row(entry) for entry in facts["entries"]], _checked(ask, facts["verdict"])
    if not rows:
        narrowed = any(ask[name] for name in ("what", "who", "about", "since"))
        return Reply(say("audit.list.none_such" if narrowed else "audit.list.nothing"), checked)
    table, pages = paged(rows, ask["page"])
    head = say("audit.list.head", total=len(rows))
    cut = () if facts["whole"] else (say("audit.list.cut", looked=FIGURES.audit.looked_at, most=FIGURES.audit.found),)
    lines = (*checked, *cut, *pages, say("audit.list.console"))
    return Reply(head, lines, table, offers=following("audit list", _asked(ask), len(rows)))


def _asked(ask: Ask) -> Values:
    """Return what the next page is asked with: the chain is checked once."""
    return {name: value for name, value in ask.values.items() if name != "check"}


def _checked(ask: Ask, verdict: Verdict | None) -> tuple[Say, ...]:
    """Return whether the seals hold, where that was asked for; what is wrong with which entry otherwise."""
    if ask["check"] != "yes":
        return ()
    if verdict is None:
        return (say("audit.check.no_key"),)
    facts: dict[str, Fact] = {"held": verdict.held, "waiting": verdict.waiting, "head": verdict.head.told()}
    if not verdict.findings:
        return (say("audit.check.holds", **facts),)
    shown = verdict.findings[: FIGURES.lists.rows]
    return (say("audit.check.broken", found=len(verdict.findings), **facts), *(_found(one) for one in shown))


def _found(finding: Finding) -> Say:
    last = finding.last or finding.number
    return say(f"audit.wrong.{finding.wrong}", number=finding.number, last=last, token=finding.token or "–")


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
    summary=Text(
        en="What was recorded: by what, who, about what, since when; checks its seals. For administrators",
        zh="查看审计记录：可按操作、操作人、对象和时间筛选，并校验封存链（仅管理员）",
    ),
    rules=(),
    aliases=("列表", "列出", "ls"),
    arguments=(
        Argument(
            "what",
            Text(en="What was done begins with", zh="操作名称以此开头"),
            placeholder="approval",
            hint=Text(
                en="approval, operation, press.refused, cloud.write …",
                zh="approval、operation、press.refused、cloud.write 等",
            ),
            aliases=("操作",),
        ),
        Argument(
            "who",
            Text(en="Who did it", zh="操作人"),
            check=check_who,
            placeholder="U0123ABCD",
            hint=Text(
                en="A Slack user id or a mention; bot for the bot itself",
                zh="Slack 用户 ID 或 @提及；bot 表示机器人自身",
            ),
            aliases=("操作人", "人员"),
            keyed_only=True,
        ),
        Argument(
            "about",
            Text(en="About", zh="对象"),
            hint=Text(en="The reference of a request, or a part of any fact", zh="申请编号，或任一字段中的部分内容"),
            aliases=("对象", "编号"),
            keyed_only=True,
        ),
        Argument(
            "since",
            Text(en="How far back", zh="时间范围"),
            check=lambda value, _place: check_span(value),
            placeholder="2d",
            aliases=("时间", "范围"),
            keyed_only=True,
        ),
        Argument(
            "check",
            Text(en="Check the chain of seals", zh="校验封存链"),
            kind=Kind.FLAG,
            aliases=("校验", "verify"),
            keyed_only=True,
        ),
        Argument("page", Text(en="Page", zh="页"), check=check_page, placeholder="1", aliases=("页",), keyed_only=True),
    ),
    recall=recall,
    answer=answer,
)
