"""Quiet hours: what may wait is said after them, what may not is said before them, and no wish costs data: pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.errors import Refusal
from bot.records import OFF
from bot.records.things import Phase, Stage, StageState, Thing
from bot.rules.attention import KEPT
from bot.rules.figures import FIGURES
from bot.rules.reminder import OWN, added

DEFAULT = "default"
NEWS = "news"
"""The stage that tells after quiet hours what happened in them."""
_WORDS = {"off": OFF, "none": OFF, "no": OFF, "关": OFF, "关闭": OFF, "无": OFF, "default": DEFAULT, "默认": DEFAULT}
_SPAN = re.compile(r"(\d{1,2})[:：]?(\d{2})?\s*(?:-|–|—|~|至|到)\s*(\d{1,2})[:：]?(\d{2})?")
_HOUR = re.compile(r"(\d{1,2})(?:[:：](\d{2}))?")


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of a day in which nothing that can wait is said; `end` may lie on the next day."""

    begin: time
    end: time
    zone: str

    def around(self, at: float) -> tuple[float, float] | None:
        """Return the quiet hours that a moment lies in, from and until; None outside them."""
        place = ZoneInfo(self.zone)
        today = datetime.fromtimestamp(at, place).date()
        for day in (today - timedelta(days=1), today):
            begin = datetime.combine(day, self.begin, place).astimezone(UTC).timestamp()
            last = day + timedelta(days=1) if self.end <= self.begin else day
            end = datetime.combine(last, self.end, place).astimezone(UTC).timestamp()
            if begin <= at < end:
                return begin, end
        return None


def check_quiet(value: str) -> str:
    """Return quiet hours as "22:00-08:00", "off" or "default". Refuses anything else, and hours that never end.

    >>> check_quiet("22:00 – 8:00"), check_quiet("关闭")
    ('22:00-08:00', 'off')
    """
    plain = value.strip().casefold()
    if plain in _WORDS:
        return _WORDS[plain]
    try:
        if found := _SPAN.fullmatch(plain):
            begin, end = (time(int(h), int(m or 0)) for h, m in (found.group(1, 2), found.group(3, 4)))
            if begin != end:
                return f"{begin:%H:%M}-{end:%H:%M}"
    except ValueError:
        pass
    raise Refusal("settings.not_quiet", suggestion="22:00-08:00", value=value)


def check_zone(value: str) -> str:
    """Return the name of a time zone. Refuses anything else."""
    try:
        return ZoneInfo(value.strip()).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refusal("settings.no_zone", suggestion="Asia/Shanghai", value=value) from None


def check_hour(value: str) -> str:
    """Return an hour of the day as "09:00", "off" or "default". Refuses anything else.

    >>> check_hour("9"), check_hour("18：30")
    ('09:00', '18:30')
    """
    plain = value.strip().casefold()
    if plain in _WORDS:
        return _WORDS[plain]
    try:
        if found := _HOUR.fullmatch(plain):
            return f"{time(int(found.group(1)), int(found.group(2) or 0)):%H:%M}"
    except ValueError:
        pass
    raise Refusal("settings.not_an_hour", suggestion="09:00", value=value)


def quiet_from(value: str, zone: str) -> Quiet | None:
    """Return the quiet hours that a checked value means, or None for none."""
    if value in ("", OFF, DEFAULT):
        return None
    begin, _, end = value.partition("-")
    return Quiet(time.fromisoformat(begin), time.fromisoformat(end), zone)


def spoken_at(thing: Thing, stage: Stage, quiet: Quiet | None) -> float:
    """Return when a stage is said (product time), given somebody's quiet hours.

    What can wait is said when they end. What matters before that is said before they begin, so that they never cost
    data; where the thing began within them, its person is awake, and it is said at its own moment. What a person asked
    for at a moment (a reminder of their own, the end of a snooze or of keeping) is said at that moment.
    """
    if quiet is None or stage.name.startswith(OWN) or stage.name == KEPT or stage.at == thing.snoozed:
        return stage.at
    hours = quiet.around(stage.at)
    if hours is None:
        return stage.at
    begin, end = hours
    if _can_wait(thing, end):
        return end
    early = begin - FIGURES.remind.before_quiet_seconds
    return early if early >= thing.since else stage.at


def _can_wait(thing: Thing, end: float) -> bool:
    """Return whether nothing is lost until `end`: no deadline before it, and nothing that costs while nobody looks."""
    if thing.deadline:
        return thing.deadline > end
    return thing.free or thing.phase is not Phase.RUNNING


def hushed(thing: Thing, quiet: Quiet | None, now: float) -> Thing | None:
    """Return the thing with its news put off until the quiet hours end; None where it may be told now.

    A stage that is said then tells them, too; what is gone has nothing left that anybody could do about it.
    """
    hours = quiet.around(now) if quiet else None
    if hours is None:
        return None
    _, end = hours
    waits = [stage for stage in thing.stages if stage.state is StageState.PENDING]
    if thing.phase is Phase.GONE or any(spoken_at(thing, stage, quiet) <= end for stage in waits):
        return thing
    return replace(thing, stages=added(thing.stages, Stage(NEWS, end)))
