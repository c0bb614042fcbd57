"""Paths in OBS as people write them, what the cloud said of one, and why something there was denied (R4.07)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.errors import Refusal
from bot.records.provider import Acl
from bot.rules import bucket
from bot.rules.bucket_access import Statement, denying, lacking
from bot.say import Say

SCHEME = "obs://"
LOOKED_AT = 20
NAMED = 10


@dataclass(frozen=True, slots=True)
class Denial:
    """A refusal of the cloud: its code, and its own words."""

    code: str
    words: Say


class AgentState(StrEnum):
    """What ModelArts may do in OBS by its agency: it may, it lacks something, there is none, or nobody can say."""

    MAY = "may"
    LACKS = "lacks"
    NONE = "none"
    GONE = "gone"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Agent:
    """The agency by which ModelArts works for whoever asks, and the actions it surely lacks."""

    state: AgentState
    agency: str = ""
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What the cloud said of a path; `keys` are the first ones there, None where listing was denied.

    `ours` None: the account's buckets could not be listed. `sealed` and `closed` are those of the keys that were
    written encrypted, and that may not be read. `policy` and `acl` are those of an own bucket, where they may be read.
    `writes` says that it was looked at for writing, too.
    """

    bucket: str
    prefix: str
    ours: bool | None = None
    region: str | None = None
    denied: Denial | None = None
    encryption: str | None = None
    keys: tuple[str, ...] = ()
    sealed: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    policy: str | None = None
    acl: Acl | None = None
    writes: bool = False
    agent: Agent = Agent(AgentState.UNKNOWN)


class Cause(StrEnum):
    """Why OBS answers 403 (R4.07)."""

    OWNER = "owner"
    READER = "reader"
    ACL = "acl"
    POLICY = "policy"
    GRANT = "grant"
    OTHER = "other"


def check_path(value: str) -> str:
    """Return `obs://bucket/prefix` for a path as people write it, or refuse with the reason (R4.07)."""
    text = value.strip()
    rest = text[len(SCHEME) :] if text.lower().startswith(SCHEME) else text.removeprefix("/")
    if "://" in rest:
        raise Refusal("bucket.path.scheme", path=text[:200])
    name, _, prefix = rest.partition("/")
    name = bucket.check_existing(name)
    if prefix:
        bucket.check_folder(prefix)
    return f"{SCHEME}{name}/{prefix}"


def split_path(path: str) -> tuple[str, str]:
    """Return the bucket and the prefix of a path in canonical form."""
    name, _, prefix = path.removeprefix(SCHEME).partition("/")
    return name, prefix


def cause(seen: Seen) -> Cause:
    """Return why something was denied (R4.07).

    The provider has one code for most causes. What tells them apart is whose the bucket is, whether anything about
    it may be seen, and what its policy and its ACL say of its owner; arrears and faults of the key have codes of
    their own.
    """
    if seen.denied and seen.denied.code not in ("AccessDenied", ""):
        return Cause.OTHER
    if seen.ours is False:
        return Cause.OWNER if seen.region is None else Cause.READER
    if denied_by(seen):
        return Cause.POLICY
    return Cause.ACL if seen.denied and "READ" in lacking(seen.acl) else Cause.GRANT


def denied_by(seen: Seen, *, writes: bool = False) -> tuple[Statement, ...]:
    """Return the statements of the policy that keep the bucket's own account from reading here; or from writing."""
    account = seen.acl.owner if seen.acl else ""
    within = f"{folder_of(seen.prefix)}any"
    keys = (within,) if writes else seen.closed or (within,)
    return denying(seen.policy, account, seen.bucket, keys, writes=writes)


def folder_of(prefix: str) -> str:
    """Return the prefix as a folder's key, "" for the bucket itself."""
    return prefix if not prefix or prefix.endswith("/") else f"{prefix}/"


def keys_line(keys: Sequence[str]) -> str:
    """Return the first keys as one line of text, with how many more there are."""
    shown = ", ".join(f"`{key}`" for key in keys[:NAMED])
    return shown if len(keys) <= NAMED else f"{shown} … +{len(keys) - NAMED}"


def told_whole(keys: Sequence[str], room: int) -> str:
    """Return all keys as one line where that has room, else their folders, each with how many of them it holds.

    >>> told_whole(["a/1", "a/2", "b/3"], 99), told_whole(["a/1", "a/2", "b/3"], 15)
    ('`a/1`, `a/2`, `b/3`', '`a/` 2, `b/` 1')
    """
    whole = ", ".join(f"`{key}`" for key in keys)
    if len(whole) <= room:
        return whole
    counts = Counter(key.rpartition("/")[0] + "/" for key in keys)
    rows = [f"`{folder}` {count}" for folder, count in counts.items()]
    shown = [row for at, row in enumerate(rows) if len(", ".join(rows[: at + 1])) <= room]
    return ", ".join(shown) + (f" … +{len(rows) - len(shown)}" if len(shown) < len(rows) else "")
