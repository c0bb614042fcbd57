"""Delete one principal's authorization."""

from __future__ import annotations

from bot.command import Ask, Command, Facts, Plan, Risk, Text
from bot.ports import Cloud
from bot.rules.agency import names
from bot.rules.authorization import after_removal, who
from bot.rules.links import Page, link
from bot.say import say
from handlers.auth import CONFIRM, REMOVE, WHOSE, chosen, listed, remove_step


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """Read the authorization and all others, which may cover the same principal (R3.14)."""
    facts = await listed(cloud)
    return {**facts, "row": chosen(ask["principal"], facts)}


def plan(ask: Ask, facts: Facts) -> Plan:
    """Plan the deletion: what the principal can no longer do, or what still covers it; the agency stays (R3.14)."""
    row = facts["row"]
    stays = (say("auth.remove.agency_stays", agency=names([row.agency])),) if row.agency else ()
    return Plan(
        title=say("auth.remove.title", who=who(row.principal)),
        steps=(remove_step(row.principal, row.agency),),
        risk=Risk.DESTRUCTIVE,
        notes=(after_removal(row.principal, facts["rows"]), *stays),
        links=(link(Page.AUTHORIZATION, ask.place.region),),
    )


command = Command(
    "auth remove",
    summary=Text(en="Delete somebody's authorization", zh="删除授权"),
    rules=("R3.14",),
    risk=Risk.DESTRUCTIVE,
    aliases=("删除", "delete", "rm"),
    arguments=(WHOSE, CONFIRM),
    read=read,
    plan=plan,
    effects={"remove": REMOVE},
)
