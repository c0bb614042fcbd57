"""Delete every authorization of the account."""

from __future__ import annotations

import asyncio

from bot.command import Ask, Command, Facts, Plan, Risk, Text
from bot.errors import Refusal
from bot.ports import Cloud, Watched
from bot.records import Step
from bot.rules.agency import names
from bot.rules.links import Page, link
from bot.say import say
from handlers.auth import CLEAR, CONFIRM, administrators_only, label, listed

NAMED = 60
"""How many of those who lose it the card names: as many as Slack takes in one text (R3.15)."""


async def recall(ask: Ask, watched: Watched) -> Facts:
    """Recall whether the asker is an administrator: a second one has to approve (R3.15)."""
    return {"administers": await watched.administers(ask.person)}


async def read(_ask: Ask, cloud: Cloud) -> Facts:
    """Read all authorizations and whose account it is (R3.15)."""
    facts, account = await asyncio.gather(listed(cloud), cloud.directory.account())
    return {**facts, "account": account}


def plan(ask: Ask, facts: Facts) -> Plan:
    """Plan the clearing: the account and all IAM users lose the functions, the agencies stay in IAM (R3.15).

    An administrator types DELETE and a second one approves; the only one types twice, waits, and is recorded as such.
    """
    administrators_only(facts, "auth clear")
    rows = facts["rows"]
    if not rows:
        raise Refusal("auth.clear.nothing")
    agencies = sorted({row.agency for row in rows if row.agency})
    return Plan(
        title=say("auth.clear.title", count=len(rows), account=facts["account"].name),
        steps=(Step("clear", facts["account"].name, {"asked": repr(ask.at)}),),
        risk=Risk.DESTRUCTIVE,
        notes=(
            say("auth.clear.everybody_loses", who=names([label(row.principal) for row in rows], NAMED)),
            say("auth.clear.agencies_stay", agencies=names(agencies)),
        ),
        links=(link(Page.AUTHORIZATION, ask.place.region), link(Page.AGENCY, ask.place.region)),
    )


command = Command(
    "auth clear",
    summary=Text(en="Delete every authorization of the account", zh="清空授权"),
    rules=("R3.05", "R3.15"),
    risk=Risk.DESTRUCTIVE,
    aliases=("清空", "清空授权"),
    arguments=(CONFIRM,),
    recall=recall,
    read=read,
    plan=plan,
    effects={"clear": CLEAR},
)
