from __future__ import annotations

import pytest

from bot.command import Command, Risk, Touched
from bot.errors import Refusal
from bot.records import ThingKind
from bot.records.provider import Package
from bot.say import Language
from handlers.package.buy_again import command as buy_again
from handlers.package.renew import command as renew
from tests.fakes.cloud import FakeCloud
from tests.fakes.packages import FakePackages
from tests.fakes.words import words_of
from tests.handlers.watching import Desk, Records
from tests.rules.things import DAY, HERE, NOON, THERE, package

NEXT = package(id="p2", state="waiting", effective=NOON + 8 * DAY, expires=NOON + 38 * DAY)
BOTH = pytest.mark.parametrize("command", [renew, buy_again], ids=["renew", "buy_again"])


def desk(*packages: Package) -> Desk:
    return Desk(FakeCloud(packages=FakePackages(packages)), Records())


@BOTH
@pytest.mark.rule("R5.54")
async def test_nothing_is_refunded_and_the_plan_says_so_before_approval(command: Command) -> None:
    plan = await desk(package()).planned(command, package="p1")
    assert plan.risk is Risk.MONEY
    assert "refund" in words_of(plan)
    assert "不支持退订" in words_of(plan, Language.ZH)


@pytest.mark.rule("R5.57")
async def test_a_renewal_begins_at_the_end_of_the_period_and_a_second_purchase_at_once() -> None:
    said = words_of(await desk(package()).planned(renew, package="p1"))
    assert "only when the present period ends, at 2026-12-01 12:00" in said
    assert "what goes beyond is billed" in said
    assert "takes effect at once" in words_of(await desk(package()).planned(buy_again, package="p1"))


@BOTH
@pytest.mark.rule("R5.57")
async def test_either_plan_says_which_of_both_fits_and_why(command: Command) -> None:
    assert "*Renew* fits" in words_of(await desk(package()).planned(command, package="p1"))
    used_up = package(state="used_up")
    assert "*Buy again* fits" in words_of(await desk(used_up).planned(command, package="p1"))


@BOTH
@pytest.mark.rule("R5.64")
async def test_another_region_than_the_one_in_use_is_warned_about(command: Command) -> None:
    said = words_of(await desk(package(region=THERE)).planned(command, package="p1"))
    assert "Mind the region" in said
    assert f"`{THERE}`" in said
    assert "Mind the region" not in words_of(await desk(package()).planned(command, package="p1"))


@BOTH
@pytest.mark.rule("R5.67")
async def test_the_cart_can_be_filled_by_reading_the_step(command: Command) -> None:
    plan = await desk(package()).planned(command, package="p1")
    step = next(line for line in words_of(plan).splitlines() if line.startswith("in the console"))
    for part in ("1 × CPU 100 h", "30 days", f"`{HERE}`", "`p1`", "`CPU100`"):
        assert part in step


@BOTH
@pytest.mark.rule("R5.43")
async def test_the_price_is_unknown_and_never_zero(command: Command) -> None:
    plan = await desk(package()).planned(command, package="p1")
    assert [line.amount for line in plan.price] == [""]
    assert plan.charge == "prepaid"


@BOTH
async def test_the_link_leads_to_where_it_is_bought_with_its_click_path(command: Command) -> None:
    plan = await desk(package(region=THERE)).planned(command, package="p1")
    assert [THERE in link.url for link in plan.links] == [True]
    words = words_of(plan.links[0].path)
    assert ("Manual Renewals" in words) is (command is renew)


@pytest.mark.parametrize(
    ("packages", "key"),
    [
        ([package(state="expired")], "package.renew.over"),
        ([package(), NEXT], "package.renew.already"),
        ([package(state="waiting")], "package.renew.already"),
    ],
)
async def test_what_is_over_or_renewed_is_not_renewed_but_may_be_bought_again(
    packages: list[Package], key: str
) -> None:
    with pytest.raises(Refusal) as refused:
        await desk(*packages).planned(renew, package="p1")
    assert refused.value.say.key == key
    assert (await desk(*packages).planned(buy_again, package="p1")).steps


@BOTH
async def test_the_step_is_prepared_at_once_calls_nothing_and_is_watched_for(command: Command) -> None:
    found = desk(package(region=THERE))
    plan = await found.planned(command, package="p1")
    step = plan.steps[0]
    before = list(found.cloud.packages.calls)
    effect = command.effects[step.kind]
    assert await effect.observe(step, found.cloud) == {"prepared": "yes"}
    await effect.act(step, found.cloud)
    assert found.cloud.packages.calls == before
    assert command.thing is not None
    assert command.thing(step) == Touched(ThingKind.PACKAGE, "p1", THERE, prepared=step.kind)
