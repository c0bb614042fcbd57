"""Change until when an agency holds."""

from __future__ import annotations

from bot.command import Argument, Ask, Command, Effect, Facts, Outcome, Place, Plan, Risk, Text, Touched
from bot.errors import Refusal
from bot.ports import Cloud
from bot.records import Step, ThingKind
from bot.rules.agency import check_days, end_of, expiry, lasts
from bot.rules.agency_words import affected
from bot.rules.figures import FIGURES
from bot.rules.links import Page, link
from bot.say import say
from handlers.agency import WHICH, known, there


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """Read the agency and who uses it (R3.12)."""
    return await known(ask["agency"], cloud)


def plan(ask: Ask, facts: Facts) -> Plan:
    """Plan the new validity: dates, everyone whom it concerns, and reminders before its end (R3.12, R3.31).

    A validity that holds already is refused: nothing would change.
    """
    agency, days = facts["agency"], int(ask["days"])
    if not days and not agency.expires:
        raise Refusal("agency.duration.already", argument="days", name=agency.name, until=expiry(agency))
    ends = end_of(days, ask.at)
    notes = [say("agency.duration.from_to", old=expiry(agency), new=ends), affected(agency, facts["rows"])]
    if days:
        notes.append(say("agency.duration.ends", days=_days(days)))
    return Plan(
        title=say("agency.duration.title", name=agency.name, until=ends),
        steps=(
            Step(
                "duration" if days else "forever",
                agency.name,
                {"id": agency.id, "days": str(days), "asked": repr(ask.at)},
            ),
        ),
        risk=Risk.CHANGE,
        notes=tuple(notes),
        links=(link(Page.AGENCY, ask.place.region, agency.name),),
    )


def _days(days: int) -> str:
    """Return on which days before the end people are reminded of an agency of this length."""
    return ", ".join(str(before) for before in FIGURES.agency.reminder_days if before < days) or "–"


async def observe(step: Step, cloud: Cloud) -> Outcome | None:
    """Return when it ends, once IAM has the new validity; IAM answers in hours, we say the date (R3.12)."""
    agency = await there(step, cloud)
    if not lasts(agency, int(step.facts["days"]), float(step.facts["asked"])):
        return None
    return {"expires": repr(agency.expires)}


async def act(step: Step, cloud: Cloud) -> None:
    """Set the validity in days; doing it twice counts from the second time (R3.12)."""
    await cloud.agencies.set_days(step.facts["id"], int(step.facts["days"]))


def touched(step: Step) -> Touched:
    """Return the agency, whose end is watched (R3.12)."""
    return Touched(ThingKind.AGENCY, step.facts["id"], claimed=True)


def _checked(value: str, _place: Place) -> str:
    return check_days(value)


command = Command(
    "agency duration",
    summary=Text(en="Change until when an agency holds", zh="修改委托的持续时间"),
    rules=("R3.12", "R3.31"),
    risk=Risk.CHANGE,
    aliases=("持续时间", "有效期", "validity"),
    arguments=(
        WHICH,
        Argument(
            "days",
            Text(en="Validity", zh="持续时间"),
            required=True,
            check=_checked,
            hint=Text(
                en="`permanent`, `1` for one day, or a number of days from now",
                zh="`permanent` 表示永久，`1` 表示一天，或从现在起的天数",
            ),
            placeholder="30",
            aliases=("天数", "持续时间", "duration"),
        ),
    ),
    read=read,
    plan=plan,
    effects={"duration": Effect(observe, act), "forever": Effect(observe, act)},
    thing=touched,
)
