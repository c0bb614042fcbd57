from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.command import Effect, Plan, Risk
from bot.errors import CloudRefused, CloudUnknown, Refusal
from bot.records import Step
from bot.rules.figures import FIGURES
from bot.say import Language
from handlers.bucket.create import Found, command
from tests.fakes.cloud import FakeBuckets, FakeCloud, Kept
from tests.fakes.words import words_of
from tests.handlers.bucket.support import HERE, THERE, asked, cloud_of, planned

CREATE = Step("create", "c-flowers", {"region": HERE, "class": "standard"})
FOLDER = Step("folder", "c-flowers", {"key": "flowers/"})


def plan_of(found: Found | None = None, owned: int = 0, values: Mapping[str, str] = {}) -> Plan:
    """Return the plan for facts written down here: no cloud of any kind."""
    assert command.plan is not None
    looked = {"looked": ()} if found else {}
    facts = {"found": found, "owned": owned, "source": None, **looked}
    return command.plan(asked(command, name="c-flowers", **values), facts)


@pytest.mark.rule("R4.01")
def test_a_bucket_is_planned_in_the_region_of_modelarts() -> None:
    plan = plan_of()
    assert plan.steps == (CREATE,)
    assert plan.risk is Risk.CHANGE
    assert "Create bucket `c-flowers` in `cn-north-4`" in words_of(plan)
    assert "在 `cn-north-4` 创建桶 `c-flowers`" in words_of(plan, Language.ZH)


@pytest.mark.rule("R4.06")
@pytest.mark.rule("R4.10")
def test_a_folder_comes_in_the_same_plan() -> None:
    assert plan_of(values={"folder": "flowers"}).steps == (CREATE, FOLDER)


@pytest.mark.rule("R4.01")
def test_another_region_is_refused_before_any_call() -> None:
    with pytest.raises(Refusal) as refused:
        asked(command, name="c-flowers", region=THERE)
    assert (refused.value.argument, refused.value.suggestion) == ("region", HERE)
    assert "internal networks" in words_of(refused.value)


@pytest.mark.rule("R4.04")
def test_a_bad_name_is_refused_at_its_field_with_a_correction() -> None:
    with pytest.raises(Refusal) as refused:
        asked(command, name="C_Flowers")
    assert (refused.value.argument, refused.value.suggestion) == ("name", "c-flowers")
    assert "`c-flowers`" in words_of(refused.value)


@pytest.mark.rule("R4.02")
@pytest.mark.rule("R5.23")
@pytest.mark.rule("R5.43")
def test_the_plan_says_encryption_off_never_free_and_price_unknown() -> None:
    plan = plan_of()
    text = words_of(plan)
    assert "Default encryption stays off: ModelArts cannot read encrypted buckets." in text
    assert "never part of the ModelArts free tier" in text
    assert plan.price
    assert all(line.amount == "" for line in plan.price)


@pytest.mark.rule("R2.01")
def test_the_plan_carries_exactly_one_console_link() -> None:
    (link,) = plan_of().links
    assert "c-flowers" in link.url
    assert HERE in link.url


@pytest.mark.rule("R4.08")
@pytest.mark.parametrize(("storage_class", "flagged"), [("standard", False), ("warm", True), ("cold", True)])
def test_a_class_other_than_standard_is_flagged(storage_class: str, flagged: bool) -> None:
    plan = plan_of(values={"class": storage_class})
    assert plan.steps[0].facts["class"] == storage_class
    assert ("notebooks work only with Standard" in words_of(plan)) is flagged


@pytest.mark.parametrize(("owned", "said"), [(FIGURES.bucket.quota - 1, False), (FIGURES.bucket.quota, True)])
def test_a_full_account_is_warned_not_refused(owned: int, said: bool) -> None:
    assert ("OBS may refuse another one" in words_of(plan_of(owned=owned))) is said


@pytest.mark.rule("R4.10")
def test_of_a_bucket_that_is_there_only_the_missing_folder_is_planned() -> None:
    plan = plan_of(Found(HERE, "", has_folder=False), values={"folder": "flowers"})
    assert plan.steps == (FOLDER,)
    assert "already yours" in words_of(plan)


@pytest.mark.rule("R4.02")
@pytest.mark.rule("R4.09")
async def test_completing_a_bucket_tells_how_the_place_was_found() -> None:
    plan = await planned(command, {"c-flowers": Kept(HERE)}, name="c-flowers", folder="flowers")
    assert "Writes to `obs://c-flowers/flowers/`: looked at, no fault found" in words_of(plan)
    plan = await planned(command, {"c-flowers": Kept(HERE, encryption="kms")}, name="c-flowers", folder="flowers")
    assert "ModelArts would meet a fault: Default encryption (`kms`) is on" in words_of(plan)


@pytest.mark.rule("R4.09")
async def test_a_plan_for_a_new_place_says_what_would_keep_modelarts_out() -> None:
    cloud = cloud_of(FakeBuckets())
    cloud.iam.grants["a1"].clear()
    ask = asked(command, name="c-flowers")
    assert command.plan is not None
    words = words_of(command.plan(ask, await command.read(ask, cloud)))
    assert "agency `ma_agency` lacks `obs:bucket:ListBucket`" in words
    assert "lacks" not in words_of(await planned(command, {}, name="c-flowers"))


@pytest.mark.parametrize(
    ("found", "values", "said"),
    [
        (Found(HERE, "", has_folder=False), {}, "already there"),
        (Found(HERE, "", has_folder=True), {"folder": "flowers"}, "already there"),
        (Found(HERE, "kms", has_folder=False), {}, "encryption (`kms`) is on"),
        (Found(THERE, "", has_folder=False), {"folder": "flowers"}, "in `cn-north-1`"),
    ],
)
def test_nothing_to_do_is_said_with_a_link(found: Found, values: dict[str, str], said: str) -> None:
    with pytest.raises(Refusal) as refused:
        plan_of(found, values=values)
    assert said in words_of(refused.value)
    assert "https://" in words_of(refused.value)


async def test_the_facts_are_read_from_the_cloud() -> None:
    kept = {"c-flowers": Kept(HERE, objects={"a/": 0})}
    assert (await planned(command, {}, name="c-flowers", folder="flowers")).steps == (CREATE, FOLDER)
    assert (await planned(command, kept, name="c-flowers", folder="flowers")).steps == (FOLDER,)
    with pytest.raises(Refusal):
        await planned(command, kept, name="c-flowers", folder="a")


@pytest.mark.rule("R4.04")
async def test_a_name_of_another_account_is_explained_before_a_plan() -> None:
    with pytest.raises(CloudRefused) as refused:
        await planned(command, {"c-flowers": Kept(HERE, ours=False)}, name="c-flowers")
    assert "belongs to another account" in words_of(refused.value.say)


async def carry(effect: Effect, step: Step, buckets: FakeBuckets) -> dict[str, str] | None:
    """Observe, act, observe: what the journal does for one step."""
    cloud = FakeCloud(buckets)
    assert await effect.observe(step, cloud) is None
    await effect.act(step, cloud)
    found = await effect.observe(step, cloud)
    return None if found is None else dict(found)


@pytest.mark.rule("R4.02")
async def test_done_means_there_in_the_region_with_encryption_off() -> None:
    buckets = FakeBuckets()
    assert await carry(command.effects["create"], CREATE, buckets) == {"region": HERE, "encryption": "off"}
    assert buckets.kept["c-flowers"] == Kept(HERE)


@pytest.mark.rule("R4.06")
async def test_the_folder_step_is_confirmed_by_its_key() -> None:
    buckets = FakeBuckets({"c-flowers": Kept(HERE)})
    assert await carry(command.effects["folder"], FOLDER, buckets) == {"key": "flowers/"}


@pytest.mark.rule("R4.02")
async def test_a_bucket_found_encrypted_is_never_called_done() -> None:
    cloud = FakeCloud(FakeBuckets({"c-flowers": Kept(HERE, encryption="kms")}))
    with pytest.raises(CloudRefused) as refused:
        await command.effects["create"].observe(CREATE, cloud)
    assert "default encryption (`kms`) is on" in words_of(refused.value.say)


@pytest.mark.rule("R4.01")
async def test_a_bucket_that_appeared_elsewhere_is_not_ours_to_call_done() -> None:
    cloud = FakeCloud(FakeBuckets({"c-flowers": Kept(THERE)}))
    effect = command.effects["create"]
    assert await effect.observe(CREATE, cloud) is None
    with pytest.raises(CloudRefused):
        await effect.act(CREATE, cloud)


async def test_an_answer_lost_on_the_way_is_found_by_looking() -> None:
    buckets = FakeBuckets()
    buckets.fault("create", "timeout_after")
    effect, cloud = command.effects["create"], FakeCloud(buckets)
    with pytest.raises(CloudUnknown):
        await effect.act(CREATE, cloud)
    assert await effect.observe(CREATE, cloud) == {"region": HERE, "encryption": "off"}
