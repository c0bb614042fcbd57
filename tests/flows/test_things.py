"""Presses on a thing's card, on fakes: who may, what happens, what is remembered."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import ChatBusy, Refusal
from bot.flows.respond import respond
from bot.flows.things import keep, pressed_thing
from bot.ports import Change
from bot.records import Approval, Audience, Operation, OperationState, Phase, StageState
from tests.flows.given import START
from tests.flows.watching import HOUR, PACKAGE, SERVICE, House, package, service, stopped


async def mine(*services: object, owner: str = "LI") -> House:
    """Return a house whose services belong to somebody."""
    house = House(services)  # type: ignore[arg-type]
    await house.sweep()
    await house.change(owner=owner)
    return house


async def refused(house: House, action: str, choice: str = "", who: str = "LI", identity: str = SERVICE) -> str:
    """Press a button that is refused, and return the reason's key."""
    with pytest.raises(Refusal) as caught:
        await house.press(action, choice, who, identity)
    return caught.value.say.key


# ---------------------------------------------------------------- who may


@pytest.mark.parametrize(
    ("owner", "who", "key"),
    [
        ("LI", "LI", ""),
        ("LI", "MEI", ""),
        ("", "WANG", ""),
        ("LI", "WANG", "thing.not_yours"),
        ("LI", "GUEST1", "submit.not_a_member"),
    ],
)
async def test_the_owner_and_administrators_decide_and_anybody_where_nobody_owns_it(
    owner: str, who: str, key: str
) -> None:
    house = await mine(service(), owner=owner)
    if key:
        assert await refused(house, "mute", who=who) == key
    else:
        await house.press("mute", who=who)
    assert (await house.thing()).muted is not bool(key)


async def test_nobody_gets_in_while_slack_cannot_say_who_is_an_administrator() -> None:
    house = await mine(service())
    house.given.chat.faults["administrators"] = [ChatBusy("ratelimited")]
    assert await refused(house, "mute", who="MEI") == "approval.cannot_check"


@pytest.mark.parametrize(
    ("action", "value", "key"),
    [
        ("mute", "not a handle", "thing.unknown"),
        ("snooze", "{handle}", "thing.choose_when"),
        ("snooze", "{handle}|soon", "thing.choose_when"),
        ("snooze", "{handle}|-5", "thing.choose_when"),
        ("snooze", "{handle}|9999999999", "thing.choose_when"),
        ("keep_until", "{handle}|999999", "thing.kept_too_long"),
        ("renew", "{handle}", "thing.other_kind"),
    ],
)
async def test_a_forged_value_changes_nothing(action: str, value: str, key: str) -> None:
    house = await mine(service())
    before = await house.thing()
    inbound = house.pressed(action, value.format(handle=before.handle), "LI")
    with pytest.raises(Refusal) as caught:
        await pressed_thing(house.world, inbound, await house.person("LI"))
    assert caught.value.say.key == key
    assert await house.thing() == before


# ---------------------------------------------------------------- what is remembered


async def test_each_decision_is_remembered_recorded_and_drawn() -> None:
    house = await mine(service())
    await house.press("snooze", "900")
    await house.press("let_go")
    await house.press("mute")
    after = await house.thing()
    assert (after.snoozed, after.quiet, after.muted) == (START + 900, True, True)
    assert {stage.state for stage in after.stages} == {StageState.VOID}
    assert house.pending() == set()
    assert house.given.acts()[-3:] == ["thing.snooze", "thing.let_go", "thing.mute"]


async def test_a_decision_stands_whatever_happens_at_the_same_time() -> None:
    house = await mine(service())
    await asyncio.gather(house.press("mute"), house.press("snooze", "900"), house.press("keep_until", "7200"))
    after = await house.thing()
    assert (after.muted, after.snoozed, after.keep_until) == (True, START + 900, START + 7200)


async def test_it_is_mine_makes_an_owner_once_and_moves_the_card() -> None:
    house = House([service()], channel="C1")
    await house.sweep()
    await house.press("mine", who="WANG")
    after, card = await house.thing(), await house.card()
    assert (after.owner, after.raised) == ("WANG", 2)
    assert card is not None
    assert [(copy.audience, copy.retired) for copy in card.copies] == [(Audience.FINDER, True), (Audience.OWNER, False)]
    assert await refused(house, "mine", who="LI") == "thing.claimed_already"
    assert await refused(house, "mine", who="GUEST1") == "submit.not_a_member"


# ---------------------------------------------------------------- what acts


@pytest.mark.rule("R5.78")
@pytest.mark.rule("R5.71")
async def test_start_again_starts_with_the_flavor_it_has_without_asking_and_records_the_tick() -> None:
    house = await mine(stopped())
    await house.press("start_again")
    await house.advance(60)
    started = house.services.kept["s1"]
    assert (started.state, started.flavor) == ("running", "cpu.free")
    operation = next(entry for entry in house.store.audits if entry["what"] == "started")
    stored = await house.store.load(Operation, str(operation["id"]))
    assert stored is not None
    assert stored.record.state is OperationState.DONE
    assert stored.record.record.arguments == {"service": "s1", "agreed": "yes"}
    assert (await house.thing()).phase is Phase.RUNNING


async def test_stop_stops_ones_own_paid_service_at_once() -> None:
    house = await mine(service(free=False, flavor="gpu.p4", due=0.0))
    await house.press("stop")
    await house.advance(60)
    assert house.services.kept["s1"].state == "stopped"
    assert (await house.thing()).phase is Phase.STOPPED
    assert (await house.thing()).owner == "LI"


async def test_what_somebody_else_owns_an_administrator_may_stop_with_an_approval() -> None:
    house = await mine(service(free=False, flavor="gpu.p4", due=0.0))
    await house.press("stop", who="MEI")
    assert [entry["what"] for entry in house.store.audits if entry["what"] in ("requested", "started")] == ["requested"]


@pytest.mark.rule("R5.54")
async def test_renew_on_a_package_is_a_request_that_an_administrator_decides() -> None:
    house = House(packages=[package()])
    await house.sweep()
    await house.press("renew", who="LI", identity=PACKAGE)
    asked = next(entry for entry in house.store.audits if entry["what"] == "requested")
    stored = await house.store.load(Approval, str(asked["id"]))
    assert stored is not None
    assert stored.record.record.steps[0].kind == "renew"
    assert "thing_card.package.no_refund" in {note.key for note in stored.record.shown.notes}


@pytest.mark.rule("R5.84")
async def test_keep_until_starts_again_after_each_stop_until_the_time_is_over() -> None:
    house = await mine(service())
    await house.press("keep_until", str(int(2 * HOUR)))
    await house.advance(HOUR + 120)
    assert house.services.kept["s1"].state == "running"
    await house.advance(HOUR)
    assert [name for name, _ in house.services.calls].count("start") == 1
    await house.advance(HOUR)
    assert house.services.kept["s1"].state == "stopped"


@pytest.mark.rule("R5.84")
async def test_keep_until_on_a_stopped_service_starts_it_at_once_and_only_once_a_stop() -> None:
    house = await mine(stopped())
    await house.press("keep_until", str(int(2 * HOUR)))
    await house.store.commit(Change().work("keep", SERVICE).work("keep", SERVICE))
    await house.advance(120)
    assert [name for name, _ in house.services.calls].count("start") == 1
    assert house.services.kept["s1"].state == "running"


@pytest.mark.rule("R5.84")
async def test_keeping_gives_way_when_another_service_took_the_slot() -> None:
    house = await mine(stopped(), service(id="s2", name="petals"))
    await house.press("keep_until", str(int(2 * HOUR)))
    await house.advance(120)
    assert house.services.kept["s1"].state == "stopped"


@pytest.mark.rule("R5.84")
async def test_keeping_does_not_end_because_the_cloud_did_not_answer() -> None:
    house = await mine(stopped())
    await house.press("keep_until", str(int(2 * HOUR)))
    house.services.fault("listed", "server_error", 2)
    await house.advance(5 * 60)
    assert house.services.kept["s1"].state == "running"


async def test_nothing_is_kept_for_nobody() -> None:
    house = House([stopped()])
    await house.sweep()
    await house.change(keep_until=START + HOUR)
    await keep(house.world, SERVICE)
    await keep(house.world, "d1/cn-north-4/service/none")
    assert house.services.kept["s1"].state == "stopped"


async def test_a_press_on_a_card_is_answered_in_words() -> None:
    house = await mine(service())
    inbound = house.pressed("mute", (await house.thing()).handle, "WANG")
    await house.store.commit(Change().create(inbound))
    await respond(house.world, inbound.id)
    assert house.given.chat.keys == ["thing.not_yours"]
