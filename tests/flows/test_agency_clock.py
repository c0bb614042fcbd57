"""A limited agency: watched, reminded of 7, 3 and 1 days before its end, extended from the card."""

from __future__ import annotations

import pytest

from bot.ports import Agency, Authorization, AuthorizationType, Change, Principal, PrincipalKind
from bot.records import Approval, Audience, Phase
from bot.say import Language
from bot.slack.mrkdwn import Voice
from bot.slack.thing_cards import controls, thing_card
from tests.fakes.words import CATALOG
from tests.flows.given import HERE, START
from tests.flows.watching import DAY, House

AGENCY = f"d1/{HERE}/agency/ag-1"
LIMITED = Agency("ag-1", "ma_agency_lab", "op_svc_modelarts", days=30, expires=START + 10 * DAY, created=START)
LI = Principal(PrincipalKind.IAM_USER, "u-li", "li.wei")


async def watching(*agencies: Agency) -> House:
    """Return a house that found these agencies."""
    house = House(channel="C1")
    account = house.given.cloud.iam
    account.agencies, account.now = list(agencies), house.clock.now
    account.authorizations = [Authorization(LI, AuthorizationType.AGENCY, "ma_agency_lab", START)]
    await house.store.commit(Change().work("sweep", "agency"))
    await house.drain()
    return house


@pytest.mark.rule("R3.12")
async def test_a_limited_agency_is_told_of_7_3_and_1_days_before_its_end() -> None:
    house = await watching(LIMITED)
    assert house.said() == []
    await house.advance(3.5 * DAY)
    assert house.said() == ["end_7d"]
    card = await house.card(AGENCY)
    assert card is not None
    assert [(copy.audience, copy.address) for copy in card.copies] == [(Audience.FINDER, "C1")]
    await house.advance(6 * DAY)
    assert house.said() == ["end_7d", "end_3d", "end_1d"]
    await house.advance(DAY)
    found = await house.thing(AGENCY)
    assert (found.phase, house.pending()) == (Phase.GONE, set())


@pytest.mark.rule("R3.12")
async def test_extending_asks_for_as_many_days_again_and_opens_the_next_epoch() -> None:
    house = await watching(LIMITED)
    await house.advance(3.5 * DAY)
    reply = await house.press("extend", identity=AGENCY)
    assert reply.head.key == "submit.requested"
    (request,) = house.store.indexes["approvals"]
    stored = await house.store.load(Approval, request)
    assert stored is not None
    assert stored.record.record.command == "agency duration"
    assert stored.record.record.arguments["days"] == "30"
    await house.given.cloud.agencies.set_days("ag-1", 30)
    await house.store.commit(Change().work("sweep", "agency"))
    await house.drain()
    found = await house.thing(AGENCY)
    assert (found.deadline, found.told) == (house.clock.now() + 30 * DAY, "")
    assert house.pending() == {"end_7d", "end_3d", "end_1d"}


@pytest.mark.rule("R3.12")
async def test_permanent_agencies_and_those_of_others_have_no_clock() -> None:
    foreign = Agency("ag-2", "partner", "acme", days=30, expires=START + 10 * DAY)
    house = await watching(Agency("ag-1", "ma_agency_lab", "op_svc_modelarts"), foreign)
    assert await house.store.members("things", newest=10) == []
    assert house.pending() == set()


@pytest.mark.rule("R3.12")
@pytest.mark.parametrize("language", Language)
async def test_the_card_says_who_stops_working_and_offers_to_extend(language: Language) -> None:
    house = await watching(LIMITED)
    voice = Voice(CATALOG, language)
    for days in (1.0, 2.5, 4.0, 2.0):
        await house.advance(days * DAY)
        found = await house.thing(AGENCY)
        card = thing_card(found, Audience.FINDER, voice, house.clock.now())
        assert "ma_agency_lab" in card.text
        assert "li.wei" in card.text
        assert ("extend" in controls(found, Audience.FINDER)) is found.told.startswith("end_")
    await house.advance(DAY)
    assert controls(await house.thing(AGENCY), Audience.FINDER) == ()
    for state in (Phase.STOPPED, Phase.RUNNING):
        await house.change(AGENCY, phase=state, deadline=0.0)
        assert thing_card(await house.thing(AGENCY), Audience.FINDER, voice, house.clock.now()).text
