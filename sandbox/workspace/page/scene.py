"""Behind the scenes: the requests under way between bot, Slack and cloud, and the clock."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from sandbox.calls import Call, Calls
from sandbox.clock import Clock, machine_now
from sandbox.workspace.deliver import Ack, Deliverer
from sandbox.workspace.page.spans import span
from sandbox.workspace.page.times import Times
from sandbox.workspace.page.words import Words

SHOWN = 80


@dataclass(frozen=True, slots=True)
class Delivery:
    """One payload delivered to the app and how it was acknowledged."""

    kind: str
    ack: Ack
    at: float


@dataclass(frozen=True, slots=True)
class Row:
    """One request as drawn: `service` is who was asked ("bot" for deliveries)."""

    service: str
    what: str
    outcome: str
    good: bool
    time: str
    at: float


class Scene:
    """Listen to what is delivered, and list it with what the services received."""

    def __init__(self, deliverer: Deliverer, calls: Calls, clock: Clock) -> None:
        self._deliveries: deque[Delivery] = deque(maxlen=SHOWN)
        self._delivered = 0
        self._calls = calls
        self.clock = clock
        deliverer.told.append(self._hear)

    def _hear(self, kind: str, ack: Ack) -> None:
        self._deliveries.append(Delivery(kind, ack, machine_now()))
        self._delivered += 1

    @property
    def count(self) -> int:
        """Return how many requests there were; it grows with each."""
        return self._delivered + self._calls.total

    def rows(self, times: Times, words: Words) -> list[Row]:
        """Return the newest requests, newest first."""
        found = [_call_row(call, times) for call in self._calls.newest(SHOWN)]
        found += [_delivery_row(delivery, times, words) for delivery in self._deliveries]
        return sorted(found, key=lambda row: row.at, reverse=True)[:SHOWN]

    def ahead(self, words: Words) -> str:
        """Say how far the clock is ahead of real time, in its two largest units."""
        said = span(words, self.clock.offset, least=60)
        return words("clock_ahead", span=said) if said else words("clock_real")


def _time(times: Times, at: float) -> str:
    return f"{times.at(at):%H:%M:%S}"


def _call_row(call: Call, times: Times) -> Row:
    what = f"{call.method} {call.path}"
    if call.service == "slack":  # nearly all are POST /api/…; the method's own name says more
        what = call.path.removeprefix("/api/")
    return Row(call.service, what, str(call.status), call.status < 400, _time(times, call.at), call.at)


def _delivery_row(delivery: Delivery, times: Times, words: Words) -> Row:
    ack = delivery.ack
    outcome = f"{ack.ack_ms:.0f} ms" if ack.ok else f"{words('no_ack')} ({ack.status or ack.error})"
    return Row("bot", delivery.kind, outcome, ack.ok, _time(times, delivery.at), delivery.at)
