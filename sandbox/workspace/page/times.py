"""Times as Slack's client writes them for one person: own zone, own language, `<!date^…>` tokens."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

TOKEN = re.compile(r"\{([a-z_]+)\}")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
DAYS_ZH = "一二三四五六日"
LATEST = 253_370_764_800  # the year 9999; a time beyond it is no date


def _ordinal(day: int) -> str:
    if 11 <= day <= 13:
        return f"{day}th"
    return f"{day}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th') }"


def _en(at: datetime) -> dict[str, str]:
    month, hour = MONTHS[at.month - 1], at.hour % 12 or 12
    half = "AM" if at.hour < 12 else "PM"
    long = f"{DAYS[at.weekday()]}, {month} {_ordinal(at.day)}, {at.year}"
    return {
        "date_num": f"{at:%Y-%m-%d}",
        "date_slash": f"{at:%m/%d/%Y}",
        "date": f"{month} {_ordinal(at.day)}, {at.year}",
        "date_short": f"{month[:3]} {at.day}, {at.year}",
        "date_long": long,
        "date_long_full": long,
        "day_divider": f"{DAYS[at.weekday()]}, {month} {_ordinal(at.day)}",
        "time": f"{hour}:{at:%M} {half}",
        "time_secs": f"{hour}:{at:%M:%S} {half}",
    }


def _zh(at: datetime) -> dict[str, str]:
    date = f"{at.year}年{at.month}月{at.day}日"
    return {
        "date_num": f"{at:%Y-%m-%d}",
        "date_slash": f"{at:%Y/%m/%d}",
        "date": date,
        "date_short": date,
        "date_long": f"{date}星期{DAYS_ZH[at.weekday()]}",
        "date_long_full": f"{date}星期{DAYS_ZH[at.weekday()]}",
        "day_divider": f"{at.month}月{at.day}日 星期{DAYS_ZH[at.weekday()]}",
        "time": f"{at:%H:%M}",
        "time_secs": f"{at:%H:%M:%S}",
    }


NEAR = {
    False: {-1: "yesterday", 0: "today", 1: "tomorrow"},
    True: {-1: "昨天", 0: "今天", 1: "明天"},
}
SPANS = ((86_400, "day", "天"), (3_600, "hour", "小时"), (60, "minute", "分钟"), (1, "second", "秒"))


def _ago(seconds: int, zh: bool) -> str:
    size, en_name, zh_name = next((span for span in SPANS if abs(seconds) >= span[0]), SPANS[-1])
    count = abs(seconds) // size
    if zh:
        return f"{count} {zh_name}{'前' if seconds >= 0 else '后'}"
    named = f"{count} {en_name}{'' if count == 1 else 's'}"
    return f"{named} ago" if seconds >= 0 else f"in {named}"


@dataclass(frozen=True, slots=True)
class Times:
    """Write times for somebody; `now` is what counts as today, in seconds since the epoch."""

    zone: str
    zh: bool
    now: Callable[[], float]

    def at(self, seconds: float) -> datetime:
        """Return a moment in the person's zone; an unknown zone counts as UTC."""
        try:
            zone: tzinfo = ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError):
            zone = UTC
        return datetime.fromtimestamp(min(max(seconds, 0), LATEST), zone)

    def tokens(self, seconds: float) -> dict[str, str]:
        """Return what each token of a date stands for; "pretty" ones say today, tomorrow, yesterday."""
        at = self.at(seconds)
        shown = _zh(at) if self.zh else _en(at)
        near = NEAR[self.zh].get((at.date() - self.at(self.now()).date()) // timedelta(days=1))
        shown |= {f"{name}_pretty": near or text for name, text in shown.items() if not name.startswith("time")}
        return shown | {"ago": _ago(int(self.now() - seconds), self.zh)}

    def filled(self, pattern: str, seconds: float) -> str:
        """Fill the tokens of a `<!date^…>` pattern; an unknown token stays."""
        known = self.tokens(seconds)
        return TOKEN.sub(lambda found: known.get(found[1], found[0]), pattern)

    def clock(self, seconds: float) -> str:
        """Return the time of day."""
        return self.tokens(seconds)["time"]

    def divider(self, seconds: float) -> str:
        """Return the heading of a day of messages."""
        text = self.filled("{day_divider_pretty}", seconds)
        return text[:1].upper() + text[1:]

    def full(self, seconds: float) -> str:
        """Return date and time."""
        return self.filled("{date_short} {time_secs}", seconds)
