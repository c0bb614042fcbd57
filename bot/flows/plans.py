"""A plan as an answer: what would be done, what it costs, who would have to approve."""

from __future__ import annotations

from bot.command import Plan
from bot.records import Need, PriceLine, Step
from bot.reply import Reply, Row, Table
from bot.say import Moment, Say, say


def plan_reply(plan: Plan, need: Need, now: float) -> Reply:
    """Return the plan and its price, without asking for anything; `now` is product time (R5.46)."""
    rows = tuple(Row(step_say(plan.title.key, step)) for step in plan.steps)
    lines = (need_say(need), *plan.notes, *price_says(plan.price, now))
    return Reply(say("plan.head", title=plan.title), lines, Table(rows, len(rows)), plan.links)


def step_say(title_key: str, step: Step) -> Say:
    """Return the words of a step: the text `<noun>.step.<kind>` with the step's target and facts."""
    noun = title_key.partition(".")[0]
    return Say(f"{noun}.step.{step.kind}", {"target": step.target, **step.facts})


def need_say(need: Need) -> Say:
    """Return who must approve."""
    if not need.approvers:
        return say("plan.needs_nobody")
    if need.typed:
        return say("plan.needs_typed", approvers=need.approvers, word=need.typed)
    return say("plan.needs", approvers=need.approvers)


def price_says(price: tuple[PriceLine, ...], at: float) -> tuple[Say, ...]:
    """Return the price line by line, with time and source; an unknown part is unknown, never zero (R5.43, R5.46)."""
    if not price:
        return ()
    source = "plan.price_inquired" if any(line.amount for line in price) else "plan.price_at"
    return (*(_price_say(line) for line in price), say(source, at=Moment(at)))


def _price_say(line: PriceLine) -> Say:
    if not line.amount:
        return say("plan.price_unknown", what=line.what)
    per = say("plan.per_hour") if line.per == "h" else line.per
    return say("plan.price", what=line.what, amount=line.amount, currency=line.currency, per=per)
