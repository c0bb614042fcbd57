"""Commands about OBS buckets, where ModelArts keeps data, models and snapshots (R4.01)."""

from bot.command import Effect, Noun, Outcome, Place, Text
from bot.ports import Cloud
from bot.records import Step
from bot.rules import bucket

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
