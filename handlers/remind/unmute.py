"""Speak about a thing again."""

from __future__ import annotations

from bot.command import Ask, Command, Text
from bot.records import Thing
from bot.reply import Reply
from bot.rules.attention import unmuted
from handlers.remind import WHICH, recall


def adjust(ask: Ask, thing: Thing) -> tuple[Thing, Reply]:
    """Unmute the thing; what was let go of this period and is still to come is said again (R5.37)."""
    return unmuted(thing, ask.at)


command = Command(
    "remind unmute",
    summary=Text(en="Speak about something again", zh="恢复某项资源的提醒"),
    rules=("R5.37",),
    aliases=("恢复", "取消静音"),
    arguments=(WHICH,),
    recall=recall,
    adjust=adjust,
)
