"""List what is still to be said, and when."""

from __future__ import annotations

from bot.command import Ask, Command, Facts, Text
from bot.ports import Watched
from bot.records import Stage, StageState, Thing
from bot.reply import Reply, Row, first_rows
from bot.rules.figures import FIGURES
from bot.rules.quiet import Quiet, quiet_from, spoken_at
from bot.say import Moment, Say, say


async def recall(ask: Ask, watched: Watched) -> Facts:
    """Recall the asker's own things and nobody's; an administrator's are all."""
    things = await watched.of(ask.person)
    return {"things": [(thing, await _quiet(thing, watched)) for thing in things]}


async def _quiet(thing: Thing, watched: Watched) -> Quiet | None:
    """Return the quiet hours of whoever is told about a thing; nobody's are asked for one that says nothing more."""
    if not _pending(thing):
        return None
    told = await watched.told(thing)
    return quiet_from(told.quiet, told.zone)


def answer(ask: Ask, facts: Facts) -> Reply:
    """Return each thing with what is still to be said about it, the most urgent first, and what was decided (R5.37).

    A moment that quiet hours move is shown as it is said, with the one it would have had.
    """
    rows = [(_first(thing, quiet), _row(thing, quiet, ask.at)) for thing, quiet in facts["things"]]
    told = [row for _, row in sorted((pair for pair in rows if pair[1].details), key=lambda pair: pair[0])]
    if not told:
        return Reply(say("remind.list.nothing"))
    return Reply(say("remind.list.head", total=len(told)), (), first_rows(told, FIGURES.lists.rows))


def _pending(thing: Thing) -> list[Stage]:
    return [stage for stage in thing.stages if stage.state is StageState.PENDING]


def _first(thing: Thing, quiet: Quiet | None) -> float:
    return min((spoken_at(thing, stage, quiet) for stage in _pending(thing)), default=float("inf"))


def _row(thing: Thing, quiet: Quiet | None, now: float) -> Row:
    decided = (
        (thing.muted, say("remind.list.muted")),
        (thing.snoozed > now, say("remind.list.snoozed", until=Moment(thing.snoozed))),
        (thing.keep_until > now, say("remind.list.kept", until=Moment(thing.keep_until))),
        (bool(thing.prepared), say("remind.list.prepared")),
    )
    stages = [_stage_line(stage, thing, quiet) for stage in _pending(thing)]
    lines = (*(line for true, line in decided if true), *stages)
    return Row(say(f"remind.list.{thing.kind}", name=thing.name), lines)


def _stage_line(stage: Stage, thing: Thing, quiet: Quiet | None) -> Say:
    """Return what a stage is about, and why it is said at another moment than its own; a later snooze delays it."""
    at = spoken_at(thing, stage, quiet)
    what = say(f"remind.stage.{stage.name.partition('_')[0]}", at=Moment(max(at, thing.snoozed)))
    if at == stage.at or at < thing.snoozed:
        return what
    moved = "remind.list.after_quiet" if at > stage.at else "remind.list.before_quiet"
    return say(moved, what=what, own=Moment(stage.at))


command = Command(
    "remind list",
    summary=Text(en="What is still to be said, and when", zh="查看待发送的提醒及时间"),
    rules=("R5.37",),
    aliases=("列表", "列出", "ls"),
    recall=recall,
    answer=answer,
)
