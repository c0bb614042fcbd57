"""Copying a bucket's settings to a new one: what is copied, what is left, and how both are told (R4.03)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from bot.errors import Refusal
from bot.records import Step
from bot.records.provider import BucketSetting
from bot.rules.bucket import readable_size
from bot.rules.figures import FIGURES
from bot.say import Say, say

LONGEST_POLICY = 1500


@dataclass(frozen=True, slots=True)
class Source:
    """The bucket whose settings are copied; a setting is canonical JSON, "" not set, None not readable."""

    name: str
    storage_class: str
    encryption: str
    policy: str | None
    settings: Mapping[BucketSetting, str | None]


def fingerprint(value: str | None) -> str:
    """Return a short hash of a setting: what was approved is what is written, or nothing is."""
    return hashlib.sha256((value or "").encode()).hexdigest()[:24]


def class_for(asked: str, source: Source | None) -> str:
    """Return the new bucket's class in lower case: the one asked for, else the source's, else Standard (R4.03)."""
    return asked or (source.storage_class.lower() if source else "") or FIGURES.bucket.notebook_class


def copy_steps(target: str, source: Source) -> tuple[Step, ...]:
    """Return one step for each setting that the source has; encryption and policy are never among them (R4.03)."""
    return tuple(
        Step(f"copy_{setting}", target, _facts(source.name, setting, value))
        for setting, value in source.settings.items()
        if value
    )


def _facts(source: str, setting: BucketSetting, value: str) -> dict[str, str]:
    shown = _BRIEF[setting](json.loads(value))
    return {"source": source, "setting": setting.value, "shown": shown, "fingerprint": fingerprint(value)}


def copy_notes(asked_class: str, source: Source) -> list[Say]:
    """Say what is not copied, and why: unset, unreadable, never, and the policy, which is shown (R4.03)."""
    unset = [name for name, value in source.settings.items() if value == ""]
    hidden = [name for name, value in source.settings.items() if value is None]
    said = [say("bucket.copy.from", source=source.name, **{"class": class_for(asked_class, source)})]
    if unset:
        said.append(say("bucket.copy.unset", source=source.name, settings=_named(unset)))
    if hidden:
        said.append(say("bucket.copy.hidden", source=source.name, settings=_named(hidden)))
    said.append(say("bucket.copy.encryption_on" if source.encryption else "bucket.copy.encryption", source=source.name))
    return [*said, _policy(source), say("bucket.copy.left")]


def _policy(source: Source) -> Say:
    if source.policy is None:
        return say("bucket.copy.policy_hidden", source=source.name)
    if not source.policy:
        return say("bucket.copy.policy_none", source=source.name)
    shown = source.policy if len(source.policy) <= LONGEST_POLICY else f"{source.policy[: LONGEST_POLICY - 1]}…"
    return say("bucket.copy.policy", source=source.name, policy=shown.replace("`", "'"))


def _named(settings: Sequence[BucketSetting]) -> Say:
    """Return the settings' names as one enumeration."""
    names = [say(f"bucket.setting.{setting}") for setting in settings]
    return reduce(lambda left, right: say("bucket.copy.both", left=left, right=right), names)


def check_source(source: str, target: str) -> None:
    """Refuse a bucket as its own source. Raises `Refusal` at the argument."""
    if source == target:
        raise Refusal("bucket.copy.itself", argument="source", name=target)


def _tags(value: Any) -> str:
    return ", ".join(f"{tag.get('key', '')}={tag.get('value', '')}" for tag in value.get("tagSet", []))


def _blocked(value: Any) -> str:
    return ", ".join(sorted(name for name, on in value.items() if on)) or "–"


_BRIEF: Mapping[BucketSetting, Callable[[Any], str]] = {
    BucketSetting.VERSIONING: str,
    BucketSetting.LIFECYCLE: lambda value: str(len(value.get("rule", []))),
    BucketSetting.TAGS: _tags,
    BucketSetting.CORS: lambda value: str(len(value)),
    BucketSetting.QUOTA: lambda value: readable_size(int(value)),
    BucketSetting.PUBLIC_ACCESS: _blocked,
}
