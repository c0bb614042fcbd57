from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from bot.command import Plan, Risk
from bot.errors import ChatBusy, ChatRefused, CloudBusy, CloudRefused, CloudUnknown, Refusal
from bot.ports import SharedFile
from bot.records import Step
from bot.rules.figures import FIGURES
from handlers.bucket.put import carry, command, observe, tidy
from tests.fakes.cloud import FakeBuckets, FakeCloud, Kept
from tests.fakes.files import FakeFiles
from tests.fakes.words import words_of
from tests.handlers.bucket.support import HERE, THERE, asked, cloud_of

PART = FIGURES.files.part
LARGE = b"a" * PART + b"b" * PART + b"the rest"
SINCE = 1_000.0
"""When the plan was approved, by the clock of the cloud as well."""


def file(identity: str, name: str, content: bytes) -> SharedFile:
    return SharedFile(identity, name, len(content))


ROSE = file("F1", "rose.jpg", b"petals")


async def planned(kept: dict[str, Kept], *files: SharedFile, **values: str) -> Plan:
    ask = replace(asked(command, **values), files=files)
    assert command.plan is not None
    return command.plan(ask, await command.read(ask, cloud_of(FakeBuckets(kept))))


@pytest.mark.rule("R5.23")
async def test_each_file_is_one_step_with_its_key_and_size() -> None:
    plan = await planned({"c-flowers": Kept(HERE)}, ROSE, file("F2", "b.csv", b""), path="obs://c-flowers/flowers")
    assert [step.facts["key"] for step in plan.steps] == ["flowers/rose.jpg", "flowers/b.csv"]
    assert [step.facts["file"] for step in plan.steps] == ["F1", "F2"]
    assert plan.risk is Risk.CHANGE
    assert "never part of the ModelArts free tier" in words_of(plan)


async def test_what_is_there_is_not_overwritten_unless_asked_for() -> None:
    kept = {"c-flowers": Kept(HERE, objects={"rose.jpg": 9})}
    with pytest.raises(Refusal) as refused:
        await planned(kept, ROSE, path="obs://c-flowers")
    assert (refused.value.say.key, refused.value.argument) == ("bucket.put.there", "replace")
    plan = await planned(kept, ROSE, path="obs://c-flowers", replace="yes")
    assert plan.risk is Risk.DESTRUCTIVE
    assert plan.steps[0].facts["replaces"]
    assert "Overwritten" in words_of(plan)


@pytest.mark.rule("R4.01")
@pytest.mark.rule("R4.02")
@pytest.mark.rule("R4.09")
async def test_a_bucket_that_modelarts_cannot_use_is_warned_about() -> None:
    far = await planned({"b-1": Kept(THERE)}, ROSE, path="b-1/x")
    assert f"It is in `{THERE}`, but ModelArts is used in `{HERE}`" in words_of(far)
    sealed = await planned({"b-1": Kept(HERE, encryption="kms")}, ROSE, path="b-1/x")
    assert "ModelArts would meet a fault: Default encryption (`kms`) is on" in words_of(sealed)
    good = await planned({"b-1": Kept(HERE)}, ROSE, path="b-1/x")
    assert "Writes to `obs://b-1/x`: looked at, no fault found" in words_of(good)


async def test_no_bucket_is_mended_by_making_one() -> None:
    with pytest.raises(Refusal) as refused:
        await planned({}, ROSE, path="obs://c-flowers/flowers")
    assert refused.value.mend == ("bucket create", {"name": "c-flowers"})


async def test_no_files_are_refused_with_how_to_bring_some() -> None:
    with pytest.raises(Refusal) as refused:
        await planned({"b-1": Kept(HERE)}, path="b-1/x")
    assert refused.value.say.key == "bucket.put.no_files"


class Rig:
    """A bucket, one file in Slack, and the step that carries it over."""

    def __init__(self, content: bytes, **facts: str) -> None:
        self.cloud = FakeCloud(FakeBuckets({"b-1": Kept(HERE)}))
        self.cloud.objects.now = SINCE + 1
        self.files = FakeFiles({"F1": ("big.bin", content)})
        whole = {"key": "big.bin", "file": "F1", "name": "big.bin", "size": str(len(content)), "shown": "x"}
        self.step = Step("put", "b-1", whole | facts)

    async def carry(self) -> list[int | str | float]:
        return [said.facts["percent"] async for said in carry(self.step, self.cloud, self.files, SINCE)]  # type: ignore[misc]

    def parts_sent(self) -> int:
        return [name for name, _ in self.cloud.objects.calls].count("put_part")


@pytest.mark.parametrize(
    ("content", "percents"),
    [(b"", [100]), (b"petals", [100]), (b"x" * PART, [100]), (LARGE, [49, 99, 100])],
)
async def test_a_file_arrives_whole_and_says_how_far_it_is(content: bytes, percents: list[int]) -> None:
    rig = Rig(content)
    assert await observe(rig.step, rig.cloud) is None
    assert await rig.carry() == percents
    assert rig.cloud.objects.kept["b-1", "big.bin"][:2] == (content, "F1")
    outcome = await observe(rig.step, rig.cloud)
    assert outcome is not None
    assert outcome["size"] == str(len(content))


async def test_a_cut_off_upload_goes_on_with_the_parts_that_are_missing() -> None:
    rig = Rig(LARGE)
    rig.cloud.objects.fault("put_part", "timeout_after")
    with pytest.raises(CloudUnknown):
        await rig.carry()
    assert rig.parts_sent() == 1
    await rig.carry()
    assert rig.parts_sent() == 3
    assert rig.cloud.objects.kept["b-1", "big.bin"][0] == LARGE
    assert rig.cloud.objects.begun == {}


async def test_a_part_that_differs_is_sent_again() -> None:
    rig = Rig(LARGE)
    begun = await rig.cloud.objects.begin("b-1", "big.bin", "F1")
    rig.cloud.objects.begun[begun].parts[1] = b"something else"
    await rig.carry()
    assert rig.parts_sent() == 3
    assert rig.cloud.objects.kept["b-1", "big.bin"][0] == LARGE


async def test_an_upload_that_others_began_before_is_left_alone() -> None:
    rig = Rig(LARGE)
    rig.cloud.objects.now = SINCE - FIGURES.files.skew - 1
    theirs = await rig.cloud.objects.begin("b-1", "big.bin", "")
    other = await rig.cloud.objects.begin("b-1", "big.bin.bak", "")
    rig.cloud.objects.now = SINCE
    await rig.carry()
    assert rig.cloud.objects.kept["b-1", "big.bin"][0] == LARGE
    await tidy(rig.step, rig.cloud, SINCE)
    assert rig.cloud.objects.begun.keys() == {theirs, other}


async def test_what_was_begun_and_never_finished_is_dropped() -> None:
    rig = Rig(LARGE)
    rig.cloud.objects.fault("begin", "timeout_after")
    for operation in ("put_part", "put_part"):
        rig.cloud.objects.fault(operation, "forbidden")
    for error in (CloudUnknown, CloudRefused, CloudRefused):
        with pytest.raises(error):
            await rig.carry()
    assert len(rig.cloud.objects.begun) == 1
    await tidy(rig.step, rig.cloud, SINCE)
    await tidy(rig.step, rig.cloud, SINCE)
    assert rig.cloud.objects.begun == {}


async def test_an_object_that_came_meanwhile_is_not_overwritten() -> None:
    rig = Rig(b"petals")
    await rig.cloud.objects.put("b-1", "big.bin", b"somebody else's", "")
    with pytest.raises(CloudRefused) as refused:
        await rig.carry()
    assert refused.value.say.key == "bucket.put.there_now"
    assert rig.cloud.objects.kept["b-1", "big.bin"][0] == b"somebody else's"


async def test_the_object_that_was_approved_to_be_replaced_is() -> None:
    old = hashlib.md5(b"old", usedforsecurity=False).hexdigest()
    rig = Rig(b"petals", replaces=old)
    await rig.cloud.objects.put("b-1", "big.bin", b"old", "")
    await rig.carry()
    assert rig.cloud.objects.kept["b-1", "big.bin"][0] == b"petals"


async def test_a_file_of_another_size_than_approved_is_refused() -> None:
    rig = Rig(b"petals", size="7")
    with pytest.raises(CloudRefused) as refused:
        await rig.carry()
    assert refused.value.say.key == "files.changed"
    assert rig.cloud.objects.kept == {}


@pytest.mark.parametrize(
    ("fault", "error", "key"),
    [
        (ChatRefused("missing_scope"), CloudRefused, "files.scope"),
        (ChatRefused("file_not_found"), CloudRefused, "files.gone_named"),
        (ChatBusy("ratelimited"), CloudBusy, "files.busy"),
    ],
)
async def test_a_file_that_slack_does_not_give_is_told(fault: Exception, error: type[Exception], key: str) -> None:
    rig = Rig(b"petals")
    rig.files.faults.append(fault)  # type: ignore[arg-type]
    with pytest.raises(error) as caught:
        await rig.carry()
    assert caught.value.say.key == key  # type: ignore[attr-defined]


async def test_an_object_that_another_file_made_is_not_ours() -> None:
    rig = Rig(b"petals")
    await rig.cloud.objects.put("b-1", "big.bin", b"petals", "F9")
    assert await observe(rig.step, rig.cloud) is None
