from __future__ import annotations

import pytest

from bot.errors import Refusal
from bot.records.provider import Package, Quota
from bot.rules.figures import FIGURES
from bot.say import Language
from handlers.package.list import command
from handlers.package.show import command as show
from tests.fakes.cloud import FakeCloud
from tests.fakes.packages import FakePackages
from tests.fakes.words import words_of
from tests.handlers.watching import Desk, Records, rows_of
from tests.rules.things import DAY, NOON, THERE, package

NEXT = package(id="p2", name="CPU 100 h", state="waiting", effective=NOON + 8 * DAY, expires=NOON + 38 * DAY)
BESIDE = package(id="p3", effective=NOON - DAY, expires=NOON + 29 * DAY)


def desk(*packages: Package) -> Desk:
    return Desk(FakeCloud(packages=FakePackages(packages)), Records())


@pytest.mark.rule("R5.51")
async def test_a_row_says_what_it_covers_used_and_left_its_period_and_its_state() -> None:
    row = rows_of(await desk(package()).answered(command))[0]
    for part in ("CPU hours: 70 of 100 h left, 30 used", "2026-11-01 12:00", "2026-12-01 12:00", "in force", "`p1`"):
        assert part in row


@pytest.mark.rule("R5.60")
async def test_each_package_says_in_which_region_it_was_bought() -> None:
    rows = rows_of(await desk(package(), package(id="p4", region=THERE)).answered(command))
    assert "bought in CN North-Beijing4 (`cn-north-4`)" in "".join(rows)
    assert "bought in CN North-Beijing1 (`cn-north-1`)" in "".join(rows)
    said = words_of(await desk(package(region=THERE)).answered(show, package="p1"), Language.ZH)
    assert "购买区域：华北-北京一" in said


@pytest.mark.rule("R5.51")
async def test_what_follows_is_said_to_be_renewed_or_bought_and_to_be_inferred_on_both() -> None:
    rows = rows_of(await desk(NEXT, package()).answered(command))
    assert len(rows) == 2
    for row in rows:
        assert "renewed or bought, not yet in force" in row
        assert "inferred" in row
    assert "in force beside it" in rows_of(await desk(package(), BESIDE).answered(command))[0]
    alone = rows_of(await desk(NEXT).answered(command))[0]
    assert "renewed" not in alone
    assert "not yet in force" in alone


@pytest.mark.parametrize("state", ["active", "waiting", "used_up", "expired", "refunded"])
async def test_every_state_has_words(state: str) -> None:
    assert rows_of(await desk(package(state=state)).answered(command))


@pytest.mark.rule("R2.01")
@pytest.mark.rule("R2.03")
async def test_each_row_has_one_link_with_its_own_region() -> None:
    reply = await desk(package(region=THERE)).answered(command)
    assert reply.table is not None
    link = reply.table.rows[0].link
    assert link is not None
    assert THERE in link.url
    assert "My Packages" in words_of(link.path)
    assert "no ModelArts packages" in words_of(await desk().answered(command))


async def test_the_first_to_end_comes_first_what_is_over_last_and_a_long_list_is_cut() -> None:
    over = package(id="p0", state="expired", expires=NOON - DAY)
    rows = rows_of(await desk(over, BESIDE, package()).answered(command))
    assert ["`p1`" in rows[0], "`p3`" in rows[1], "`p0`" in rows[2]] == [True, True, True]
    many = [package(id=f"p{n}") for n in range(FIGURES.lists.rows + 3)]
    reply = await desk(*many).answered(command)
    assert reply.table is not None
    assert (len(reply.table.rows), reply.table.total) == (FIGURES.lists.rows, FIGURES.lists.rows + 3)


@pytest.mark.rule("R5.57")
@pytest.mark.rule("R5.54")
@pytest.mark.parametrize(
    ("packages", "part"),
    [
        ([package()], "*Renew* fits"),
        ([package(state="used_up", quotas=(Quota("q", "u", 9.0, 0.0, "h"),))], "*Buy again* fits"),
        ([package(), NEXT], "Nothing to do"),
        ([package(state="expired")], "nothing left to renew"),
    ],
)
async def test_showing_one_says_which_purchase_fits_and_why(packages: list[Package], part: str) -> None:
    said = words_of(await desk(*packages).answered(show, package="p1"))
    assert part in said
    assert "refund" in said
    assert "term: 30 days" in said


async def test_a_name_that_two_have_is_asked_back_with_their_ids() -> None:
    with pytest.raises(Refusal) as refused:
        await desk(package(), NEXT).answered(show, package="CPU 100 h")
    assert "`p1`, `p2`" in words_of(refused.value)
    with pytest.raises(Refusal) as missing:
        await desk(package()).answered(show, package="nothing")
    assert missing.value.argument == "package"


async def test_a_quota_without_a_name_is_shown_all_the_same() -> None:
    bare = package(quotas=(Quota("q", "", 9.0, 2.5, "h"),))
    assert "2.5 of 9 h left, 6.5 used" in rows_of(await desk(bare).answered(command))[0]
