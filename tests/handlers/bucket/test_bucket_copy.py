from __future__ import annotations

from dataclasses import replace

import pytest

from bot.errors import CloudRefused, Refusal
from bot.ports import BucketSetting
from bot.records import Step
from bot.rules.bucket_copy import LONGEST_POLICY
from handlers.bucket.create import command
from tests.fakes.cloud import FakeBuckets, FakeCloud, Kept
from tests.fakes.words import words_of
from tests.handlers.bucket.support import HERE, THERE, planned

SET: dict[BucketSetting, str | None] = {
    BucketSetting.VERSIONING: '"Enabled"',
    BucketSetting.LIFECYCLE: '{"rule": [{"id": "tidy"}, {"id": "more"}]}',
    BucketSetting.TAGS: '{"tagSet": [{"key": "team", "value": "rose"}, {"key": "env", "value": "lab"}]}',
    BucketSetting.CORS: '[{"id": "web"}]',
    BucketSetting.QUOTA: "1048576",
    BucketSetting.PUBLIC_ACCESS: '{"blockPublicAcls": true, "ignorePublicAcls": false}',
}
FULL = Kept(THERE, "WARM", "kms", policy='{"Statement": [{"Sid": "only-ours"}]}', settings=SET)


async def copied(source: Kept, **values: str) -> tuple[list[Step], str]:
    """Return the steps of a new bucket like `source`, and all words of its plan."""
    plan = await planned(command, {"like-this": source}, name="c-flowers", source="like-this", **values)
    return list(plan.steps), words_of(plan)


@pytest.mark.rule("R4.03")
async def test_each_setting_is_a_step_that_says_what_is_copied() -> None:
    steps, words = await copied(FULL, folder="flowers")
    assert [step.kind for step in steps] == ["create", *(f"copy_{setting}" for setting in BucketSetting), "folder"]
    assert steps[0].facts == {"region": HERE, "class": "warm"}
    for shown in ("Enabled", "rules (2)", "team=rose, env=lab", "rules (1)", "1 MB", "(blockPublicAcls)"):
        assert shown in words
    assert "notebooks work only with Standard" in words


@pytest.mark.rule("R4.03")
async def test_what_is_left_is_listed_and_the_policy_shown() -> None:
    steps, words = await copied(FULL)
    assert not any("encryption" in step.kind or "policy" in step.kind for step in steps)
    assert "default encryption, which is on in `like-this` and never copied" in words
    assert "only-ours" in words
    assert "ACL, logging, website hosting, event notifications, replication" in words


@pytest.mark.rule("R4.03")
async def test_what_is_unset_or_hidden_is_said_and_not_copied() -> None:
    settings = SET | {BucketSetting.TAGS: None, BucketSetting.CORS: None, BucketSetting.QUOTA: ""}
    steps, words = await copied(replace(FULL, settings=settings, policy=None, encryption=""))
    assert [step.kind for step in steps[1:]] == ["copy_versioning", "copy_lifecycle", "copy_public_access"]
    assert "cannot be read whole in `like-this`: tags, CORS rules." in words
    assert "nothing to copy: storage quota." in words
    assert "the bucket policy of `like-this`, which the bot's key may not read" in words


@pytest.mark.rule("R4.03")
async def test_a_bare_source_gives_its_class_alone_and_a_class_of_ones_own_wins() -> None:
    steps, words = await copied(Kept(HERE, "COLD"))
    assert [(step.kind, step.facts["class"]) for step in steps] == [("create", "cold")]
    assert "has no bucket policy" in words
    steps, _ = await copied(Kept(HERE, "COLD"), **{"class": "standard"})
    assert steps[0].facts["class"] == "standard"


async def test_a_long_policy_is_cut() -> None:
    policy = '{"Statement": [{"Sid": "%s-end"}]}' % ("x" * LONGEST_POLICY)
    _, words = await copied(replace(FULL, policy=policy))
    assert "xxx…" in words
    assert "-end" not in words


@pytest.mark.parametrize(
    ("kept", "key"),
    [
        ({}, "bucket.missing"),
        ({"like-this": FULL, "c-flowers": Kept(HERE)}, "bucket.copy.there"),
    ],
)
@pytest.mark.rule("R4.03")
async def test_a_source_that_cannot_be_is_refused_at_its_field(kept: dict[str, Kept], key: str) -> None:
    with pytest.raises(Refusal) as refused:
        await planned(command, kept, name="c-flowers", source="like-this")
    assert (refused.value.say.key, refused.value.argument) == (key, "source")
    assert words_of(refused.value)


async def test_a_bucket_is_no_source_of_its_own() -> None:
    with pytest.raises(Refusal) as refused:
        await planned(command, {}, name="c-flowers", source="c-flowers")
    assert refused.value.say.key == "bucket.copy.itself"


async def test_a_source_of_others_is_refused() -> None:
    with pytest.raises(CloudRefused):
        await planned(command, {"like-this": Kept(HERE, ours=False)}, name="c-flowers", source="like-this")


@pytest.mark.rule("R4.03")
@pytest.mark.parametrize("setting", BucketSetting)
async def test_a_copy_is_confirmed_by_reading_and_never_another_one_than_approved(setting: BucketSetting) -> None:
    kept = {"like-this": replace(FULL, settings={**SET})}
    steps, _ = await copied(kept["like-this"])
    step = next(step for step in steps if step.kind == f"copy_{setting}")
    cloud, effect = FakeCloud(FakeBuckets({**kept, "c-flowers": Kept(HERE)})), command.effects[step.kind]
    assert await effect.observe(step, cloud) is None
    await effect.act(step, cloud)
    assert await effect.observe(step, cloud) == {"setting": setting.value}
    kept["like-this"].settings[setting] = '"changed since"'
    with pytest.raises(CloudRefused) as refused:
        await effect.act(step, cloud)
    assert "changed after the plan was approved" in words_of(refused.value.say)
    assert await effect.observe(step, cloud) == {"setting": setting.value}
