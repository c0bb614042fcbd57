"""What a worker does around each entry."""

from __future__ import annotations

import pytest

from bot.compose.worker import in_time
from bot.ports import Entry
from bot.store.clock import RedisClock
from tests.redis_server import Place

pytest_plugins = ("tests.redis_fixtures",)


async def test_an_entry_is_not_carried_by_the_time_of_before_a_leap(place: Place) -> None:
    """The worker that promoted it had seen the leap already; this one ticks later."""
    promoter = await RedisClock.started(place.link, place.keys, sandbox=True)
    ours = await RedisClock.started(place.link, place.keys, sandbox=True)
    await promoter.advance(3600)
    seen: list[float] = []

    async def run(_entry: Entry) -> None:
        seen.append(ours.now())

    assert ours.now() < promoter.now() - 3000
    await in_time(ours, run, Entry("work", "1-0", "watch", "thing"))
    assert seen == [pytest.approx(promoter.now(), abs=5)]
