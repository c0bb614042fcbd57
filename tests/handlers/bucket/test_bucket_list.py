from __future__ import annotations

import asyncio

import pytest

from bot.errors import CloudRefused, Refusal
from bot.reply import Reply
from bot.rules.figures import FIGURES
from bot.say import Language, say
from handlers.bucket.list import command
from tests.fakes.cloud import FakeBuckets, FakeCloud, Kept
from tests.fakes.words import words_of
from tests.handlers.bucket.support import HERE, THERE, answered, asked

KEPT = {
    "away": Kept(THERE),
    "plain": Kept(HERE),
    "sealed": Kept(HERE, encryption="kms"),
    "foreign": Kept(HERE, ours=False),
}


@pytest.mark.rule("R4.05")
async def test_rows_say_region_encryption_and_use() -> None:
    reply = await answered(command, KEPT)
    assert reply.table is not None
    assert reply.table.total == 3
    rows = ["\n".join(words_of(say) for say in (row.head, *row.details)) for row in reply.table.rows]
    assert [row.split("`")[1] for row in rows] == ["plain", "sealed", "away"]
    assert "ModelArts here can use it." in rows[0]
    assert "Default encryption: off" in rows[0]
    assert "Default encryption: on (`kms`)" in rows[1]
    assert "ModelArts cannot use it" in rows[1]
    assert "the bucket is in `cn-north-1`, ModelArts is used in `cn-north-4`" in rows[2]
    assert "foreign" not in words_of(reply)


@pytest.mark.rule("R2.01")
@pytest.mark.rule("R2.03")
async def test_each_row_has_one_console_link_with_its_own_region() -> None:
    reply = await answered(command, KEPT)
    assert reply.table is not None
    links = [row.link.url for row in reply.table.rows if row.link]
    assert [("plain" in links[0], HERE in links[0]), ("away" in links[2], THERE in links[2])] == [(True, True)] * 2
    assert "选择区域 华北-北京四" in words_of(reply, Language.ZH)


async def test_filters_narrow_it_down() -> None:
    assert "*1* of 3" in words_of(await answered(command, KEPT, region=THERE))
    assert "*1* of 3" in words_of(await answered(command, KEPT, name="SEAL"))
    nothing = await answered(command, KEPT, name="zzz")
    assert nothing.table is None
    assert "None of the 3 buckets matches." in words_of(nothing)


@pytest.mark.rule("R4.10")
async def test_an_empty_account_is_told_how_to_begin_and_offered_the_form() -> None:
    reply = await answered(command, {})
    assert "/modelarts bucket create c-flowers folder=flowers" in words_of(reply)
    assert [offer.command for offer in reply.offers] == ["bucket create"]


MANY = {f"b-{n:04}": Kept(HERE if n % 2 else THERE) for n in range(1000)}
ROWS = FIGURES.lists.rows


def names(reply: Reply) -> list[str]:
    assert reply.table is not None
    return [words_of(row.head).split("`")[1] for row in reply.table.rows]


@pytest.mark.rule("R4.05")
@pytest.mark.parametrize(
    ("values", "first", "second"),
    [
        ({}, "b-0001", "b-0003"),
        ({"page": "2"}, f"b-{2 * ROWS + 1:04}", f"b-{2 * ROWS + 3:04}"),
        ({"sort": "name"}, "b-0000", "b-0001"),
        ({"sort": "region"}, "b-0000", "b-0002"),
        ({"sort": "newest", "page": "50"}, f"b-{1000 - ROWS:04}", f"b-{1000 - ROWS + 1:04}"),
    ],
)
async def test_a_thousand_buckets_are_sorted_and_paged(values: dict[str, str], first: str, second: str) -> None:
    reply = await answered(command, MANY, **values)
    assert names(reply)[:2] == [first, second]
    assert len(names(reply)) == ROWS
    page = int(values.get("page", "1"))
    assert f"Page {page} of 50" in words_of(reply)
    following = [offer.values for offer in reply.offers]
    assert following == ([{**values, "page": str(page + 1)}] if page < 50 else [])


@pytest.mark.parametrize(
    ("page", "key"), [("51", "bucket.list.no_page"), ("0", "bucket.list.bad_page"), ("two", "bucket.list.bad_page")]
)
async def test_a_page_that_is_none_is_refused_at_its_field(page: str, key: str) -> None:
    with pytest.raises(Refusal) as refused:
        await answered(command, MANY, page=page)
    assert (refused.value.say.key, refused.value.argument) == (key, "page")
    assert words_of(refused.value)


@pytest.mark.rule("R4.05")
async def test_a_thousand_buckets_cost_one_list_and_one_page_of_reads() -> None:
    buckets, ask = FakeBuckets(MANY), asked(command)
    await command.read(ask, FakeCloud(buckets))
    assert [operation for operation, _ in buckets.calls] == ["listed", *["encryption"] * ROWS]


class Watched(FakeBuckets):
    """Counts how many reads of encryption run at the same time; one bucket's cannot be read."""

    running = most = 0

    async def encryption(self, name: str) -> str:
        self.running += 1
        self.most = max(self.most, self.running)
        await asyncio.sleep(0)
        self.running -= 1
        if name == "b-000":
            raise CloudRefused(say("cloud.bucket_foreign", name=name), code="AccessDenied", status=403)
        return await super().encryption(name)


@pytest.mark.rule("R4.05")
async def test_encryption_is_read_in_parallel_for_the_shown_rows_only_and_one_failure_spoils_nothing() -> None:
    buckets = Watched({f"b-{n:03}": Kept(HERE) for n in range(FIGURES.lists.rows + 5)})
    ask = asked(command)
    assert command.answer is not None
    reply = command.answer(ask, await command.read(ask, FakeCloud(buckets)))
    assert buckets.most == FIGURES.lists.at_once
    assert len([call for call in buckets.calls if call[0] == "encryption"]) == FIGURES.lists.rows - 1
    assert words_of(reply).count("could not be read") == 2
