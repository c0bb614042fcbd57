"""Add a reminder of one's own."""

from __future__ import annotations

from bot.command import Argument, Ask, Command, Place, Text
from bot.errors import Refusal
from bot.records import Thing
from bot.reply import Reply
from bot.rules.attention import reminded
from bot.rules.moments import check_point, check_span, moment_of
from handlers.remind import WHICH, recall


def adjust(ask: Ask, thing: Thing) -> tuple[Thing, Reply]:
    """Add a stage of the asker's own, which also outlives a restart of the thing (R5.37)."""
    if bool(ask["in"]) == bool(ask["at"]):
        raise Refusal("remind.in_or_at", argument="in")
    name = "in" if ask["in"] else "at"
    return reminded(thing, moment_of(ask[name], ask.at, ask.person.zone, name))


def _span(value: str, _place: Place) -> str:
    return check_span(value)


def _point(value: str, _place: Place) -> str:
    return check_point(value)


command = Command(
    "remind add",
    summary=Text(en="Add a reminder of your own", zh="添加自己的提醒"),
    rules=("R5.37",),
    aliases=("添加", "新增"),
    arguments=(
        WHICH,
        Argument(
            "in",
            Text(en="In", zh="多久以后"),
            check=_span,
            hint=Text(en="30m, 2h, 3d, 1w", zh="30m、2h、3d、1w"),
            placeholder="2h",
            aliases=("多久",),
        ),
        Argument(
            "at",
            Text(en="At", zh="时间"),
            check=_point,
            hint=Text(
                en="18:00, or 2026-12-01 18:00, in your own time zone", zh="18:00 或 2026-12-01 18:00，按您的时区"
            ),
            aliases=("时间",),
            keyed_only=True,
        ),
    ),
    recall=recall,
    adjust=adjust,
)
