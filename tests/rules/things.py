"""Things as the tests of rules and flows need them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.records import Phase, Thing, ThingKind
from bot.records.provider import Package, Quota, Service

HOUR, DAY = 3600.0, 86400.0
HERE, THERE = "cn-north-4", "cn-north-1"


def moment(text: str) -> float:
    """Return an ISO time in UTC as seconds."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


NOON = moment("2026-11-23T12:00")
"""A Monday."""


def thing(**more: Any) -> Thing:
    """Return a free running service that nobody looked at yet, changed as the test needs it."""
    plain = Thing("d1/cn-north-4/service/s1", ThingKind.SERVICE, "s1", "flowers", HERE, "h1", phase=Phase.RUNNING)
    return replace(plain, **{"free": True, "owner": "U1", **more})


def service(**more: Any) -> Service:
    """Return a free service that was started at NOON."""
    plain = Service("s1", "flowers", "running", "cpu.free", True, 1, "m:1", NOON - DAY, NOON, NOON + HOUR)
    return replace(plain, **more)


def package(**more: Any) -> Package:
    """Return a package in force for 30 days since 22 days."""
    plain = Package("p1", "o1", "CPU100", "CPU 100 h", HERE, "active", NOON - 22 * DAY, NOON + 8 * DAY)
    return replace(plain, **{"quotas": (Quota("q1", "CPU hours", 100.0, 70.0, "h"),), **more})
