"""Behind the scenes: the requests under way between bot, Slack and cloud, and the clock."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.calls import KEPT, Call, Calls
from sandbox.clock import Clock, machine_now
from sandbox.workspace.deliver import Ack, Deliverer, Parcel
from sandbox.workspace.page.spans import span
from sandbox.workspace.page.times import Times
from sandbox.workspace.page.words import Words

Json = dict[str, Any]
SHOWN = 80
LOOKED_INTO = 30
SEARCHED = 2_000
SLACK = "slack"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One payload delivered to the app and how it was acknowledged, at a moment of machine time."""

    number: int
    parcel: Parcel
    ack: Ack
    at: float

    @property
    def kind(self) -> str:
        """Return what it is: an event by its own type."""
        event = self.parcel.payload.get("event", {})
        return str(event.get("type", self.parcel.kind))

    @property
    def began(self) -> float:
        """Return when it was sent."""
        return self.at - self.ack.ack_ms / 1000


@dataclass(frozen=True, slots=True)
class Row:
    """One request as drawn: `service` is who was asked ("bot" for deliveries, whose `number` opens them)."""

    service: str
    what: str
    outcome: str
    good: bool
    time: str
    at: float
    number: int = 0


@dataclass(frozen=True, slots=True)
class Inspected:
    """One delivery in full: its row, who caused it, payload and answer as text, and the requests that followed it.

    With a `correlation` the app tells itself which cloud calls it made for it, and only Slack's are followed by time.
    """

    row: Row
    who: str
    payload: str
    answer: str
    retry: int
    followed: list[Row]
    correlation: str = ""


class Scene:
    """Listen to what is delivered, and list it with what the services received."""

    def __init__(self, deliverer: Deliverer, calls: Calls, clock: Clock) -> None:
        self._deliveries: deque[Delivery] = deque(maxlen=SHOWN)
        self._delivered = 0
        self._calls = calls
        self.clock = clock
        deliverer.told.append(self._hear)

    def _hear(self, parcel: Parcel, ack: Ack) -> None:
        self._delivered += 1
        self._deliveries.append(Delivery(self._delivered, parcel, ack, machine_now()))

    @property
    def count(self) -> int:
        """Return how many requests there were; it grows with each."""
        return self._delivered + self._calls.total

    def rows(self, times: Times, words: Words) -> list[Row]:
        """Return the newest requests, newest first; the deliveries among them stay, however many calls follow them."""
        found = [_delivery_row(one, times, words) for one in list(self._deliveries)[-LOOKED_INTO:]]
        found += [call_row(call, times) for call in self._calls.newest(SHOWN - len(found))]
        return sorted(found, key=lambda row: row.at, reverse=True)

    def inspected(self, number: int, times: Times, words: Words) -> Inspected | None:
        """Return one delivery with what the services received since, until the next one; None when it is forgotten."""
        kept = [one for one in self._deliveries if one.number >= number]
        if not kept or kept[0].number != number:
            return None
        one, end = kept[0], kept[1].began if len(kept) > 1 else float("inf")
        correlation = one.ack.request_id
        calls = [call for call in self._calls.newest(SEARCHED) if one.began <= call.at < end]
        calls = [call for call in calls if call.service == SLACK or not correlation]
        payload = json.dumps(one.parcel.payload, ensure_ascii=False, indent=2)
        return Inspected(
            _delivery_row(one, times, words),
            _who(one.parcel.payload),
            payload,
            _pretty(one.ack.body),
            one.parcel.retry,
            [call_row(call, times) for call in reversed(calls)][:SHOWN],
            correlation,
        )

    def ahead(self, words: Words) -> str:
        """Say how far the clock is ahead of real time, in its two largest units."""
        said = span(words, self.clock.offset, least=60)
        return words("clock_ahead", span=said) if said else words("clock_real")


def _time(times: Times, at: float) -> str:
    return f"{times.at(at):%H:%M:%S}"


def call_row(call: Call, times: Times) -> Row:
    """Return a request that a service received as it is drawn."""
    what = f"{call.method} {call.path}"
    if call.service == SLACK:  # nearly all are POST /api/…; the method's own name says more
        what = call.path.removeprefix("/api/")
    return Row(call.service, what, str(call.status), call.status < 400, _time(times, call.at), call.at)


def joined(told: Iterable[Mapping[str, str]], calls: Calls, times: Times, words: Words) -> list[Row]:
    """Return what the app says it called, by the request ids of the services; what was not answered has none."""
    known = {call.request_id: call for call in calls.newest(KEPT) if call.request_id}
    return [_told_row(one, known.get(one.get("request_id", "")), times, words) for one in told]


def _told_row(told: Mapping[str, str], call: Call | None, times: Times, words: Words) -> Row:
    if call:
        return call_row(call, times)
    what = f"{told.get('operation', '')} {told.get('name', '')}".strip()
    return Row(told.get("service", ""), what, words("unanswered"), False, "", 0.0)


def _delivery_row(delivery: Delivery, times: Times, words: Words) -> Row:
    ack = delivery.ack
    outcome = f"{ack.ack_ms:.0f} ms" if ack.ok else f"{words('no_ack')} ({ack.status or ack.error})"
    return Row("bot", delivery.kind, outcome, ack.ok, _time(times, delivery.at), delivery.at, delivery.number)


def _who(payload: Json) -> str:
    """Return the id of the person who caused a payload, "" if it tells of none."""
    user = payload.get("user") or payload.get("event", {}).get("user") or payload.get("user_id", "")
    return str(user.get("id", "") if isinstance(user, dict) else user)


def _pretty(body: str) -> str:
    """Return an answer's JSON with line breaks; any other text as it is."""
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except ValueError:
        return body
