"""A service that does not answer is told of once, whoever notices, and again when it answers."""

from __future__ import annotations

import asyncio

from bot.errors import ChatRefused
from bot.flows.outages import FORGOTTEN, INDEX, card_of, note, open_outages, tell
from bot.records import Audience, Card, Outage
from tests.flows.given import HERE, START, Given, given

SINCE = START - 7
FIRST = f"obs-{SINCE:.0f}"


async def noted(there: Given, worker: str, since: float, service: str = "obs") -> None:
    await note(there.store, there.clock, HERE, worker, service, since)


async def told(there: Given) -> list[str]:
    """Let the workers carry what was woken; return the outages that they told of."""
    found = [entry for entry in await there.store.read("work") if entry.kind == "outage"]
    for entry in found:
        await tell(there.world, entry.id)
    return [entry.id for entry in found]


async def outage(there: Given) -> Outage:
    stored = await there.store.load(Outage, "obs")
    assert stored is not None
    return stored.record


async def test_of_two_workers_that_notice_at_once_one_tells() -> None:
    there = given()
    await asyncio.gather(noted(there, "w-1", SINCE), noted(there, "w-2", SINCE - 1))
    assert await told(there) == ["obs"]
    assert (await outage(there)).region == HERE
    card = await there.store.load(Card, card_of((await outage(there)).epoch))
    assert card is not None
    assert sorted(copy.address for copy in card.record.copies) == ["CHEN", "MEI"]
    await noted(there, "w-1", SINCE)
    assert await told(there) == []
    assert [entry["what"] for entry in there.store.audits].count("cloud.left_alone") == 1


async def test_with_a_shared_channel_it_is_told_there() -> None:
    there = given(channel="C1")
    await noted(there, "w-1", SINCE)
    assert await told(there) == ["obs"]
    card = await there.store.load(Card, card_of(FIRST))
    assert card is not None
    assert [(copy.audience, copy.address) for copy in card.record.copies] == [(Audience.FINDER, "C1")]


async def test_it_is_over_when_a_worker_gets_an_answer_and_the_card_is_redrawn() -> None:
    there = given()
    await noted(there, "w-1", SINCE)
    await told(there)
    await there.store.read("outbox")
    there.clock.at += 60
    assert [one.id for one in await open_outages(there.store, there.clock.now())] == ["obs"]
    await noted(there, "w-2", 0.0)
    assert (await outage(there)).until == START + 60
    assert [entry.id for entry in await there.store.read("outbox")] == [card_of(FIRST)]
    assert await there.store.members(INDEX) == []
    await noted(there, "w-1", 0.0)
    assert await there.store.read("outbox") == []


async def test_an_outage_that_nobody_saw_for_long_does_not_hide_the_next_one() -> None:
    """The worker that saw it may have been killed before it could say that it is over."""
    there = given()
    await noted(there, "w-1", SINCE)
    there.clock.at += FORGOTTEN + 1
    assert await open_outages(there.store, there.clock.now()) == []
    await told(there)
    await noted(there, "w-2", there.clock.at)
    assert ((await outage(there)).worker, (await outage(there)).until) == ("w-2", 0.0)
    assert await told(there) == ["obs"]
    assert await there.store.load(Card, card_of((await outage(there)).epoch))


async def test_services_are_told_apart() -> None:
    there = given()
    await noted(there, "w-1", SINCE, "bss")
    await noted(there, "w-1", SINCE, "bss-intl")
    await noted(there, "w-1", 0.0, "bss")
    assert [one.id for one in await open_outages(there.store, there.clock.now())] == ["bss-intl"]


async def test_where_slack_cannot_say_who_looks_after_the_bot_it_is_told_later() -> None:
    there = given()
    there.chat.faults["administrators"] = [ChatRefused("internal_error")]
    await noted(there, "w-1", SINCE)
    await told(there)
    assert await there.store.load(Card, card_of(FIRST)) is None
    assert list(there.store.waiting["later"]) == ["work:outage:obs"]
