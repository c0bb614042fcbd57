"""Let a principal use another agency."""

from __future__ import annotations

from bot.command import Argument, Ask, Command, Facts, Kind, Plan, Risk, Text
from bot.errors import Refusal
from bot.ports import AuthorizationType, Cloud, PrincipalKind
from bot.rules import agency as agencies
from bot.rules.agency_words import affected, displays
from bot.rules.authorization import who
from bot.rules.links import Page, link
from bot.say import say
from handlers.auth import REGISTER, REMOVE, WHOSE, chosen, listed, register_step, remove_step


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """Read the authorization, and what the other agency may do (R3.06)."""
    facts = await listed(cloud)
    agency = agencies.chosen(ask["agency"], facts["agencies"])
    return {
        **facts,
        "row": chosen(ask["principal"], facts),
        "agency": agency,
        "grants": await cloud.agencies.grants(agency.id),
    }


def plan(ask: Ask, facts: Facts) -> Plan:
    """Plan the change of agency: the old authorization ends before the new one begins, for ModelArts has no change.

    Its permissions are shown first, with everyone who uses it (R3.06, R3.31). All users' is replaced in one call.
    """
    row, agency = facts["row"], facts["agency"]
    agencies.check_usable(agency)
    if row.type is AuthorizationType.CREDENTIAL:
        raise Refusal("auth.retired_key", who=who(row.principal)).mended_by("auth migrate")
    if row.agency == agency.name:
        raise Refusal("auth.edit.same", argument="agency", who=who(row.principal), agency=agency.name)
    replaced = row.principal.kind is PrincipalKind.ALL_USERS
    before = () if replaced else (remove_step(row.principal, row.agency),)
    gap = () if replaced else (say("auth.edit.gap"),)
    shares = say("auth.add.shares", name=agency.name, permissions=displays(facts["grants"]))
    return Plan(
        title=say("auth.edit.title", who=who(row.principal), old=row.agency, new=agency.name),
        steps=(*before, register_step(row.principal, agency.name)),
        risk=Risk.CHANGE,
        notes=(shares, agencies.expiry(agency), affected(agency, facts["rows"]), *gap, say("auth.edit.permissions")),
        links=(link(Page.AUTHORIZATION, ask.place.region),),
    )


command = Command(
    "auth edit",
    summary=Text(en="Let somebody use another agency", zh="为授权对象更换委托"),
    rules=("R3.06", "R3.16", "R3.31"),
    risk=Risk.CHANGE,
    aliases=("修改", "更换", "change"),
    arguments=(
        WHOSE,
        Argument(
            "agency",
            Text(en="New agency", zh="新委托"),
            required=True,
            kind=Kind.SEARCH,
            index=("agency",),
            hint=Text(
                en="To change what an agency may do, use `agency grants` instead",
                zh="如需修改委托的权限，请使用 `委托 授权`",
            ),
            aliases=("委托",),
        ),
    ),
    read=read,
    plan=plan,
    effects={"remove": REMOVE, "register": REGISTER},
)
