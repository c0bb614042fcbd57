from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.records import Phase, Stage, StageState, Thing, ThingKind
from bot.rules.figures import FIGURES
from bot.rules.reminder import (
    DAY,
    HOUR,
    PAID_RUNNING,
    added,
    again,
    buttons,
    carried,
    due_now,
    forgotten,
    ladder,
    next_local,
    nights,
    own_name,
    said,
    stages_of,
    voided,
)
from tests.rules.things import NOON, moment, thing

SERVICE, PACKAGE = ThingKind.SERVICE, ThingKind.PACKAGE


def told(stages: tuple[Stage, ...], deadline: float = 0.0) -> list[tuple[str, float]]:
    """Return names, and hours before the deadline."""
    return [(stage.name, (deadline - stage.at) / HOUR) for stage in stages]


def paid(**more: object) -> Thing:
    return thing(free=False, zone="Asia/Shanghai", since=NOON, **more)


# ---------------------------------------------------------------- ladders


@pytest.mark.rule("R5.37")
@pytest.mark.parametrize(
    ("kind", "phase", "free", "expected"),
    [
        (SERVICE, Phase.RUNNING, True, [("stop_15m", 0.25), ("stop_5m", 5 / 60)]),
        (
            SERVICE,
            Phase.STOPPED,
            True,
            [("stopped", 72.0), ("release_24h", 24.0), ("release_6h", 6.0), ("release_1h", 1.0)],
        ),
        (SERVICE, Phase.MOVING, True, []),
        (SERVICE, Phase.FAILED, True, []),
        (SERVICE, Phase.GONE, True, []),
        (SERVICE, Phase.STOPPED, False, []),
        (PACKAGE, Phase.MOVING, False, []),
        (PACKAGE, Phase.STOPPED, False, []),
    ],
)
def test_each_clock_has_its_ladder(
    kind: ThingKind, phase: Phase, free: bool, expected: list[tuple[str, float]]
) -> None:
    now = NOON
    deadline = now + 72 * HOUR
    stages = stages_of(thing(kind=kind, phase=phase, free=free, deadline=deadline, since=now), now - 1)
    assert [stage.name for stage in stages] == [name for name, _ in expected]
    assert [hours for _, hours in told(stages, deadline)] == pytest.approx([hours for _, hours in expected])


@pytest.mark.rule("R5.62")
def test_a_package_is_reminded_of_30_7_3_and_1_days_before_its_end() -> None:
    end = NOON + 40 * DAY
    stages = stages_of(thing(kind=PACKAGE, free=False, deadline=end), NOON)
    assert [(end - stage.at) / DAY for stage in stages] == [30, 7, 3, 1]
    rungs = ladder(PACKAGE, Phase.RUNNING, free=False)
    assert {rung.buttons for rung in rungs} == {("renew", "buy_again", "snooze", "mute")}
    assert FIGURES.package.snooze_days == (1, 3, 7)


@pytest.mark.rule("R5.37")
@pytest.mark.parametrize(
    ("phase", "stage", "offered"),
    [
        (Phase.RUNNING, "stop_15m", {"let_go", "keep_until"}),
        (Phase.STOPPED, "stopped", {"start_again", "let_go"}),
        (Phase.STOPPED, "release_1h", {"start_again", "let_go"}),
        (Phase.STOPPED, "own_1", {"start_again", "let_go"}),
    ],
)
def test_a_reminder_of_a_free_service_offers_what_helps(phase: Phase, stage: str, offered: set[str]) -> None:
    assert offered <= set(buttons(thing(phase=phase, deadline=NOON), stage))


def test_what_runs_and_costs_can_always_be_stopped() -> None:
    assert buttons(paid(), "evening") == buttons(paid(), "") == PAID_RUNNING
    assert "stop" not in buttons(thing(phase=Phase.STOPPED), "stopped")
    used_up = thing(kind=PACKAGE, free=False, phase=Phase.STOPPED)
    assert buttons(used_up, "") == ("buy_again", "mute")
    assert buttons(replace(used_up, facts={"next": "1.0"}), "") == ()


def test_what_was_found_late_is_warned_about_once() -> None:
    end = NOON + 2 * HOUR
    stages = stages_of(thing(phase=Phase.STOPPED, deadline=end), NOON)
    assert [stage.name for stage in stages] == ["release_6h", "release_1h"]


# ---------------------------------------------------------------- paid and forgotten


@pytest.mark.rule("R5.49")
def test_a_paid_service_is_asked_about_after_eight_hours_in_the_evening_and_before_a_weekend() -> None:
    stages = stages_of(paid(), NOON)
    assert [stage.name for stage in stages] == ["long", "evening", "weekend"]
    local = [datetime.fromtimestamp(stage.at, ZoneInfo("Asia/Shanghai")) for stage in stages]
    assert stages[0].at == NOON + 8 * HOUR
    assert [(when.hour, when.weekday()) for when in local[1:]] == [(19, 1), (17, 4)]


@pytest.mark.rule("R5.49")
def test_an_evening_that_was_spoken_of_comes_back_the_next_day() -> None:
    now = NOON + 30 * HOUR
    stages = forgotten(NOON, "UTC", NOON)
    first = next(stage for stage in stages if stage.name == "evening")
    after = nights(said(stages, first), "UTC", now)
    again_ = next(stage for stage in after if stage.name == "evening")
    assert (again_.state, again_.at) == (StageState.PENDING, first.at + DAY)
    assert list(after) == sorted(after, key=lambda stage: stage.at)
    assert nights(voided(stages), "UTC", now) == voided(stages)


@pytest.mark.parametrize(
    ("zone", "now", "hour", "weekday", "expected"),
    [
        ("UTC", "2026-11-23T12:00", 19, None, "2026-11-23T19:00"),
        ("UTC", "2026-11-23T19:00", 19, None, "2026-11-24T19:00"),
        ("Asia/Shanghai", "2026-11-23T12:00", 19, None, "2026-11-24T11:00"),
        ("Asia/Shanghai", "2026-11-23T12:00", 17, 4, "2026-11-27T09:00"),
        ("UTC", "2026-11-27T17:00", 17, 4, "2026-12-04T17:00"),
        # Berlin puts its clock back on 25 October 2026 and forward on 29 March 2026.
        ("Europe/Berlin", "2026-10-24T18:00", 19, None, "2026-10-25T18:00"),
        ("Europe/Berlin", "2026-10-24T16:00", 19, None, "2026-10-24T17:00"),
        ("Europe/Berlin", "2026-10-24T23:00", 2, None, "2026-10-25T00:00"),
        ("Europe/Berlin", "2026-03-28T19:00", 19, None, "2026-03-29T17:00"),
        ("Europe/Berlin", "2026-03-29T00:00", 2, None, "2026-03-29T01:00"),
    ],
)
def test_the_next_local_hour(zone: str, now: str, hour: int, weekday: int | None, expected: str) -> None:
    assert next_local(zone, moment(now), hour, weekday=weekday) == moment(expected)


ZONES = st.sampled_from(["UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])


@given(ZONES, st.integers(1_750_000_000, 1_900_000_000), st.integers(0, 23), st.none() | st.integers(0, 6))
def test_the_next_local_hour_is_ahead_and_near(zone: str, now: int, hour: int, weekday: int | None) -> None:
    found = next_local(zone, now, hour, weekday=weekday)
    assert now < found <= now + (8 if weekday is not None else 1) * DAY + 2 * HOUR
    local = datetime.fromtimestamp(found, UTC).astimezone(ZoneInfo(zone))
    assert weekday in (None, local.weekday())
    assert (local.hour - hour) % 24 in (0, 1)  # an hour that is left out is the one after it


# ---------------------------------------------------------------- saying


def test_of_several_due_the_last_is_said_and_overtakes_the_rest() -> None:
    stages = (Stage("a", 1.0), Stage("b", 2.0), Stage("c", 9.0))
    spoken = due_now(stages, 5.0)
    assert spoken == Stage("b", 2.0)
    states = [stage.state for stage in said(stages, spoken)]
    assert states == [StageState.SUPERSEDED, StageState.SAID, StageState.PENDING]


def test_a_warning_that_was_put_off_does_not_speak_over_a_more_urgent_one() -> None:
    stages = again(said((Stage("early", 1.0), Stage("last", 8.0)), Stage("early", 1.0)), "early", 9.0)
    spoken = due_now(stages, 9.0)
    assert spoken is not None
    assert spoken.name == "last"
    assert due_now(said(stages, spoken), 99.0) is None


def test_ones_own_reminders_outlive_an_epoch_and_never_share_a_name() -> None:
    stages = added((Stage("stop_15m", 5.0),), Stage(own_name(()), 3.0))
    assert [stage.name for stage in stages] == ["own_1", "stop_15m"]
    assert own_name(stages) == "own_2"
    assert carried(stages) == (Stage("own_1", 3.0),)
    assert carried(voided(stages)) == ()


MOMENTS = st.integers(0, 200).map(float)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(1, 60).map(float)),
        st.tuples(st.just("snooze"), st.integers(1, 60).map(float)),
        st.tuples(st.just("add"), st.integers(1, 60).map(float)),
        st.tuples(st.just("let_go"), st.just(0.0)),
    ),
    max_size=25,
)


@given(st.lists(MOMENTS, min_size=1, max_size=6, unique=True), STEPS)
def test_nothing_is_said_twice_nothing_pending_is_lost_and_only_the_latest_speaks(
    ladder_: list[float], steps: list[tuple[str, float]]
) -> None:
    """A walk over one epoch: time passes, a person puts off, adds and lets go; what is due is said at once."""
    stages: tuple[Stage, ...] = tuple(Stage(f"rung_{n}", at) for n, at in enumerate(sorted(ladder_)))
    spoken: list[str] = []
    excused: set[str] = set()
    now = 0.0
    for what, amount in steps:
        if what == "wait":
            now += amount
        elif what == "snooze" and spoken:
            stages = again(stages, spoken[-1], now + amount)
            excused.add(spoken[-1])
        elif what == "add":
            stages = added(stages, Stage(own_name(stages), now + amount))
        elif what == "let_go":
            stages = voided(stages)
        before = stages
        if (stage := due_now(stages, now)) is not None:
            assert stage.name not in spoken or stage.name in excused, "said twice"
            excused.discard(stage.name)
            stages = said(stages, stage)
            spoken.append(stage.name)
            assert due_now(stages, now) is None, "two speak at once"
        check_kept(before, stages, now)


def check_kept(before: tuple[Stage, ...], after: tuple[Stage, ...], now: float) -> None:
    """Nothing that is still to come may vanish but what a later stage, said now, has overtaken."""
    assert len(before) == len(after)
    said_now = [stage.name for old, stage in zip(before, after, strict=True) if old != stage]
    last = max((n for n, stage in enumerate(after) if stage.name in said_now), default=-1)
    for place, (old, new) in enumerate(zip(before, after, strict=True)):
        if old.state is StageState.PENDING and new.state is not StageState.PENDING:
            assert place <= last
            assert new.state is StageState.SAID or after[last].at <= now


def test_a_stage_keeps_its_place_when_it_is_put_off() -> None:
    stages = (Stage("a", 1.0), Stage("b", 2.0))
    assert again(stages, "a", 7.0) == (Stage("a", 7.0), Stage("b", 2.0))
    assert again(stages, "", 7.0) == stages
