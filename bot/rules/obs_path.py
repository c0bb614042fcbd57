"""What is wrong with an OBS path, and what mends it: from what the cloud said of it to a short list of findings.

Carries R4.07.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.errors import Refusal
from bot.reply import Offer
from bot.rules import bucket
from bot.rules.figures import FIGURES
from bot.rules.links import Page, address
from bot.say import Say, say

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
    written encrypted, and that may not be read. `policy` was read only where something was denied.
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
    agent: Agent = Agent(AgentState.UNKNOWN)


class State(StrEnum):
    """How a check came out; a note is a fact that is a fault for some uses only."""

    OK = "ok"
    FAULT = "fault"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: how it came out, in words that name the mend, and the form that mends it, where one does.

    `only_reading` marks what is a fault only for those who want to read there, `by_admin` a mend that is an
    administrator's: others ask for it (R3.05).
    """

    state: State
    words: Say
    mend: Offer | None = None
    only_reading: bool = False
    by_admin: bool = False


class Cause(StrEnum):
    """Why OBS answers 403 (R4.07)."""

    OWNER = "owner"
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
    it may be seen, and whether its policy denies; arrears and faults of the key have codes of their own.
    """
    if seen.denied and seen.denied.code not in ("AccessDenied", ""):
        return Cause.OTHER
    if seen.ours is False:
        return Cause.OWNER if seen.region is None else Cause.ACL
    return Cause.POLICY if denies(seen.policy) else Cause.GRANT


def denies(policy: str | None) -> bool:
    """Return whether a bucket policy has a statement that denies."""
    statements: Any = json.loads(policy).get("Statement", []) if policy else []
    listed = statements if isinstance(statements, list) else [statements]
    return any(statement.get("Effect") == "Deny" for statement in listed)


def findings(seen: Seen, here: str) -> list[Finding]:
    """Return the checks of a path in the order of the ways it can fail; it ends where nothing more can be seen."""
    if seen.region is None:
        return [_unseen(seen)]
    found = [Finding(State.OK, say("bucket.check.there", name=seen.bucket)), _region(seen, here)]
    if seen.denied is not None:
        return [*found, _denied(seen, here)]
    return [*found, _readable(seen, here), _agent(seen, here), _encryption(seen), *_contents(seen)]


def _unseen(seen: Seen) -> Finding:
    if seen.denied is not None:
        return _denied(seen, "")
    values = {"name": seen.bucket, "folder": folder_of(seen.prefix)}
    return Finding(State.FAULT, say("bucket.check.missing", name=seen.bucket), _offer("bucket create", values))


def _region(seen: Seen, here: str) -> Finding:
    """Compare the locations: a request to the wrong region is silently redirected (R4.01)."""
    if seen.region == here:
        return Finding(State.OK, say("bucket.check.region", region=here))
    name = bucket.suggested_name(f"{seen.bucket[: FIGURES.bucket.longest_name - len(here) - 1]}-{here}")
    values = {"name": name, "source": seen.bucket, "folder": folder_of(seen.prefix)}
    words = say("bucket.check.elsewhere", region=seen.region or "", here=here)
    return Finding(State.FAULT, words, Offer("bucket create", values, say("bucket.mend.create_here", here=here)))


def _denied(seen: Seen, here: str) -> Finding:
    why = cause(seen)
    if why is Cause.OTHER and seen.denied is not None:
        return Finding(State.FAULT, say("bucket.check.denied", why=seen.denied.words))
    page = Page.AGENCY if why is Cause.GRANT else Page.BUCKET
    region = seen.region or here or FIGURES.default_region
    words = say(f"bucket.check.denied_{why}", name=seen.bucket, link=address(page, region, seen.bucket))
    return Finding(State.FAULT, words)


def _readable(seen: Seen, here: str) -> Finding:
    if seen.closed:
        return _denied(seen, here)
    return Finding(State.OK, say("bucket.check.allowed"))


def _agent(seen: Seen, here: str) -> Finding:
    """Say whether ModelArts itself may work there: that the bot's key may proves nothing (R4.07, R3.19).

    Lacking actions become grants of the agency; without an authorization that holds, one is added (R3.02).
    """
    agent, words = seen.agent, f"bucket.check.agent_{seen.agent.state}"
    if agent.state is AgentState.MAY:
        return Finding(State.OK, say(words, agency=agent.agency))
    url = address(Page.AGENCY, here, "")
    if agent.state is AgentState.UNKNOWN:
        return Finding(State.NOTE, say(words, link=url))
    actions = ", ".join(f"`{action}`" for action in agent.lacks)
    told = say(words, agency=agent.agency, actions=actions, link=url)
    return Finding(State.FAULT, told, _agent_mend(agent), by_admin=True)


def _agent_mend(agent: Agent) -> Offer:
    if agent.state is AgentState.LACKS:
        return _offer("agency grants", {"agency": agent.agency, "actions": ",".join(agent.lacks)})
    return _offer("auth add", {})


def _encryption(seen: Seen) -> Finding:
    """Default encryption must be off (R4.02)."""
    if seen.encryption is None:
        return Finding(State.NOTE, say("bucket.encryption.unknown"))
    if not seen.encryption:
        return Finding(State.OK, say("bucket.encryption.off"))
    words = say("bucket.check.encrypted", algorithm=seen.encryption)
    return Finding(State.FAULT, words, _offer("bucket encryption_off", {"bucket": seen.bucket}))


def _contents(seen: Seen) -> list[Finding]:
    folder = folder_of(seen.prefix)
    if not seen.keys and seen.prefix:
        words = say("bucket.check.nothing", prefix=seen.prefix)
        mend = _offer("bucket folder", {"bucket": seen.bucket, "path": folder})
        return [Finding(State.FAULT, words, mend, only_reading=True)]
    if set(seen.keys) <= {folder}:
        return [Finding(State.NOTE, say("bucket.check.empty"))]
    found = [
        Finding(State.OK, say("bucket.check.objects", first=seen.keys[0] if len(seen.keys) == 1 else seen.keys[1]))
    ]
    if seen.sealed:
        words = say("bucket.check.sealed", keys=keys_line(seen.sealed), looked=len(seen.keys))
        found.append(Finding(State.FAULT, words, only_reading=True))
    return found


def folder_of(prefix: str) -> str:
    """Return the prefix as a folder's key, "" for the bucket itself."""
    return prefix if not prefix or prefix.endswith("/") else f"{prefix}/"


def keys_line(keys: Sequence[str]) -> str:
    """Return the first keys as one line of text, with how many more there are."""
    shown = ", ".join(f"`{key}`" for key in keys[:NAMED])
    return shown if len(keys) <= NAMED else f"{shown} … +{len(keys) - NAMED}"


def _offer(command: str, values: dict[str, str]) -> Offer:
    """Return the form of a command with what is known filled in."""
    return Offer(command, {name: value for name, value in values.items() if value}, _LABELS[command])


_LABELS = {
    "agency grants": say("bucket.mend.grants"),
    "auth add": say("bucket.mend.authorize"),
    "bucket create": say("bucket.mend.create"),
    "bucket encryption_off": say("bucket.mend.encryption_off"),
    "bucket folder": say("bucket.mend.folder"),
}
