"""Quiet hours never cost data: what can wait waits, what cannot is said before."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refusal
from bot.records import Phase, Stage, StageState, Thing, ThingKind
from bot.rules.attention import KEPT
from bot.rules.figures import FIGURES
from bot.rules.quiet import NEWS, check_hour, check_quiet, hushed, quiet_from, spoken_at
from bot.rules.reminder import DAY, HOUR, MINUTE
from tests.rules.things import thing

EARLY = FIGURES.remind.before_quiet_seconds
NIGHT = quiet_from("22:00-08:00", "Asia/Shanghai")
ZONES = ["UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]


def at(hour: int, minute: int = 0, day: int = 10) -> float:
    """Return a moment of November 2026 in Shanghai."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()


def free(phase: Phase, deadline: float, since: float = 0.0) -> Thing:
    return thing(kind=ThingKind.SERVICE, phase=phase, free=True, deadline=deadline, since=since)


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        ("22:00-08:00", "22:00-08:00"),
        ("22-8", "22:00-08:00"),
        ("9:30 – 10:15", "09:30-10:15"),
        ("22：00至8：00", "22:00-08:00"),
        ("OFF", "off"),
        ("关闭", "off"),
        ("默认", "default"),
    ],
)
def test_quiet_hours_as_people_write_them(typed: str, hours: str) -> None:
    assert check_quiet(typed) == hours


@pytest.mark.parametrize(
    "typed", ["", "night", "25:00-08:00", "22:61-08:00", "22:00", "08:00-08:00", "22:00-08:00-09:00"]
)
def test_what_are_no_quiet_hours_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_quiet(typed)
    assert refused.value.suggestion == "22:00-08:00"


@pytest.mark.parametrize(("typed", "hour"), [("9", "09:00"), ("18：30", "18:30"), ("off", "off"), ("无", "off")])
def test_an_hour_as_people_write_it(typed: str, hour: str) -> None:
    assert check_hour(typed) == hour


@pytest.mark.parametrize("typed", ["24", "9:60", "soon"])
def test_what_is_no_hour_is_refused(typed: str) -> None:
    with pytest.raises(Refusal):
        check_hour(typed)


@pytest.mark.rule("R5.37")
@pytest.mark.parametrize(
    ("stage", "thing_", "said"),
    [
        # released at 03:00: said before the night, not in it and not after it
        (Stage("release_1h", at(2, day=11)), free(Phase.STOPPED, at(3, day=11)), at(22) - EARLY),
        # released at noon: the warning of six hours before waits until eight
        (Stage("release_6h", at(6, day=11)), free(Phase.STOPPED, at(12, day=11)), at(8, day=11)),
        # outside the quiet hours nothing moves
        (Stage("release_6h", at(9, day=11)), free(Phase.STOPPED, at(15, day=11)), at(9, day=11)),
        # released as the night ends: too late to say it then
        (Stage("release_1h", at(7, day=11)), free(Phase.STOPPED, at(8, day=11)), at(22) - EARLY),
        # started in the night: its owner is awake
        (Stage("stop_5m", at(23, 55)), free(Phase.RUNNING, at(0, day=11), at(23)), at(23, 55)),
        # what is paid for goes on costing while nobody looks
        (Stage("long", at(2, day=11)), thing(phase=Phase.RUNNING, free=False, since=at(18)), at(22) - EARLY),
        # asked for at that moment
        (Stage("own_1", at(3, day=11)), free(Phase.STOPPED, at(12, day=12)), at(3, day=11)),
        (Stage(KEPT, at(3, day=11)), thing(phase=Phase.RUNNING, free=False), at(3, day=11)),
    ],
)
def test_when_a_stage_is_said(stage: Stage, thing_: Thing, said: float) -> None:
    assert spoken_at(thing_, stage, NIGHT) == said
    assert spoken_at(thing_, stage, None) == stage.at


def test_a_snooze_ends_when_its_person_said() -> None:
    until = at(23)
    snoozed = thing(phase=Phase.STOPPED, free=True, deadline=at(12, day=12), snoozed=until)
    assert spoken_at(snoozed, Stage("release_24h", until), NIGHT) == until


@pytest.mark.rule("R5.26")
@given(
    zone=st.sampled_from(ZONES),
    begin=st.integers(0, 23),
    long=st.integers(1, 14),
    deadline=st.integers(int(at(0)), int(at(0)) + 20 * 86400),
    before=st.sampled_from([MINUTE * 5, HOUR, 6 * HOUR, DAY]),
)
def test_no_quiet_hours_make_a_warning_late(zone: str, begin: int, long: int, deadline: int, before: float) -> None:
    """Whatever the hours: said in time, outside them, and never later than before the deadline."""
    quiet = quiet_from(f"{begin:02d}:00-{(begin + long) % 24:02d}:00", zone)
    assert quiet
    stage = Stage("release_1h", deadline - before)
    said = spoken_at(free(Phase.STOPPED, float(deadline)), stage, quiet)
    assert said < deadline
    assert quiet.around(said) is None
    if quiet.around(stage.at) is None:
        assert said == stage.at


def test_the_clock_is_put_back_in_the_middle_of_the_quiet_hours() -> None:
    berlin = quiet_from("22:00-08:00", "Europe/Berlin")
    assert berlin
    found = berlin.around(datetime(2026, 10, 25, 0, 30, tzinfo=UTC).timestamp())
    assert found
    assert found[1] - found[0] == 11 * HOUR


def test_news_in_the_night_wait_for_the_morning_unless_something_tells_them_then() -> None:
    failed = thing(phase=Phase.FAILED)
    later = hushed(failed, NIGHT, at(23))
    assert later
    assert later.stages == (Stage(NEWS, at(8, day=11)),)
    waits = free(Phase.STOPPED, at(12, day=13))
    told_then = hushed(
        thing(phase=Phase.STOPPED, free=True, deadline=at(12, day=13), stages=(Stage("stopped", at(23)),)),
        NIGHT,
        at(23),
    )
    assert told_then
    assert [stage.name for stage in told_then.stages] == ["stopped"]
    assert hushed(waits, NIGHT, at(12)) is None
    assert hushed(waits, None, at(23)) is None
    said = hushed(thing(phase=Phase.GONE, stages=(Stage("x", 1.0, StageState.SAID),)), NIGHT, at(23))
    assert said
    assert NEWS not in [stage.name for stage in said.stages]
