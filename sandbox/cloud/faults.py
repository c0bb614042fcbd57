"""Faults a visitor or a test switches on: which request meets which fault, and how often."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.clock import machine_now

MINUTE_S = 60.0
REFUSING = frozenset({"arrears", "not_real_name", "forbidden", "quota", "throttled", "server_error"})
DELAYING = frozenset({"timeout_before", "timeout_after", "slow"})
KINDS = REFUSING | DELAYING


@dataclass(slots=True)
class Fault:
    """One switched-on fault; `operation` None means every operation, `left` None means until cleared."""

    service: str
    operation: str | None
    kind: str
    left: int | None

    def meets(self, service: str, operation: str) -> bool:
        """Tell whether this fault still applies to the operation."""
        return self.service == service and self.operation in (None, operation) and self.left != 0


class Pace:
    """Count the requests of each operation in the last minute of machine time, where there is a limit."""

    def __init__(self, a_minute: int) -> None:
        self._most = a_minute
        self._asked: dict[str, deque[float]] = {}

    def exceeded(self, operation: str) -> bool:
        """Count a request, unless it is one too many."""
        if not self._most:
            return False
        now, asked = machine_now(), self._asked.setdefault(operation, deque())
        while asked and asked[0] <= now - MINUTE_S:
            asked.popleft()
        if len(asked) >= self._most:
            return True
        asked.append(now)
        return False


class Faults:
    """Hold the switched-on faults of all services, oldest first."""

    def __init__(self, operations: Mapping[str, list[str]]) -> None:
        self._operations = operations
        self._faults: list[Fault] = []

    def add(self, service: str, operation: str | None, kind: str, times: int | None) -> None:
        """Switch a fault on for the next `times` requests, or for good. Raises ValueError for unknown names."""
        if service not in self._operations:
            raise ValueError(f"unknown service {service!r}: one of {sorted(self._operations)}")
        if operation is not None and operation not in self._operations[service]:
            raise ValueError(f"unknown operation {operation!r} of {service}")
        if kind not in KINDS:
            raise ValueError(f"unknown fault {kind!r}: one of {sorted(KINDS)}")
        if times is not None and times < 1:
            raise ValueError("times must be 1 or more, or left out")
        self._faults.append(Fault(service, operation, kind, times))

    def take(self, service: str, operation: str) -> str | None:
        """Return the kind that meets this request and count it down, or None."""
        for fault in self._faults:
            if fault.meets(service, operation):
                fault.left = None if fault.left is None else fault.left - 1
                return fault.kind
        return None

    def active(self) -> tuple[Fault, ...]:
        """Return the faults that are switched on, oldest first."""
        return tuple(self._faults)

    def clear(self) -> None:
        """Switch all faults off."""
        self._faults.clear()
