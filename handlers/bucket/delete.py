"""Delete an empty bucket, with the empty folders in it; or one empty folder."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.command import Argument, Ask, Command, Effect, Facts, Kind, Outcome, Plan, Risk, Text
from bot.errors import Refusal
from bot.ports import Cloud, Upload
from bot.records import Step
from bot.rules.links import Page, address, link
from bot.rules.obs_path import NAMED, keys_line
from bot.say import say
from handlers.bucket import existing_name, folder_key


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """Look for the bucket and for all that keeps it from being deleted: objects, old versions, unfinished uploads.

    Those are what OBS counts as not empty (R4.05).
    """
    name = ask["name"]
    region = await cloud.buckets.region_of(name)
    if region is None:
        return {"region": None}
    keys, owned = await asyncio.gather(cloud.buckets.keys(name, ask["folder"], NAMED), cloud.buckets.listed())
    found = {"region": region, "keys": keys, "objects": 0, "old": [], "uploads": []}
    found["file_system"] = any(one.name == name and one.file_system for one in owned)
    if keys:
        found["objects"] = (await cloud.buckets.details(name, counted=True)).objects
    if not ask["folder"]:
        old, uploads = cloud.buckets.old_versions(name, NAMED), cloud.objects.uploads(name, "")
        found["old"], found["uploads"] = await asyncio.gather(old, uploads)
    return found


def plan(ask: Ask, facts: Facts) -> Plan:
    """Plan deleting an empty bucket; one with objects or old versions is refused with what is inside (R4.04, R4.05).

    Empty folders, which are objects of their own (R4.06), and uploads that were never finished are steps of the plan:
    everything that goes is named in it. Parallel file systems, which no command here makes, are left alone.
    """
    name, region, folder = ask["name"], facts["region"], ask["folder"]
    if region is None:
        raise Refusal("bucket.missing", name=name)
    if facts["file_system"]:
        raise Refusal("bucket.delete.file_system", name=name, link=address(Page.BUCKETS, region))
    if folder:
        return _folder_plan(name, region, folder, facts["keys"])
    _check_empty(name, region, facts)
    leftovers = facts["uploads"]
    return Plan(
        title=say("bucket.delete.title", name=name, region=region),
        steps=(*_dropped(name, leftovers), *_unfold(name, facts["keys"]), Step("delete", name, {"region": region})),
        risk=Risk.DESTRUCTIVE,
        notes=(
            *([say("bucket.delete.uploads", count=len(leftovers))] if leftovers else []),
            say("bucket.delete.settings"),
            say("bucket.delete.name", name=name),
        ),
        links=(link(Page.BUCKETS, region),),
    )


def _check_empty(name: str, region: str, facts: Facts) -> None:
    """Refuse what OBS would not delete, with what is inside and what empties it."""
    keys, old, url = facts["keys"], facts["old"], address(Page.BUCKET, region, name)
    if any(not key.endswith("/") for key in keys) or len(keys) >= NAMED:
        inside = max(facts["objects"] or 0, len(keys))
        raise Refusal("bucket.delete.full", name=name, objects=inside, keys=keys_line(keys), link=url)
    if old:
        raise Refusal("bucket.delete.versions", name=name, keys=keys_line(old), link=url)
    if len(facts["uploads"]) > NAMED:
        raise Refusal("bucket.delete.many_uploads", name=name, count=len(facts["uploads"]), link=url)


def _dropped(name: str, leftovers: Sequence[Upload]) -> tuple[Step, ...]:
    """Return a step for each unfinished upload."""
    return tuple(Step("drop", name, {"key": one.key, "upload": one.id}) for one in leftovers)


async def observe_drop(step: Step, cloud: Cloud) -> Outcome | None:
    """Return the key once the upload is there no more."""
    key, identity = step.facts["key"], step.facts["upload"]
    there = any(one.id == identity for one in await cloud.objects.uploads(step.target, key))
    return None if there else {"dropped": key}


async def drop(step: Step, cloud: Cloud) -> None:
    """Give the upload up, its parts with it."""
    await cloud.objects.give_up(step.target, step.facts["key"], step.facts["upload"])


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
    effects={
        "drop": Effect(observe_drop, drop),
        "unfold": Effect(observe_unfold, unfold),
        "delete": Effect(observe, act),
    },
)
