from __future__ import annotations

import pytest

from bot.records import Phase, Stage, Thing, ThingKind
from bot.say import Language
from handlers.running.show import command
from tests.fakes.cloud import FakeCloud
from tests.fakes.words import words_of
from tests.handlers.watching import Desk, Records, rows_of
from tests.rules.things import HERE, HOUR, NOON, thing


def desk(*things: Thing) -> Desk:
    return Desk(FakeCloud(), Records(things))


FREE = thing(since=NOON - 600, deadline=NOON + HOUR, looked=NOON - 60, owner="U7")
PAID = thing(name="gpu", free=False, since=NOON - HOUR, looked=NOON, owner="", stages=(Stage("long", NOON + 7 * HOUR),))
PRICED = {"hourly": "8.20", "currency": "CNY", "priced": repr(NOON - 600), "priced_for": "gpu.p4×1"}


@pytest.mark.rule("R5.49")
@pytest.mark.rule("R5.43")
async def test_it_says_whose_since_when_at_what_cost_and_what_comes_next() -> None:
    reply = await desk(FREE, PAID).answered(command)
    paid, free = rows_of(reply)
    for part in (
        "gpu",
        "nobody has said",
        "since 2026-11-23 11:00",
        "cost so far: unknown: the price is not asked yet",
        "asked about it at",
    ):
        assert part in paid
    for part in ("flowers", "U7", "free", "stops by itself at 2026-11-23 13:00"):
        assert part in free
    assert "*2* running, 1 of them paid" in words_of(reply)
    assert "As of 2026-11-23 11:59" in words_of(reply)


@pytest.mark.rule("R5.43")
async def test_what_is_known_is_added_up_and_what_is_not_is_counted() -> None:
    known = thing(name="priced", free=False, since=NOON - 2.5 * HOUR, looked=NOON, facts=PRICED)
    words = words_of(await desk(FREE, PAID, known).answered(command))
    assert "about *20.50 CNY* (8.20 CNY an hour, inquired at 2026-11-23 11:50" in words
    assert "Together about *20.50 CNY* so far, and 1 unknown." in words
    assert "目前合计约 *41.00 CNY*。" in words_of(await desk(known, known).answered(command), Language.ZH)
    assert "Together" not in words_of(await desk(known).answered(command)), "one is its own total"


async def test_packages_and_what_rests_do_not_run() -> None:
    resting = thing(phase=Phase.STOPPED)
    package = thing(kind=ThingKind.PACKAGE, free=False)
    said = words_of(await desk(resting, package).answered(command))
    assert "Nothing is running" in said


async def test_nothing_is_said_to_run_only_after_a_look() -> None:
    assert "not seen yet" in words_of(await Desk(FakeCloud(), Records(looked=False)).answered(command))
    assert "2* running" in words_of(await Desk(FakeCloud(), Records((FREE, PAID), looked=False)).answered(command))


async def test_what_is_on_its_way_counts_too() -> None:
    assert "on its way" in rows_of(await desk(thing(phase=Phase.MOVING, since=NOON)).answered(command))[0]


async def test_nobody_is_asked_about_what_was_muted() -> None:
    muted = thing(free=False, muted=True, stages=PAID.stages)
    assert "asked about" not in rows_of(await desk(muted).answered(command))[0]


@pytest.mark.rule("R2.01")
async def test_each_row_has_one_console_link() -> None:
    reply = await desk(FREE).answered(command)
    assert reply.table is not None
    assert [HERE in row.link.url for row in reply.table.rows if row.link] == [True]
    assert "运行中" in words_of(reply, Language.ZH)
