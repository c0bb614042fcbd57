"""Find out why something was not permitted, and offer what mends it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

from bot.command import Argument, Ask, Command, Facts, Kind, Text
from bot.errors import Refusal
from bot.ports import Agency, Cloud, Failed, Watched
from bot.reply import Offer, Reply
from bot.rules import diagnosis
from bot.rules.agency import chosen
from bot.rules.authorization import check_authorized
from bot.rules.links import Page, link
from bot.rules.mending import lack_of, mend_of
from bot.say import Say, say
from handlers.auth import listed

_REFERENCE = re.compile(r"`?[0-9a-f]{8}\b")


async def recall(ask: Ask, watched: Watched) -> Facts:
    """Recall what failed, where the words name it or nothing was said, and which IAM principal it was for (R3.21).

    Words that name an action and no reference are looked into as they are.
    """
    as_they_are = diagnosis.actions_in(ask["error"]) and not _REFERENCE.match(ask["error"])
    failed = None if as_they_are else await watched.failed(ask.person, ask["error"])
    return {"failed": failed, "own": failed.principal if failed else await watched.principal(ask.person)}


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """Read authorizations and the grants of every agency that the fault may be about (R3.19)."""
    facts, projects = await asyncio.gather(listed(cloud), cloud.directory.projects())
    agencies = facts["agencies"]
    used = {row.agency for row in facts["rows"]}
    about = [chosen(ask["agency"], agencies)] if ask["agency"] else [one for one in agencies if one.name in used]
    grants = await asyncio.gather(*(cloud.agencies.grants(one.id) for one in about))
    return {**facts, "projects": projects, "about": dict(zip((one.name for one in about), grants, strict=True))}


def answer(ask: Ask, facts: Facts) -> Reply:
    """Return which needed actions the agency lacks, and "append" as a plan (R3.19, R3.20, R3.29, R3.30).

    Without words it is about what failed last for the asker. A text that names no action is understood by the function
    that it is about; without an authorization that is the cause (R3.02).
    """
    if facts["failed"] is not None:
        return _of_failure(ask, facts, facts["failed"])
    if not ask["error"]:
        raise Refusal("diagnose.nothing_failed", argument="error")
    finding = diagnosis.understood(ask["error"])
    if finding is None:
        raise Refusal("diagnose.not_understood", argument="error", suggestion="obs:object:GetObject")
    return _compared(ask, facts, finding, (_needs(finding),))


def _of_failure(ask: Ask, facts: Facts, failed: Failed) -> Reply:
    """Return what a failed command lacked: in the bot's own key, in the agency, or no right at all (R3.01, R3.19)."""
    told = (say("diagnose.failed", title=failed.title, reference=failed.reference), say("diagnose.why", why=failed.why))
    lack = lack_of(failed.why)
    if lack is not None:
        keys = (say("diagnose.by_key", actions=_listed(lack.by_key)),) if lack.by_key else ()
        return _compared(ask, facts, diagnosis.Finding(lack.actions), (*told, *keys), by_key=bool(keys))
    if (mend := mend_of(failed.why)) is not None:
        return Reply(told[0], told[1:], asks=(Offer(mend[0], mend[1], say("ask_admin.mend", command=mend[0])),))
    return Reply(told[0], (*told[1:], say("diagnose.other_reason")))


def _compared(
    ask: Ask, facts: Facts, finding: diagnosis.Finding, told: tuple[Say, ...], *, by_key: bool = False
) -> Reply:
    """Return what the agency has of what is needed, below what was `told`; `by_key` holds without any agency, too."""
    groups = (link(Page.USER_GROUP, ask.place.region),) if by_key else ()
    try:
        agency = _agency(ask, facts)
    except Refusal:
        if not by_key:
            raise
        return Reply(told[0], told[1:], links=groups)
    grants = facts["about"].get(agency, ())
    project = next((one.id for one in facts["projects"] if one.name == ask.place.region), "")
    found = diagnosis.verdicts(finding, grants, project)
    lines = [*told, *diagnosis.lines(found, agency)]
    if finding.function == "lite":
        lines.append(say("diagnose.lite_invited"))
    asks: tuple[Offer, ...] = ()
    if lacks := diagnosis.missing(found):
        values = {"agency": agency, "actions": ",".join(lacks)}
        asks = (Offer("agency grants", values, say("diagnose.append")),)
    links = (*groups, link(Page.AGENCY, ask.place.region, agency))
    return Reply(say("diagnose.head", agency=agency), tuple(lines), links=links, asks=asks)


def _listed(actions: Sequence[str]) -> str:
    return ", ".join(f"`{action}`" for action in actions)


def _agency(ask: Ask, facts: Facts) -> str:
    """Return the agency that acts for the asker: the one named, else that of their authorization (R3.02)."""
    if ask["agency"]:
        named: Agency = chosen(ask["agency"], facts["agencies"])
        return named.name
    only: list[str] = list(facts["about"])
    if facts["own"] is None and len(only) == 1:
        return only[0]
    row = check_authorized(facts["own"], facts["rows"])
    if row.agency not in facts["about"]:
        raise Refusal("diagnose.agency_gone", name=row.agency).mended_by("auth add")
    return row.agency


def _needs(finding: diagnosis.Finding) -> Say:
    if finding.function:
        return say("diagnose.function", function=say(f"diagnose.about.{finding.function}"))
    return say("diagnose.named", actions=", ".join(f"`{action}`" for action in finding.actions))


command = Command(
    "auth diagnose",
    summary=Text(en="Find the missing permission behind an error, and mend it", zh="诊断权限不足的报错并补充授权"),
    rules=("R3.01", "R3.02", "R3.19", "R3.20", "R3.21", "R3.29", "R3.30"),
    aliases=("诊断", "why"),
    arguments=(
        Argument(
            "error",
            Text(en="The error, the command that failed, or its reference", zh="报错信息、失败的命令或其编号"),
            rest=True,
            hint=Text(
                en="Paste it as it is; left empty, what failed for you last",
                zh="直接粘贴即可；留空则诊断您最近一次失败的操作",
            ),
            aliases=("报错", "错误", "command", "命令"),
        ),
        Argument(
            "agency",
            Text(en="Agency", zh="委托"),
            kind=Kind.SEARCH,
            index=("agency",),
            hint=Text(en="Left empty: the one that acts for you", zh="留空则为适用于您的委托"),
            aliases=("委托",),
            keyed_only=True,
        ),
    ),
    recall=recall,
    read=read,
    answer=answer,
)
