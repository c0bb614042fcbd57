from __future__ import annotations

import pytest

from bot.errors import Refusal
from bot.rules.figures import FIGURES
from bot.say import Language
from handlers.service.list import command
from handlers.service.show import command as show
from tests.fakes.words import words_of
from tests.handlers.service.given import GPU, RUNNING, STOPPED, desk
from tests.handlers.watching import rows_of
from tests.rules.things import HERE, HOUR, NOON, THERE, service, thing


@pytest.mark.rule("R5.34")
@pytest.mark.rule("R5.25")
async def test_a_row_says_free_state_time_left_calls_owner_and_address() -> None:
    reply = await desk(RUNNING, things=[thing(owner="U7")]).answered(command)
    row = rows_of(reply)[0]
    for part in ("free (`cpu.free`)", "running", "in 1 h 0 min", "2 / 41", "https://infer/s1", "U7"):
        assert part in row
    assert "the provider's own time" in row


@pytest.mark.rule("R5.34")
async def test_what_runs_comes_first_and_a_paid_one_has_no_clock() -> None:
    paid = service(id="s9", name="gpu", free=False, flavor="gpu.p4", due=0.0)
    rows = rows_of(await desk(STOPPED, paid).answered(command))
    assert ["gpu" in rows[0], "flowers" in rows[1]] == [True, True]
    assert "stops by itself" not in rows[0]
    assert "paid (`gpu.p4`)" in rows[0]


@pytest.mark.rule("R5.26")
async def test_a_release_is_said_with_what_is_left_until_then() -> None:
    exact = rows_of(await desk(STOPPED).answered(command))[0]
    assert "released at 2026-11-26 11:00 UTC, in 71 h 0 min" in exact


@pytest.mark.rule("R5.26")
async def test_showing_a_stop_that_was_not_observed_says_about() -> None:
    unseen = service(state="stopped", changed=0.0, due=0.0)
    found = desk(unseen, now=lambda: 0.0)
    assert "released at about" in words_of(await found.answered(show, service="flowers"))


@pytest.mark.rule("R5.80")
@pytest.mark.rule("R5.21")
async def test_free_slots_are_said_where_there_are_any_and_nowhere_else() -> None:
    said = words_of(await desk(STOPPED).answered(command))
    assert "Free slot CPU (free): used by `flowers`" in said
    assert "Free slot GPU (free): nobody uses it" in said
    assert "Free slot" not in words_of(await desk(STOPPED, region=THERE).answered(command))


@pytest.mark.rule("R2.01")
@pytest.mark.rule("R2.03")
async def test_each_row_has_one_console_link_and_an_empty_list_too() -> None:
    reply = await desk(RUNNING, GPU).answered(command)
    assert reply.table is not None
    assert [HERE in row.link.url for row in reply.table.rows if row.link] == [True, True]
    empty = await desk().answered(command)
    assert "no real-time services" in words_of(empty)
    assert "选择区域" in words_of(empty, Language.ZH)


async def test_a_long_list_is_cut_and_looks_only_at_what_it_shows() -> None:
    many = [service(id=f"s{n:03}", name=f"n{n:03}", free=False, due=0.0) for n in range(FIGURES.lists.rows + 5)]
    found = desk(*many)
    reply = await found.answered(command)
    assert reply.table is not None
    assert (len(reply.table.rows), reply.table.total) == (FIGURES.lists.rows, FIGURES.lists.rows + 5)
    assert len([call for call in found.cloud.services.calls if call[0] == "show"]) == FIGURES.lists.rows


async def test_one_that_cannot_be_read_spoils_nothing() -> None:
    found = desk(RUNNING, GPU)
    found.cloud.services.fault("show", "server_error")
    found.cloud.services.fault("flavors", "forbidden")
    assert len(rows_of(await found.answered(command))) == 2


# ---------------------------------------------------------------- show


@pytest.mark.rule("R5.34")
@pytest.mark.rule("R5.71")
async def test_showing_one_says_everything_and_what_free_means() -> None:
    said = words_of(await desk(RUNNING).answered(show, service="s1"))
    parts = ("`s1`", "running", "2 / 41", "https://infer/s1", "m:1", "nobody has said", "OBS storage is not included")
    for part in parts:
        assert part in said
    assert "OBS" not in words_of(await desk(GPU).answered(show, service="gpu"))


@pytest.mark.rule("R5.25")
async def test_without_a_due_time_the_hour_is_counted_and_said_to_be() -> None:
    late = service(changed=NOON - HOUR / 2, due=0.0)
    said = words_of(await desk(late).answered(show, service="flowers"))
    assert "in 0 h 30 min (counted from its start)" in said


@pytest.mark.parametrize(
    ("more", "part"),
    [
        ({"state": "deploying", "progress": 40, "changed": NOON}, "40 %"),
        ({"state": "failed", "error": "no image"}, "no image"),
        ({"state": "odd", "changed": NOON}, "`odd`"),
    ],
)
async def test_what_the_provider_adds_is_shown(more: dict[str, object], part: str) -> None:
    assert part in words_of(await desk(service(**more)).answered(show, service="flowers"))


async def test_what_is_not_there_is_refused_at_its_field() -> None:
    with pytest.raises(Refusal) as refused:
        await desk(RUNNING).answered(show, service="nothing")
    assert refused.value.argument == "service"
