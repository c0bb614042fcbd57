"""Delete an agency that no authorization uses any more."""

from __future__ import annotations

from bot.command import Ask, Command, Effect, Facts, Outcome, Plan, Risk, Text, Touched
from bot.errors import CloudRefused, Refusal
from bot.ports import Cloud
from bot.records import Step, ThingKind
from bot.rules.agency import users_of
from bot.rules.agency_words import affected, displays
from bot.rules.links import Page, link
from bot.say import say
from handlers.agency import GONE, WHICH, known


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """Read the agency, its grants and who uses it (R3.18)."""
    return await known(ask["agency"], cloud)


def plan(ask: Ask, facts: Facts) -> Plan:
    """Plan the deletion in IAM, not of an authorization. An agency in use is refused, with its users (R3.18)."""
    agency = facts["agency"]
    if users_of(agency.name, facts["rows"]):
        raise Refusal("agency.delete.used", argument="agency", users=affected(agency, facts["rows"]))
    return Plan(
        title=say("agency.delete.title", name=agency.name),
        steps=(Step("delete", agency.name, {"id": agency.id}),),
        risk=Risk.DESTRUCTIVE,
        notes=(say("agency.delete.for_good", permissions=displays(facts["grants"])),),
        links=(link(Page.AGENCY, ask.place.region, agency.name),),
    )


async def observe(step: Step, cloud: Cloud) -> Outcome | None:
    """Return that it is gone, once IAM knows it no more (R3.18)."""
    return None if await cloud.agencies.show(step.facts["id"]) else {"deleted": step.target}


async def act(step: Step, cloud: Cloud) -> None:
    """Delete it, unless somebody was authorized to use it meanwhile: IAM does not ask (R3.18)."""
    if users_of(step.target, await cloud.authorizations.listed()):
        raise CloudRefused(say("agency.delete.used_meanwhile", name=step.target))
    try:
        await cloud.agencies.delete(step.facts["id"])
    except CloudRefused as refused:
        if refused.status != GONE:
            raise


def touched(step: Step) -> Touched:
    """Return the agency, which is watched no more."""
    return Touched(ThingKind.AGENCY, step.facts["id"])


command = Command(
    "agency delete",
    summary=Text(en="Delete an agency that nobody uses", zh="删除无人使用的委托"),
    rules=("R3.18",),
    risk=Risk.DESTRUCTIVE,
    aliases=("删除", "remove", "rm"),
    arguments=(WHICH,),
    read=read,
    plan=plan,
    effects={"delete": Effect(observe, act)},
    thing=touched,
)
