"""What a person wishes about a thing's reminders: pure, the same for a button and for a command (R5.37, R5.84)."""

from __future__ import annotations

from dataclasses import replace

from bot.errors import Refusal
from bot.records.things import Phase, Stage, StageState, Thing, ThingKind
from bot.reply import Reply
from bot.rules.figures import FIGURES
from bot.rules.reminder import OWN, added, again, own_name, stages_of, voided
from bot.say import Moment, say

HOUR, DAY = 3600.0, 86400.0
KEPT = "kept"
"""The stage at which a paid thing that was to be kept until a moment is asked about again."""


def snoozed(thing: Thing, until: float) -> tuple[Thing, Reply]:
    """Put the present warning off. The last one before the deadline is never put off (R5.62)."""
    final = _final(thing)
    if final and until > final.at:
        until, key = final.at, "thing.snoozed_short"
    else:
        key = "thing.snoozed"
    after = replace(thing, snoozed=until, stages=again(thing.stages, thing.told, until))
    return after, Reply(say(key, name=thing.name, until=Moment(until)))


def _final(thing: Thing) -> Stage | None:
    """Return the last warning that is still to come before a deadline, or None."""
    rungs = [
        stage
        for stage in thing.stages
        if stage.state is StageState.PENDING and stage.name != thing.told and not stage.name.startswith(OWN)
    ]
    return rungs[-1] if rungs and thing.deadline else None


def muted(thing: Thing) -> tuple[Thing, Reply]:
    """Say nothing more about this thing until it is unmuted."""
    return replace(thing, muted=True), Reply(say("thing.muted", name=thing.name))


def unmuted(thing: Thing, now: float) -> tuple[Thing, Reply]:
    """Speak about this thing again: what was let go and is still to come is pending once more."""
    stages = thing.stages
    if thing.quiet:
        for stage in stages_of(thing, now):
            stages = added(stages, stage) if stage.at > now else stages
    after = replace(thing, muted=False, quiet=False, snoozed=0.0, stages=stages)
    return after, Reply(say("thing.unmuted", name=thing.name))


def let_go(thing: Thing) -> tuple[Thing, Reply]:
    """End this epoch's reminders; nothing is deleted (contract, section 3)."""
    return replace(thing, quiet=True, keep_until=0.0, stages=voided(thing.stages)), Reply(
        say("thing.let_go", name=thing.name)
    )


def kept(thing: Thing, until: float, now: float) -> tuple[Thing, Reply]:
    """Keep a free thing running up to a moment, or be silent about a paid one until then (R5.84, R5.49)."""
    _check_kept(thing, until - now)
    after = replace(thing, keep_until=until, quiet=False)
    if thing.free:
        return after, Reply(say("thing.keeping_free", name=thing.name, until=Moment(until)))
    after = replace(after, stages=added(after.stages, Stage(KEPT, until)))
    return after, Reply(say("thing.keeping_paid", name=thing.name, until=Moment(until)))


def _check_kept(thing: Thing, seconds: float) -> None:
    """Refuse to keep what has no clock of its own, and to keep anything for too long (R5.84)."""
    if thing.kind is not ThingKind.SERVICE or thing.phase is Phase.GONE:
        raise Refusal("thing.not_kept", name=thing.name)
    longest = max(FIGURES.free.keep_hours) * HOUR if thing.free else FIGURES.forgotten.keep_days * DAY
    if not 0 < seconds <= longest:
        raise Refusal("thing.kept_too_long", name=thing.name, hours=longest / HOUR)


def reminded(thing: Thing, at: float) -> tuple[Thing, Reply]:
    """Add a reminder of a person's own; a thing that was let go or muted speaks again for it."""
    if len([stage for stage in thing.stages if stage.name.startswith(OWN)]) >= FIGURES.remind.most:
        raise Refusal("remind.too_many", argument="thing", name=thing.name, most=FIGURES.remind.most)
    stages = added(thing.stages, Stage(own_name(thing.stages), at))
    after = replace(thing, stages=stages, muted=False, quiet=False)
    return after, Reply(say("remind.added", name=thing.name, at=Moment(at)))
