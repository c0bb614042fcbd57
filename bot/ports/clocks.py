"""The two clocks, and the only source of ids."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    """Product time and machine time (decision 10), both in seconds since the epoch."""

    def now(self) -> float:
        """Return product time; the sandbox may advance it."""
        ...

    def machine(self) -> float:
        """Return machine time; it is never advanced."""
        ...


class Chance(Protocol):
    """The only source of ids."""

    def token(self) -> str:
        """Return an opaque random id of at least 128 bits, safe in URLs and Redis keys."""
        ...
