"""How far this machine's clock is from somebody else's, by the Date header of an answer."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

from bot.records import Finding, Level
from bot.say import say

SKEW_SECONDS = 60.0
"""Slack's payloads are refused when they are five minutes away, signatures by the cloud when fifteen."""


def clock_skew(who: str, date: str, host_clock: float) -> list[Finding]:
    """Return one finding, or none where the header cannot be read. `host_clock` is this machine's time, in seconds."""
    try:
        off = host_clock - parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError):
        return []
    return [skewed(who, off)]


def skewed(who: str, off: float) -> Finding:
    """Return what it means that this machine's clock is `off` seconds ahead of somebody else's."""
    if abs(off) <= SKEW_SECONDS:
        return Finding(Level.FINE, say("doctor.clock_fine", who=who))
    return Finding(Level.FAULT, say("doctor.clock_off", who=who, seconds=round(off)), say("doctor.clock_mend"))
