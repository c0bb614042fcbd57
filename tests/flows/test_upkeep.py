"""Approvers are asked again, and cards that fell behind are drawn again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.approvals.policy import Policy, ask_again_at
from bot.flows.request_cards import card_id
from bot.flows.upkeep import REPAIR, again_member, ask_again, repair
from bot.ports import Change
from bot.records import Approval, ApprovalState
from tests.approvals.test_machine import waiting
from tests.flows.given import Given, given

MINUTE = 60.0


@pytest.fixture
def house() -> Given:
    return given()


async def put(house: Given, approval: Approval) -> None:
    await house.world.store.commit(Change().create(approval).index("approvals", approval.id, approval.created))


def due(house: Given, member: str) -> float | None:
    return house.store.waiting["due"].get(member)


def outbox(house: Given) -> list[tuple[str, str]]:
    return [(entry.kind, entry.id) for entry in house.store._entries["outbox"].values()]


async def kept(house: Given) -> Approval:
    stored = await house.world.store.load(Approval, "id")
    assert stored is not None
    return stored.record


@pytest.mark.parametrize(("raised", "minutes"), [(0, 15), (1, 45), (2, 105), (3, 225)])
def test_after_15_minutes_then_doubling(raised: int, minutes: int) -> None:
    assert ask_again_at(Policy().need("bucket create", "change"), 1000.0, raised) == 1000.0 + minutes * MINUTE


async def test_a_waiting_request_is_raised_redrawn_recorded_and_armed_again(house: Given) -> None:
    now = house.world.clock.now()
    await put(house, replace(waiting(), created=now - 15 * MINUTE, expires=now + 8 * 3600))
    await ask_again(house.world, "id")
    assert (await kept(house)).raised == 1
    assert ("card", card_id("id")) in outbox(house)
    assert due(house, again_member("id")) == pytest.approx(now + 30 * MINUTE)


async def test_a_jump_over_several_times_asks_once(house: Given) -> None:
    now = house.world.clock.now()
    await put(house, replace(waiting(), created=now - 120 * MINUTE, expires=now + 8 * 3600))
    await ask_again(house.world, "id")
    assert (await kept(house)).raised == 1
    assert due(house, again_member("id")) == pytest.approx(now + 105 * MINUTE)


async def test_the_last_time_is_before_the_end(house: Given) -> None:
    now = house.world.clock.now()
    await put(house, replace(waiting(), created=now - 15 * MINUTE, expires=now + 20 * MINUTE))
    await ask_again(house.world, "id")
    assert due(house, again_member("id")) is None


@pytest.mark.parametrize("state", [state for state in ApprovalState if state is not ApprovalState.WAITING])
async def test_an_ended_request_is_left_alone(house: Given, state: ApprovalState) -> None:
    await put(house, replace(waiting(), state=state))
    await ask_again(house.world, "id")
    await ask_again(house.world, "unknown")
    assert (await kept(house)).raised == 0
    assert outbox(house) == []


async def test_repair_redraws_the_newest_cards_and_arms_itself(house: Given) -> None:
    await put(house, waiting())
    await repair(house.world, "cards")
    assert ("card", card_id("id")) in outbox(house)
    assert due(house, REPAIR) == pytest.approx(house.world.clock.now() + 600)
