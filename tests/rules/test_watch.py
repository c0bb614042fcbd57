from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.records import Phase, Stage, StageState, Thing, ThingKind
from bot.records.provider import Service
from bot.rules.figures import FIGURES
from bot.rules.package import following
from bot.rules.watch import GONE, bought, next_look, seen, sighting_of_package, sighting_of_service, tells_nothing
from tests.rules.things import DAY, HOUR, NOON, package, service, thing


def looked(now: float = NOON, before: Thing | None = None, **more: object) -> Thing:
    """Return the thing after a look at a service."""
    return seen(before or thing(phase=Phase.MOVING), sighting_of_service(service(**more), now), now)


# ---------------------------------------------------------------- services


@pytest.mark.rule("R5.25")
def test_a_free_service_stops_at_the_providers_due_time_else_an_hour_after_its_start() -> None:
    assert looked(due=NOON + 3000).deadline == NOON + 3000
    assert looked(due=0.0).deadline == NOON + HOUR
    assert looked(due=0.0, free=False).deadline == 0.0


@pytest.mark.rule("R5.26")
def test_a_stopped_free_service_is_released_72_hours_after_its_stop_or_about_then() -> None:
    stopped = looked(state="stopped", changed=NOON - HOUR, due=0.0)
    assert (stopped.deadline, stopped.exact) == (NOON + 71 * HOUR, True)
    unseen = looked(state="stopped", changed=0.0, due=0.0)
    assert (unseen.deadline, unseen.exact) == (NOON + 72 * HOUR, False)


@pytest.mark.rule("R5.26")
def test_a_stop_that_was_not_observed_does_not_begin_anew_at_each_look() -> None:
    first = looked(state="stopped", changed=0.0, due=0.0)
    later = looked(NOON + 50 * HOUR, first, state="stopped", changed=0.0, due=0.0)
    assert (later.deadline, later.epoch) == (first.deadline, first.epoch)


@pytest.mark.rule("R5.37")
def test_a_stop_is_told_once_it_is_seen_though_the_clouds_clock_be_ahead() -> None:
    found = looked(state="stopped", changed=NOON + 40, due=0.0)
    assert next((stage.name, stage.at) for stage in found.stages) == ("stopped", NOON)
    assert found.deadline == NOON + 40 + 72 * HOUR


@pytest.mark.parametrize(
    ("state", "phase"),
    [
        ("running", Phase.RUNNING),
        ("concerning", Phase.RUNNING),
        ("stopped", Phase.STOPPED),
        ("deploying", Phase.MOVING),
        ("waiting", Phase.MOVING),
        ("never heard of", Phase.MOVING),
        ("failed", Phase.FAILED),
    ],
)
def test_every_state_has_a_phase(state: str, phase: Phase) -> None:
    assert looked(state=state).phase is phase


def test_a_second_look_at_the_same_lease_only_refreshes_facts() -> None:
    first = looked()
    later = looked(NOON + 60, first, calls=7)
    assert (later.epoch, later.stages) == (first.epoch, first.stages)
    assert (later.facts["calls"], later.looked) == ("7", NOON + 60)


def test_a_list_leaves_out_what_only_a_look_shows_and_does_not_wipe_it() -> None:
    first = looked(flavor="cpu.free", url="https://x", model="m:1", error="once")
    later = looked(NOON, first, flavor="", url="", model="", error="")
    assert [later.facts[name] for name in ("flavor", "url", "model", "error")] == ["cpu.free", "https://x", "m:1", ""]


@pytest.mark.rule("R5.25")
def test_each_start_opens_an_epoch_of_its_own_and_voids_the_old_stages() -> None:
    first = replace(looked(), told="stop_5m", quiet=True, snoozed=NOON + HOUR)
    stopped = looked(NOON + HOUR, first, state="stopped", changed=NOON + HOUR, due=0.0)
    again = looked(NOON + 2 * HOUR, stopped, changed=NOON + 2 * HOUR, due=NOON + 3 * HOUR)
    assert [first.epoch, stopped.epoch, again.epoch] == [1, 2, 3]
    assert (stopped.told, stopped.quiet, stopped.snoozed) == ("", False, 0.0)
    assert {stage.name for stage in again.stages} == {"stop_15m", "stop_5m"}
    assert all(stage.state is StageState.PENDING for stage in again.stages)


def test_ones_own_reminders_go_on_into_the_next_epoch_but_not_beyond_the_end() -> None:
    own = Stage("own_1", NOON + 90 * 60)
    first = looked()
    first = replace(first, stages=(*first.stages, own))
    stopped = looked(NOON + HOUR, first, state="stopped", changed=NOON + HOUR, due=0.0)
    assert own in stopped.stages
    assert list(stopped.stages) == sorted(stopped.stages, key=lambda stage: stage.at)
    assert seen(first, GONE, NOON + HOUR).stages == ()


def test_looks_come_soon_while_it_moves_and_just_after_a_deadline() -> None:
    assert next_look(looked(state="deploying"), NOON) == NOON + FIGURES.watch.moving_seconds
    waiting = looked(state="waiting", changed=NOON - 600)
    assert next_look(waiting, NOON) == NOON + FIGURES.watch.slow_seconds
    assert next_look(looked(), NOON) == NOON + HOUR + FIGURES.watch.after_deadline_seconds
    assert next_look(looked(free=False, due=0.0), NOON) == 0.0


SERVICES = st.builds(
    lambda state, free, changed, due: service(state=state, free=free, changed=changed, due=due),
    st.sampled_from(["running", "stopped", "deploying", "failed"]),
    st.booleans(),
    st.sampled_from([0.0, NOON - HOUR, NOON]),
    st.sampled_from([0.0, NOON + HOUR]),
)


@given(st.lists(SERVICES, min_size=1, max_size=8))
def test_looking_twice_at_the_same_is_looking_once(shown: list[object]) -> None:
    found = thing(phase=Phase.MOVING)
    for one in shown:
        found = seen(found, sighting_of_service(one, NOON), NOON)  # type: ignore[arg-type]
        again = seen(found, sighting_of_service(one, NOON + 30), NOON + 30)  # type: ignore[arg-type]
        assert replace(again, looked=found.looked) == found
        assert all(stage.state is StageState.PENDING for stage in found.stages)
        assert len([stage for stage in found.stages if stage.at <= NOON]) <= 1


@given(st.lists(SERVICES, min_size=2, max_size=4), st.sampled_from(["", "buy_again"]))
def test_a_look_that_tells_nothing_would_change_nothing(shown: list[Service], prepared: str) -> None:
    *before, last = shown
    found = thing(phase=Phase.MOVING)
    for one in before:
        found = replace(seen(found, sighting_of_service(one, NOON), NOON), prepared=prepared)
    fresh = sighting_of_service(last, NOON + 30)
    same = replace(seen(found, fresh, NOON + 30), looked=found.looked) == found
    assert tells_nothing(found, fresh) is (same and not prepared)


# ---------------------------------------------------------------- packages


def of_package(*packages: object, before: Thing | None = None, now: float = NOON, **more: object) -> Thing:
    """Return the thing after a look at a package, with others beside it."""
    shown = package(**more)
    plain = thing(kind=ThingKind.PACKAGE, provider="p1", free=False, owner="", phase=Phase.MOVING)
    follower = following(shown, [shown, *packages])  # type: ignore[list-item]
    return seen(before or plain, sighting_of_package(shown, follower), now)


FOLLOWER = package(id="p2", state="waiting", effective=NOON + 8 * DAY, expires=NOON + 38 * DAY)


@pytest.mark.rule("R5.62")
def test_a_package_in_force_is_reminded_of_before_its_end() -> None:
    found = of_package()
    assert (found.phase, found.deadline) == (Phase.RUNNING, NOON + 8 * DAY)
    assert [stage.name for stage in found.stages] == ["expiry_30d", "expiry_7d", "expiry_3d", "expiry_1d"]


@pytest.mark.rule("R5.51")
def test_a_package_that_another_takes_over_from_warns_of_nothing() -> None:
    followed = of_package(FOLLOWER)
    assert (followed.deadline, followed.stages) == (0.0, ())
    assert float(followed.facts["next"]) == FOLLOWER.effective


@pytest.mark.parametrize(
    ("state", "phase"),
    [
        ("waiting", Phase.MOVING),
        ("used_up", Phase.STOPPED),
        ("expired", Phase.GONE),
        ("refunded", Phase.GONE),
    ],
)
def test_every_state_of_a_package_has_a_phase_and_only_one_in_force_a_clock(state: str, phase: Phase) -> None:
    found = of_package(state=state)
    assert (found.phase, found.deadline) == (phase, 0.0)


@pytest.mark.rule("R5.57")
def test_a_prepared_purchase_is_over_when_a_new_package_or_a_later_end_is_listed() -> None:
    prepared = replace(of_package(), prepared="renew")
    assert of_package(before=prepared).prepared == "renew"
    assert of_package(FOLLOWER, before=prepared).prepared == ""
    assert of_package(before=prepared, expires=NOON + 38 * DAY).prepared == ""
    assert of_package(before=prepared, state="used_up").prepared == "renew"
    assert of_package(before=prepared, state="expired").prepared == ""


def test_a_follower_that_was_there_before_is_not_the_one_that_was_prepared() -> None:
    prepared = replace(of_package(FOLLOWER), prepared="buy_again")
    assert of_package(FOLLOWER, before=prepared).prepared == "buy_again"
    sooner = package(id="p3", effective=NOON, expires=NOON + 30 * DAY)
    assert of_package(FOLLOWER, sooner, before=prepared).prepared == ""
    assert not bought(replace(prepared, prepared=""), sighting_of_package(package(), sooner))
