from __future__ import annotations

import pytest

from bot.errors import Refusal
from bot.records.provider import Flavor
from bot.rules.free_tier import Slot, check_agreed, check_region, check_slot, holder, notice, slot
from bot.say import Language
from tests.fakes.words import words_of
from tests.rules.things import HERE, THERE, service

CPU = Flavor("cpu.free", "CPU (free)", True, False, False, "CPU")
TAKEN = Flavor("cpu.free", "CPU (free)", True, True, False, "CPU")
SOLD_OUT = Flavor("cpu.free", "CPU (free)", True, False, True, "CPU")
MINE = service(state="stopped")
OTHER = service(id="s2", name="petals", state="stopped")
PAID = service(id="s3", name="gpu", free=False, flavor="cpu.free")


@pytest.mark.rule("R5.21")
def test_a_free_flavor_is_not_accepted_outside_its_region_and_the_reason_is_said() -> None:
    check_region(MINE, HERE)
    check_region(PAID, THERE)
    with pytest.raises(Refusal) as refused:
        check_region(MINE, THERE)
    assert HERE in words_of(refused.value)
    assert THERE in words_of(refused.value, Language.ZH)


@pytest.mark.rule("R5.29")
@pytest.mark.parametrize("state", ["running", "stopped", "deploying"])
def test_a_free_flavor_is_held_running_or_stopped_and_only_by_free_services(state: str) -> None:
    other = service(id="s2", state=state)
    assert holder("cpu.free", [MINE, other], but=MINE.id) == other
    assert holder("cpu.free", [MINE], but=MINE.id) is None
    assert holder("cpu.free", [PAID]) is None
    assert holder("gpu.free", [other]) is None


@pytest.mark.rule("R5.29")
def test_starting_on_a_held_flavor_is_refused_naming_who_holds_it() -> None:
    with pytest.raises(Refusal) as refused:
        check_slot(MINE, [TAKEN], [OTHER])
    assert "petals" in words_of(refused.value)
    with pytest.raises(Refusal):
        check_slot(MINE, [], [OTHER])


@pytest.mark.rule("R5.29")
def test_where_the_provider_says_that_the_slot_is_free_it_is() -> None:
    check_slot(MINE, [CPU], [OTHER])
    check_slot(MINE, [TAKEN], [])


@pytest.mark.rule("R5.80")
@pytest.mark.parametrize(
    ("flavor", "services", "but", "expected"),
    [
        (CPU, [], "", Slot.FREE),
        (TAKEN, [OTHER], "", Slot.HELD),
        (TAKEN, [OTHER], "s2", Slot.FREE),
        (TAKEN, [], "", Slot.TAKEN),
        (SOLD_OUT, [], "", Slot.SOLD_OUT),
    ],
)
def test_each_free_slot_is_free_held_taken_or_sold_out(
    flavor: Flavor, services: list[object], but: str, expected: Slot
) -> None:
    assert slot(flavor, services, but=but) is expected  # type: ignore[arg-type]


@pytest.mark.rule("R5.71")
def test_the_notice_says_the_hour_the_limit_and_that_obs_is_not_included_and_needs_a_tick() -> None:
    said = words_of(notice())
    assert "after 1 h" in said
    assert "72 h" in said
    assert "OBS storage is not included" in said
    check_agreed(MINE, "yes")
    check_agreed(PAID, "")
    with pytest.raises(Refusal) as refused:
        check_agreed(MINE, "")
    assert refused.value.argument == "agreed"
    assert "OBS" in words_of(refused.value)
