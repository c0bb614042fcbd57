"""Who must approve what: data with a version, and the questions that are answered from it (contract, section 3)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from bot.errors import Refusal
from bot.records import Need

SINGLE_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Rule:
    """What one risk needs: approvers other than the asker, and a word to type, if any."""

    approvers: int
    typed: str = ""


def _default_rules() -> dict[str, Rule]:
    return {
        "read": Rule(0),
        "free": Rule(0),
        "change": Rule(1),
        "money": Rule(1),
        "destructive": Rule(1, typed="DELETE"),
    }


@dataclass(frozen=True, slots=True)
class Policy:
    """The approval policy. `single_administrator` allows the only administrator an own request, typed and delayed."""

    rules: Mapping[str, Rule] = field(default_factory=_default_rules)
    single_administrator: bool = True
    expiry_seconds: float = 8 * 3600.0
    again_seconds: float = 15 * 60.0

    @property
    def version(self) -> str:
        """Return a short hash of the whole policy: it is part of what is approved, so a changed one voids."""
        return hashlib.sha256(msgspec.json.encode(self, order="sorted")).hexdigest()[:16]

    def need(self, risk: str) -> Need:
        """Return what a plan of this risk needs."""
        rule = self.rules[risk]
        return Need(rule.approvers, rule.typed)


def ask_again_at(policy: Policy, created: float, raised: int) -> float:
    """Return when approvers are asked again who were asked again `raised` times: after 15 minutes, then doubling."""
    return created + policy.again_seconds * (2.0 ** (raised + 1) - 1.0)


def approvers_for(need: Need, asker: str, beneficiary: str, administrators: frozenset[str]) -> frozenset[str]:
    """Return who may approve: administrators but for the asker and the beneficiary."""
    return administrators - {asker, beneficiary} if need.approvers else frozenset()


def single_applies(policy: Policy, need: Need, asker: str, administrators: frozenset[str]) -> bool:
    """Return whether the asker is the only administrator and may carry out the own request."""
    return bool(need.approvers) and policy.single_administrator and administrators == {asker}


def guard_lockout(policy: Policy, need: Need, asker: str, beneficiary: str, administrators: frozenset[str]) -> None:
    """Refuse a request that nobody may approve before it is sent (decision 6)."""
    if not need.approvers or single_applies(policy, need, asker, administrators):
        return
    possible = approvers_for(need, asker, beneficiary, administrators)
    if len(possible) < need.approvers:
        raise Refusal("approval.nobody_may", needed=need.approvers, found=len(possible))
