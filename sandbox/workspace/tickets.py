"""What Slack hands out for a while: trigger ids (3 s, one use), response urls (30 minutes, five uses)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.clock import machine_now

TRIGGER_S = 3.0
RESPONSE_S = 1_800.0
RESPONSE_USES = 5
KEPT = 5_000


@dataclass(slots=True)
class Trigger:
    """A trigger id given to the app: for whom, from inside which modal, since when, used or not."""

    person: str
    view_id: str | None
    at: float
    used: bool = False


@dataclass(slots=True)
class ResponseUrl:
    """A response url: where and for whom its messages go, and the message a replacement concerns."""

    channel: str
    person: str
    at: float
    thread_ts: str | None = None
    source_ts: str | None = None
    uses: int = 0


@dataclass(slots=True)
class Tickets:
    """Hand out and redeem; times are machine time and never advanced."""

    now: Callable[[], float] = machine_now
    triggers: dict[str, Trigger] = field(default_factory=dict)
    urls: dict[str, ResponseUrl] = field(default_factory=dict)

    def new_trigger(self, person: str, view_id: str | None = None) -> str:
        """Return a trigger id for what this person just did."""
        name = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**13)}.{secrets.token_hex(16)}"
        self.triggers[name] = Trigger(person, view_id, self.now())
        _forget_oldest(self.triggers)
        return name

    def use_trigger(self, name: str) -> Trigger | str:
        """Redeem a trigger id, or return Slack's error name for why it is void."""
        trigger = self.triggers.get(name)
        if trigger is None:
            return "invalid_trigger_id"
        if trigger.used:
            return "exchanged_trigger_id"
        if self.now() - trigger.at > TRIGGER_S:
            return "expired_trigger_id"
        trigger.used = True
        return trigger

    def new_url(self, url: ResponseUrl) -> str:
        """Return the opaque name of a new response url."""
        name = secrets.token_urlsafe(24)
        self.urls[name] = url
        _forget_oldest(self.urls)
        return name

    def use_url(self, name: str) -> ResponseUrl | str:
        """Redeem one use of a response url, or return Slack's error name for why not."""
        url = self.urls.get(name)
        if url is None or self.now() - url.at > RESPONSE_S:
            return "expired_url"
        if url.uses >= RESPONSE_USES:
            return "used_url"
        url.uses += 1
        return url


def _forget_oldest(kept: dict[str, Trigger] | dict[str, ResponseUrl]) -> None:
    if len(kept) > KEPT:
        kept.pop(next(iter(kept)), None)
