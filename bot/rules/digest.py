"""What a digest says: what runs, what ends next, what waits for somebody: pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.records import Approval, Phase, Thing, ThingKind
from bot.rules.figures import FIGURES
from bot.say import Moment, Say, say

ENDING = (ThingKind.PACKAGE, ThingKind.AGENCY)
"""Things that only end: they do not run, and nothing of theirs is released."""


def digest_lines(
    things: Sequence[Thing], decides: Sequence[Approval], asked: Sequence[Approval], now: float
) -> list[Say]:
    """Return the lines of a digest; none where there is nothing to say (R5.37, R5.49, R5.62).

    `decides` are waiting requests that the reader may decide, `asked` the reader's own.
    """
    return [
        *(say("digest.decide", title=one.shown.title, until=Moment(one.expires)) for one in decides),
        *_running(things),
        *_ends(things, now),
        *(say("digest.asked", title=one.shown.title, until=Moment(one.expires)) for one in asked),
    ][: FIGURES.remind.digest_lines]


def overdue(things: Sequence[Thing], now: float) -> bool:
    """Return whether something stands as running beyond its end: nobody has looked since, so it is not known to run."""
    return any(0 < one.deadline <= now for one in _that_run(things))


def _running(things: Sequence[Thing]) -> Iterable[Say]:
    """Yield what runs, the paid and the oldest first: free is zero by rule, what is paid costs (R5.43)."""
    for one in sorted(_that_run(things), key=lambda one: (one.free, one.since)):
        yield say(f"digest.runs.{'free' if one.free else 'paid'}", name=one.name, since=Moment(one.since))


def _that_run(things: Iterable[Thing]) -> list[Thing]:
    return [one for one in things if one.phase is Phase.RUNNING and one.kind not in ENDING]


def _ends(things: Sequence[Thing], now: float) -> Iterable[Say]:
    """Yield what ends next by itself, the soonest first."""
    ending = sorted((one for one in things if one.deadline > now), key=lambda one: one.deadline)
    for one in ending[: FIGURES.remind.digest_ends]:
        stops = "stops" if one.phase is Phase.RUNNING else "released"
        key = "expires" if one.kind in ENDING else stops
        yield say(f"digest.ends.{key}", name=one.name, at=Moment(one.deadline))
