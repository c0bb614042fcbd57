from __future__ import annotations

import asyncio
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.slack.pace import Bucket, Pace, Rate, turn
from tests.fakes.store import FakeStore
from tests.slack.given import Hands

SECOND = Rate(1.0)


@given(
    st.lists(st.tuples(st.integers(0, 8), st.floats(0, 2)), max_size=80),
    st.floats(0.2, 3),
    st.integers(1, 6),
)
def test_no_window_ever_holds_more_than_the_rate(asks: list[tuple[int, float]], interval: float, burst: int) -> None:
    bucket, now, sent = Bucket("c"), 1000.0, list[float]()
    for who, pause in asks:
        now += pause
        bucket, at = turn(bucket, Rate(interval, burst), f"card{who}", now)
        if at <= now:
            sent.append(now)
    for first, at in enumerate(sent):
        for last in range(first, len(sent)):
            allowed = burst + 0.5 + (sent[last] - at) / interval
            assert last - first + 1 <= allowed + 1e-6


def test_those_who_wait_are_served_in_the_order_they_came() -> None:
    bucket, times = Bucket("c"), dict[str, float]()
    for who in ("a", "b", "c"):
        bucket, times[who] = turn(bucket, SECOND, who, 100.0)
    assert times["a"] <= 100.0
    assert (times["b"], times["c"]) == (100.5, 101.5)
    bucket, again = turn(bucket, SECOND, "c", 101.0)
    assert again == 101.5
    bucket, late = turn(bucket, SECOND, "d", 101.0)
    assert late == 102.5
    bucket, mine = turn(bucket, SECOND, "b", 101.0)
    assert mine <= 101.0
    assert "b" not in bucket.turns


async def test_many_workers_share_one_bucket() -> None:
    clock = Hands()
    store = FakeStore(clock)
    paces = [Pace(store, clock) for _ in range(4)]
    times = await asyncio.gather(*(paces[n % 4].turn("C1", SECOND, f"card{n}") for n in range(12)))
    waiting = sorted(times)[1:]
    assert waiting[0] > clock.machine()
    assert all(later - earlier >= 0.99 for earlier, later in pairwise(waiting))
