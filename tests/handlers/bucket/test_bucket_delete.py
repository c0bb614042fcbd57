from __future__ import annotations

import pytest

from bot.command import Risk
from bot.errors import CloudRefused, CloudUnknown, Refusal
from bot.records import Step
from handlers.bucket.delete import command
from tests.fakes.cloud import FakeBuckets, FakeCloud, Kept
from tests.fakes.words import words_of
from tests.handlers.bucket.support import HERE, THERE, asked, cloud_of, planned

STEP = Step("delete", "old", {"region": THERE})


@pytest.mark.rule("R4.05")
async def test_an_empty_bucket_is_planned_as_destructive() -> None:
    plan = await planned(command, {"old": Kept(THERE)}, name="old")
    assert (plan.steps, plan.risk) == ((STEP,), Risk.DESTRUCTIVE)
    assert "cannot be brought back" in words_of(plan)
    assert "free for everybody" in words_of(plan)


@pytest.mark.rule("R4.05")
async def test_a_bucket_with_objects_is_refused_with_what_is_inside() -> None:
    with pytest.raises(Refusal) as refused:
        await planned(command, {"old": Kept(HERE, objects={f"k-{n:02}": 1 for n in range(30)})}, name="old")
    words = words_of(refused.value)
    assert "Inside (30): `k-00`, `k-01`" in words
    assert "`k-09`" in words
    assert "`k-10`" not in words


@pytest.mark.rule("R4.05")
@pytest.mark.parametrize(
    ("kept", "uploads", "key"),
    [
        (Kept(HERE, old=("a", "b")), 0, "bucket.delete.versions"),
        (Kept(HERE, file_system=True), 0, "bucket.delete.file_system"),
        (Kept(HERE), 11, "bucket.delete.many_uploads"),
    ],
)
async def test_what_obs_would_not_delete_is_refused_with_what_empties_it(kept: Kept, uploads: int, key: str) -> None:
    cloud = cloud_of(FakeBuckets({"old": kept}))
    for _ in range(uploads):
        await cloud.objects.begin("old", "big", "")
    ask = asked(command, name="old")
    assert command.plan is not None
    with pytest.raises(Refusal) as refused:
        command.plan(ask, await command.read(ask, cloud))
    assert refused.value.say.key == key
    assert "https://" in words_of(refused.value)


async def test_unfinished_uploads_are_given_up_by_steps_of_the_plan() -> None:
    cloud = cloud_of(FakeBuckets({"old": Kept(HERE)}))
    await cloud.objects.begin("old", "花.bin", "")
    ask = asked(command, name="old")
    assert command.plan is not None
    plan = command.plan(ask, await command.read(ask, cloud))
    assert [step.kind for step in plan.steps] == ["drop", "delete"]
    assert "never finished (1)" in words_of(plan)
    effect = command.effects["drop"]
    assert await effect.observe(plan.steps[0], cloud) is None
    await effect.act(plan.steps[0], cloud)
    assert await effect.observe(plan.steps[0], cloud) == {"dropped": "花.bin"}


@pytest.mark.rule("R4.06")
async def test_empty_folders_go_with_the_bucket_the_inner_ones_first() -> None:
    plan = await planned(command, {"old": Kept(HERE, objects={"a/": 0, "a/b/": 0})}, name="old")
    assert [(step.kind, step.facts.get("key")) for step in plan.steps] == [
        ("unfold", "a/b/"),
        ("unfold", "a/"),
        ("delete", None),
    ]


@pytest.mark.rule("R4.06")
async def test_one_empty_folder_is_deleted_alone_and_no_other() -> None:
    kept = {"old": Kept(HERE, objects={"a/": 0, "b/": 0, "b/x": 1})}
    plan = await planned(command, kept, name="old", folder="a/")
    assert [(step.kind, step.facts["key"]) for step in plan.steps] == [("unfold", "a/")]
    assert plan.risk is Risk.DESTRUCTIVE
    for folder, key in (("b/", "bucket.folder.full"), ("c/", "bucket.delete.no_folder")):
        with pytest.raises(Refusal) as refused:
            await planned(command, kept, name="old", folder=folder)
        assert refused.value.say.key == key


async def test_a_folder_is_gone_once_it_is_seen_to_be() -> None:
    cloud, step = FakeCloud(FakeBuckets({"old": Kept(HERE, objects={"a/": 0})})), Step("unfold", "old", {"key": "a/"})
    effect = command.effects["unfold"]
    assert await effect.observe(step, cloud) is None
    await effect.act(step, cloud)
    assert await effect.observe(step, cloud) == {"deleted": "a/"}


async def test_a_missing_bucket_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        await planned(command, {}, name="old")
    assert refused.value.say.key == "bucket.missing"


async def test_done_means_gone() -> None:
    cloud, effect = FakeCloud(FakeBuckets({"old": Kept(THERE)})), command.effects["delete"]
    assert await effect.observe(STEP, cloud) is None
    await effect.act(STEP, cloud)
    assert await effect.observe(STEP, cloud) == {"deleted": "old"}


@pytest.mark.rule("R4.04")
async def test_a_name_that_another_account_took_meanwhile_is_gone_all_the_same() -> None:
    cloud = FakeCloud(FakeBuckets({"old": Kept(THERE, ours=False)}))
    assert await command.effects["delete"].observe(STEP, cloud) == {"deleted": "old"}


async def test_what_was_written_meanwhile_is_not_lost() -> None:
    buckets = FakeBuckets({"old": Kept(HERE, objects={"late": 1})})
    with pytest.raises(CloudRefused) as refused:
        await command.effects["delete"].act(STEP, FakeCloud(buckets))
    assert "is not empty" in words_of(refused.value.say)
    assert "old" in buckets.kept


async def test_an_answer_lost_on_the_way_is_found_by_looking() -> None:
    buckets = FakeBuckets({"old": Kept(THERE)})
    buckets.fault("delete", "timeout_after")
    effect, cloud = command.effects["delete"], FakeCloud(buckets)
    with pytest.raises(CloudUnknown):
        await effect.act(STEP, cloud)
    assert await effect.observe(STEP, cloud) == {"deleted": "old"}
