"""Settings of a bucket by get and set pairs: OBS has no call that copies a configuration (R4.03).

A setting goes from the source's answer to the target's request as the SDK reads it; only a lifecycle's dates are put
back into the form that OBS takes, since the SDK hands them out in local time.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.ports import BucketSetting

_LOCAL_DAY = re.compile(r"(\d{4})/(\d\d)/(\d\d) 00:00:00")


@dataclass(frozen=True, slots=True)
class Pair:
    """How one setting is read and written; `absent` is the code that says that it was never set."""

    operation: str
    get: Callable[[Any, str], Any]
    value: Callable[[Any], Any]
    put: Callable[[Any, str, Any], Any]
    absent: str = ""


PAIRS: Mapping[BucketSetting, Pair] = {
    BucketSetting.VERSIONING: Pair(
        "Versioning",
        lambda obs, name: obs.getBucketVersioning(name),
        lambda body: body or "",
        lambda obs, name, value: obs.setBucketVersioning(name, value),
    ),
    BucketSetting.LIFECYCLE: Pair(
        "Lifecycle",
        lambda obs, name: obs.getBucketLifecycle(name),
        lambda body: _lifecycle(body.lifecycleConfig),
        lambda obs, name, value: obs.setBucketLifecycle(name, value),
        "NoSuchLifecycleConfiguration",
    ),
    BucketSetting.TAGS: Pair(
        "Tagging",
        lambda obs, name: obs.getBucketTagging(name),
        lambda body: body,
        lambda obs, name, value: obs.setBucketTagging(name, value),
        "NoSuchTagSet",
    ),
    BucketSetting.CORS: Pair(
        "Cors",
        lambda obs, name: obs.getBucketCors(name),
        lambda body: body,
        lambda obs, name, value: obs.setBucketCors(name, value),
        "NoSuchCORSConfiguration",
    ),
    BucketSetting.QUOTA: Pair(
        "Quota",
        lambda obs, name: obs.getBucketQuota(name),
        lambda body: body.quota or 0,
        lambda obs, name, value: obs.setBucketQuota(name, value),
    ),
    BucketSetting.PUBLIC_ACCESS: Pair(
        "PublicAccessBlock",
        lambda obs, name: obs.getBucketPublicAccessBlock(name),
        lambda body: body,
        lambda obs, name, value: obs.putBucketPublicAccessBlock(name, **value),
        "NoSuchPublicAccessBlockConfiguration",
    ),
}


def canonical(value: Any) -> str:
    """Return a setting as JSON with sorted names, and "" for one that says nothing."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False) if value else ""


def _lifecycle(value: Any) -> Any:
    """Return a lifecycle, or None where the SDK did not read all of it.

    It drops the filter of rules that go by tags. Written back, such a rule would expire every object, and it looks
    the same as one for the whole bucket: a rule without a prefix is not copied.
    """
    return _with_days(value) if all(rule.get("prefix") for rule in value.get("rule") or ()) else None


def _with_days(value: Any) -> Any:
    """Return a lifecycle with its dates as OBS writes them: midnight of a day in UTC."""
    if isinstance(value, dict):
        for name, part in value.items():
            value[name] = _with_days(part)
        return value
    if isinstance(value, list):
        return [_with_days(part) for part in value]
    local = _LOCAL_DAY.fullmatch(value) if isinstance(value, str) else None
    if local is None:
        return value
    # West of Greenwich the SDK's local day of a UTC midnight is the day before.
    day = date(*map(int, local.groups())) + timedelta(days=1 if time.timezone > 0 else 0)
    return f"{day.isoformat()}T00:00:00.000Z"
