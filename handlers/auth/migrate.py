"""Move an account from access keys to an agency: clear, then authorize, as one plan."""

from __future__ import annotations

import asyncio

from bot.command import Ask, Command, Facts, Plan, Risk, Text
from bot.errors import Refusal
from bot.ports import AuthorizationType, Cloud, Watched
from bot.records import Step
from bot.rules import agency as agencies
from bot.rules import authorization as rules
from bot.rules.agency import names
from bot.rules.links import Page, link
from bot.say import say
from handlers.agency import EFFECTS, allowance, check_not_taken, create_step
from handlers.auth import AGREED, CLEAR, REGISTER, administrators_only, label, listed, page, register_step


async def recall(ask: Ask, watched: Watched) -> Facts:
    """Recall whether the asker is an administrator: everything is cleared on the way (R3.15)."""
    return {"administers": await watched.administers(ask.person)}


async def read(_ask: Ask, cloud: Cloud) -> Facts:
    """Read the quota, authorizations, agencies and whose account it is (R3.07, R3.16)."""
    room, facts, account = await asyncio.gather(allowance(cloud), listed(cloud), cloud.directory.account())
    return {**facts, "room": room, "account": account}


def plan(ask: Ask, facts: Facts) -> Plan:
    """Plan to create an agency, clear the keys, and authorize the same principals by the agency (R3.16).

    The agency is there before anything is cleared, so that nobody is left without for longer than it takes. Those who
    have an agency already get it again: clearing spares nobody.
    """
    administrators_only(facts, "auth migrate")
    rows = facts["rows"]
    if not (by_key := rules.retired(rows)):
        raise Refusal("auth.migrate.nothing")
    room = agencies.check_room(facts["room"], facts["agencies"], rows)
    suffix = agencies.suffix_for("migrated", ask.at)
    check_not_taken(suffix, facts["agencies"])
    name = agencies.name_of(suffix)
    again = [
        register_step(row.principal, name, suffix)
        if row.type is AuthorizationType.CREDENTIAL
        else register_step(row.principal, row.agency)
        for row in rows
    ]
    cleared = Step("clear", facts["account"].name, {"asked": repr(ask.at)})
    return Plan(
        title=say("auth.migrate.title", count=len(by_key)),
        steps=(create_step(suffix, "common"), cleared, *again),
        risk=Risk.DESTRUCTIVE,
        notes=(
            say("auth.migrate.retired", who=names([label(row.principal) for row in by_key])),
            say("auth.migrate.again", count=len(rows) - len(by_key)),
            room,
            say("auth.add.broad"),
            say("auth.add.agreed", link=page(ask.place.region)),
        ),
        links=(link(Page.AUTHORIZATION, ask.place.region),),
        agreed=rules.statement(page(ask.place.region)),
    )


command = Command(
    "auth migrate",
    summary=Text(en="Move authorizations from access keys to an agency", zh="将访问密钥授权迁移为委托授权"),
    rules=("R3.07", "R3.09", "R3.15", "R3.16"),
    risk=Risk.DESTRUCTIVE,
    aliases=("迁移",),
    arguments=(AGREED,),
    recall=recall,
    read=read,
    plan=plan,
    effects={**EFFECTS, "clear": CLEAR, "register": REGISTER},
)
