"""The life of a service: which state follows which, and when.

Nothing runs in the background. `settle` applies every change whose moment has come, in order and with its own moment,
so that a long jump of the clock leaves the same record as many short steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.cloud.modelarts.bodies import Node, Schedule
from sandbox.cloud.modelarts.figures import FREE_KEPT_S, FREE_RUN_S
from sandbox.cloud.seed import Account, Options

GONE = "gone"
DEPLOYED_PERCENT = 100
STARTABLE = frozenset({"stopped", "failed"})
STOPPABLE = frozenset({"running", "concerning", "deploying", "waiting"})
SETTLED = frozenset({"running", "concerning", "stopped", "failed"})


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a service, at cloud time in seconds."""

    at: float
    text: str
    normal: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """What a service turns into at a moment, and what its record then says."""

    at: float
    status: str
    text: str


@dataclass(slots=True)
class Deployed:
    """A service; moments are cloud time in seconds. `leaving` is a free flavor still held during a change."""

    id: str
    name: str
    owner: Account
    user_id: str
    project_id: str
    config: list[Node]
    free: bool
    created: float
    status: str = "new"
    changed: float = 0.0
    updated: float = 0.0
    workspace_id: str = "0"
    description: str = ""
    schedule: list[Schedule] = field(default_factory=list)
    additional: Mapping[str, Any] = field(default_factory=dict)
    network: Mapping[str, str] = field(default_factory=dict)
    error: str = ""
    calls: int = 0
    failed_calls: int = 0
    leaving: str | None = None
    due: float | None = None
    next: Change | None = None
    events: list[Event] = field(default_factory=list)
    updates: list[Event] = field(default_factory=list)

    def progress(self, now: float) -> int:
        """Return how far a deployment is, in percent."""
        if self.status != "deploying" or self.next is None:
            return DEPLOYED_PERCENT if self.status in ("running", "stopped") else 0
        span = self.next.at - self.changed
        return min(99, int(DEPLOYED_PERCENT * (now - self.changed) / span)) if span > 0 else 99


def enter(service: Deployed, status: str, at: float, options: Options) -> None:
    """Put a service into a state, and plan what follows it."""
    service.status, service.changed, service.due = status, at, None
    service.next = _following(service, at, options)


def _following(service: Deployed, at: float, options: Options) -> Change | None:
    passing = {
        "deploying": Change(at + options.deploy_s, "running", "start model success"),
        "stopping": Change(at + options.stop_s, "stopped", "service stopped"),
        "deleting": Change(at + options.delete_s, GONE, "service deleted"),
    }
    if service.status in passing:
        return passing[service.status]
    service.leaving = None
    if service.status == "running":
        return _own_stop(service, at)
    if service.status == "stopped" and service.free:
        return Change(at + FREE_KEPT_S, GONE, "free service released")
    return None


def _own_stop(service: Deployed, scheduled_from: float) -> Change | None:
    """Return when a running service stops by itself, and note it as its due time."""
    moments = [scheduled_from + schedule.seconds for schedule in service.schedule]
    moments += [service.changed + FREE_RUN_S] if service.free else []
    service.due = min(moments, default=None)
    text = "service stopped automatically because its time is up"
    return Change(service.due, "stopped", text) if service.due is not None else None


def reschedule(service: Deployed, schedule: list[Schedule], now: float) -> None:
    """Give a service another schedule; of a running one it counts from now, the free hour from its start."""
    service.schedule = schedule
    if service.status == "running":
        service.next = _own_stop(service, now)


def settle(service: Deployed, now: float, options: Options) -> None:
    """Apply every change whose moment has come."""
    while service.next is not None and service.next.at <= now:
        change = service.next
        service.events.append(Event(change.at, change.text))
        enter(service, change.status, change.at, options)


def start(service: Deployed, now: float, queue_s: float, options: Options) -> None:
    """Begin to deploy: at once, or after waiting for capacity."""
    service.error = ""
    service.events.append(Event(now, "start to deploy service"))
    if queue_s > 0:
        enter(service, "waiting", now, options)
        service.next = Change(now + queue_s, "deploying", "schedule resource success")
    else:
        enter(service, "deploying", now, options)


def stop(service: Deployed, now: float, options: Options) -> None:
    """Begin to stop."""
    service.events.append(Event(now, "stop service"))
    enter(service, "stopping", now, options)


def fail(service: Deployed, now: float, options: Options) -> None:
    """Let a service fail, as when its model does not start."""
    service.error = "start model failed: the model did not answer its health check"
    service.events.append(Event(now, service.error, normal=False))
    enter(service, "failed", now, options)


def delete(service: Deployed, now: float, options: Options) -> None:
    """Begin to delete."""
    service.events.append(Event(now, "delete service"))
    enter(service, "deleting", now, options)
