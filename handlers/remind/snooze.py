"""Put a thing's reminders off."""

from __future__ import annotations

from bot.command import Argument, Ask, Command, Kind, Place, Text
from bot.errors import Refusal
from bot.records import Thing
from bot.reply import Reply
from bot.rules.attention import snoozed
from bot.rules.moments import check_moment, check_point, moment_of
from handlers.remind import WHICH, recall

USUAL = "1d"


def adjust(ask: Ask, thing: Thing) -> tuple[Thing, Reply]:
    """Put the reminders off until then, but never the last one before a deadline (R5.62)."""
    if ask["for"] and ask["until"]:
        raise Refusal("remind.for_or_until", argument="until")
    name = "until" if ask["until"] else "for"
    return snoozed(thing, moment_of(ask[name] or USUAL, ask.at, ask.person.zone, name))


def _moment(value: str, _place: Place) -> str:
    return check_moment(value)


def _point(value: str, _place: Place) -> str:
    return check_point(value)


command = Command(
    "remind snooze",
    summary=Text(en="Put the reminders about something off", zh="推迟某项资源的提醒"),
    rules=("R5.37", "R5.62"),
    aliases=("推迟", "稍后"),
    arguments=(
        WHICH,
        Argument(
            "for",
            Text(en="For how long, or until when", zh="推迟多久，或推迟到何时"),
            check=_moment,
            hint=Text(
                en="1h, 1d, 3d, 7d; 18:00; 2026-12-01 18:00. One day if left out.",
                zh="1h、1d、3d、7d；18:00；2026-12-01 18:00。留空为一天。",
            ),
            placeholder=USUAL,
            aliases=("时长",),
        ),
        Argument(
            "until",
            Text(en="Or until", zh="或推迟到"),
            kind=Kind.TIME,
            check=_point,
            hint=Text(en="In your own time zone; the next such hour", zh="按您的时区，下一个该时刻"),
            aliases=("推迟到", "直到"),
            keyed_only=True,
        ),
    ),
    recall=recall,
    adjust=adjust,
)
