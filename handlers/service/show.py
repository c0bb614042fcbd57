"""Show one real-time service: its clock, its address, its calls."""

from __future__ import annotations

from bot.command import Ask, Command, Facts, Text
from bot.ports import Cloud, Service, Watched
from bot.reply import Reply
from bot.rules.free_tier import notice
from bot.rules.links import Page, link
from bot.say import Moment, Say, say
from handlers.service import WHICH, calls_line, chosen, clock_lines, mark, owner_line, state_line


async def recall(_ask: Ask, watched: Watched) -> Facts:
    """Recall whose the services are."""
    return {"things": await watched.all()}


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """Look at the service."""
    service, _ = await chosen(ask["service"], cloud)
    return {"service": service}


def answer(ask: Ask, facts: Facts) -> Reply:
    """Return everything a card of the service shows (R5.34), with its own due time (R5.25) and release (R5.26)."""
    service: Service = facts["service"]
    lines = (
        mark(service),
        state_line(service),
        *clock_lines(service, ask.at),
        *_known(service),
        calls_line(service),
        owner_line(service, facts["things"]),
        *((notice(),) if service.free else ()),
    )
    head = say("service.show.head", name=service.name, id=service.id)
    return Reply(head, lines, links=(link(Page.SERVICE, ask.place.region, service.name),))


def _known(service: Service) -> tuple[Say, ...]:
    """Return the lines about what the provider says of it, where it does."""
    known = (
        (service.progress if service.state == "deploying" else 0, say("service.progress", percent=service.progress)),
        (service.error, say("service.error", error=service.error)),
        (service.model, say("service.model", model=service.model, nodes=service.nodes)),
        (service.url, say("service.url", url=service.url)),
        (service.changed, say("service.since", at=Moment(service.changed))),
    )
    return tuple(line for there, line in known if there)


command = Command(
    "service show",
    summary=Text(
        en="Show a service: time left, release, calls, address",
        zh="查看服务：剩余时间、释放时间、调用次数、地址",
    ),
    rules=("R5.25", "R5.26", "R5.34", "R5.71", "R2.01", "R2.03"),
    aliases=("查看", "详情"),
    arguments=(WHICH,),
    recall=recall,
    read=read,
    answer=answer,
)
