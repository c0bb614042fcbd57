"""Renew a package or buy it again: which of both fits, and why (R5.57)."""

from __future__ import annotations

import re
from enum import StrEnum

from bot.records.things import Phase, Thing

QUOTA = re.compile(r"([\d.e+-]+)/[\d.e+-]+ ")


class Fit(StrEnum):
    """Why one of both ways fits: something is left, nothing is left, or the list does not say."""

    LEFT = "left"
    USED_UP = "used_up"
    UNKNOWN = "unknown"


def fit(package: Thing) -> Fit:
    """Return how a watched package stands, from what its last look showed."""
    if package.phase is Phase.STOPPED:
        return Fit.USED_UP
    left = [float(amount) for amount in QUOTA.findall(package.facts.get("left", ""))]
    if not left:
        return Fit.UNKNOWN
    return Fit.LEFT if any(left) else Fit.USED_UP


def fitting(package: Thing) -> str:
    """Return the action that fits: a renewal waits for the end of the period, buying again takes effect at once.

    So nothing left means buying again; anything else is carried on by a renewal (R5.57).
    """
    return "buy_again" if fit(package) is Fit.USED_UP else "renew"
