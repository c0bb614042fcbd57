"""Faults that a visitor orders: the next `times` requests or deliveries that match go wrong as named."""

from __future__ import annotations

from dataclasses import dataclass, field

API_KINDS = frozenset({"ratelimited", "server_error", "timeout_after"})
DELIVERY_KINDS = frozenset({"duplicate_delivery"})
DISCONNECT = "disconnect"
KINDS = API_KINDS | DELIVERY_KINDS | {DISCONNECT}


@dataclass(slots=True)
class Fault:
    """One ordered fault; `method` is a Web API method or a payload kind, None matches all."""

    kind: str
    method: str | None
    times: int


@dataclass(slots=True)
class Faults:
    """The faults still to come, oldest first."""

    _waiting: list[Fault] = field(default_factory=list)

    def add(self, kind: str, method: str | None, times: int) -> None:
        """Order a fault. Raises ValueError for a kind that does not exist or cannot be had here."""
        if kind not in KINDS:
            raise ValueError(f"no fault kind {kind!r}; there are: {', '.join(sorted(KINDS))}")
        if kind == DISCONNECT:
            raise ValueError("disconnect needs Socket Mode: start the sandbox with --socket-mode")
        if times < 1:
            raise ValueError("times must be 1 or more")
        self._waiting.append(Fault(kind, method, times))

    def active(self) -> tuple[Fault, ...]:
        """Return the faults still to come, oldest first."""
        return tuple(self._waiting)

    def clear(self) -> None:
        """Order all faults off."""
        self._waiting.clear()

    def take(self, kinds: frozenset[str], method: str) -> str | None:
        """Use up one matching fault and return its kind."""
        for fault in self._waiting:
            if fault.kind in kinds and fault.method in (None, method):
                fault.times -= 1
                if not fault.times:
                    self._waiting.remove(fault)
                return fault.kind
        return None
