"""The record of every request the simulated services received, in order."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass
from itertools import islice

from sandbox.clock import machine_now

KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Call:
    """One request as a service saw it; `status` is the HTTP status it answered, `at` machine time in seconds.

    `request_id` is what its answer was told to be found by, `operation` and `code` what was asked and, if refused, why;
    each is "" where there is none.
    """

    service: str
    method: str
    path: str
    status: int
    at: float
    request_id: str = ""
    operation: str = ""
    code: str = ""


class Calls:
    """Keep the newest requests of all services in the order they arrived."""

    def __init__(self) -> None:
        self.total = 0
        self._calls: deque[Call] = deque(maxlen=KEPT)

    def add(self, service: str, method: str, path: str, status: int, **more: str) -> None:
        """Record one answered request; `more` are its request_id, operation and code."""
        self._calls.append(Call(service, method, path, status, machine_now(), **more))
        self.total += 1

    def listed(self, service: str | None = None) -> list[dict[str, object]]:
        """Return the calls as JSON-ready rows, oldest first, of one service or of all."""
        return [asdict(call) for call in self._calls if service in (None, call.service)]

    def newest(self, count: int) -> list[Call]:
        """Return at most `count` calls, newest first."""
        return list(islice(reversed(self._calls), count))
