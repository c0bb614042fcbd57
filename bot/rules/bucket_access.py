"""Which statements of a bucket's policy, and which gaps in its ACL, keep its own account out; what lifts that; pure.

A policy statement that denies wins over every grant. The owner always keeps the ACL itself and the policy, but may have
lost READ (list the bucket) or WRITE (put and delete objects) in the ACL (OBS user guide, "Bucket ACLs"). Carries R4.07.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.records.provider import Acl, AclGrant

Statement = Mapping[str, Any]
ON_BUCKET = ("ListBucket", "HeadBucket", "GetBucketLocation")
READING = ("GetObject",)
WRITING = ("PutObject",)
OWNERS = ("READ", "WRITE")
FULL = "FULL_CONTROL"
NEGATED = frozenset({"NotPrincipal", "NotAction", "NotResource"})
LONGEST = 1200
"""How many characters of statements are quoted in one text."""
EVERYONE = ("Everyone", "http://acs.amazonaws.com/groups/global/AllUsers")


def statements_of(policy: str | None) -> tuple[Statement, ...]:
    """Return the statements of a policy in JSON, none where there is no policy."""
    listed: Any = json.loads(policy).get("Statement", []) if policy else []
    return tuple(listed if isinstance(listed, list) else [listed])


def shown(statement: Statement) -> str:
    """Return a statement as one line of JSON, the same for the same statement however it was written."""
    return json.dumps(statement, ensure_ascii=False, sort_keys=True)


def quoted(statements: Sequence[Statement]) -> str:
    """Return statements for a block of code, one a line, cut where they are too long to be read."""
    text = "\n".join(map(shown, statements)).replace("`", "'")
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def denying(
    policy: str | None, account: str, bucket: str, keys: Sequence[str], *, writes: bool = False
) -> tuple[Statement, ...]:
    """Return the statements that deny this account listing the bucket or reading the keys; or writing them (R4.07).

    What a statement leaves out, and what it says by negation, counts as reaching: an approver reads it before it goes.
    """
    found = [one for one in statements_of(policy) if one.get("Effect") == "Deny" and _reaches(one, account)]
    wanted: list[tuple[str, Sequence[str]]] = [] if writes else [(bucket, ON_BUCKET)]
    wanted += [(f"{bucket}/{key}", WRITING if writes else READING) for key in keys]
    return tuple(one for one in found if any(_covers(one, *want) for want in wanted))


def without(policy: str, removed: Sequence[str]) -> str:
    """Return the policy without the statements given as `shown` gives them, "" where none would be left."""
    kept = [one for one in statements_of(policy) if shown(one) not in removed]
    return json.dumps({**json.loads(policy), "Statement": kept}, ensure_ascii=False) if kept else ""


def _reaches(statement: Statement, account: str) -> bool:
    """Return whether a statement is about the account, or anybody in it; `account` "" is not known."""
    principal = statement.get("Principal", "*")
    ids = _listed(principal.get("ID", "*") if isinstance(principal, dict) else principal)
    return any(one == "*" or not account or one.partition(":")[0] == f"domain/{account}" for one in ids)


def _covers(statement: Statement, resource: str, actions: Sequence[str]) -> bool:
    patterns = [pattern.rpartition(":")[2] for pattern in _listed(statement.get("Resource", "*"))]
    denied = _listed(statement.get("Action", "*"))
    return any(_fits(resource, pattern) for pattern in patterns) and any(
        _fits(action, pattern) for action in actions for pattern in denied
    )


def _fits(value: str, pattern: str) -> bool:
    """Return whether a value is one that a pattern with `*` and `?` stands for."""
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), value) is not None


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [str(one) for one in value]


def lacking(acl: Acl | None) -> tuple[str, ...]:
    """Return what the owner has lost in the ACL of an own bucket; nothing where the ACL is not known (R4.07)."""
    if acl is None:
        return ()
    held = {grant.permission for grant in acl.grants if grant.account == acl.owner or grant.group in EVERYONE}
    return () if FULL in held else tuple(one for one in OWNERS if one not in held)


def granted(acl: Acl, permissions: Sequence[str]) -> Acl:
    """Return the ACL with these permissions for its owner, every grant that is there kept."""
    return replace(acl, grants=(*acl.grants, *(AclGrant(one, account=acl.owner) for one in permissions)))


def grants_line(acl: Acl) -> str:
    """Return the grants in a line: whom, then what; the owner and everyone by their words."""
    return "; ".join(f"{_grantee(grant, acl.owner)} {grant.permission}" for grant in acl.grants)


def _grantee(grant: AclGrant, owner: str) -> str:
    if grant.group:
        return "everyone" if grant.group in EVERYONE else grant.group.rsplit("/", 1)[-1]
    return "owner" if grant.account == owner else grant.account


def invitation(account: str, bucket: str) -> str:
    """Return the statement by which the owner of a bucket lets another account list and read it (R4.07)."""
    statement = {
        "Effect": "Allow",
        "Principal": {"ID": [f"domain/{account}:user/*"]},
        "Action": [*ON_BUCKET, *READING],
        "Resource": [bucket, f"{bucket}/*"],
    }
    return json.dumps(statement)
