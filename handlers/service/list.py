"""List the real-time services, and which free slots are taken."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.command import Ask, Command, Facts, Text
from bot.errors import CloudFault
from bot.ports import Cloud, Flavor, Service, Watched
from bot.records import Thing
from bot.reply import Reply, Row, Table
from bot.rules.figures import FIGURES
from bot.rules.free_tier import holder, slot
from bot.rules.links import Page, link
from bot.say import Say, say
from handlers.service import calls_line, clock_lines, mark, owner_line, state_line


async def recall(_ask: Ask, watched: Watched) -> Facts:
    """Recall whose the services are."""
    return {"things": await watched.all()}


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """List the services, and look at those that will be shown or are free: a list tells no flavor and no address."""
    listed, flavors = await asyncio.gather(cloud.services.listed(), _flavors(ask, cloud))
    ordered = sorted(listed, key=lambda one: (one.state != "running", not one.free, one.name))
    turn = asyncio.Semaphore(FIGURES.lists.at_once)
    looked = [place < FIGURES.lists.rows or one.free for place, one in enumerate(ordered)]
    services = await asyncio.gather(
        *(_detailed(cloud, one, turn) for one, wanted in zip(ordered, looked, strict=True) if wanted)
    )
    return {"total": len(listed), "services": services, "flavors": flavors}


async def _flavors(ask: Ask, cloud: Cloud) -> Sequence[Flavor]:
    """Return the free flavors, where there are any (R5.21); a list that cannot be read spoils no other."""
    if ask.place.region not in FIGURES.free.regions:
        return ()
    try:
        return [flavor for flavor in await cloud.services.flavors() if flavor.free]
    except CloudFault:
        return ()


async def _detailed(cloud: Cloud, listed: Service, turn: asyncio.Semaphore) -> Service:
    """Return the service with flavor and address, or as listed where it cannot be read."""
    async with turn:
        try:
            return await cloud.services.show(listed.id) or listed
        except CloudFault:
            return listed


def answer(ask: Ask, facts: Facts) -> Reply:
    """Return each service with mark, state, remaining time, calls, address and link (R5.34, R5.25, R2.01, R2.03)."""
    services: Sequence[Service] = facts["services"]
    slots = tuple(_slot_line(flavor, services) for flavor in facts["flavors"])
    here = ask.place.region
    if not facts["total"]:
        return Reply(say("service.list.empty"), slots, links=(link(Page.SERVICE, here),))
    rows = tuple(_row(one, facts["things"], ask) for one in services[: FIGURES.lists.rows])
    return Reply(say("service.list.head", total=facts["total"], region=here), slots, Table(rows, facts["total"]))


def _row(service: Service, things: Sequence[Thing], ask: Ask) -> Row:
    address = (say("service.url", url=service.url),) if service.url else ()
    details = (
        mark(service),
        state_line(service),
        *clock_lines(service, ask.at),
        calls_line(service),
        owner_line(service, things),
        *address,
    )
    head = say("service.list.row", name=service.name)
    return Row(head, details, link(Page.SERVICE, ask.place.region, service.name))


def _slot_line(flavor: Flavor, services: Sequence[Service]) -> Say:
    """Return whether a free flavor's slot is free, held and by which service, or sold out (R5.80)."""
    state, by = slot(flavor, services), holder(flavor.id, services)
    return say(f"service.slot.{state}", flavor=flavor.name, holder=by.name if by else "–")


command = Command(
    "service list",
    summary=Text(
        en="List services: free or paid, state, time left, calls, address",
        zh="列出服务：免费或付费、状态、剩余时间、调用次数、地址",
    ),
    rules=("R5.21", "R5.25", "R5.26", "R5.34", "R5.80", "R2.01", "R2.03"),
    aliases=("列表", "列出", "ls"),
    recall=recall,
    read=read,
    answer=answer,
)
