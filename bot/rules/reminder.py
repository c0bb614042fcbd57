"""When is what said about a thing's clock, and what may be done then: ladders as data (R5.37, R5.49, R5.62)."""

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
PAID_RUNNING = ("stop", "keep_until", "mute")


def ladder(kind: ThingKind, phase: Phase, *, free: bool) -> tuple[Rung, ...]:
    """Return the rungs that lead to the deadline of a thing in this phase; () where there is no deadline."""
    if kind is ThingKind.PACKAGE:
        return PACKAGE if phase is Phase.RUNNING else ()
    if not free:
        return ()
    return {Phase.RUNNING: FREE_SERVICE_RUNNING, Phase.STOPPED: FREE_SERVICE_STOPPED}.get(phase, ())


def buttons(thing: Thing, stage: str) -> tuple[str, ...]:
    """Return the action ids that a card offers at a stage of the thing's ladder."""
    for rung in ladder(thing.kind, thing.phase, free=thing.free):
        if rung.name == stage:
            return rung.buttons
    return PAID_RUNNING if thing.kind is ThingKind.SERVICE and thing.phase is Phase.RUNNING else ()


def stages_of(thing: Thing, now: float) -> tuple[Stage, ...]:
    """Return the stages of the thing's present epoch; those a long past are left out, but for the last one passed."""
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
    """Return when a paid thing is asked about: after eight hours, each evening, before a weekend (R5.49)."""
    figures = FIGURES.forgotten
    long = Stage("long", since + figures.hours * HOUR)
    evening = Stage("evening", next_local(zone, now, figures.evening_hour))
    weekend = Stage("weekend", next_local(zone, now, figures.weekend_hour, weekday=figures.weekend_day))
    stages = [stage for stage in (long, evening, weekend) if stage.at > now or stage.name == "long"]
    return tuple(sorted(stages, key=lambda stage: stage.at))


def next_local(zone: str, now: float, hour: int, *, weekday: int | None = None) -> float:
    """Return the next time the clock of `zone` shows `hour`, on `weekday` (Monday is 0) if given."""
    local = datetime.fromtimestamp(now, ZoneInfo(zone))
    day = local.date()
    for ahead in range(9):
        found = datetime.combine(day + timedelta(days=ahead), time(hour), ZoneInfo(zone))
        if found.timestamp() > now and weekday in (None, found.weekday()):
            return found.astimezone(UTC).timestamp()
    raise AssertionError("every weekday comes within nine days")


def due_now(stages: Iterable[Stage], now: float) -> Stage | None:
    """Return the latest pending stage that is due; the others due with it are superseded by it (decision 8)."""
    due = [stage for stage in stages if stage.state is StageState.PENDING and stage.at <= now]
    return max(due, key=lambda stage: stage.at) if due else None


def said(stages: Iterable[Stage], spoken: Stage) -> tuple[Stage, ...]:
    """Return the stages after `spoken` was said: it is SAID, earlier pending ones are SUPERSEDED."""
    return tuple(_after(stage, spoken) for stage in stages)


def _after(stage: Stage, spoken: Stage) -> Stage:
    if stage.name == spoken.name:
        return replace(stage, state=StageState.SAID)
    if stage.state is StageState.PENDING and stage.at <= spoken.at:
        return replace(stage, state=StageState.SUPERSEDED)
    return stage


def voided(stages: Iterable[Stage]) -> tuple[Stage, ...]:
    """Return the stages with everything still to come void."""
    return tuple(
        replace(stage, state=StageState.VOID) if stage.state is StageState.PENDING else stage for stage in stages
    )


def again(stages: Iterable[Stage], name: str, at: float) -> tuple[Stage, ...]:
    """Return the stages with `name` pending once more at `at`, for a warning that was put off."""
    return tuple(Stage(name, at) if stage.name == name else stage for stage in stages)
