"""Say nothing more about a thing."""

from __future__ import annotations

from bot.command import Ask, Command, Text
from bot.records import Thing
from bot.reply import Reply
from bot.rules.attention import muted
from handlers.remind import WHICH, recall


def adjust(_ask: Ask, thing: Thing) -> tuple[Thing, Reply]:
    """Mute the thing; it is watched all the same (R5.37)."""
    return muted(thing)


command = Command(
    "remind mute",
    summary=Text(en="Say nothing more about something", zh="不再提醒某项资源"),
    rules=("R5.37",),
    aliases=("静音",),
    arguments=(WHICH,),
    recall=recall,
    adjust=adjust,
)
