"""A plan that is only shown, and the form that is offered where a value is at fault."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.command import Plan, Risk
from bot.flows.plans import plan_reply, price_says
from bot.flows.respond import respond
from bot.ports import Change
from bot.records import Form, Inbound, InboundKind, Language, Need, Operation, PriceLine, Step, Surface, SurfaceKind
from bot.say import say
from tests.fakes.words import words_of
from tests.flows.given import asks
from tests.flows.watching import House, stopped
from tests.rules.things import NOON

KNOWN = PriceLine(say("service.price.compute", flavor="gpu.p4"), "1.50", "CNY", "h")
UNKNOWN = PriceLine(say("package.renew.price", name="CPU 100 h"))


@pytest.mark.rule("R5.46")
def test_an_estimate_carries_its_time_and_says_that_the_consoles_price_decides() -> None:
    said = [words_of(line) for line in price_says((KNOWN, UNKNOWN), NOON)]
    assert "1.50 CNY per hour" in said[0]
    assert "1.50 CNY 每小时" in words_of(price_says((KNOWN,), NOON)[0], Language.ZH)
    assert "Inquired of Huawei Cloud billing at 2026-11-23 12:00 UTC" in said[-1]
    assert "Inquired" not in words_of(price_says((UNKNOWN,), NOON)[-1])
    assert "The price in the console decides" in said[-1]
    assert "以控制台显示的价格为准" in words_of(price_says((KNOWN,), NOON)[-1], Language.ZH)


@pytest.mark.rule("R5.43")
def test_an_unknown_part_is_said_to_be_unknown_and_never_zero() -> None:
    said = words_of(price_says((UNKNOWN,), NOON)[0])
    assert "unknown" in said
    assert "0" not in said.replace("100", "")
    assert price_says((), NOON) == ()


@pytest.mark.rule("R5.46")
def test_a_plan_that_is_only_shown_has_its_price_and_who_would_have_to_approve() -> None:
    step = Step("start", "flowers", {"flavor": "gpu.p4"})
    plan = Plan(say("service.start.title", name="flowers"), (step,), Risk.MONEY, price=(KNOWN,))
    said = words_of(plan_reply(plan, Need(1), NOON))
    for part in ("Plan only", "start `flowers`", "1 administrator other than the asker", "console decides"):
        assert part in said


# ---------------------------------------------------------------- the form that is offered


async def offered(house: House, identity: str) -> Form | None:
    """Return the form that waits behind the answer's button."""
    await respond(house.world, identity)
    stored = await house.store.load(Form, f"request-of-{identity}-1")
    return stored.record if stored else None


@pytest.mark.rule("R5.71")
async def test_a_start_without_the_tick_is_answered_with_the_notice_and_the_form_to_tick() -> None:
    house = House([stopped()])
    form = await offered(house, await asks(house.given, "service start flowers"))
    assert form is not None
    assert (form.command, form.values, form.surface.kind) == ("service start", {"service": "flowers"}, SurfaceKind.FORM)
    assert house.given.chat.keys == ["service.free.agree"]
    assert house.services.kept["s1"].state == "stopped"


async def test_a_whole_slash_command_keeps_its_values_too() -> None:
    house = House([stopped()])
    surface = Surface(SurfaceKind.COMMAND, "LI", "C1", response_url="https://hooks.example/1")
    values = {"service": "nothing"}
    made = Inbound(
        "I1", InboundKind.ASK, "c1", surface, house.clock.now(), "request-of-I1", "service start", values=values
    )
    await house.store.commit(Change().create(made))
    form = await offered(house, "I1")
    assert form is not None
    assert form.values == values


async def test_an_open_form_is_shown_again_instead_of_a_second_one() -> None:
    house = House([stopped()])
    surface = Surface(SurfaceKind.FORM, "LI", "C1", view="V1")
    made = Inbound("I1", InboundKind.ASK, "c1", surface, house.clock.now(), "request-of-I1", "service start")
    await house.store.commit(Change().create(replace(made, values={"service": "flowers"})))
    assert await offered(house, "I1") is None
    assert house.given.chat.keys == ["service.free.agree"]


async def test_with_the_tick_it_starts() -> None:
    house = House([stopped()])
    identity = await asks(house.given, "service start flowers agreed=yes")
    assert await offered(house, identity) is None
    assert house.given.chat.keys == ["submit.started"]
    assert await house.store.load(Operation, f"request-of-{identity}") is not None
