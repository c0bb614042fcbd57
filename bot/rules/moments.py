"""Moments as people type them: in two hours, in three days, at six in the evening, on a day at an hour."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.errors import Refusal
from bot.rules.figures import FIGURES
from bot.say import Moment

UNITS = {"m": 60.0, "h": 3600.0, "d": 86400.0, "w": 7 * 86400.0}
_NAMES = {
    "m": ("m", "min", "minute", "minutes", "分", "分钟"),
    "h": ("h", "hour", "hours", "小时", "个小时"),
    "d": ("d", "day", "days", "天", "日"),
    "w": ("w", "week", "weeks", "周", "个星期"),
}
_UNIT_OF = {name: unit for unit, names in _NAMES.items() for name in names}
_SPAN = re.compile(r"(\d{1,4})\s*([a-z]+|[\u4e00-\u9fff]+)")
_CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})")
_DAY = re.compile(r"(2\d{3})[-/](\d{1,2})[-/](\d{1,2})[ tT]+(\d{1,2})[:：](\d{2})")


def check_span(value: str) -> str:
    """Return a span as number and unit: "3 days" is "3d". Refuses anything else, and nothing at all.

    >>> check_span("2 小时")
    '2h'
    """
    found = _SPAN.fullmatch(value.strip().casefold())
    unit = _UNIT_OF.get(found.group(2)) if found else None
    if found is None or unit is None or int(found.group(1)) == 0:
        raise Refusal("moment.span", suggestion="2h", value=value)
    return f"{int(found.group(1))}{unit}"


def check_point(value: str) -> str:
    """Return a point in time as "18:00" or "2026-12-01 18:00", in the asker's own time zone. Refuses anything else."""
    plain = value.strip()
    try:
        if found := _CLOCK.fullmatch(plain):
            return time(int(found.group(1)), int(found.group(2))).strftime("%H:%M")
        if found := _DAY.fullmatch(plain):
            year, month, day, hour, minute = map(int, found.groups())
            return datetime(year, month, day, hour, minute, tzinfo=UTC).strftime("%Y-%m-%d %H:%M")
    except ValueError:
        pass
    raise Refusal("moment.point", suggestion="2026-12-01 18:00", value=value)


def check_moment(value: str) -> str:
    """Return a span or a point in its canonical form. Refuses anything else."""
    try:
        return check_span(value)
    except Refusal:
        return check_point(value)


def moment_of(value: str, now: float, zone: str, argument: str) -> float:
    """Return the moment that a checked value means at `now` in `zone`. Refuses one that is over, or too far ahead."""
    at = now + seconds_of(value) if value[-1] in UNITS else _point(value, now, zone)
    if at <= now:
        raise Refusal("moment.over", argument=argument, at=Moment(at))
    if at > now + FIGURES.remind.longest_days * 86400:
        raise Refusal("moment.far", argument=argument, days=FIGURES.remind.longest_days)
    return at


def seconds_of(value: str) -> float:
    """Return how long a checked span is.

    >>> seconds_of("2h")
    7200.0
    """
    return int(value[:-1]) * UNITS[value[-1]]


def _point(value: str, now: float, zone: str) -> float:
    """Return when the clock of `zone` shows it; an hour without a day is the next one."""
    place = ZoneInfo(zone)
    day, _, clock = value.rpartition(" ")
    hour = time.fromisoformat(clock)
    date = datetime.fromisoformat(day).date() if day else datetime.fromtimestamp(now, place).date()
    at = datetime.combine(date, hour, place)
    if not day and at.timestamp() <= now:
        at = datetime.combine(date + timedelta(days=1), hour, place)
    return at.astimezone(UTC).timestamp()
