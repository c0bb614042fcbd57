"""The provider calls made on the way of one task, with the ids that find them in the provider's logs."""

from __future__ import annotations

from contextvars import ContextVar
from typing import NamedTuple


class Called(NamedTuple):
    """One answered call: `outcome` is "ok" or the kind of fault, `request` the provider's id, "" without an answer."""

    service: str
    operation: str
    outcome: str
    request: str


TRAIL: ContextVar[list[Called] | None] = ContextVar("trail", default=None)
"""Where the calls of the running task are collected; nowhere, unless somebody wants to know."""


def tread(called: Called) -> None:
    """Add a call to the trail of the task that made it."""
    if (trail := TRAIL.get()) is not None:
        trail.append(called)
