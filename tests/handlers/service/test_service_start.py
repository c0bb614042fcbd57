from __future__ import annotations

from dataclasses import replace

import pytest

from bot.command import Risk, Touched
from bot.errors import CloudBusy, CloudRefused, Refusal
from bot.records import Step, ThingKind
from bot.say import Language, say
from handlers.service.start import command
from tests.fakes.cloud import FakeCloud
from tests.fakes.services import DEPLOY_S, FakeServices
from tests.fakes.words import words_of
from tests.handlers.service.given import GPU, RUNNING, STOPPED, desk
from tests.rules.things import HERE, HOUR, NOON, THERE, package, service

START = Step("start", "flowers", {"id": "s1", "flavor": "cpu.free", "changed": repr(STOPPED.changed)})


async def key_of(*services: object, region: str = HERE, **values: str) -> tuple[str, str]:
    """Return the key and the argument of the refusal."""
    with pytest.raises(Refusal) as refused:
        await desk(*services, region=region).planned(command, service="flowers", **values)  # type: ignore[arg-type]
    assert words_of(refused.value, Language.ZH)
    return refused.value.say.key, refused.value.argument


# ---------------------------------------------------------------- free


@pytest.mark.rule("R5.71")
async def test_a_free_start_needs_the_tick_and_says_what_free_means() -> None:
    assert await key_of(STOPPED) == ("service.free.agree", "agreed")
    plan = await desk(STOPPED).planned(command, service="flowers", agreed="yes")
    said = words_of(plan)
    assert plan.risk is Risk.FREE
    assert "stops by itself after 1 h" in said
    assert "OBS storage is not included" in said
    flag = next(argument for argument in command.arguments if argument.name == "agreed")
    assert flag.hint is not None
    assert "OBS" in flag.hint.en


@pytest.mark.rule("R5.13")
@pytest.mark.rule("R5.43")
async def test_free_is_zero_by_rule_and_not_by_inquiry() -> None:
    plan = await desk(STOPPED).planned(command, service="flowers", agreed="yes")
    assert (plan.price, plan.charge) == ((), "free")
    assert "0 by rule" in words_of(plan)


@pytest.mark.rule("R5.21")
async def test_a_free_start_is_refused_outside_the_free_region() -> None:
    assert await key_of(STOPPED, region=THERE, agreed="yes") == ("service.free.region", "service")


@pytest.mark.rule("R5.29")
@pytest.mark.parametrize("state", ["running", "stopped"])
async def test_a_slot_that_another_service_holds_is_refused_naming_it(state: str) -> None:
    other = service(id="s2", name="petals", state=state)
    with pytest.raises(Refusal) as refused:
        await desk(STOPPED, other).planned(command, service="flowers", agreed="yes")
    assert "petals" in words_of(refused.value)


@pytest.mark.rule("R5.29")
async def test_the_other_free_flavor_and_a_paid_service_hold_no_slot_of_this_one() -> None:
    other = service(id="s2", name="petals", flavor="gpu.free")
    paid = replace(GPU, flavor="cpu.free")
    plan = await desk(STOPPED, other, paid).planned(command, service="flowers", agreed="yes")
    assert plan.steps[0].target == "flowers"


@pytest.mark.rule("R5.78")
async def test_it_starts_with_the_flavor_it_has_and_asks_for_none() -> None:
    plan = await desk(STOPPED).planned(command, service="s1", agreed="yes")
    assert plan.steps == (START,)
    assert "flavor" not in {argument.name for argument in command.arguments}


# ---------------------------------------------------------------- paid


@pytest.mark.rule("R5.13")
@pytest.mark.rule("R5.43")
async def test_a_paid_start_costs_money_whose_price_is_unknown_never_zero() -> None:
    plan = await desk(GPU).planned(command, service="gpu")
    assert (plan.risk, plan.charge) == (Risk.MONEY, "pay-per-use")
    assert [line.amount for line in plan.price] == [""]
    said = words_of(plan)
    assert "Compute: paid" in said
    assert "No package is in force" in said


@pytest.mark.rule("R5.13")
@pytest.mark.rule("R5.42")
async def test_a_paid_start_costs_flavor_times_nodes_by_inquiry() -> None:
    at = desk(replace(GPU, nodes=2), prices={"bill.p4": "7.2"})
    plan = await at.planned(command, service="gpu")
    (line,) = plan.price
    assert (line.amount, line.currency, line.per) == ("14.40", "CNY", "h")
    assert at.cloud.prices.calls == [("hourly", "bill.p4")]
    assert "2 × 7.20 CNY" in words_of(line.what)


@pytest.mark.rule("R5.43")
async def test_the_price_is_asked_again_from_the_steps_alone() -> None:
    at = desk(replace(GPU, nodes=2), prices={"bill.p4": "7.2"})
    plan = await at.planned(command, service="gpu")
    at.cloud.prices.kept["bill.p4"] = "9.3"
    assert command.price is not None
    (line,) = await command.price(plan.steps, at.cloud)
    assert line.amount == "18.60"
    at.cloud.prices.fault("hourly", "forbidden")
    assert [line.amount for line in await command.price(plan.steps, at.cloud)] == [""]
    at.cloud.prices.fault("hourly", "throttled")
    with pytest.raises(CloudBusy):
        await command.price(plan.steps, at.cloud)


@pytest.mark.rule("R5.43")
async def test_a_free_start_is_never_inquired_about() -> None:
    at = desk(STOPPED, prices={"cpu.free": "1"})
    plan = await at.planned(command, service="flowers", agreed="yes")
    assert command.price is not None
    assert await command.price(plan.steps, at.cloud) == ()
    assert at.cloud.prices.calls == []


@pytest.mark.rule("R5.43")
async def test_nodes_of_several_flavors_and_a_silent_inquiry_leave_the_price_unknown() -> None:
    mixed = await desk(replace(GPU, mixed=True), prices={"bill.p4": "7.2"}).planned(command, service="gpu")
    silent = desk(GPU, prices={"bill.p4": "7.2"})
    silent.cloud.prices.fault("hourly", "server_error")
    for plan in (mixed, await silent.planned(command, service="gpu")):
        assert [line.amount for line in plan.price] == [""]


@pytest.mark.rule("R5.13")
async def test_a_paid_start_names_the_packages_that_may_cover_it_or_says_that_nobody_knows() -> None:
    here, there = package(name="CPU 100 h"), package(id="p2", name="elsewhere", region=THERE)
    used = package(id="p3", name="used up", state="used_up")
    said = words_of(await desk(GPU, packages=[here, there, used]).planned(command, service="gpu"))
    assert "CPU 100 h" in said
    assert "elsewhere" not in said
    assert "used up" not in said
    silent = desk(GPU)
    silent.cloud.packages.fault("listed", "forbidden")
    assert "could not be read" in words_of(await silent.planned(command, service="gpu"))


# ---------------------------------------------------------------- which, and in what state


@pytest.mark.parametrize(
    ("state", "key"),
    [
        ("running", "service.start.running"),
        ("concerning", "service.start.running"),
        ("deploying", "service.start.moving"),
        ("waiting", "service.start.moving"),
        ("stopping", "service.start.not_now"),
        ("deleting", "service.start.not_now"),
    ],
)
async def test_only_what_is_at_rest_can_be_started(state: str, key: str) -> None:
    assert await key_of(service(state=state, changed=NOON), agreed="yes") == (key, "service")


async def test_a_name_that_two_have_is_asked_back_with_their_ids() -> None:
    with pytest.raises(Refusal) as refused:
        await desk(STOPPED, service(id="s2", name="flowers")).planned(command, service="flowers", agreed="yes")
    assert "`s2`" in words_of(refused.value)
    assert await key_of(GPU) == ("service.missing", "service")


# ---------------------------------------------------------------- how it is done


@pytest.mark.rule("R5.25")
async def test_it_is_done_when_it_runs_and_the_due_time_is_recorded() -> None:
    now = NOON
    found = desk(STOPPED, now=lambda: now)
    effect = command.effects["start"]
    assert await effect.observe(START, found.cloud) is None
    await effect.act(START, found.cloud)
    assert await effect.observe(START, found.cloud) is None
    await effect.act(START, found.cloud)
    now += DEPLOY_S
    assert await effect.observe(START, found.cloud) == {"due": repr(now + HOUR), "state": "running"}
    assert [name for name, _ in found.cloud.services.calls].count("start") == 1


async def test_a_start_that_failed_is_said_in_the_providers_words_but_an_old_failure_is_not() -> None:
    effect = command.effects["start"]
    old = service(state="failed", changed=STOPPED.changed, error="old")
    assert await effect.observe(START, desk(old).cloud) is None
    with pytest.raises(CloudRefused) as refused:
        await effect.observe(START, desk(service(state="failed", changed=NOON, error="no image")).cloud)
    assert "no image" in words_of(refused.value.say)


class TooLate(FakeServices):
    """Services that somebody else starts between our look and our call."""

    async def start(self, identity: str) -> None:
        await super().start(identity)
        await super().start(identity)


class Refusing(FakeServices):
    """Services that nobody may start."""

    async def start(self, identity: str) -> None:
        raise CloudRefused(say("cloud.forbidden"), code="ModelArts.0106")


async def test_the_second_of_two_starts_at_once_is_no_failure_but_a_refused_one_is() -> None:
    late = FakeCloud(services=TooLate([STOPPED], (), now=lambda: NOON))
    await command.effects["start"].act(START, late)
    assert [name for name, _ in late.services.calls].count("start") == 2
    with pytest.raises(CloudRefused):
        await command.effects["start"].act(START, FakeCloud(services=Refusing([STOPPED], (), now=lambda: NOON)))


async def test_what_is_gone_cannot_be_started() -> None:
    with pytest.raises(CloudRefused):
        await command.effects["start"].observe(START, desk(GPU).cloud)


def test_who_starts_what_nobody_owns_becomes_its_owner() -> None:
    assert command.thing is not None
    assert command.thing(START) == Touched(ThingKind.SERVICE, "s1", claimed=True)
    assert RUNNING.state == "running"


# ---------------------------------------------------------------- authorization


@pytest.mark.rule("R3.02")
async def test_without_an_authorization_nothing_is_planned_and_it_can_be_asked_for() -> None:
    here = desk(STOPPED)
    here.cloud.iam.authorizations = []
    with pytest.raises(Refusal) as refused:
        await here.planned(command, service="flowers", agreed="yes")
    assert refused.value.mend == ("auth add", {})
    assert "is not authorized to act for you" in words_of(refused.value)


@pytest.mark.rule("R3.02")
async def test_an_authorization_taken_away_since_the_approval_stops_the_start() -> None:
    here = desk(STOPPED)
    step = (await here.planned(command, service="flowers", agreed="yes")).steps[0]
    here.cloud.iam.authorizations = []
    with pytest.raises(CloudRefused):
        await command.effects["start"].act(step, here.cloud)
    assert [call for call in here.cloud.services.calls if call[0] == "start"] == []
