"""The checklist's flow: one record, a copy of its card for each who follows it, ticks that are recorded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.errors import Refusal
from bot.flows import checklist
from bot.flows.checklist import NAME
from bot.ports import Change
from bot.records import Card, Inbound, InboundKind, ItemState, Setup, Surface, SurfaceKind
from bot.records.identity import RealName
from bot.rules.setup import Line, Seen, items
from tests.flows.given import PLACE, Given, given

HANDLE = "token-1"


async def kept(found: Given, *users: str) -> Setup:
    """Let the bot meet people; return the checklist as it is stored."""
    for user in users:
        await checklist.welcome(found.world, user)
    return await stored_in(found)


async def stored_in(found: Given) -> Setup:
    stored = await found.store.load(Setup, PLACE.account)
    assert stored is not None
    return stored.record


def press(action: str, value: str, user: str = "LI") -> Inbound:
    surface = Surface(SurfaceKind.BUTTON, user, "D1")
    return Inbound("i", InboundKind.PRESS, "corr", surface, 0.0, "r", action=action, value=value)


async def pressed(found: Given, action: str, value: str, user: str = "LI") -> str:
    person = await found.chat.person(user)
    assert person is not None
    return (await checklist.pressed(found.world, press(action, value, user), person)).head.key


async def test_whoever_asks_gets_a_copy_of_the_one_card() -> None:
    found = given()
    await kept(found, "LI", "WANG")
    li = await found.chat.person("LI")
    assert li is not None
    await checklist.keep(found.world, li, (await stored_in(found)).items)
    setup = await stored_in(found)
    card = await found.store.load(Card, checklist.card_id(PLACE.account))
    assert card is not None
    assert [copy.address for copy in card.record.copies] == ["LI", "WANG"]
    assert setup.asked == {"LI": 2, "WANG": 1}


@pytest.mark.rule("R1.01")
async def test_a_tick_is_recorded_with_who_and_when() -> None:
    found = given()
    await kept(found, "LI")
    assert await pressed(found, "tick", f"{HANDLE}|{Line.CONSOLE}") == "setup.ticked"
    setup = await kept(found, "LI")
    line = next(item for item in setup.items if item.name == Line.CONSOLE)
    assert (line.state, line.who, line.at) == (ItemState.TICKED, "LI", found.clock.now())
    assert "setup.ticked" in found.acts()


@pytest.mark.parametrize(("value", "key"), [("forged|console", "setup.unknown"), (f"{HANDLE}|x", "setup.no_such_line")])
async def test_a_forged_value_ticks_nothing(value: str, key: str) -> None:
    found = given()
    await kept(found, "LI")
    with pytest.raises(Refusal) as refused:
        await pressed(found, "tick", value)
    assert refused.value.say.key == key


async def test_a_guest_ticks_nothing_and_is_not_welcomed() -> None:
    found = given()
    await kept(found, "LI")
    with pytest.raises(Refusal):
        await pressed(found, "tick", f"{HANDLE}|{Line.CONSOLE}", "GUEST1")
    assert "GUEST1" not in (await kept(found, "GUEST1")).asked


async def test_looking_again_sees_what_was_done_meanwhile() -> None:
    found = given()
    before = await kept(found, "LI")
    assert next(item for item in before.items if item.name == Line.BUCKET).state is ItemState.OPEN
    await found.buckets.create("c-flowers", PLACE.region, "standard")
    assert await pressed(found, "look_again", HANDLE) == "setup.looked"
    after = await kept(found, "LI")
    assert next(item for item in after.items if item.name == Line.BUCKET).state is ItemState.DONE


async def test_an_unfinished_checklist_comes_back_on_the_clock_and_a_missing_one_does_not() -> None:
    found = given()
    await checklist.verify(found.world, PLACE.account)
    assert not found.store.waiting["due"]
    await kept(found, "LI")
    assert checklist.member(PLACE.account) in found.store.waiting["due"]


@pytest.mark.rule("R1.01")
async def test_somebody_is_shown_it_once_however_often_they_are_met() -> None:
    found = given()
    await kept(found, "LI", "LI")
    assert (await kept(found, "WANG", "LI")).asked == {"LI": 1, "WANG": 1}


@pytest.mark.rule("R1.01")
async def test_a_finished_checklist_is_pressed_on_nobody() -> None:
    found = given()
    await kept(found, "LI")
    await found.store.commit(await everything_verified(found))
    assert await checklist.knows(found.world, "CHEN")
    assert "CHEN" not in (await kept(found, "CHEN")).asked


async def everything_verified(found: Given) -> Change:
    """Return the change after which every line of the checklist is verified or ticked."""
    stored = await found.store.load(Setup, PLACE.account)
    assert stored is not None
    seen = Seen(PLACE.region, "flower-lab", RealName.DONE, "p1", (1, 0), ["c-flowers"], 0)
    lines = [replace(one, state=ItemState.TICKED) if one.state is ItemState.UNKNOWN else one for one in items(seen)]
    return Change().replace(stored, replace(stored.record, items=tuple(lines)))


def test_the_checklist_is_kept_by_the_setup_command() -> None:
    assert given().world.registry.named(NAME).checklist is not None
