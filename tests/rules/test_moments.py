from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refusal
from bot.rules.figures import FIGURES
from bot.rules.moments import check_moment, check_point, check_span, moment_of
from tests.fakes.words import words_of
from tests.rules.things import DAY, HOUR, NOON, moment


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("2h", "2h"),
        ("30 min", "30m"),
        ("3 days", "3d"),
        ("1W", "1w"),
        ("2小时", "2h"),
        ("3 天", "3d"),
        ("9:05", "09:05"),
        ("18：00", "18:00"),
        ("2026-12-01 18:00", "2026-12-01 18:00"),
        ("2026/12/1T8:30", "2026-12-01 08:30"),
    ],
)
def test_moments_are_understood_as_people_type_them(typed: str, canonical: str) -> None:
    assert check_moment(typed) == canonical
    assert check_moment(canonical) == canonical


@pytest.mark.parametrize("typed", ["", "soon", "0h", "h", "25:00", "2026-02-30 10:00", "-1h", "99999h", "2h3", "18:60"])
def test_anything_else_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_moment(typed)
    assert "2026-12-01 18:00" in words_of(refused.value)


def test_a_span_is_no_point() -> None:
    with pytest.raises(Refusal):
        check_span("18:00")
    with pytest.raises(Refusal):
        check_point("2h")


@pytest.mark.parametrize(
    ("value", "zone", "expected"),
    [
        ("2h", "Asia/Shanghai", NOON + 2 * HOUR),
        ("3d", "UTC", NOON + 3 * DAY),
        ("18:00", "UTC", moment("2026-11-23T18:00")),
        ("12:00", "UTC", moment("2026-11-24T12:00")),
        ("18:00", "Asia/Shanghai", moment("2026-11-24T10:00")),
        ("2026-12-01 18:00", "Asia/Shanghai", moment("2026-12-01T10:00")),
        ("2027-03-28 02:30", "Europe/Berlin", moment("2027-03-28T01:30")),
    ],
)
def test_points_are_meant_in_the_askers_zone(value: str, zone: str, expected: float) -> None:
    assert moment_of(value, NOON, zone, "for") == expected


@pytest.mark.parametrize(("value", "key"), [("2026-11-23 11:59", "moment.over"), ("2029-01-01 10:00", "moment.far")])
def test_what_is_over_or_too_far_is_refused_at_its_field(value: str, key: str) -> None:
    with pytest.raises(Refusal) as refused:
        moment_of(value, NOON, "UTC", "at")
    assert (refused.value.say.key, refused.value.argument) == (key, "at")


TYPED = st.one_of(
    st.text(max_size=20),
    st.from_regex(r"[0-9]{1,5} ?[mhdw天]", fullmatch=True),
    st.from_regex(r"[0-9]{1,2}[:：][0-9]{2}", fullmatch=True),
    st.from_regex(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2} [0-9]{1,2}:[0-9]{2}", fullmatch=True),
)


@given(TYPED, st.sampled_from(["UTC", "Asia/Shanghai", "Pacific/Kiritimati", "America/Adak"]))
def test_any_text_is_understood_or_refused(text: str, zone: str) -> None:
    try:
        at = moment_of(check_moment(text), NOON, zone, "for")
    except Refusal:
        return
    assert NOON < at <= NOON + FIGURES.remind.longest_days * DAY
