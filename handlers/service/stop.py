"""Stop a real-time service."""

from __future__ import annotations

from collections.abc import Sequence

from bot.command import Ask, Command, Effect, Facts, Outcome, Plan, Risk, Text, Touched, Undoing
from bot.errors import Refusal
from bot.ports import Cloud, Service, Watched
from bot.records import Line, Record, Step, Thing, ThingKind
from bot.rules.figures import FIGURES
from bot.rules.free_tier import DAYS
from bot.rules.links import Page, link
from bot.say import say
from handlers.service import MOVING, WHICH, chosen

STOPPABLE = ("running", "concerning", *MOVING)


async def recall(_ask: Ask, watched: Watched) -> Facts:
    """Recall whose the services are."""
    return {"things": await watched.all()}


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """Look at the service."""
    service, _ = await chosen(ask["service"], cloud)
    return {"service": service}


def plan(ask: Ask, facts: Facts) -> Plan:
    """Plan the stop; of a free one with what follows: it keeps its slot, and is released later (R5.26, R5.29)."""
    service: Service = facts["service"]
    if service.state not in STOPPABLE:
        raise Refusal("service.stop.not_running", argument="service", name=service.name, state=service.state)
    note = say("service.stop.free", kept=DAYS) if service.free else say("service.stop.paid")
    return Plan(
        title=say("service.stop.title", name=service.name),
        steps=(Step("stop", service.name, {"id": service.id}),),
        risk=_risk(ask, service, facts["things"]),
        notes=(note,),
        links=(link(Page.SERVICE, ask.place.region, service.name),),
    )


def _risk(ask: Ask, service: Service, things: Sequence[Thing]) -> Risk:
    """Return FREE for one's own service and for a free one that nobody owns; what others own needs an approver."""
    owner = next((thing.owner for thing in things if thing.provider == service.id), "")
    if owner == ask.person.id or (service.free and not owner):
        return Risk.FREE
    return Risk.CHANGE


async def observe(step: Step, cloud: Cloud) -> Outcome | None:
    """Return the state once it runs no more; one that is gone runs no more either."""
    service = await cloud.services.show(step.facts["id"])
    if service is None:
        return {"state": "gone"}
    return {"state": service.state} if service.state not in (*STOPPABLE, "stopping") else None


async def act(step: Step, cloud: Cloud) -> None:
    """Stop it, unless it is stopping already."""
    service = await cloud.services.show(step.facts["id"])
    if service is not None and service.state in STOPPABLE:
        await cloud.services.stop(service.id)


def touched(step: Step) -> Touched:
    """Return the service, whose clock changes."""
    return Touched(ThingKind.SERVICE, step.facts["id"])


def undo(_record: Record, lines: Sequence[Line]) -> Undoing | None:
    """Take the stop back by a start, as long as there is something to start: a free one again with its tick (R5.71)."""
    stopped = [line for line in lines if line.outcome.get("state") != "gone"]
    return Undoing("service start", {"service": stopped[0].step.facts["id"]}, FIGURES.undo.seconds) if stopped else None


command = Command(
    "service stop",
    summary=Text(en="Stop a service", zh="停止服务"),
    rules=("R5.26", "R5.29"),
    risk=Risk.CHANGE,
    aliases=("停止",),
    arguments=(WHICH,),
    recall=recall,
    read=read,
    plan=plan,
    effects={"stop": Effect(observe, act)},
    thing=touched,
    undo=undo,
)
