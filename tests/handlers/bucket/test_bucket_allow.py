from __future__ import annotations

import json
from typing import Any

import pytest

from bot.command import Plan, Risk
from bot.errors import CloudBusy, CloudRefused, Refusal
from bot.ports import Acl, AclGrant
from bot.records import Step
from bot.say import Language
from handlers.bucket.allow import command
from tests.fakes.cloud import FakeBuckets, FakeCloud, Kept
from tests.fakes.words import words_of
from tests.handlers.bucket.support import HERE, asked, cloud_of

DENY: dict[str, Any] = {"Effect": "Deny", "Principal": "*", "Action": ["List*"], "Resource": ["c-flowers"]}
KEEP: dict[str, Any] = {"Effect": "Deny", "Principal": "*", "Action": ["Delete*"], "Resource": ["c-flowers/*"]}
NO_PUT: dict[str, Any] = {"Effect": "Deny", "Principal": "*", "Action": ["Put*"], "Resource": ["c-flowers/*"]}
OBJECTS = {"flowers/": 0, "flowers/rose.csv": 9}
ONLY_ACL = Acl("d1", (AclGrant("READ_ACP", account="d1"),))


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Statement": list(statements)})


def shut(**more: Any) -> FakeCloud:
    """Return a cloud in which bucket `c-flowers` refuses to be listed once."""
    buckets = FakeBuckets({"c-flowers": Kept(HERE, objects=dict(OBJECTS), **more)})
    buckets.fault("keys", "forbidden")
    return cloud_of(buckets)


async def planned(cloud: FakeCloud, **values: str) -> Plan:
    ask = asked(command, path="obs://c-flowers/flowers", **values)
    assert command.plan is not None
    return command.plan(ask, await command.read(ask, cloud))


async def carried(cloud: FakeCloud, step: Step) -> dict[str, str] | None:
    """Carry a step as the worker does: look, act, look."""
    effect = command.effects[step.kind]
    assert await effect.observe(step, cloud) is None
    await effect.act(step, cloud)
    found = await effect.observe(step, cloud)
    return dict(found) if found else None


@pytest.mark.rule("R4.07")
async def test_the_plan_shows_the_statement_that_goes_and_those_that_stay() -> None:
    cloud = shut(policy=policy(KEEP, DENY))
    plan = await planned(cloud)
    assert (plan.risk, [step.kind for step in plan.steps]) == (Risk.CHANGE, ["policy", "look"])
    removed, kept = map(words_of, plan.notes)
    assert '"List*"' in removed
    assert '"Delete*"' not in removed
    assert "The other statements (1) stay as they are" in kept
    assert '"Delete*"' in kept
    assert "其余 1 条语句保持不变" in words_of(plan.notes[1], Language.ZH)


@pytest.mark.rule("R4.07")
async def test_exactly_that_statement_is_taken_out_and_the_path_looked_at_again() -> None:
    cloud = shut(policy=policy(KEEP, DENY))
    first, last = (await planned(cloud)).steps
    assert await carried(cloud, first) == {"removed": "1"}
    assert json.loads(cloud.buckets.kept["c-flowers"].policy or "") == {"Statement": [KEEP]}
    cloud.buckets.fault("keys", "forbidden")
    with pytest.raises(CloudBusy):
        await command.effects["look"].observe(last, cloud)
    assert await command.effects["look"].observe(last, cloud) == {"open": "obs://c-flowers/flowers", "use": "read"}


async def test_a_policy_of_that_statement_alone_goes_whole() -> None:
    cloud = shut(policy=policy(DENY | {"Condition": {"Bool": {"x": ["true"]}}}))
    plan = await planned(cloud)
    assert "has a condition" in words_of(plan.notes[1])
    assert "no policy afterwards" in words_of(plan.notes[2])
    await carried(cloud, plan.steps[0])
    assert cloud.buckets.kept["c-flowers"].policy == ""


@pytest.mark.rule("R4.07")
async def test_the_owner_gets_back_what_the_acl_withholds() -> None:
    cloud = shut(acl=ONLY_ACL)
    plan = await planned(cloud)
    assert [step.kind for step in plan.steps] == ["acl", "look"]
    assert "owner READ_ACP" in words_of(plan.notes[0])
    assert await carried(cloud, plan.steps[0]) == {"grants": "READ"}
    after = cloud.buckets.kept["c-flowers"].acl
    assert after == Acl("d1", (*ONLY_ACL.grants, AclGrant("READ", account="d1")))


async def test_both_at_once_are_one_plan() -> None:
    plan = await planned(shut(policy=policy(DENY), acl=ONLY_ACL))
    assert [step.kind for step in plan.steps] == ["policy", "acl", "look"]


@pytest.mark.rule("R4.07")
async def test_writing_is_let_in_only_when_it_is_asked_for() -> None:
    cloud = cloud_of(FakeBuckets({"c-flowers": Kept(HERE, objects=OBJECTS, policy=policy(NO_PUT), acl=ONLY_ACL)}))
    with pytest.raises(Refusal) as refused:
        await planned(cloud)
    assert refused.value.say.key == "bucket.allow.open"
    plan = await planned(cloud, use="write")
    assert [step.kind for step in plan.steps] == ["policy", "acl", "look"]
    assert plan.steps[1].facts["grants"] == "WRITE"
    with pytest.raises(CloudBusy):
        await command.effects["look"].observe(plan.steps[2], cloud)
    for step in plan.steps[:2]:
        await carried(cloud, step)
    assert await command.effects["look"].observe(plan.steps[2], cloud) is not None


@pytest.mark.parametrize("kind", ["policy", "acl"])
async def test_what_changed_since_the_approval_is_left_alone(kind: str) -> None:
    cloud = shut(policy=policy(DENY), acl=ONLY_ACL)
    step = next(one for one in (await planned(cloud)).steps if one.kind == kind)
    kept = cloud.buckets.kept["c-flowers"]
    kept.policy, kept.acl = policy(DENY, KEEP), Acl("d1", (AclGrant("WRITE_ACP", account="d1"),))
    before = (kept.policy, kept.acl)
    with pytest.raises(CloudRefused) as refused:
        await command.effects[kind].act(step, cloud)
    assert refused.value.say.key == "bucket.allow.changed"
    assert (kept.policy, kept.acl) == before
    kept.policy = kept.acl = None
    with pytest.raises(CloudRefused) as refused:
        await command.effects[kind].observe(step, cloud)
    assert refused.value.say.key == "bucket.allow.hidden"


@pytest.mark.rule("R4.07")
@pytest.mark.parametrize(
    ("kept", "fault", "key"),
    [
        ({}, "", "bucket.missing"),
        ({"c-flowers": Kept(HERE)}, "", "bucket.allow.open"),
        ({"c-flowers": Kept(HERE)}, "forbidden", "bucket.allow.grant"),
        ({"c-flowers": Kept(HERE)}, "arrears", "bucket.allow.other"),
        ({"c-flowers": Kept(HERE, ours=False)}, "", "bucket.allow.theirs"),
    ],
)
async def test_what_is_not_ours_to_lift_is_refused_with_who_can(kept: dict[str, Kept], fault: str, key: str) -> None:
    buckets = FakeBuckets(kept)
    if fault:
        buckets.fault("keys", fault)
    with pytest.raises(Refusal) as refused:
        await planned(cloud_of(buckets))
    assert (refused.value.say.key, refused.value.argument) == (key, "path")
    assert words_of(refused.value.say)
    if key.endswith("theirs"):
        assert "domain/d1:user/*" in words_of(refused.value.say)
