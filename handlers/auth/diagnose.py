"""Find out why something was not permitted, and offer what mends it."""

from __future__ import annotations

import asyncio

from bot.command import Argument, Ask, Command, Facts, Kind, Text
from bot.errors import Refusal
from bot.ports import Agency, Cloud, Watched
from bot.reply import Offer, Reply
from bot.rules import diagnosis
from bot.rules.agency import chosen
from bot.rules.authorization import check_authorized
from bot.rules.links import Page, link
from bot.say import Say, say
from handlers.auth import listed


async def recall(ask: Ask, watched: Watched) -> Facts:
    """Recall which IAM principal the asker is (R3.21)."""
    return {"own": await watched.principal(ask.person)}


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

    A text that names no action is understood by the function that it is about; without an authorization that is the
    cause (R3.02).
    """
    finding = diagnosis.understood(ask["error"])
    if finding is None:
        raise Refusal("diagnose.not_understood", argument="error", suggestion="obs:object:GetObject")
    agency = _agency(ask, facts)
    grants = facts["about"].get(agency, ())
    project = next((one.id for one in facts["projects"] if one.name == ask.place.region), "")
    found = diagnosis.verdicts(finding, grants, project)
    lines = [_needs(finding), *diagnosis.lines(found, agency)]
    if finding.function == "lite":
        lines.append(say("diagnose.lite_invited"))
    asks: tuple[Offer, ...] = ()
    if lacks := diagnosis.missing(found):
        values = {"agency": agency, "actions": ",".join(lacks)}
        asks = (Offer("agency grants", values, say("diagnose.append")),)
    return Reply(
        say("diagnose.head", agency=agency),
        tuple(lines),
        links=(link(Page.AGENCY, ask.place.region, agency),),
        asks=asks,
    )


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
    rules=("R3.01", "R3.02", "R3.19", "R3.20", "R3.29", "R3.30"),
    aliases=("诊断", "why"),
    arguments=(
        Argument(
            "error",
            Text(en="The error, or the command that failed", zh="报错信息或失败的命令"),
            required=True,
            rest=True,
            hint=Text(en="Paste it as it is", zh="直接粘贴即可"),
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
