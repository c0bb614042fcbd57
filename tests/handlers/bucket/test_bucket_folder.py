from __future__ import annotations

import pytest

from bot.errors import Refusal
from bot.records import Step
from handlers.bucket.folder import command
from tests.fakes.cloud import FakeBuckets, FakeCloud, Kept
from tests.fakes.words import words_of
from tests.handlers.bucket.support import HERE, THERE, asked, planned

STEP = Step("folder", "plain", {"key": "flowers/train/"})


@pytest.mark.rule("R4.06")
@pytest.mark.rule("R5.23")
async def test_a_folder_is_planned_as_a_key_that_ends_in_a_slash() -> None:
    plan = await planned(command, {"plain": Kept(HERE)}, bucket="plain", path="flowers/train")
    assert plan.steps == (STEP,)
    assert "never part of the ModelArts free tier" in words_of(plan)
    assert all(line.amount == "" for line in plan.price)


@pytest.mark.rule("R4.06")
async def test_already_there_is_a_success_and_said() -> None:
    with pytest.raises(Refusal) as told:
        await planned(command, {"plain": Kept(HERE, objects={"flowers/": 0})}, bucket="plain", path="flowers/")
    assert "already there" in words_of(told.value)
    assert "Nothing to do" in words_of(told.value)
    assert told.value.argument == ""


@pytest.mark.rule("R4.06")
@pytest.mark.parametrize("path", ["/flowers", "a//b", "a/../b"])
def test_a_bad_path_is_refused_at_its_field(path: str) -> None:
    with pytest.raises(Refusal) as refused:
        asked(command, bucket="plain", path=path)
    assert refused.value.argument == "path"
    assert refused.value.suggestion.endswith("/")


async def test_a_missing_bucket_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        await planned(command, {}, bucket="plain", path="flowers")
    assert refused.value.say.key == "bucket.missing"
    assert refused.value.mend == ("bucket create", {"name": "plain", "folder": "flowers/"})
    assert not refused.value.by_admin


@pytest.mark.rule("R4.01")
@pytest.mark.rule("R4.09")
async def test_the_place_is_named_with_how_it_was_found() -> None:
    plan = await planned(command, {"plain": Kept(HERE)}, bucket="plain", path="flowers")
    assert "Writes to `obs://plain/flowers/`: looked at, no fault found" in words_of(plan)
    plan = await planned(command, {"plain": Kept(THERE)}, bucket="plain", path="flowers")
    assert "ModelArts would meet a fault: It is in `cn-north-1`" in words_of(plan)


@pytest.mark.rule("R4.06")
async def test_carrying_it_out_twice_changes_nothing() -> None:
    buckets = FakeBuckets({"plain": Kept(HERE)})
    cloud, effect = FakeCloud(buckets), command.effects["folder"]
    assert await effect.observe(STEP, cloud) is None
    await effect.act(STEP, cloud)
    await effect.act(STEP, cloud)
    assert await effect.observe(STEP, cloud) == {"key": "flowers/train/"}
    assert buckets.kept["plain"].objects == {"flowers/train/": 0}
