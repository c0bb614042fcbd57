"""Who may ask for what, and who must approve it: data with a version, and the questions answered from it.

The default is the contract's (section 3). A file may lay sections over it, by risk and by command; of several that fit,
the more particular one decides, field by field: `risk`, then `noun *`, then `noun verb`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

import msgspec

from bot.errors import Refusal
from bot.records import Circle, Late, Need

SINGLE_WAIT = 60.0
RISKS = ("read", "free", "change", "money", "destructive")
DEFAULT = {
    "read": Need(0),
    "free": Need(0),
    "change": Need(1),
    "money": Need(1),
    "destructive": Need(1, typed="DELETE"),
}


@dataclass(frozen=True, slots=True)
class Section:
    """What one section of the policy says; None is left to the less particular ones.

    `ask` is who may ask (nobody named: whoever may use the bot), the others are the fields of `Need`.
    """

    ask: Circle | None = None
    approvers: int | None = None
    typed: str | None = None
    people: Circle | None = None
    reasons: tuple[str, ...] | None = None
    expiry: float | None = None
    again: float | None = None
    tolerance: float | None = None
    late: Late | None = None


_NEEDS = tuple(one.name for one in fields(Need))


@dataclass(frozen=True, slots=True)
class Policy:
    """The approval policy. `single_administrator` allows the only administrator an own request, typed and delayed.

    `risks` are sections by risk, `commands` by "bucket create" or "bucket *".
    """

    risks: Mapping[str, Section] = field(default_factory=dict)
    commands: Mapping[str, Section] = field(default_factory=dict)
    single_administrator: bool = True

    @property
    def version(self) -> str:
        """Return a short hash of the whole policy: it is part of what is approved, so a changed one voids."""
        whole = msgspec.json.encode([DEFAULT, self], order="sorted")
        return hashlib.sha256(whole).hexdigest()[:16]

    def need(self, command: str, risk: str) -> Need:
        """Return what a plan of this command and risk needs."""
        found = DEFAULT[risk]
        for section in self._sections(command, risk):
            said = {name: getattr(section, name) for name in _NEEDS}
            found = replace(found, **{name: value for name, value in said.items() if value is not None})
        return found

    def askers(self, command: str, risk: str) -> Circle:
        """Return who may ask; nobody named means everybody who may use the bot."""
        said = [section.ask for section in self._sections(command, risk) if section.ask is not None]
        return said[-1] if said else Circle()

    def _sections(self, command: str, risk: str) -> list[Section]:
        """Return the sections that fit, the more particular ones later."""
        found = (
            self.risks.get(risk),
            self.commands.get(f"{command.partition(' ')[0]} *"),
            self.commands.get(command),
        )
        return [section for section in found if section is not None]


def ask_again_at(need: Need, created: float, raised: int) -> float:
    """Return when approvers are asked again who were asked again `raised` times: after `again` seconds, then doubling.

    Without end for a request whose approvers are asked once.
    """
    return created + need.again * (2.0 ** (raised + 1) - 1.0) if need.again else float("inf")


def approvers_for(need: Need, asker: str, beneficiary: str, able: frozenset[str]) -> frozenset[str]:
    """Return who may approve: all who are able to, but for the asker and the beneficiary."""
    return able - {asker, beneficiary} if need.approvers else frozenset()


def single_applies(policy: Policy, need: Need, asker: str, able: frozenset[str]) -> bool:
    """Return whether the asker is the only administrator and may carry out the own request.

    Not where the policy names approvers of its own, or wants more than one: then it means other people.
    """
    return need.approvers == 1 and not need.people and policy.single_administrator and able == {asker}


def guard_lockout(
    policy: Policy, need: Need, asker: str, beneficiary: str, able: frozenset[str], late: frozenset[str] = frozenset()
) -> None:
    """Refuse a request that nobody may approve before it is sent, those asked later included (decision 6)."""
    if not need.approvers or single_applies(policy, need, asker, able):
        return
    possible = approvers_for(need, asker, beneficiary, able | late)
    if len(possible) < need.approvers:
        key = "approval.nobody_named_may" if need.people else "approval.nobody_may"
        raise Refusal(key, needed=need.approvers, found=len(possible))
