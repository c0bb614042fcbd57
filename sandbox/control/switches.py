"""The fault switches: what may be switched on, what is, and how to switch all of it off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.cloud import faults as cloud_faults
from sandbox.control.frame import BadInputError, Controls
from sandbox.workspace import faults as slack_faults
from sandbox.workspace.coverage import METHODS
from sandbox.workspace.sockets import REASONS

SLACK = "slack"
CLOUD_KINDS = (
    *("arrears", "not_real_name", "forbidden", "quota", "throttled"),
    *("server_error", "timeout_before", "timeout_after", "slow"),
)
SLACK_KINDS = ("ratelimited", "server_error", "timeout_after", "duplicate_delivery")
TIMES = (1, 2, 5, 20)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault that is switched on; `what` "" stands for every call, `left` None for until it is cleared."""

    service: str
    what: str
    kind: str
    left: int | None


def ways(controls: Controls) -> Sequence[str]:
    """Return the ways in which the app's connections can be ended: none where it has its payloads over HTTP."""
    return REASONS if controls.site.sockets else ()


def connections(controls: Controls) -> int | None:
    """Return how many connections the app has open, None over HTTP."""
    return len(controls.site.sockets.lines) if controls.site.sockets else None


def places(controls: Controls) -> dict[str, Sequence[str]]:
    """Return what each service may be disturbed at."""
    found: dict[str, Sequence[str]] = {name: controls.cloud.operations(name) for name in controls.cloud.apps}
    return found | {SLACK: METHODS}


def active(controls: Controls) -> list[Fault]:
    """Return what is switched on and not used up, the cloud's first."""
    cloud: Sequence[cloud_faults.Fault] = controls.cloud.active_faults()
    slack: Sequence[slack_faults.Fault] = controls.site.faults.active()
    found = [Fault(one.service, one.operation or "", one.kind, one.left) for one in cloud if one.left != 0]
    return found + [Fault(SLACK, one.method or "", one.kind, one.times) for one in slack]


def switch_on(controls: Controls, where: str, kind: str, times: int | None) -> None:
    """Switch a fault on; `where` is a service, or a service and what it is asked. Raises ValueError."""
    service, _, what = where.partition(" ")
    if service != SLACK:
        controls.cloud.add_fault(service, what or None, kind, times)
    elif times is None:
        raise BadInputError("times is missing")
    else:
        delivered = kind in slack_faults.DELIVERY_KINDS  # happens to what Slack sends, not to a method
        controls.site.disturb(kind, None if delivered else what or None, times)


def clear(controls: Controls) -> None:
    """Switch all faults off."""
    controls.cloud.clear_faults()
    controls.site.faults.clear()
