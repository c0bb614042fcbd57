"""The system permissions, and the custom policies that accounts make; IAM calls both roles."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from sandbox.cloud.wire import Refusal

Json = dict[str, Any]
LONGEST_POLICY = 6144
MOST_STATEMENTS, MOST_ACTIONS = 8, 100
ACTION = re.compile(r"[A-Za-z0-9_\-*]+:[A-Za-z0-9_\-*]+:[A-Za-z0-9_\-*]+")
GLOBAL_SERVICES = frozenset({"obs", "iam", "bss", "swr", "eps"})


@dataclass
class Permission:
    """One role or policy; `domain_id` is the account that made it, None for the system's."""

    id: str
    name: str
    display_name: str
    catalog: str
    type: str
    description: str
    description_cn: str
    policy: Json
    domain_id: str | None = None
    at: float = 0.0

    @property
    def is_policy(self) -> bool:
        """Return whether it is a policy, not a role."""
        return bool(self.policy["Version"] == "1.1")

    def row(self) -> Json:
        """Return it as IAM shows it; `flag` marks the system's policies."""
        flag = {"flag": "fine_grained"} if self.is_policy and not self.domain_id else {}
        times = {"created_time": str(int(self.at * 1000)), "updated_time": str(int(self.at * 1000))}
        return {
            "id": self.id,
            "name": self.name,
            "display_name": self.display_name,
            "catalog": self.catalog,
            "type": self.type,
            "description": self.description,
            "description_cn": self.description_cn,
            "policy": self.policy,
            "domain_id": self.domain_id,
            **flag,
            **times,
        }


@dataclass
class PermissionBook:
    """All permissions there are."""

    custom: dict[str, Permission] = field(default_factory=dict)

    def system(self) -> Sequence[Permission]:
        """Return the system's permissions."""
        return tuple(_system().values())

    def of(self, domain_id: str) -> list[Permission]:
        """Return an account's custom policies, oldest first."""
        return [one for one in self.custom.values() if one.domain_id == domain_id]

    def find(self, identity: str, domain_id: str) -> Permission:
        """Return one permission that the account may see. Raises Refusal 404."""
        found = _system().get(identity) or self.custom.get(identity)
        if found is None or found.domain_id not in (None, domain_id):
            raise Refusal(404, "IAM.0004", f"Could not find role: {identity}.")
        return found

    def named(self, display: str, domain_id: str) -> Permission:
        """Return a permission by display name. Raises ValueError for a seed that names an unknown one."""
        for one in (*self.system(), *self.of(domain_id)):
            if one.display_name == display:
                return one
        raise ValueError(f"the seed names an unknown permission {display!r}")

    def create(self, domain_id: str, display: str, kind: str, texts: tuple[str, str], policy: Json, at: float) -> Json:
        """Create a custom policy and return its row. Raises Refusal."""
        check_policy(kind, policy)
        if any(one.display_name == display for one in self.of(domain_id)):
            raise Refusal(409, "IAM.0005", f"The display name '{display}' is already used.")
        identity = uuid4().hex
        name = f"custom_{domain_id}_{len(self.custom)}"
        made = Permission(identity, name, display, "CUSTOMED", kind, *texts, policy, domain_id, at)
        self.custom[identity] = made
        return made.row()


@cache
def _system() -> dict[str, Permission]:
    rows = tomllib.loads((Path(__file__).parent / "permissions.toml").read_text(encoding="utf-8"))["permissions"]
    return {one.id: one for one in map(_read, rows)}


def _read(row: Json) -> Permission:
    display, role = row["display"], row.get("role", False)
    identity = sha256(display.encode()).hexdigest()[:32]
    policy: Json = {"Version": "1.0" if role else "1.1", "Statement": [{"Action": row["actions"], "Effect": "Allow"}]}
    if row.get("depends"):
        policy["Depends"] = [{"catalog": catalog, "display_name": name} for catalog, name in row["depends"]]
    name = display.lower().replace(" ", "_") if role else f"system_all_{identity[:4]}"
    return Permission(identity, name, display, row["catalog"], row["type"], f"{display}.", row["zh"], policy)


def check_policy(kind: str, policy: Json) -> None:
    """Refuse a custom policy as IAM does, with its codes 1001 to 1060."""
    statements = policy["Statement"]
    if kind not in ("AX", "XA"):
        raise Refusal(400, "IAM.1009", "The policy type must be AX or XA.")
    if len(json.dumps(policy)) > LONGEST_POLICY:
        raise Refusal(400, "IAM.1021", f"The policy is larger than {LONGEST_POLICY} characters.")
    if not 1 <= len(statements) <= MOST_STATEMENTS:
        raise Refusal(400, "IAM.1028", f"The number of statements must be 1 to {MOST_STATEMENTS}.")
    for statement in statements:
        actions = statement["Action"]
        if not 1 <= len(actions) <= MOST_ACTIONS:
            raise Refusal(400, "IAM.1033", f"The number of actions must be 1 to {MOST_ACTIONS}.")
        for action in actions:
            _check_action(kind, action)


def _check_action(kind: str, action: str) -> None:
    if not ACTION.fullmatch(action):
        raise Refusal(400, "IAM.1035", f"The action '{action}' is invalid.")
    if (action.split(":", maxsplit=1)[0] in GLOBAL_SERVICES) != (kind == "AX"):
        raise Refusal(400, "IAM.1014", f"The action '{action}' does not belong to a policy of type {kind}.")
