"""Who may do what with a bucket: access control lists, bucket policies, and the decision from both.

A denying statement of the policy wins over everything but the owner's access to the policy itself. Then the owner may
do all but what the ACL has to grant to it too (list the bucket, write its objects: the owner can lose READ and WRITE
there, never the ACL itself); others may do what a statement or a grant allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal

from pydantic import ValidationError

from sandbox.cloud.accounts import Caller
from sandbox.cloud.obs.refusals import refuse
from sandbox.cloud.routes import Body

PERMISSIONS = ("READ", "WRITE", "READ_ACP", "WRITE_ACP", "FULL_CONTROL")
GIVES: Mapping[str, frozenset[str]] = {
    "READ": frozenset(
        {"ListBucket", "HeadBucket", "GetBucketLocation", "ListBucketVersions", "ListBucketMultipartUploads"}
    ),
    "WRITE": frozenset({"PutObject", "DeleteObject"}),
    "READ_ACP": frozenset({"GetBucketAcl"}),
    "WRITE_ACP": frozenset({"PutBucketAcl"}),
}
POLICY_ACTIONS = frozenset({"GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy"})

# What the owner may do only as long as the ACL says so; all else is its own for good.
OWNER_CAN_LOSE = (GIVES["READ"] - {"GetBucketLocation"}) | GIVES["WRITE"]


@dataclass(frozen=True, slots=True)
class Grant:
    """One line of an access control list, to an account's domain id or to a group (Everyone, …)."""

    permission: str
    domain_id: str | None = None
    group: str | None = None
    delivered: bool = False

    def truth(self) -> dict[str, Any]:
        """Return the grant ready for JSON."""
        return asdict(self)

    def reaches(self, caller: Caller) -> bool:
        """Tell whether the grant is for this caller."""
        if self.group == "Everyone":
            return True
        if self.group == "AuthenticatedUsers":
            return caller.account is not None
        return self.domain_id is not None and self.domain_id == caller.domain_id

    def gives(self, action: str) -> bool:
        """Tell whether the grant allows an action; objects are readable only through a delivered one."""
        names = PERMISSIONS[:4] if self.permission == "FULL_CONTROL" else (self.permission,)
        readable = self.delivered and action == "GetObject" and "READ" in names
        return readable or any(action in GIVES[name] for name in names)


def canned_grants(name: str, owner: str) -> tuple[Grant, ...]:
    """Return the grants a canned list stands for."""
    delivered = name.endswith("-delivered")
    own = Grant("FULL_CONTROL", domain_id=owner)
    extra = {
        "public-read": ("Everyone", ("READ",)),
        "public-read-write": ("Everyone", ("READ", "WRITE")),
        "authenticated-read": ("AuthenticatedUsers", ("READ",)),
        "log-delivery-write": ("LogDelivery", ("WRITE", "READ_ACP")),
    }
    group, permissions = extra.get(name.removesuffix("-delivered"), ("", ()))
    return (own, *(Grant(permission, group=group, delivered=delivered) for permission in permissions))


class Principal(Body):
    """Whom a statement speaks of."""

    ID: str | list[str]


class Statement(Body):
    """One statement of a policy; conditions and negations are not simulated, and so refused, never ignored."""

    Sid: str = ""
    Effect: Literal["Allow", "Deny"]
    Principal: Literal["*"] | Principal
    Action: str | list[str]
    Resource: str | list[str]


class Policy(Body):
    """A bucket policy."""

    Version: str = ""
    Statement: list[Statement]


def read_policy(text: bytes) -> str:
    """Return a policy that is well formed. Raises Refusal MalformedPolicy for anything else."""
    try:
        Policy.model_validate_json(text)
    except ValidationError as error:
        raise refuse("MalformedPolicy", str(error.errors(include_url=False, include_input=False))) from None
    return text.decode()


def may(caller: Caller, owner: str, grants: Iterable[Grant], policy: str | None, action: str, resource: str) -> bool:
    """Decide whether `caller` may do `action` on `resource` (`bucket` or `bucket/key`)."""
    effects = _effects(policy, caller, action, resource)
    is_owner = caller.domain_id == owner
    if "Deny" in effects and not (is_owner and action in POLICY_ACTIONS):
        return False
    if (is_owner and action not in OWNER_CAN_LOSE) or "Allow" in effects:
        return True
    return any(g.reaches(caller) and g.gives(action) for g in grants)


def allowed(policy: str | None, caller: Caller, action: str, resource: str) -> bool:
    """Tell whether a bucket's policy lets the caller in by a statement."""
    return "Allow" in _effects(policy, caller, action, resource)


def _effects(policy: str | None, caller: Caller, action: str, resource: str) -> set[str]:
    statements = Policy.model_validate_json(policy).Statement if policy else []
    return {
        statement.Effect
        for statement in statements
        if _names(statement.Principal, caller)
        and _matches(action, statement.Action)
        and _matches(resource, statement.Resource)
    }


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _matches(value: str, patterns: str | list[str]) -> bool:
    return any(fnmatchcase(value, pattern.removeprefix("obs:::")) for pattern in _listed(patterns))


def _names(principal: str | Principal, caller: Caller) -> bool:
    ids = _listed(principal if isinstance(principal, str) else principal.ID)
    own = f"domain/{caller.domain_id}:user/{caller.user_id}"
    return any(name in ("*", f"domain/{caller.domain_id}") or fnmatchcase(own, name) for name in ids)
