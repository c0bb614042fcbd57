"""What becomes of every reminder is on record: said, overtaken, or void; one whose entry was lost is said after all."""

from __future__ import annotations

from bot.records import Stage
from tests.flows.watching import DAY, HOUR, PACKAGE, House, package, service, stopped


async def watched(house: House) -> House:
    await house.sweep()
    return house


def recorded(house: House, what: str, field: str) -> list[tuple[str, str]]:
    """Return the epoch and one field of each audit entry of a kind."""
    return [(str(e["epoch"]), str(e[field])) for e in house.store.audits if e["what"] == what]


async def test_what_a_later_reminder_overtook_is_named_beside_it() -> None:
    house = await watched(House([stopped()]))
    house.clock.at += 71.5 * HOUR
    await house.drain()
    assert recorded(house, "reminded", "stage") == [("1", "stopped"), ("1", "release_1h")]
    assert recorded(house, "reminded", "superseded") == [("1", ""), ("1", "release_24h,release_6h")]
    assert recorded(house, "reminders.void", "stages") == []


async def test_what_a_new_epoch_ends_is_recorded_as_void() -> None:
    house = await watched(House([service()]))
    house.clock.at += 74 * HOUR
    await house.drain()
    assert recorded(house, "reminded", "stage") == []
    assert recorded(house, "reminders.void", "stages") == [("1", "stop_15m,stop_5m")]


async def test_a_reminder_of_ones_own_is_not_void_while_its_thing_lives() -> None:
    house = await watched(House(packages=[package()]))
    before = await house.thing(PACKAGE)
    own = Stage("own_1", before.deadline - 6 * DAY)
    await house.change(PACKAGE, stages=(*before.stages, own))
    house.packages.kept["p1"] = package(expires=before.deadline + 30 * DAY)
    await house.sweep()
    [(epoch, stages)] = recorded(house, "reminders.void", "stages")
    assert epoch == "1"
    assert "own_1" not in stages.split(",")


async def test_a_reminder_whose_entry_was_given_up_is_said_by_the_next_sweep() -> None:
    house = await watched(House([service()]))
    for member in [one for one in house.store.waiting["due"] if one.startswith("work:remind:")]:
        del house.store.waiting["due"][member]
    await house.advance(44 * 60)
    assert house.said() == []
    await house.advance(8 * 60)
    assert house.said() == ["stop_15m"]
