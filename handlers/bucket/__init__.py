"""Commands about OBS buckets, where ModelArts keeps data, models and snapshots (R4.01)."""

from bot.command import Argument, Effect, Kind, Noun, Outcome, Place, Text
from bot.errors import CloudRefused
from bot.ports import BucketSetting, Cloud
from bot.records import Step
from bot.rules import bucket
from bot.rules.bucket_copy import fingerprint
from bot.rules.obs_path import check_path
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


def obs_path(value: str, _place: Place) -> str:
    """Return the canonical path of a place in OBS (R4.07)."""
    return check_path(value)


PATH = Argument(
    "path",
    Text(en="OBS path", zh="OBS 路径"),
    required=True,
    kind=Kind.PATH,
    index=("bucket", "folder"),
    check=obs_path,
    hint=Text(
        en="Bucket, then folder or object; one of more than 150 characters goes with the typed command",
        zh="桶，然后是文件夹或对象；超过 150 个字符的路径请在命令中输入",
    ),
    placeholder="obs://c-flowers/flowers",
    aliases=("路径", "桶"),
)


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
