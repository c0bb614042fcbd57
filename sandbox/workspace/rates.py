"""Rate limits: a bucket per method by Slack's tiers, one message a second a channel with a burst."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.clock import machine_now

TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
SPECIAL = {"auth.test": 600, "api.test": 600, "chat.postMessage": 300, "views.publish": 100}


@dataclass(frozen=True, slots=True)
class RateLimits:
    """How strict to be; `burst` is how many messages at once a channel takes before one a second holds.

    A tier's burst is its whole minute. Slack does not publish its bursts, so both are settings.
    """

    enabled: bool = True
    per_channel_s: float = 1.0
    burst: int = 5


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float


@dataclass(slots=True)
class Rates:
    """Count requests in machine time."""

    limits: RateLimits = field(default_factory=RateLimits)
    now: Callable[[], float] = machine_now
    _buckets: dict[str, _Bucket] = field(default_factory=dict)

    def method(self, name: str, tier: int | None) -> int:
        """Count one call of a method; return 0, or the seconds of Retry-After. A tier of None is special."""
        per_minute = SPECIAL[name] if tier is None else TIERS[tier]
        return self._take(f"method:{name}", per_minute, per_minute / 60)

    def channel(self, channel: str) -> int:
        """Count one message to a channel; return 0, or the seconds of Retry-After."""
        return self._take(f"channel:{channel}", self.limits.burst, 1 / self.limits.per_channel_s)

    def _take(self, key: str, most: float, per_s: float) -> int:
        if not self.limits.enabled:
            return 0
        now = self.now()
        bucket = self._buckets.setdefault(key, _Bucket(most, now))
        bucket.level = min(most, bucket.level + (now - bucket.at) * per_s)
        bucket.at = now
        if bucket.level >= 1:
            bucket.level -= 1
            return 0
        return max(1, math.ceil((1 - bucket.level) / per_s))
