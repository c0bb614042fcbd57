"""Delete an empty bucket."""

from __future__ import annotations

from bot.command import Argument, Ask, Command, Effect, Facts, Kind, Outcome, Plan, Risk, Text
from bot.errors import Refusal
from bot.ports import Cloud
from bot.records import Step
from bot.rules.links import Page, address, link
from bot.rules.obs_path import NAMED, keys_line
from bot.say import say
from handlers.bucket import existing_name


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """Look for the bucket and for what is in it (R4.05)."""
    name = ask["name"]
    region = await cloud.buckets.region_of(name)
    if region is None:
        return {"region": None}
    keys = await cloud.buckets.keys(name, "", NAMED)
    objects = (await cloud.buckets.details(name, counted=True)).objects if keys else 0
    return {"region": region, "keys": keys, "objects": objects}


def plan(ask: Ask, facts: Facts) -> Plan:
    """Plan deleting an empty bucket; one with objects is refused with what is inside (R4.04, R4.05)."""
    name, region = ask["name"], facts["region"]
    if region is None:
        raise Refusal("bucket.missing", name=name)
    if facts["keys"]:
        url, inside = address(Page.BUCKET, region, name), max(facts["objects"] or 0, len(facts["keys"]))
        raise Refusal("bucket.delete.full", name=name, objects=inside, keys=keys_line(facts["keys"]), link=url)
    return Plan(
        title=say("bucket.delete.title", name=name, region=region),
        steps=(Step("delete", name, {"region": region}),),
        risk=Risk.DESTRUCTIVE,
        notes=(say("bucket.delete.settings"), say("bucket.delete.name", name=name)),
        links=(link(Page.BUCKETS, region),),
    )


async def observe(step: Step, cloud: Cloud) -> Outcome | None:
    """Return the name once the account has no such bucket any more."""
    owned = {found.name for found in await cloud.buckets.listed()}
    return None if step.target in owned else {"deleted": step.target}


async def act(step: Step, cloud: Cloud) -> None:
    """Delete the bucket; OBS itself refuses one that is not empty."""
    await cloud.buckets.delete(step.target)


command = Command(
    "bucket delete",
    summary=Text(en="Delete an empty bucket", zh="删除空桶"),
    rules=("R4.04", "R4.05"),
    risk=Risk.DESTRUCTIVE,
    aliases=("删除", "remove", "rm"),
    arguments=(
        Argument(
            "name",
            Text(en="Bucket", zh="桶"),
            required=True,
            check=existing_name,
            aliases=("名称", "桶名称", "bucket"),
            kind=Kind.SEARCH,
            index=("bucket",),
        ),
    ),
    read=read,
    plan=plan,
    effects={"delete": Effect(observe, act)},
)
