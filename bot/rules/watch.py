"""What a look at the cloud says about a watched thing's clock: pure, no I/O (decision 8)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.records.people import Values
from bot.records.provider import Package, Service
from bot.records.things import Phase, Thing, ThingKind
from bot.rules.figures import FIGURES
from bot.rules.reminder import stages_of

SAME = 90.0
"""Seconds by which the same deadline may differ between two looks."""

SERVICE_PHASES = {
    "running": Phase.RUNNING,
    "concerning": Phase.RUNNING,
    "stopped": Phase.STOPPED,
    "finished": Phase.STOPPED,
    "failed": Phase.FAILED,
}
PACKAGE_PHASES = {"active": Phase.RUNNING, "waiting": Phase.MOVING}


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
        "model": service.model,
        "url": service.url,
        "calls": str(service.calls),
        "failed": str(service.failed_calls),
        "progress": str(service.progress),
        "error": service.error,
    }
    return Sighting(service.name, phase, service.free, since, deadline, bool(service.changed), facts)


def sighting_of_package(package: Package, followed: Package | None) -> Sighting:
    """Return a package's clock; one that is followed by another of its product warns of nothing (R5.51, R5.62)."""
    phase = PACKAGE_PHASES.get(package.state, Phase.GONE)
    deadline = package.expires if phase is Phase.RUNNING and followed is None else 0.0
    facts = {
        "state": package.state,
        "expires": repr(package.expires),
        "effective": repr(package.effective),
        "left": ", ".join(f"{quota.left:g}/{quota.total:g} {quota.unit}" for quota in package.quotas),
        "product": package.product,
        "next": repr(followed.effective) if followed else "",
        "next_expires": repr(followed.expires) if followed else "",
    }
    return Sighting(package.name, phase, False, package.effective, deadline, True, facts)


def following(package: Package, packages: list[Package]) -> Package | None:
    """Return the package of the same product that takes over from this one, if one is listed (R5.51, inferred)."""
    later = [
        other
        for other in packages
        if other.id != package.id
        and other.product == package.product
        and other.region == package.region
        and other.state in PACKAGE_PHASES
        and other.expires > package.expires
    ]
    return min(later, key=lambda other: other.effective) if later else None


def seen(thing: Thing, fresh: Sighting, now: float) -> Thing:
    """Return the thing after a look: the same epoch with fresh facts, or the next epoch with its own stages."""
    if same_epoch(thing, fresh):
        return replace(thing, facts=fresh.facts, name=fresh.name or thing.name, looked=now)
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
        prepared="",
        facts=fresh.facts or thing.facts,
        looked=now,
    )
    return replace(after, stages=stages_of(after, now))


def same_epoch(thing: Thing, fresh: Sighting) -> bool:
    """Return whether the look shows the lease that is known: same phase and flavor class, same deadline."""
    return (
        thing.epoch > 0
        and thing.phase is fresh.phase
        and (fresh.phase is Phase.GONE or thing.free == fresh.free)
        and (abs(thing.deadline - fresh.deadline) < SAME or (thing.phase is Phase.STOPPED and not fresh.exact))
    )


def next_look(thing: Thing, now: float) -> float:
    """Return when to look again by itself: soon while it moves, just after a deadline, else 0 for the next sweep."""
    if thing.phase is Phase.MOVING and thing.kind is ThingKind.SERVICE:
        return now + (FIGURES.watch.moving_seconds if now - thing.since < 120 else FIGURES.watch.slow_seconds)
    if thing.deadline > now:
        return thing.deadline + FIGURES.watch.after_deadline_seconds
    return 0.0
