"""Commands about OBS buckets, where ModelArts keeps data, models and snapshots (R4.01)."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from bot.command import Effect, Noun, Outcome, Place, Text
from bot.errors import CloudRefused
from bot.ports import BucketSetting, Cloud
from bot.records import Step
from bot.rules import bucket
from bot.rules.bucket_copy import fingerprint
from bot.rules.figures import FIGURES
from bot.rules.obs_path import LOOKED_AT, Denial, Seen, folder_of, split_path
from bot.say import say

noun = Noun(
    "bucket",
    Text(en="OBS buckets for data, models and snapshots", zh="存放数据、模型和快照的 OBS 桶"),
    aliases=("桶", "buckets", "obs"),
)


def existing_name(value: str, _place: Place) -> str:
    """Return the name of a bucket that is said to exist (R4.04)."""
    return bucket.check_existing(value)


def folder_key(value: str, _place: Place) -> str:
    """Return the canonical key of a folder (R4.06)."""
    return bucket.check_folder(value)


async def _observe_folder(step: Step, cloud: Cloud) -> Outcome | None:
    """Return the folder's key once it is there (R4.06)."""
    key = step.facts["key"]
    return {"key": key} if await cloud.buckets.has_key(step.target, key) else None


async def _make_folder(step: Step, cloud: Cloud) -> None:
    """Create the folder; writing the same empty object again changes nothing (R4.06)."""
    await cloud.buckets.make_folder(step.target, step.facts["key"])


FOLDER_EFFECT = Effect(_observe_folder, _make_folder)


async def _observe_copy(step: Step, cloud: Cloud) -> Outcome | None:
    """Return the setting's name once the bucket has what was approved (R4.03)."""
    setting = BucketSetting(step.facts["setting"])
    there = await cloud.buckets.setting(step.target, setting)
    return {"setting": setting.value} if fingerprint(there) == step.facts["fingerprint"] else None


async def _copy(step: Step, cloud: Cloud) -> None:
    """Copy one setting, if the source still has what was approved (R4.03)."""
    setting, source = BucketSetting(step.facts["setting"]), step.facts["source"]
    if fingerprint(await cloud.buckets.setting(source, setting)) != step.facts["fingerprint"]:
        raise CloudRefused(say("bucket.copy.changed", source=source, setting=say(f"bucket.setting.{setting}")))
    await cloud.buckets.copy_setting(setting, source, step.target)


COPY_EFFECTS = {f"copy_{setting}": Effect(_observe_copy, _copy) for setting in BucketSetting}


async def sealed_and_closed(cloud: Cloud, name: str, keys: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which of the objects were written encrypted, and which may not be read (R4.02, R4.07)."""
    turn = asyncio.Semaphore(FIGURES.lists.at_once)

    async def look(key: str) -> str | None:
        async with turn:
            try:
                return await cloud.buckets.object_encryption(name, key)
            except CloudRefused as refused:
                if refused.status != 403:
                    raise
                return None

    found = dict(zip(keys, await asyncio.gather(*map(look, keys)), strict=True))
    sealed = tuple(key for key, algorithm in found.items() if algorithm)
    return sealed, tuple(key for key, algorithm in found.items() if algorithm is None)


async def examine(cloud: Cloud, path: str) -> Seen:
    """Look at an OBS path as ModelArts would: whose, where, listed, encrypted, and its first objects (R4.07)."""
    name, prefix = split_path(path)
    seen = Seen(name, prefix)
    try:
        seen = replace(seen, ours=await _ours(cloud, name))
        seen = replace(seen, region=await cloud.buckets.region_of(name))
        if seen.region is None:
            return seen
        seen = replace(seen, keys=tuple(await _keys(cloud, name, prefix)))
        sealed, closed = await sealed_and_closed(cloud, name, seen.keys)
        seen = replace(seen, encryption=await _encryption(cloud, name), sealed=sealed, closed=closed)
    except CloudRefused as refused:
        seen = replace(seen, denied=Denial(refused.code, refused.say))
    return await _with_reasons(cloud, seen)


async def _ours(cloud: Cloud, name: str) -> bool | None:
    """Return whether the account owns the bucket, None where its buckets may not be listed."""
    try:
        return any(found.name == name for found in await cloud.buckets.listed())
    except CloudRefused as refused:
        if refused.code != "AccessDenied":
            raise
        return None


async def _keys(cloud: Cloud, name: str, prefix: str) -> Sequence[str]:
    """Return the first keys in a folder, or the one object that the path names."""
    found = await cloud.buckets.keys(name, folder_of(prefix), LOOKED_AT)
    if found or folder_of(prefix) == prefix:
        return found
    return [key for key in await cloud.buckets.keys(name, prefix, 1) if key == prefix]


async def _encryption(cloud: Cloud, name: str) -> str | None:
    try:
        return await cloud.buckets.encryption(name)
    except CloudRefused as refused:
        if refused.status != 403:
            raise
        return None


async def _with_reasons(cloud: Cloud, seen: Seen) -> Seen:
    """Read what tells the causes of a 403 apart: the region of an own bucket that hides it, and the policy."""
    if seen.ours is not True or not (seen.denied or seen.closed):
        return seen
    if seen.denied and seen.denied.code != "AccessDenied":
        return seen
    region = seen.region or next(found.region for found in await cloud.buckets.listed() if found.name == seen.bucket)
    return replace(seen, region=region, policy=await cloud.buckets.policy(seen.bucket))
