"""The head of the chain is told once a day, by one worker, and again soon when Slack did not take it."""

from __future__ import annotations

from bot.errors import ChatBusy
from bot.flows.seal import AGAIN, DAY, MEMBER, tell_head
from bot.ports import Change
from bot.records import Chain
from tests.flows.given import Given, given


async def _sealed() -> Given:
    house = given(channel="C1")
    await house.store.commit(Change().create(Chain(number=3, seal="abc")))
    return house


def _heads(house: Given) -> list[str]:
    return [str(said.facts["head"]) for _, said in house.chat.said if said.key == "audit.head"]


async def test_it_is_told_once_a_day_and_always_comes_back() -> None:
    house = await _sealed()
    start = house.clock.now()
    for _ in range(3):
        await tell_head(house.world, "audit")
    assert _heads(house) == ["3:abc"]
    assert house.store.waiting["due"][MEMBER] == start + DAY
    house.clock.ahead += DAY
    await tell_head(house.world, "audit")
    assert _heads(house) == ["3:abc", "3:abc"]


async def test_what_slack_did_not_take_is_told_again() -> None:
    house = await _sealed()
    house.chat.faults["answer"] = [ChatBusy("ratelimited")]
    await tell_head(house.world, "audit")
    assert _heads(house) == []
    assert house.store.waiting["due"][MEMBER] == house.clock.now() + AGAIN
    await tell_head(house.world, "audit")
    assert _heads(house) == ["3:abc"]


async def test_without_a_channel_or_a_chain_nobody_is_told() -> None:
    for house in (given(channel="C1"), given()):
        await tell_head(house.world, "audit")
        assert house.chat.said == []
        assert MEMBER in house.store.waiting["due"]
