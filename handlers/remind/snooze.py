"""Put a thing's reminders off."""

from __future__ import annotations

from bot.command import Argument, Ask, Command, Place, Text
from bot.records import Thing
from bot.reply import Reply
from bot.rules.attention import snoozed
from bot.rules.moments import check_moment, moment_of
from handlers.remind import WHICH, recall

USUAL = "1d"


def adjust(ask: Ask, thing: Thing) -> tuple[Thing, Reply]:
    """Put the reminders off until then, but never the last one before a deadline (R5.62)."""
    return snoozed(thing, moment_of(ask["for"] or USUAL, ask.at, ask.person.zone, "for"))


def _moment(value: str, _place: Place) -> str:
    return check_moment(value)


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
            aliases=("时长", "until"),
        ),
    ),
    recall=recall,
    adjust=adjust,
)
