from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.describe import registry
from bot.flows.home import AtHome
from bot.flows.owned import own
from bot.ports import Change, Entry
from bot.records import Home, Phase, Thing
from bot.say import Language
from bot.slack.client import Slack
from bot.slack.home import at_hand, home_view
from bot.slack.homes import Homes
from bot.slack.mrkdwn import Voice
from sandbox.workspace.blocks import check_view
from tests.fakes.words import CATALOG
from tests.slack.conftest import House
from tests.slack.given import approval, card, event, service

LI = "U0LI000001"


def homes(house: House, slack: Slack | None = None) -> Homes:
    web = house.web
    return Homes(slack or web.slack, house.store, house.clock, CATALOG, web.people, web.registry)


def shown(house: House, who: str = LI) -> str:
    view = house.site.workspace.homes.get(who)
    return str(view.blocks) if view else ""


async def given_thing(house: House, name: str) -> None:
    """Give li a thing that was never spoken of."""
    fresh = replace(service(), id=f"acct/cn-north-4/service/{name}", name=name, handle=name, owner=LI, raised=0)
    change = Change().create(fresh)
    own(change, replace(fresh, owner=""), fresh)
    await house.store.commit(change)


async def opens(house: House, who: str = LI) -> list[Entry]:
    """Open somebody's Home as a click on the tab does; return what senders are woken for."""
    await house.acked(event("EvHome", type="app_home_opened", user=who, tab="home", channel="D1"))
    entries = await house.outbox()
    for entry in entries:
        await homes(house).publish(entry)
    return entries


async def test_an_opened_home_is_published_and_kept_up_to_date(house: House) -> None:
    await given_thing(house, "first")
    assert {entry.kind for entry in await opens(house)} == {"home_again", "home"}
    assert "first" in shown(house)
    await given_thing(house, "second")
    (entry,) = await house.outbox()
    await homes(house).publish(entry)
    assert "second" in shown(house)


async def test_who_never_opened_it_has_nothing_published(house: House) -> None:
    await given_thing(house, "first")
    (entry,) = await house.outbox()
    await homes(house).publish(entry)
    assert shown(house) == ""
    assert await house.store.load(Home, LI) is None


async def test_what_is_there_already_is_not_published_again(house: House) -> None:
    await opens(house)
    before = house.site.workspace.homes[LI].hash
    await homes(house).publish(Entry("outbox", "1", "home", LI))
    assert house.site.workspace.homes[LI].hash == before


async def test_a_card_that_is_redrawn_takes_its_readers_home_along(house: House) -> None:
    await opens(house)
    await house.store.commit(Change().create(approval()).create(card()).redraw("request-req1"))
    for entry in await house.outbox():
        await house.sender().send(entry)
    assert [member for member in house.store.waiting["later"] if "home" in member] == [f"outbox:home_again:{LI}"]


class Slow(Slack):
    """Slack, whose publishing is held back until the test lets go."""

    def __init__(self, slack: Slack) -> None:
        self.__dict__.update(slack.__dict__)
        self.asked, self.go = asyncio.Event(), asyncio.Event()

    async def write(self, method: str, **body: object) -> dict[str, Any]:
        self.asked.set()
        await self.go.wait()
        return await super().write(method, **body)


@pytest.mark.parametrize("opened_before", [False, True])
async def test_a_late_sender_leaves_the_newest_home(house: House, opened_before: bool) -> None:
    if opened_before:
        await opens(house)
    await given_thing(house, "first")
    slow = Slow(house.web.slack)
    late = asyncio.create_task(homes(house, slow).publish(Entry("outbox", "1", "home", LI)))
    await slow.asked.wait()
    await given_thing(house, "second")
    await homes(house).publish(Entry("outbox", "2", "home", LI))
    slow.go.set()
    await late
    assert "second" in shown(house)


async def test_a_publishing_that_was_cut_off_before_it_was_recorded(house: House) -> None:
    await opens(house)
    await house.web.slack.write("views.publish", user_id=LI, view={"type": "home", "blocks": []})
    await given_thing(house, "first")
    (entry,) = await house.outbox()
    await homes(house).publish(entry)
    assert "first" in shown(house)


async def test_slack_that_is_busy_is_asked_again_later(house: House) -> None:
    house.site.faults.add("ratelimited", "views.publish", 1)
    await homes(house).publish(Entry("outbox", "1", "home", LI))
    assert list(house.store.waiting["later"]) == [f"outbox:home:{LI}"]


async def test_a_refusal_ends_it(house: House) -> None:
    await homes(house).publish(Entry("outbox", "1", "home", "U0NOBODY01"))
    assert not house.store.waiting["later"]


async def test_only_the_home_tab_is_drawn_and_a_repeat_once(house: House) -> None:
    await house.acked(event("Ev1", type="app_home_opened", user=LI, tab="messages", channel="D1"))
    for _ in range(2):
        await house.acked(event("Ev2", type="app_home_opened", user=LI, tab="home", channel="D1"))
    assert [(entry.kind, entry.id) for entry in await house.outbox()] == [("home", LI)]


@pytest.mark.parametrize("language", list(Language))
def test_a_full_home_stays_within_slacks_limits(language: Language) -> None:
    things = [replace(service(), name=f"n{'x' * 60}{number}", owner=LI) for number in range(40)]
    requests = [replace(approval(), id=f"r{number}") for number in range(60)]
    view = home_view(Voice(CATALOG, language), registry(), AtHome((), things, requests, requests), 0.0)
    assert check_view(view, ("home",)) == []


def test_a_service_can_be_stopped_and_started_from_home_at_any_time() -> None:
    def offered(**more: Any) -> Thing:
        return replace(service(), told="", **more)

    assert "stop" in at_hand(offered(phase=Phase.RUNNING))
    assert "start_again" in at_hand(offered(phase=Phase.STOPPED))
    assert at_hand(offered(phase=Phase.GONE)) == ()
