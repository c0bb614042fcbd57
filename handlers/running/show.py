"""Say what runs now."""

from __future__ import annotations

from bot.command import Ask, Command, Facts, Text
from bot.ports import Watched
from bot.records import Phase, StageState, Thing, ThingKind
from bot.reply import Reply, Row, first_rows
from bot.rules.figures import FIGURES
from bot.rules.links import Page, link
from bot.rules.spent import cost_so_far, total_so_far
from bot.say import Moment, People, Say, say

NEVER = (ThingKind.PACKAGE, ThingKind.AGENCY)
"""Kinds that are held, not run."""
AT_WORK = (Phase.RUNNING, Phase.MOVING)


async def recall(_ask: Ask, watched: Watched) -> Facts:
    """Recall what is watched: at most one sweep old."""
    things = [one for one in await watched.all() if one.kind not in NEVER and one.phase in AT_WORK]
    looked = bool(things) or await watched.compared(ThingKind.SERVICE)
    return {"things": sorted(things, key=lambda one: (one.free, one.since)), "looked": looked}


def answer(ask: Ask, facts: Facts) -> Reply:
    """Return what runs, the paid and the oldest first: whose, since when, cost so far, what comes next (R5.49, R5.43).

    Free is zero by rule; what a paid thing has cost is by inquiry, or unknown with its reason, never zero.
    """
    things = facts["things"]
    if not things:
        nothing = say("running.nothing" if facts["looked"] else "running.not_looked")
        return Reply(nothing, links=(link(Page.SERVICE, ask.place.region),))
    paid = [thing for thing in things if not thing.free]
    head = say("running.head", total=len(things), paid=len(paid))
    total = total_so_far(paid, ask.at) if len(paid) > 1 else None
    lines = (say("running.looked", at=Moment(min(thing.looked for thing in things))), *((total,) if total else ()))
    return Reply(head, lines, first_rows([_row(thing, ask.at) for thing in things], FIGURES.lists.rows))


def _row(thing: Thing, at: float) -> Row:
    owner = say("running.owner", who=People((thing.owner,))) if thing.owner else say("running.nobodys")
    details = (
        owner,
        say("running.since" if thing.phase is Phase.RUNNING else "running.moving", at=Moment(thing.since)),
        say("running.free") if thing.free else say("running.cost", cost=cost_so_far(thing, at)),
        *_next(thing),
    )
    return Row(say("running.row", name=thing.name), details, link(Page.SERVICE, thing.region, thing.name))


def _next(thing: Thing) -> tuple[Say, ...]:
    """Return the deadline, or when a thing without one is asked about next."""
    if thing.deadline:
        return (say("running.deadline", at=Moment(thing.deadline)),)
    pending = [stage.at for stage in thing.stages if stage.state is StageState.PENDING]
    return (say("running.asked_next", at=Moment(min(pending))),) if pending and not thing.muted else ()


command = Command(
    "running",
    summary=Text(en="What runs now, whose, since when, cost so far", zh="查看正在运行的资源：所属人、开始时间、费用"),
    rules=("R5.43", "R5.49", "R2.01"),
    recall=recall,
    answer=answer,
)
