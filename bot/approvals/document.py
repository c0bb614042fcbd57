"""The policy file, read strictly: what it does not know, and what could never be approved, is a fault with its mend.

A file that is misread would let through what it was to stop, so there is no leniency: every fault is named, and with
one the bot does not start.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from bot.approvals.policy import RISKS, Policy, Section
from bot.records import Circle, Late
from bot.rules.moments import UNITS

ACTS = ("ask", "approve", "deny")
MOST = 20
"""More approvers than anybody could want; a typing error, then."""
_SPAN = re.compile(r"(\d{1,4})([smhdw])")
_USER = re.compile(r"[UW][A-Z0-9]+")
_GROUP = re.compile(r"S[A-Z0-9]+")
_CHANNEL = re.compile(r"[CG][A-Z0-9]+")

KEYS: Mapping[str, str] = {
    "ask_users": "who may ask: Slack user ids; with neither this nor `ask_groups`, everybody who may use the bot",
    "ask_groups": "who may ask: Slack user-group ids",
    "approve_users": "who may approve: user ids; with neither this nor `approve_groups`, the administrators",
    "approve_groups": "who may approve: user-group ids",
    "approvers": "how many have to approve, the asker never among them; 0 asks nobody",
    "reason": 'which acts want a reason: a list of "ask", "approve", "deny"',
    "typed": 'a word that each approver types, "" for none',
    "expires": 'how long a request waits before it ends as a no: "30m", "8h", "2d"',
    "again": 'when approvers are asked again, then doubling; "0m" never',
    "price_tolerance": "by how many per cent a price may have risen between the card and the approval or the work",
    "escalate_after": "how long nobody may decide before more people are asked",
    "escalate_users": "who else may approve from then on: user ids",
    "escalate_groups": "who else may approve from then on: user-group ids",
    "escalate_channel": "a channel id where the request is shown too from then on",
}
"""Every key that a section may have, and what it means."""


class _Faults(list[str]):
    """The faults found so far; `where` names the section."""

    where = ""

    def say(self, key: str, what: str) -> None:
        self.append(f"{self.where}{'.' if self.where and key else ''}{key}: {what}")


def read(
    document: Mapping[str, Any],
    commands: Collection[str],
    *,
    administrators: int | None,
    single_administrator: bool = True,
) -> tuple[Policy, list[str]]:
    """Return the policy that a parsed file holds, and its faults.

    `commands` are the names that exist; `administrators` how many there can be, None where groups leave that open.
    """
    faults = _Faults()
    for key in document.keys() - {"risk", "command"}:
        faults.say(key, 'is unknown: a section is [risk.<risk>] or [command."<noun> <verb>"]')
    nouns = {f"{name.partition(' ')[0]} *" for name in commands}
    risks = _sections(document.get("risk", {}), "risk", RISKS, faults)
    named = {name if " " in name else _whole(name, commands): body for name, body in _table(document, faults).items()}
    ruled = _sections(named, "command", {*commands, *nouns}, faults)
    policy = Policy(risks, ruled, single_administrator)
    if not faults:
        faults.extend(_impossible(policy, commands, administrators))
    return policy, list(faults)


def _table(document: Mapping[str, Any], faults: _Faults) -> Mapping[str, Any]:
    found = document.get("command", {})
    if isinstance(found, dict):
        return found
    faults.say("command", 'must be sections: write [command."bucket create"]')
    return {}


def _whole(noun: str, commands: Collection[str]) -> str:
    """Return `noun *` for a bare noun, unless the noun is itself a command without a verb."""
    return noun if noun in commands else f"{noun} *"


def _sections(found: Any, kind: str, known: Collection[str], faults: _Faults) -> dict[str, Section]:
    if not isinstance(found, dict):
        faults.say(kind, f"must be sections: write [{kind}.…]")
        return {}
    made = {}
    for name, body in found.items():
        faults.where = f'{kind}."{name}"' if " " in name else f"{kind}.{name}"
        if name not in known:
            faults.say("", f"there is no such {kind}: use one of {', '.join(sorted(known))}")
        elif not isinstance(body, dict):
            faults.say("", "must be a section with keys of its own")
        else:
            made[name] = _section(body, faults)
    faults.where = ""
    return made


def _section(body: Mapping[str, Any], faults: _Faults) -> Section:
    for key in sorted(body.keys() - KEYS.keys()):
        faults.say(key, f"is unknown: use one of {', '.join(KEYS)}")
    return Section(
        ask=_circle(body, "ask", faults),
        approvers=_value(body, "approvers", _count, faults),
        typed=_value(body, "typed", _word, faults),
        people=_circle(body, "approve", faults),
        reasons=_value(body, "reason", _acts, faults),
        expiry=_value(body, "expires", lambda value: _span(value, least=60.0), faults),
        again=_value(body, "again", _span, faults),
        tolerance=_value(body, "price_tolerance", _share, faults),
        late=_late(body, faults),
    )


def _value(body: Mapping[str, Any], key: str, read_as: Callable[[Any], Any], faults: _Faults) -> Any:
    """Return the value of a key, None where it is left out or wrong."""
    if key not in body:
        return None
    try:
        return read_as(body[key])
    except ValueError as wrong:
        faults.say(key, str(wrong))
        return None


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
        raise ValueError(f"must be a whole number from 0 to {MOST}")
    return value


def _word(value: Any) -> str:
    if not isinstance(value, str) or value != value.strip() or len(value) > 40:
        raise ValueError('must be a word of at most 40 characters: write it like "DELETE"')
    return value


def _acts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(act in ACTS for act in value):
        raise ValueError('must be a list of "ask", "approve" and "deny": write it like ["deny"]')
    return tuple(act for act in ACTS if act in value)


def _span(value: Any, least: float = 0.0) -> float:
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    seconds = int(found.group(1)) * {"s": 1.0, **UNITS}[found.group(2)] if found else -1.0
    if seconds < least:
        raise ValueError(f'must be a length of time of {least:g} s or more: write it like "8h", "30m" or "2d"')
    return seconds


def _share(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 100:
        raise ValueError("must be per cent, from 0 to 100")
    return float(value) / 100.0


def _ids(shape: re.Pattern[str], example: str) -> Callable[[Any], tuple[str, ...]]:
    def read_as(value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(one, str) and shape.fullmatch(one) for one in value):
            raise ValueError(f'must be a list of Slack ids: write it like ["{example}"]')
        return tuple(dict.fromkeys(value))

    return read_as


def _circle(body: Mapping[str, Any], act: str, faults: _Faults) -> Circle | None:
    """Return the people of an act, None where none of its keys is there; a list without anybody is a fault."""
    keys = (f"{act}_users", f"{act}_groups")
    if not any(key in body for key in keys):
        return None
    users = _value(body, keys[0], _ids(_USER, "U0123ABCD"), faults)
    groups = _value(body, keys[1], _ids(_GROUP, "S0123ABCD"), faults)
    found = Circle(users or (), groups or ())
    if not found and not any(body.get(key) for key in keys):
        faults.say(keys[0], f"and {keys[1]} name nobody: name somebody, or leave both out for the default")
    return found


def _late(body: Mapping[str, Any], faults: _Faults) -> Late | None:
    if not any(key.startswith("escalate_") for key in body):
        return None
    after = _value(body, "escalate_after", lambda value: _span(value, least=60.0), faults)
    people, channel = Circle(), ""
    if "escalate_users" in body or "escalate_groups" in body:
        people = _circle(body, "escalate", faults) or Circle()
    if "escalate_channel" in body:
        channel = _value(body, "escalate_channel", _channel, faults) or ""
    if "escalate_after" not in body:
        faults.say("escalate_after", 'is missing: say after how long, like "2h"')
    if not people and not channel:
        faults.say("escalate_users", "is missing: name users, groups or a channel to ask then")
    return Late(after or 0.0, people, channel)


def _channel(value: Any) -> str:
    if not isinstance(value, str) or not _CHANNEL.fullmatch(value):
        raise ValueError("must be the id of a channel, like C0123ABCD")
    return value


def _impossible(policy: Policy, commands: Collection[str], administrators: int | None) -> list[str]:
    """Return what no person could ever fulfil, for each command and risk that a section changes."""
    pairs = [("", risk) for risk in policy.risks] + [
        (name, risk)
        for name in commands
        for risk in RISKS
        if name in policy.commands or f"{name.partition(' ')[0]} *" in policy.commands
    ]
    found = (fault for name, risk in pairs for fault in _unfit(policy, name, risk, administrators))
    return list(dict.fromkeys(found))


def _unfit(policy: Policy, command: str, risk: str, administrators: int | None) -> list[str]:
    need, faults = policy.need(command, risk), []
    named = f'command."{command}"' if command else f"risk.{risk}"
    possible = _possible(need.people, administrators)
    if need.late and possible is not None:
        more = _possible(need.late.people, 0)
        possible = None if more is None else possible + more
    if possible is not None and possible < need.approvers:
        faults.append(
            f"{named}: {need.approvers} approvers are wanted and there can be {possible}: name more, or want fewer"
        )
    if need.late and need.late.after >= need.expiry and need.approvers:
        faults.append(f"{named}: escalate_after is not before the request expires: make it shorter than expires")
    if not need.approvers and (need.typed or set(need.reasons) - {"ask"}) and risk not in ("read", "free"):
        faults.append(f'{named}: approvers is 0, and nobody could type the word or give the reason: set typed = ""')
    return faults


def _possible(people: Circle, administrators: int | None) -> int | None:
    """Return how many people there can be at most, None where groups leave that open."""
    if people.groups:
        return None
    return len(people.users) if people.users else administrators
