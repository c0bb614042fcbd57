from __future__ import annotations

import pytest

from bot.command import Risk
from bot.errors import Refusal
from bot.records import Step
from bot.rules.figures import FIGURES
from handlers.bucket.encryption_off import command
from tests.fakes.cloud import FakeBuckets, FakeCloud, Kept
from tests.fakes.words import words_of
from tests.handlers.bucket.support import HERE, planned

STEP = Step("encryption_off", "sealed", {"algorithm": "kms"})
OBJECTS = {"a": 1, "b": 2, "c": 3}


@pytest.mark.rule("R4.02")
async def test_the_plan_lists_what_was_written_encrypted() -> None:
    kept = Kept(HERE, encryption="kms", objects=OBJECTS, sealed=frozenset({"a", "c"}))
    plan = await planned(command, {"sealed": kept}, bucket="sealed")
    assert (plan.steps, plan.risk, len(plan.links)) == ((STEP,), Risk.CHANGE, 1)
    words = words_of(plan)
    assert "staying so (2); upload them again afterwards: `a`, `c`" in words
    assert "only its first" not in words


@pytest.mark.rule("R4.02")
async def test_a_long_list_says_how_far_it_goes() -> None:
    keys = {f"花/{number % 7}/k-{number:04}": 1 for number in range(FIGURES.bucket.looked_at + 1)}
    kept = Kept(HERE, encryption="kms", objects=keys, sealed=frozenset(keys), closed=frozenset({"花/0/k-0000"}))
    words = words_of(await planned(command, {"sealed": kept}, bucket="sealed"))
    assert "staying so (998); upload them again afterwards: `花/0/` 142, `花/1/` 143" in words
    assert "`花/6/` 141" in words
    assert f"only its first {FIGURES.bucket.looked_at} objects were looked at" in words
    assert "1 of its objects may not be read" in words


async def test_none_encrypted_is_said() -> None:
    kept = Kept(HERE, encryption="kms", objects=OBJECTS)
    assert "None of its objects" in words_of(await planned(command, {"sealed": kept}, bucket="sealed"))


@pytest.mark.rule("R4.02")
async def test_off_already_is_a_success_that_still_names_the_objects() -> None:
    with pytest.raises(Refusal) as told:
        await planned(command, {"sealed": Kept(HERE, objects=OBJECTS, sealed=frozenset("b"))}, bucket="sealed")
    assert "off already" in words_of(told.value)
    assert "`b`" in words_of(told.value)


async def test_a_missing_bucket_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        await planned(command, {}, bucket="sealed")
    assert refused.value.say.key == "bucket.missing"


@pytest.mark.rule("R4.02")
async def test_done_means_that_obs_says_off() -> None:
    buckets = FakeBuckets({"sealed": Kept(HERE, encryption="kms")})
    cloud, effect = FakeCloud(buckets), command.effects["encryption_off"]
    assert await effect.observe(STEP, cloud) is None
    await effect.act(STEP, cloud)
    assert await effect.observe(STEP, cloud) == {"encryption": "off"}
