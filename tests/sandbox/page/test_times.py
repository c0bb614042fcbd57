from __future__ import annotations

import pytest

from sandbox.workspace.page.times import Times

AT = 1_392_734_382  # 2014-02-18 14:39:42 UTC
DAY = 86_400
EN = Times("UTC", zh=False, now=lambda: AT + 20 * DAY)
ZH = Times("Asia/Shanghai", zh=True, now=lambda: AT + 20 * DAY)


@pytest.mark.parametrize(
    ("pattern", "en", "zh"),
    [
        ("{date_num}", "2014-02-18", "2014-02-18"),
        ("{date_slash}", "02/18/2014", "2014/02/18"),
        ("{date}", "February 18th, 2014", "2014年2月18日"),
        ("{date_short}", "Feb 18, 2014", "2014年2月18日"),
        ("{date_long}", "Tuesday, February 18th, 2014", "2014年2月18日星期二"),
        ("{time}", "2:39 PM", "22:39"),
        ("{time_secs}", "2:39:42 PM", "22:39:42"),
        ("at {time} {nonsense}", "at 2:39 PM {nonsense}", "at 22:39 {nonsense}"),
        ("{ago}", "20 days ago", "20 天前"),
    ],
)
def test_tokens(pattern: str, en: str, zh: str) -> None:
    assert EN.filled(pattern, AT) == en
    assert ZH.filled(pattern, AT) == zh


@pytest.mark.parametrize(
    ("days", "en", "zh"), [(-1, "yesterday", "昨天"), (0, "today", "今天"), (1, "tomorrow", "明天")]
)
def test_near_days_have_names(days: int, en: str, zh: str) -> None:
    for in_chinese, wanted in ((False, en), (True, zh)):
        times = Times("UTC", in_chinese, now=lambda: AT)
        assert times.filled("until {date_short_pretty}", AT + days * DAY) == f"until {wanted}"
        assert times.divider(AT + days * DAY) == wanted.capitalize()


@pytest.mark.parametrize(
    ("later", "said"), [(90, "in 1 minute"), (7_200, "in 2 hours"), (-45, "45 seconds ago"), (-DAY, "1 day ago")]
)
def test_ago_also_looks_ahead(later: int, said: str) -> None:
    assert Times("UTC", zh=False, now=lambda: AT).filled("{ago}", AT + later) == said


@pytest.mark.parametrize("day", [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (22, "22nd"), (30, "30th")])
def test_days_are_counted_in_words(day: tuple[int, str]) -> None:
    march = 1_393_632_000  # 1 March 2014
    assert EN.filled("{date}", march + (day[0] - 1) * DAY) == f"March {day[1]}, 2014"


def test_an_unknown_zone_counts_as_utc_and_a_strange_number_is_no_crash() -> None:
    times = Times("Nowhere/Land", zh=False, now=lambda: AT)
    assert times.clock(AT) == "2:39 PM"
    assert times.filled("{date_num}", 10**15).startswith("9999")
