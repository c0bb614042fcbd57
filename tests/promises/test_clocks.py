"""Nothing due is lost: thirty services, while workers die at every point, Redis loses its power, and then its data.

One house, whose clock goes on from fixture to fixture. The early services are warned twice and stop, the late ones are
warned at the second and the third move; then everything is lost.
"""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator, Sequence

import pytest

from bot.records import StageState, Thing
from tests.promises.clocks import (
    DEATHS,
    LOOKS,
    MINUTE,
    OWNERS,
    SENDS,
    ClockHouse,
    Given,
    clock_house,
)
from tests.promises.house import TAG, until
from tests.stack import Child

WHO = [*OWNERS] * 5
EARLY = [Given(n, f"early-{n:02d}", changed=f"{30 * 60 + n}s", owner=WHO[n]) for n in range(12)]
LATE = [Given(n, f"late-{n:02d}", changed=f"{20 * 60 + n}s", owner=WHO[n]) for n in range(12, 30)]
"""Fewer early ones: a raised card deletes its older message, and Slack takes 50 deletions a minute."""
THINGS = [*EARLY, *LATE]
WARNED, CLOSE, STOPPED = (1, "stop_15m"), (1, "stop_5m"), (2, "stopped")
"""Epochs and stages."""
SAME = 90.0
"""Seconds by which a deadline may be off when it is found again (bot.rules.watch)."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClockHouse]:
    with clock_house(tmp_path_factory.mktemp("clocks"), THINGS) as opened:
        for one in THINGS:
            opened.belong(one.id, one.owner)
        opened.stack.start_bot("web", opened.stack.ports[0], BOT_CHANNEL="")
        opened.worker()
        opened.stack.ready()
        until(lambda: {t.name for t in opened.things().values() if t.owner and t.epoch} == {t.name for t in THINGS})
        yield opened


def kill_at(house: ClockHouse, points: Sequence[str], ahead: float) -> list[Child]:
    """Move the clock while only workers are at work that die, then let the survivor take over; return the dead."""
    survivor = next(child for child in house.stack.children if child.name == "bot-worker")
    readers = house.working(1)
    victims = [house.worker(point) for point in points]
    house.working(1 + len(victims))
    with house.stopped(survivor, readers):
        house.advance(ahead)
        until(lambda: all(victim.died() for victim in victims))
    until(house.idle, 60.0)
    return victims


@pytest.fixture(scope="module")
def warned(house: ClockHouse) -> list[Child]:
    return kill_at(house, LOOKS, 16 * MINUTE)


@pytest.fixture(scope="module")
def raised(house: ClockHouse, warned: list[Child]) -> list[Child]:
    assert house.posts() == len(EARLY), "history can be read, so that no first post is repeated"
    return [*warned, *kill_at(house, SENDS, 10 * MINUTE)]


def judge(house: ClockHouse, early: Sequence[tuple[int, str]], late: Sequence[tuple[int, str]]) -> None:
    """Fail unless each of these stages was said once, nothing else was, and one card of each thing stands."""
    expected = [(one.name, *fate) for one in EARLY for fate in early]
    expected += [(one.name, *fate) for one in LATE for fate in late]
    assert house.reminders() == Counter(expected)
    assert not house.unsaid(), "nothing was overtaken or void"
    assert not house.redis.xlen(f"{TAG}stream:dead")
    standing = {name: len(house.standing(thing)) for name, thing in house.things().items()}
    assert standing == {one.name: 1 for one in THINGS}


def test_workers_die_between_claim_send_and_record(house: ClockHouse, raised: list[Child]) -> None:
    for point, victim in zip(DEATHS, raised, strict=True):
        assert victim.process.returncode == -signal.SIGKILL
        assert f"fail point: kill at {point.partition(':')[0]}\n" in victim.log.read_text("utf-8")
    judge(house, [WARNED, CLOSE], [WARNED])
    assert house.posts() == 2 * len(EARLY) + len(LATE), "each warning was posted once"


@pytest.fixture(scope="module")
def cut(house: ClockHouse, raised: list[Child]) -> str:
    """Let Redis die in the midst of saying that half of it has stopped; return what the workers wrote meanwhile."""
    workers = [house.worker(), house.worker()]
    house.working(3)
    house.advance(10 * MINUTE)
    until(lambda: [stage for _, _, stage in house.reminders() if stage == "stopped"])
    house.power.cut()
    until(lambda: all("store down" in worker.log.read_text("utf-8") for worker in workers))
    house.power.restore()
    until(house.idle, 60.0)
    return house.stack.logs()


def test_redis_dies_and_comes_back(house: ClockHouse, cut: str) -> None:
    assert "store down" in cut
    assert not any(child.died() for child in house.stack.children[-2:]), "the workers went on by themselves"
    judge(house, [WARNED, CLOSE, STOPPED], [WARNED, CLOSE])
    assert house.posts() == 3 * len(EARLY) + 2 * len(LATE), "history can be read, so that nothing is posted again"


RELEASE = {"release_24h", "release_6h", "release_1h"}


def pending(thing: Thing) -> dict[str, float]:
    """Return the reminders still to come, with their moments."""
    return {stage.name: stage.at for stage in thing.stages if stage.state is StageState.PENDING}


@pytest.mark.usefixtures("cut")
def test_redis_is_lost_with_all_it_knew(house: ClockHouse) -> None:
    before = house.things()
    house.power.cut(lose_everything=True)
    house.power.restore()
    house.advance(0)  # the sandbox tells its clock again: it alone knows how far it was moved
    house.worker()
    found = until(lambda: after if len(after := house.things()) == len(THINGS) else {})
    waits = house.waits()
    for name, thing in before.items():
        again = found[name]
        assert (again.id, again.phase, again.free) == (thing.id, thing.phase, thing.free)
        assert abs(again.deadline - thing.deadline) < SAME
        stages = pending(again)
        assert stages.keys() == pending(thing).keys() == (RELEASE if name.startswith("early") else set())
        assert all(abs(at - pending(thing)[stage]) < SAME for stage, at in stages.items())
        assert {f"work:remind:{again.id}:{again.epoch}:{stage}" for stage in stages} <= waits
