"""What is wrong with an OBS path, and what mends it: from what the cloud said of it to a short list of findings.

Carries R4.07.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.reply import Offer
from bot.rules import bucket
from bot.rules.bucket_access import grants_line, lacking, quoted
from bot.rules.figures import FIGURES
from bot.rules.links import Page, address
from bot.rules.obs_path import (
    SCHEME,
    Agent,
    AgentState,
    Cause,
    Seen,
    cause,
    denied_by,
    folder_of,
    keys_line,
)
from bot.say import Say, say


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


def findings(seen: Seen, here: str) -> list[Finding]:
    """Return the checks of a path in the order of the ways it can fail; it ends where nothing more can be seen."""
    if seen.region is None:
        return [_unseen(seen)]
    found = [Finding(State.OK, say("bucket.check.there", name=seen.bucket)), _region(seen, here)]
    if seen.denied is not None:
        return [*found, _denied(seen, here), *([agent_finding(seen.agent, here)] if seen.ours else [])]
    allowed = [_readable(seen, here), *_writable(seen)]
    return [*found, *allowed, agent_finding(seen.agent, here), _encryption(seen), *_contents(seen)]


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
    """Say what denies, and offer what lifts it; what is another account's to lift is said with what it has to do."""
    why = cause(seen)
    if why is Cause.OTHER and seen.denied is not None:
        return Finding(State.FAULT, say("bucket.check.denied", why=seen.denied.words))
    page = Page.AGENCY if why is Cause.GRANT else Page.BUCKET
    region = seen.region or here or FIGURES.default_region
    words = say(
        f"bucket.check.denied_{why}",
        name=seen.bucket,
        link=address(page, region, seen.bucket),
        statements=quoted(denied_by(seen)),
        grants=grants_line(seen.acl) if seen.acl else "",
    )
    return Finding(State.FAULT, words, _denied_mend(seen, why))


def _writable(seen: Seen) -> list[Finding]:
    """Say that nothing can be written, as the policy and the ACL of an own bucket have it: a fault for who writes."""
    statements, lost = denied_by(seen, writes=True), "WRITE" in lacking(seen.acl)
    if not (statements or lost) or seen.closed:
        return []
    key = "policy" if statements else "acl"
    words = say(f"bucket.check.unwritable_{key}", statements=quoted(statements))
    mend = _offer("bucket allow", {"path": f"{SCHEME}{seen.bucket}/{seen.prefix}", "use": "write"})
    return [Finding(State.FAULT if seen.writes else State.NOTE, words, mend)]


def _denied_mend(seen: Seen, why: Cause) -> Offer | None:
    if why in (Cause.POLICY, Cause.ACL):
        return _offer("bucket allow", {"path": f"{SCHEME}{seen.bucket}/{seen.prefix}"})
    if why in (Cause.OWNER, Cause.READER):
        values = {"folder": folder_of(seen.prefix)}
        return Offer("bucket create", values, say("bucket.mend.create_own"))
    return None


def _readable(seen: Seen, here: str) -> Finding:
    if seen.closed:
        return _denied(seen, here)
    return Finding(State.OK, say("bucket.check.allowed"))


def agent_finding(agent: Agent, here: str) -> Finding:
    """Say whether ModelArts itself may work there: that the bot's key may proves nothing (R4.07, R3.19).

    Lacking actions become grants of the agency; without an authorization that holds, one is added (R3.02).
    """
    words = f"bucket.check.agent_{agent.state}"
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
        found.append(Finding(State.FAULT, words, _sealed_mend(seen), only_reading=True))
    return found


def _sealed_mend(seen: Seen) -> Offer | None:
    """Return the form that uploads them again; before that, default encryption has to be off (R4.02)."""
    if seen.encryption:
        return None
    where = seen.prefix if seen.keys == (seen.prefix,) else folder_of(seen.prefix)
    return _offer("bucket put", {"path": f"{SCHEME}{seen.bucket}/{where}", "replace": "yes"})


def _offer(command: str, values: dict[str, str]) -> Offer:
    """Return the form of a command with what is known filled in."""
    return Offer(command, {name: value for name, value in values.items() if value}, _LABELS[command])


_LABELS = {
    "agency grants": say("bucket.mend.grants"),
    "auth add": say("bucket.mend.authorize"),
    "bucket allow": say("bucket.mend.allow"),
    "bucket create": say("bucket.mend.create"),
    "bucket encryption_off": say("bucket.mend.encryption_off"),
    "bucket folder": say("bucket.mend.folder"),
    "bucket put": say("bucket.mend.put"),
}
