"""Commands about real-time services: what runs, until when, and at whose cost (R5.25, R5.34)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.command import Argument, Kind, Noun, Text
from bot.errors import Refusal
from bot.ports import Cloud, Service
from bot.records import Phase, Thing
from bot.rules.watch import SERVICE_PHASES, sighting_of_service
from bot.say import Moment, People, Say, say

noun = Noun(
    "service",
    Text(en="Real-time services: what runs, until when; start and stop", zh="在线服务：运行状态、到期时间、启动与停止"),
    aliases=("服务", "在线服务", "services"),
)

STATES = (*SERVICE_PHASES, "deploying", "waiting", "stopping", "deleting")
MOVING = ("deploying", "waiting")

WHICH = Argument(
    "service",
    Text(en="Service", zh="服务"),
    required=True,
    hint=Text(en="Name or id", zh="名称或 ID"),
    placeholder="flowers",
    aliases=("服务", "名称", "name", "id"),
    kind=Kind.SEARCH,
    index=("service",),
)


async def chosen(word: str, cloud: Cloud) -> tuple[Service, Sequence[Service]]:
    """Return the service that `word` names, with all its details, and all services as listed. Raises `Refusal`."""
    listed = await cloud.services.listed()
    service = await cloud.services.show(_named(word, listed).id)
    if service is None:
        raise Refusal("service.missing", argument="service", name=word)
    return service, listed


def _named(word: str, services: Sequence[Service]) -> Service:
    found = [one for one in services if one.id == word] or [one for one in services if one.name == word]
    if not found:
        raise Refusal("service.missing", argument="service", name=word)
    if len(found) > 1:
        ids = ", ".join(f"`{one.id}`" for one in found)
        raise Refusal("service.which", argument="service", name=word, ids=ids)
    return found[0]


def state_line(service: Service) -> Say:
    """Return the provider's state in words; an unknown one as it is."""
    if service.state in STATES:
        return say(f"service.state.{service.state}")
    return say("service.state.other", state=service.state)


def mark(service: Service) -> Say:
    """Return whether it is free or paid, and its flavor where that is known (R5.34)."""
    key = "service.mark.free" if service.free else "service.mark.paid"
    return say(key, flavor=service.flavor or "–")


def clock_lines(service: Service, now: float) -> tuple[Say, ...]:
    """Return when a free service stops or is released, and what is left until then; nothing for a paid one.

    R5.25: the provider's own due time where it gives one. R5.26: "about" where the stop was not observed.
    """
    sighted = sighting_of_service(service, now)
    if not sighted.deadline:
        return ()
    at, left = Moment(sighted.deadline), left_until(sighted.deadline, now)
    if sighted.phase is Phase.RUNNING:
        return (say("service.clock.due" if service.due else "service.clock.stops", at=at, left=left),)
    return (say("service.clock.released" if sighted.exact else "service.clock.released_about", at=at, left=left),)


def left_until(at: float, now: float) -> Say:
    """Return the time that is left in hours and minutes, never below zero."""
    minutes = int(max(0.0, at - now) // 60)
    return say("service.clock.left", hours=minutes // 60, minutes=minutes % 60)


def calls_line(service: Service) -> Say:
    """Return calls failed / total (R5.34)."""
    return say("service.calls", failed=service.failed_calls, calls=service.calls)


def owner_line(service: Service, things: Sequence[Thing]) -> Say:
    """Return whose it is, from our own record."""
    owner = next((thing.owner for thing in things if thing.provider == service.id), "")
    return say("service.owner", who=People((owner,))) if owner else say("service.nobodys")
