"""When is what said about a thing's clock, and what may be done then: ladders as data (R3.12, R5.37, R5.49, R5.62)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.records.things import Phase, Stage, StageState, Thing, ThingKind
from bot.rules.figures import FIGURES


@dataclass(frozen=True, slots=True)
class Rung:
    """One stage of a ladder: how many seconds before the deadline it is said, and the buttons that act then."""

    name: str
    before: float
    buttons: tuple[str, ...]


MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0

FREE_SERVICE_RUNNING = (
    Rung("stop_15m", 15 * MINUTE, ("let_go", "keep_until", "snooze", "mute")),
    Rung("stop_5m", 5 * MINUTE, ("let_go", "keep_until", "mute")),
)
FREE_SERVICE_STOPPED = (
    Rung("stopped", FIGURES.free.release_seconds, ("start_again", "let_go", "keep_until", "mute")),
    Rung("release_24h", 24 * HOUR, ("start_again", "let_go", "snooze", "mute")),
    Rung("release_6h", 6 * HOUR, ("start_again", "let_go", "snooze", "mute")),
    Rung("release_1h", 1 * HOUR, ("start_again", "let_go")),
)
PACKAGE = tuple(
    Rung(f"expiry_{days}d", days * DAY, ("renew", "buy_again", "snooze", "mute"))
    for days in FIGURES.package.expiry_days
)
AGENCY = tuple(Rung(f"end_{days}d", days * DAY, ("extend", "snooze", "mute")) for days in FIGURES.agency.reminder_days)
PAID_RUNNING = ("stop", "keep_until", "mute")
USED_UP = ("buy_again", "mute")
NIGHTS = ("evening", "weekend")
OWN = "own_"
"""How the names of stages begin that a person added."""


def ladder(kind: ThingKind, phase: Phase, *, free: bool) -> tuple[Rung, ...]:
    """Return the rungs that lead to the deadline of a thing in this phase; () where there is no deadline."""
    if kind in (ThingKind.PACKAGE, ThingKind.AGENCY):
        return (PACKAGE if kind is ThingKind.PACKAGE else AGENCY) if phase is Phase.RUNNING else ()
    if not free:
        return ()
    return {Phase.RUNNING: FREE_SERVICE_RUNNING, Phase.STOPPED: FREE_SERVICE_STOPPED}.get(phase, ())


def buttons(thing: Thing, stage: str) -> tuple[str, ...]:
    """Return the action ids that a card offers at a stage; a stage off the ladder offers what its first rung does."""
    rungs = ladder(thing.kind, thing.phase, free=thing.free)
    for rung in rungs:
        if rung.name == stage:
            return rung.buttons
    if thing.kind is ThingKind.PACKAGE and thing.phase is Phase.STOPPED:
        return () if thing.facts.get("next") else USED_UP
    if thing.kind is ThingKind.SERVICE and thing.phase is Phase.RUNNING and not thing.free:
        return PAID_RUNNING
    return rungs[0].buttons if rungs and stage else ()


def stages_of(thing: Thing, now: float) -> tuple[Stage, ...]:
    """Return the stages of the thing's present epoch, earliest first; those long past are left out but for the last."""
    if thing.deadline:
        rungs = ladder(thing.kind, thing.phase, free=thing.free)
        return _from_last_passed([Stage(rung.name, thing.deadline - rung.before) for rung in rungs], now)
    if thing.kind is ThingKind.SERVICE and thing.phase is Phase.RUNNING and not thing.free:
        return forgotten(thing.since, thing.zone, now)
    return ()


def _from_last_passed(stages: list[Stage], now: float) -> tuple[Stage, ...]:
    """Keep what is to come and the newest of what has passed: a thing found late is warned about once, not thrice."""
    passed = [stage for stage in stages if stage.at <= now]
    return (*passed[-1:], *(stage for stage in stages if stage.at > now))


def forgotten(since: float, zone: str, now: float) -> tuple[Stage, ...]:
    """Return when a paid thing is asked about: after eight hours, the next evening, before a weekend (R5.49)."""
    long = Stage("long", since + FIGURES.forgotten.hours * HOUR)
    stages = (long, *(_night(name, zone, now) for name in NIGHTS))
    return tuple(sorted(stages, key=lambda stage: stage.at))


def _night(name: str, zone: str, now: float) -> Stage:
    """Return the next evening, or the next one before a weekend."""
    figures = FIGURES.forgotten
    if name == "evening":
        return Stage(name, next_local(zone, now, figures.evening_hour))
    return Stage(name, next_local(zone, now, figures.weekend_hour, weekday=figures.weekend_day))


def next_local(zone: str, now: float, hour: int, *, weekday: int | None = None) -> float:
    """Return the next time the clock of `zone` shows `hour`, on `weekday` (Monday is 0) if given.

    Where the clock is put forward over that hour, the moment it is put forward to; where it is put back, the first.
    """
    place = ZoneInfo(zone)
    day = datetime.fromtimestamp(now, place).date()
    for ahead in range(9):
        found = datetime.combine(day + timedelta(days=ahead), time(hour), place)
        if found.timestamp() > now and weekday in (None, found.weekday()):
            return found.astimezone(UTC).timestamp()
    raise AssertionError("every weekday comes within nine days")


def due_now(stages: Iterable[Stage], now: float) -> Stage | None:
    """Return the pending stage that is due; of several the last of the ladder, which overtakes the rest (decision 8).

    Not the one with the latest moment: a warning that was put off must not speak over the more urgent one after it.
    """
    due = [stage for stage in stages if stage.state is StageState.PENDING and stage.at <= now]
    return due[-1] if due else None


def waits(thing: Thing, since: float) -> bool:
    """Return whether a stage of the thing has been due and unsaid since then."""
    return any(stage.state is StageState.PENDING and stage.at <= since for stage in thing.stages)


def said(stages: Iterable[Stage], spoken: Stage) -> tuple[Stage, ...]:
    """Return the stages after `spoken` was said: it is SAID, what pends before it on the ladder is SUPERSEDED."""
    found = tuple(stages)
    place = [stage.name for stage in found].index(spoken.name)
    before = (
        replace(stage, state=StageState.SUPERSEDED) if stage.state is StageState.PENDING else stage
        for stage in found[:place]
    )
    return (*before, replace(found[place], state=StageState.SAID), *found[place + 1 :])


def nights(stages: tuple[Stage, ...], zone: str, now: float) -> tuple[Stage, ...]:
    """Return the stages with an evening or a weekend that is over pending anew: a paid thing is asked about each."""
    for stage in stages:
        if stage.name in NIGHTS and stage.state in (StageState.SAID, StageState.SUPERSEDED):
            stages = added(stages, _night(stage.name, zone, now))
    return stages


def added(stages: Iterable[Stage], stage: Stage) -> tuple[Stage, ...]:
    """Return the stages with one more, or one put elsewhere, in its place by time."""
    others = [other for other in stages if other.name != stage.name]
    earlier = [other.at <= stage.at for other in others]
    place = len(earlier) - earlier[::-1].index(True) if True in earlier else 0
    return (*others[:place], stage, *others[place:])


def voided(stages: Iterable[Stage]) -> tuple[Stage, ...]:
    """Return the stages with everything still to come void."""
    return tuple(
        replace(stage, state=StageState.VOID) if stage.state is StageState.PENDING else stage for stage in stages
    )


def again(stages: Iterable[Stage], name: str, at: float) -> tuple[Stage, ...]:
    """Return the stages with `name` pending once more at `at`, in its old place, for a warning that was put off."""
    return tuple(Stage(name, at) if stage.name == name else stage for stage in stages)


def carried(stages: Iterable[Stage]) -> tuple[Stage, ...]:
    """Return the stages that outlive their epoch: those that a person added and that are still to come."""
    return tuple(stage for stage in stages if stage.name.startswith(OWN) and stage.state is StageState.PENDING)


def own_name(stages: Iterable[Stage]) -> str:
    """Return a name for one more stage of a person's own, used by none before it."""
    numbers = [int(stage.name.removeprefix(OWN)) for stage in stages if stage.name.startswith(OWN)]
    return f"{OWN}{max(numbers, default=0) + 1}"
