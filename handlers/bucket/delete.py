"""Delete an empty bucket, with the empty folders in it; or one empty folder."""

from __future__ import annotations

from collections.abc import Sequence

from bot.command import Argument, Ask, Command, Effect, Facts, Kind, Outcome, Plan, Risk, Text
from bot.errors import Refusal
from bot.ports import Cloud
from bot.records import Step
from bot.rules.links import Page, address, link
from bot.rules.obs_path import NAMED, keys_line
from bot.say import say
from handlers.bucket import existing_name, folder_key


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """Look for the bucket and for what is in it (R4.05)."""
    name = ask["name"]
    region = await cloud.buckets.region_of(name)
    if region is None:
        return {"region": None}
    keys = await cloud.buckets.keys(name, ask["folder"], NAMED)
    objects = (await cloud.buckets.details(name, counted=True)).objects if keys else 0
    return {"region": region, "keys": keys, "objects": objects}


def plan(ask: Ask, facts: Facts) -> Plan:
    """Plan deleting an empty bucket; one with objects is refused with what is inside (R4.04, R4.05).

    Empty folders, which are objects of their own (R4.06), are steps of the plan: everything that goes is named in it.
    """
    name, region, folder = ask["name"], facts["region"], ask["folder"]
    if region is None:
        raise Refusal("bucket.missing", name=name)
    if folder:
        return _folder_plan(name, region, folder, facts["keys"])
    if any(not key.endswith("/") for key in facts["keys"]) or len(facts["keys"]) >= NAMED:
        url, inside = address(Page.BUCKET, region, name), max(facts["objects"] or 0, len(facts["keys"]))
        raise Refusal("bucket.delete.full", name=name, objects=inside, keys=keys_line(facts["keys"]), link=url)
    return Plan(
        title=say("bucket.delete.title", name=name, region=region),
        steps=(*_unfold(name, facts["keys"]), Step("delete", name, {"region": region})),
        risk=Risk.DESTRUCTIVE,
        notes=(say("bucket.delete.settings"), say("bucket.delete.name", name=name)),
        links=(link(Page.BUCKETS, region),),
    )


def _folder_plan(name: str, region: str, folder: str, keys: Sequence[str]) -> Plan:
    """Plan deleting one folder that nothing is in (R4.06)."""
    if not keys:
        raise Refusal("bucket.delete.no_folder", argument="folder", name=name, folder=folder)
    if list(keys) != [folder]:
        raise Refusal("bucket.folder.full", argument="folder", name=name, folder=folder)
    return Plan(
        title=say("bucket.delete.folder_title", name=name, folder=folder),
        steps=_unfold(name, keys),
        risk=Risk.DESTRUCTIVE,
        links=(link(Page.BUCKET, region, name),),
    )


def _unfold(name: str, keys: Sequence[str]) -> tuple[Step, ...]:
    """Return a step for each empty folder, the inner ones first."""
    return tuple(Step("unfold", name, {"key": key}) for key in sorted(keys, reverse=True))


async def observe_unfold(step: Step, cloud: Cloud) -> Outcome | None:
    """Return the folder's key once it is there no more (R4.06)."""
    key = step.facts["key"]
    return None if await cloud.buckets.has_key(step.target, key) else {"deleted": key}


async def unfold(step: Step, cloud: Cloud) -> None:
    """Delete the folder's empty object; what was put into it meanwhile refuses."""
    await cloud.buckets.delete_folder(step.target, step.facts["key"])


async def observe(step: Step, cloud: Cloud) -> Outcome | None:
    """Return the name once the account has no such bucket any more."""
    owned = {found.name for found in await cloud.buckets.listed()}
    return None if step.target in owned else {"deleted": step.target}


async def act(step: Step, cloud: Cloud) -> None:
    """Delete the bucket; OBS itself refuses one that is not empty."""
    await cloud.buckets.delete(step.target)


command = Command(
    "bucket delete",
    summary=Text(en="Delete an empty bucket, or an empty folder", zh="删除空桶或空文件夹"),
    rules=("R4.04", "R4.05", "R4.06"),
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
        Argument(
            "folder",
            Text(en="Only this empty folder", zh="仅删除此空文件夹"),
            check=folder_key,
            hint=Text(en="Leave it out to delete the bucket", zh="留空则删除整个桶"),
            placeholder="flowers/old",
            aliases=("文件夹", "path"),
            keyed_only=True,
        ),
    ),
    read=read,
    plan=plan,
    effects={"unfold": Effect(observe_unfold, unfold), "delete": Effect(observe, act)},
)
