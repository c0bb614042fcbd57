"""What a look at the cloud says about a watched thing's clock: pure, no I/O (decision 8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.records.identity import Agency, Authorization
from bot.records.people import Values
from bot.records.provider import Package, Service
from bot.records.things import Phase, Stage, Thing, ThingKind
from bot.rules.agency import users_of
from bot.rules.figures import FIGURES
from bot.rules.reminder import added, carried, stages_of

SAME = 90.0
"""Seconds by which the same deadline may differ between two looks."""

SERVICE_PHASES = {
    "running": Phase.RUNNING,
    "concerning": Phase.RUNNING,
    "stopped": Phase.STOPPED,
    "finished": Phase.STOPPED,
    "failed": Phase.FAILED,
}
PACKAGE_PHASES = {"active": Phase.RUNNING, "waiting": Phase.MOVING, "used_up": Phase.STOPPED}
DETAILS = ("flavor", "nodes", "model", "url")
"""Facts of a service that only a look at it shows: a list leaves them blank."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A thing as the cloud just showed it. `since` and `deadline` are 0 where the cloud does not say."""

    name: str
    phase: Phase
    free: bool = False
    since: float = 0.0
    deadline: float = 0.0
    exact: bool = True
    facts: Values = field(default_factory=dict)


GONE = Sighting("", Phase.GONE)


def sighting_of_service(service: Service, now: float) -> Sighting:
    """Return what a service's own fields say: a free one stops after an hour, and is released 72 hours later.

    R5.25 (the provider's due time wins over our hour), R5.26 ("about" where the stop was not observed).
    """
    phase = SERVICE_PHASES.get(service.state, Phase.MOVING)
    since = service.changed or now
    deadline = 0.0
    if service.free and phase is Phase.RUNNING:
        deadline = service.due or since + FIGURES.free.run_seconds
    elif service.free and phase is Phase.STOPPED:
        deadline = since + FIGURES.free.release_seconds
    facts = {
        "state": service.state,
        "flavor": service.flavor,
        "nodes": _nodes(service),
        "model": service.model,
        "url": service.url,
        "calls": str(service.calls),
        "failed": str(service.failed_calls),
        "progress": str(service.progress),
        "error": service.error,
    }
    known = {name: value for name, value in facts.items() if value or name not in DETAILS}
    return Sighting(service.name, phase, service.free, since, deadline, bool(service.changed), known)


def _nodes(service: Service) -> str:
    """Return how many nodes it has, 0 for nodes of several flavors, "" where a list does not tell."""
    return str(0 if service.mixed else service.nodes) if service.flavor else ""


def sighting_of_package(package: Package, follower: Package | None) -> Sighting:
    """Return a package's clock; one that another of its product takes over from warns of nothing (R5.51, R5.62)."""
    phase = PACKAGE_PHASES.get(package.state, Phase.GONE)
    deadline = package.expires if phase is Phase.RUNNING and follower is None else 0.0
    facts = {
        "state": package.state,
        "expires": repr(package.expires),
        "effective": repr(package.effective),
        "left": ", ".join(f"{quota.left:g}/{quota.total:g} {quota.unit}" for quota in package.quotas),
        "product": package.product,
        "next": repr(follower.effective) if follower else "",
        "next_expires": repr(follower.expires) if follower else "",
    }
    return Sighting(package.name, phase, False, package.effective, deadline, True, facts)


def sighting_of_agency(agency: Agency, rows: Sequence[Authorization], now: float) -> Sighting:
    """Return an agency's clock: it ends when IAM says, and with it all who use it stop working (R3.12)."""
    ended = bool(agency.expires) and agency.expires <= now
    users = (user.name or user.id for user in users_of(agency.name, rows))
    facts = {"days": str(agency.days), "expires": repr(agency.expires), "users": ", ".join(users)}
    phase = Phase.STOPPED if ended else Phase.RUNNING
    return Sighting(agency.name, phase, False, agency.created or now, 0.0 if ended else agency.expires, True, facts)


def seen(thing: Thing, fresh: Sighting, now: float) -> Thing:
    """Return the thing after a look: the same epoch with fresh facts, or the next epoch with its own stages.

    What a person added themselves goes on into the next epoch. A purchase that was prepared is over once it is seen.
    """
    facts = {**thing.facts, **fresh.facts}
    thing = replace(thing, prepared="" if fresh.phase is Phase.GONE or bought(thing, fresh) else thing.prepared)
    if same_epoch(thing, fresh):
        return replace(thing, facts=facts, name=fresh.name or thing.name, looked=now)
    after = replace(
        thing,
        name=fresh.name or thing.name,
        phase=fresh.phase,
        free=fresh.free if fresh.phase is not Phase.GONE else thing.free,
        since=fresh.since or now,
        deadline=fresh.deadline,
        exact=fresh.exact,
        epoch=thing.epoch + 1,
        told="",
        quiet=False,
        snoozed=0.0,
        facts=facts,
        looked=now,
    )
    return replace(after, stages=_stages(after, now))


def _stages(thing: Thing, now: float) -> tuple[Stage, ...]:
    """Return the stages of a new epoch, with those of a person's own that are still to come.

    What tells that the epoch began is due once that was seen, though the cloud's clock be ahead of ours: told when our
    clock gets there, it would be a second message about one stop.
    """
    if thing.phase is Phase.GONE:
        return ()
    stages = tuple(
        replace(stage, at=min(stage.at, now)) if stage.at <= thing.since else stage for stage in stages_of(thing, now)
    )
    for own in carried(thing.stages):
        stages = added(stages, own)
    return stages


def tells_nothing(thing: Thing, fresh: Sighting) -> bool:
    """Return whether `seen` would change nothing but the time of the look, at a fraction of its cost.

    A sweep asks this of thousands. What waits for a purchase is never sure.
    """
    known = thing.facts
    return (
        fresh.phase is thing.phase
        and not thing.prepared
        and (not fresh.name or fresh.name == thing.name)
        and all(known.get(name) == value for name, value in fresh.facts.items())
        and same_epoch(thing, fresh)
    )


def bought(thing: Thing, fresh: Sighting) -> bool:
    """Return whether a prepared purchase is now listed: another package follows, or this one lasts longer (R5.57)."""
    if not thing.prepared:
        return False
    longer = float(fresh.facts.get("expires") or 0) > float(thing.facts.get("expires") or "inf") + SAME
    follower = fresh.facts.get("next", "")
    return longer or bool(follower and follower != thing.facts.get("next", ""))


def same_epoch(thing: Thing, fresh: Sighting) -> bool:
    """Return whether the look shows the lease that is known: same phase and flavor class, same deadline."""
    return (
        thing.epoch > 0
        and thing.phase is fresh.phase
        and (fresh.phase is Phase.GONE or thing.free == fresh.free)
        and (abs(thing.deadline - fresh.deadline) < SAME or not fresh.exact)
    )


def next_look(thing: Thing, now: float) -> float:
    """Return when to look again by itself: soon while it moves, just after a deadline, else 0 for the next sweep."""
    if thing.phase is Phase.MOVING and thing.kind is ThingKind.SERVICE:
        return now + (FIGURES.watch.moving_seconds if now - thing.since < 120 else FIGURES.watch.slow_seconds)
    if thing.deadline > now:
        return thing.deadline + FIGURES.watch.after_deadline_seconds
    return 0.0
