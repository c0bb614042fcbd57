"""Start a real-time service again, with the flavor it has."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.command import Argument, Ask, Command, Effect, Facts, Kind, Outcome, Plan, Risk, Text, Touched, Undoing
from bot.errors import CloudFault, CloudRefused, Refusal
from bot.ports import Cloud, Flavor, Package, Rate, Service, Watched
from bot.records import Line, PriceLine, Record, Step, ThingKind
from bot.rules.authorization import acting_for, check_authorized, still_authorized
from bot.rules.figures import FIGURES
from bot.rules.free_tier import check_agreed, check_region, check_slot, notice
from bot.rules.links import Page, link
from bot.rules.pricing import compute_line
from bot.say import Say, say
from handlers.service import MOVING, WHICH, chosen

STARTED = ("running", "concerning")
STARTABLE = ("stopped", "finished", "failed")


async def recall(ask: Ask, watched: Watched) -> Facts:
    """Recall which IAM principal the asker is: ModelArts reads OBS on their behalf (R3.21)."""
    return {"own": await watched.principal(ask.person)}


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """Look at the service and the authorizations, then at who holds a free one's slot, or what a paid one costs."""
    (service, listed), rows = await asyncio.gather(chosen(ask["service"], cloud), cloud.authorizations.listed())
    if not service.free:
        return {"service": service, "rows": rows, **await _paid(service, cloud)}
    looks = [cloud.services.show(other.id) for other in listed if other.free and other.id != service.id]
    flavors, *others = await asyncio.gather(cloud.services.flavors(), *looks)
    found = [other for other in others if isinstance(other, Service)]
    return {"service": service, "rows": rows, "others": found, "flavors": flavors}


async def _paid(service: Service, cloud: Cloud) -> Facts:
    """Return the packages that may cover it, what bills call its flavor, and what an hour of a node costs."""
    packages, billing = await asyncio.gather(_packages(cloud), _billing(service.flavor, cloud))
    return {"packages": packages, "billing": billing, "rate": await _rate(billing, cloud, asking=True)}


async def _billing(flavor: str, cloud: Cloud) -> str:
    """Return what bills call a flavor: mostly its own id, which stands in where the flavors do not say."""
    try:
        flavors: Sequence[Flavor] = await cloud.services.flavors()
    except CloudFault:
        return flavor
    return next((one.billing for one in flavors if one.id == flavor and one.billing), flavor)


async def _rate(billing: str, cloud: Cloud, *, asking: bool) -> Rate:
    """Return the price by inquiry, unknown where it is refused (R5.43); a busy cloud leaves only the asker without."""
    try:
        return await cloud.prices.hourly(billing)
    except CloudRefused:
        return Rate()
    except CloudFault:
        if asking:
            return Rate()
        raise


async def _packages(cloud: Cloud) -> Sequence[Package] | None:
    """Return the packages, or None where they cannot be read: that only leaves one line of the plan open."""
    try:
        return await cloud.packages.listed()
    except CloudFault:
        return None


def plan(ask: Ask, facts: Facts) -> Plan:
    """Plan the start with the flavor chosen before (R5.78), for whom ModelArts is authorized to act (R3.02).

    A free one only where there are free flavors (R5.21), with the slot free (R5.29) and the notice ticked (R5.71); it
    costs nothing by rule (R5.43). A paid one says that it costs, and how much by inquiry (R5.13).
    """
    service: Service = facts["service"]
    _check_state(service)
    check_authorized(facts["own"], facts["rows"])
    if service.free:
        check_region(service, ask.place.region)
        check_slot(service, facts["flavors"], facts["others"])
        check_agreed(service, ask["agreed"])
    paid = {} if service.free else _priced(service, facts["billing"])
    step = Step("start", service.name, {**_facts(service), **paid, **acting_for(facts["own"])})
    return Plan(
        title=say("service.start.title", name=service.name),
        steps=(step,),
        risk=Risk.FREE if service.free else Risk.MONEY,
        notes=_free_notes() if service.free else _paid_notes(facts["packages"], ask.place.region),
        price=() if service.free else _lines(step, facts["rate"]),
        links=(link(Page.SERVICE, ask.place.region, service.name),),
        charge="free" if service.free else "pay-per-use",
    )


def _facts(service: Service) -> dict[str, str]:
    return {"id": service.id, "flavor": service.flavor, "changed": repr(service.changed)}


def _priced(service: Service, billing: str) -> dict[str, str]:
    """Return what the price depends on; nodes of several flavors have none that one inquiry tells."""
    return {"billing": billing, "nodes": "0" if service.mixed else str(service.nodes)}


def _lines(step: Step, rate: Rate) -> tuple[PriceLine, ...]:
    return (compute_line(step.facts["flavor"], int(step.facts["nodes"]), rate),)


async def price(steps: Sequence[Step], cloud: Cloud) -> tuple[PriceLine, ...]:
    """Return what the start costs now, none for a free one. Raises `CloudBusy`: nobody approves without a price."""
    paid = [step for step in steps if step.facts.get("billing")]
    rates = [await _rate(step.facts["billing"], cloud, asking=False) for step in paid]
    return tuple(line for step, rate in zip(paid, rates, strict=True) for line in _lines(step, rate))


def _check_state(service: Service) -> None:
    """Refuse to start what runs, what is on its way, and what the provider does not start."""
    if service.state in STARTED:
        raise Refusal("service.start.running", argument="service", name=service.name)
    if service.state not in STARTABLE:
        key = "service.start.moving" if service.state in MOVING else "service.start.not_now"
        raise Refusal(key, argument="service", name=service.name, state=service.state)


def _free_notes() -> tuple[Say, ...]:
    return (say("service.price.zero"), notice())


def _paid_notes(packages: Sequence[Package] | None, here: str) -> tuple[Say, ...]:
    """Return that it is paid, and whether a package may cover it: its scene is not known to us (R5.13)."""
    if packages is None:
        return (say("service.price.paid"), say("service.price.package_unknown"))
    names = [package.name for package in packages if (package.state, package.region) == ("active", here)]
    if not names:
        return (say("service.price.paid"), say("service.price.package_none", region=here))
    return (say("service.price.paid"), say("service.price.package_maybe", names=", ".join(names)))


async def observe(step: Step, cloud: Cloud) -> Outcome | None:
    """Return when it stops by itself, once it runs; a start that failed is the provider's refusal (R5.25)."""
    service = await _there(step, cloud)
    if service.state in STARTED:
        return {"due": repr(service.due), "state": service.state}
    if service.state == "failed" and service.changed > float(step.facts["changed"]):
        raise CloudRefused(say("service.start.failed", name=service.name, error=service.error or "–"))
    return None


async def act(step: Step, cloud: Cloud) -> None:
    """Start it, unless it is on its way: the provider refuses a second start, also of two at the same instant.

    An authorization that was taken away since the approval is found first (R3.02).
    """
    service = await _there(step, cloud)
    if service.state not in STARTABLE:
        return
    still_authorized(step.facts, await cloud.authorizations.listed())
    try:
        await cloud.services.start(service.id)
    except CloudRefused:
        if (await _there(step, cloud)).state in STARTABLE:
            raise


async def _there(step: Step, cloud: Cloud) -> Service:
    service = await cloud.services.show(step.facts["id"])
    if service is None:
        raise CloudRefused(say("service.gone", name=step.target))
    return service


def touched(step: Step) -> Touched:
    """Return the service; who starts what nobody owns becomes its owner."""
    return Touched(ThingKind.SERVICE, step.facts["id"], claimed=True)


def undo(_record: Record, lines: Sequence[Line]) -> Undoing:
    """Take the start back by a stop, within the hour; what it cost until then is not given back."""
    return Undoing("service stop", {"service": lines[0].step.facts["id"]}, FIGURES.undo.seconds)


_HOURS = f"{FIGURES.free.run_seconds / 3600:g}"

command = Command(
    "service start",
    summary=Text(en="Start a service again, with the flavor it has", zh="按原规格再次启动服务"),
    rules=("R3.02", "R5.13", "R5.21", "R5.25", "R5.29", "R5.43", "R5.46", "R5.71", "R5.78"),
    risk=Risk.MONEY,
    aliases=("启动", "再次启动"),
    arguments=(
        WHICH,
        Argument(
            "agreed",
            Text(en="I know what free means", zh="我已了解免费规格的限制"),
            kind=Kind.FLAG,
            hint=Text(
                en=f"For a free flavor: it stops by itself after {_HOURS} hour, one service at a time may use it, and "
                "OBS storage is not included. Not needed for a paid one.",
                zh=f"适用于免费规格：运行 {_HOURS} 小时后自动停止，同一时间只能用于一个服务，且不包含 OBS 存储。"
                "付费规格无需勾选。",
            ),
            aliases=("同意",),
            keyed_only=True,
        ),
    ),
    recall=recall,
    read=read,
    plan=plan,
    price=price,
    effects={"start": Effect(observe, act)},
    thing=touched,
    undo=undo,
)
