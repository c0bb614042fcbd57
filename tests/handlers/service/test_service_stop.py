from __future__ import annotations

import pytest

from bot.command import Risk, Touched
from bot.errors import Refusal
from bot.records import Step, ThingKind
from handlers.service.stop import command
from tests.fakes.services import STOP_S
from tests.fakes.words import words_of
from tests.handlers.service.given import GPU, RUNNING, STOPPED, desk
from tests.rules.things import NOON, service, thing

STOP = Step("stop", "flowers", {"id": "s1"})


@pytest.mark.parametrize(
    ("free", "owner", "risk"),
    [
        (True, "U1", Risk.FREE),
        (False, "U1", Risk.FREE),
        (True, "", Risk.FREE),
        (False, "", Risk.CHANGE),
        (True, "U2", Risk.CHANGE),
        (False, "U2", Risk.CHANGE),
    ],
)
async def test_ones_own_and_a_free_one_of_nobody_need_no_approval(free: bool, owner: str, risk: Risk) -> None:
    found = desk(service(free=free), things=[thing(owner=owner)])
    assert (await found.planned(command, service="flowers")).risk is risk


@pytest.mark.rule("R5.26")
@pytest.mark.rule("R5.29")
async def test_stopping_a_free_service_says_that_it_keeps_its_slot_and_is_released() -> None:
    said = words_of(await desk(RUNNING).planned(command, service="flowers"))
    assert "keeps its free slot" in said
    assert "within 72 h it is released" in said
    assert "billed" in words_of(await desk(service(free=False)).planned(command, service="flowers"))


@pytest.mark.parametrize("found", [STOPPED, service(state="failed"), service(state="stopping", changed=NOON)])
async def test_what_does_not_run_is_not_stopped(found: object) -> None:
    with pytest.raises(Refusal) as refused:
        await desk(found).planned(command, service="flowers")  # type: ignore[arg-type]
    assert refused.value.say.key == "service.stop.not_running"


async def test_it_is_done_when_it_has_stopped_and_stopped_only_once() -> None:
    now = NOON
    found = desk(RUNNING, now=lambda: now)
    effect = command.effects["stop"]
    assert await effect.observe(STOP, found.cloud) is None
    await effect.act(STOP, found.cloud)
    await effect.act(STOP, found.cloud)
    assert await effect.observe(STOP, found.cloud) is None
    now += STOP_S
    assert await effect.observe(STOP, found.cloud) == {"state": "stopped"}
    assert [name for name, _ in found.cloud.services.calls].count("stop") == 1
    assert await effect.observe(STOP, desk(GPU).cloud) == {"state": "gone"}
    await effect.act(STOP, desk(GPU).cloud)


def test_who_stops_it_does_not_become_its_owner() -> None:
    assert command.thing is not None
    assert command.thing(STOP) == Touched(ThingKind.SERVICE, "s1")
