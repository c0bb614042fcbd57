"""Authorizations: who uses which agency, what covers whom, and what must be there before anything is computed.

Carries R3.02, R3.04, R3.09, R3.10, R3.14-R3.16, R3.22-R3.25, R3.28.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.errors import CloudRefused, Refusal
from bot.records.identity import (
    EVERYBODY,
    Account,
    Agency,
    Authorization,
    AuthorizationType,
    IamUser,
    Principal,
    PrincipalKind,
)
from bot.rules.agency import names
from bot.rules.figures import FIGURES
from bot.say import Say, say

KINDS = {
    "iam": PrincipalKind.IAM_USER,
    "federated": PrincipalKind.FEDERATED,
    "agency": PrincipalKind.AGENCY,
    "all": PrincipalKind.ALL_USERS,
}
"""The words people type, and ModelArts' own (R3.04)."""


def principal_of(kind: str, word: str, users: Sequence[IamUser], agencies: Sequence[Agency]) -> Principal:
    """Return who is meant: users and agencies resolved to their ids, federated users by name (R3.04).

    Raises `Refusal` pinned to the principal where nobody of that name is there.
    """
    match KINDS[kind]:
        case PrincipalKind.ALL_USERS:
            return EVERYBODY
        case PrincipalKind.IAM_USER:
            return _user(word, users)
        case PrincipalKind.AGENCY:
            return _acting(word, agencies)
        case _:
            return Principal(PrincipalKind.FEDERATED, "", word.strip())


def _user(word: str, users: Sequence[IamUser]) -> Principal:
    found = next((user for user in users if word in (user.id, user.name)), None)
    if found is None:
        near = [user.name for user in users if word.casefold() in user.name.casefold()]
        raise Refusal("auth.no_user", argument="principal", name=word, near=names(near))
    return Principal(PrincipalKind.IAM_USER, found.id, found.name)


def _acting(word: str, agencies: Sequence[Agency]) -> Principal:
    """Return an agency by which another account acts in this one; one that trusts a service is none (R3.04)."""
    found = next((agency for agency in agencies if word in (agency.id, agency.name)), None)
    if found is None:
        near = [agency.name for agency in agencies if word.casefold() in agency.name.casefold()]
        raise Refusal("auth.no_agency_user", argument="principal", name=word, near=names(near))
    if found.trusted.startswith("op_svc_"):
        raise Refusal("auth.service_agency", argument="principal", name=found.name, trusted=found.trusted)
    return Principal(PrincipalKind.AGENCY, found.id, found.name)


def who(principal: Principal) -> Say:
    """Return a principal with its kind, in words (R3.10)."""
    return say(f"auth.principal.{principal.kind.name.lower()}", name=principal.name or principal.id)


def same(one: Principal, other: Principal) -> bool:
    """Return whether both are the same principal: federated users by name, everybody by kind, others by id."""
    if one.kind is not other.kind:
        return False
    if one.kind is PrincipalKind.ALL_USERS:
        return True
    return one.name == other.name if one.kind is PrincipalKind.FEDERATED else one.id == other.id


def row_of(principal: Principal, rows: Sequence[Authorization]) -> Authorization | None:
    """Return the principal's own authorization, or None."""
    return next((row for row in rows if same(row.principal, principal)), None)


def covering(principal: Principal | None, rows: Sequence[Authorization]) -> Authorization | None:
    """Return the authorization that a principal works by: its own, or all users' (R3.02, R3.14).

    "All users" covers the account's IAM users and federated ones, not another account's agency.
    """
    own = row_of(principal, rows) if principal else None
    if own is not None or (principal and principal.kind is PrincipalKind.AGENCY):
        return own
    return row_of(EVERYBODY, rows)


def check_authorized(principal: Principal | None, rows: Sequence[Authorization]) -> Authorization:
    """Return the authorization by which this principal may compute. Refuses, and says who can mend it (R3.02).

    Where none holds for all users, who is not linked is asked to link first (R3.21). `rows` are read at most a minute
    ago.
    """
    row = covering(principal, rows)
    if row is not None and row.type is AuthorizationType.AGENCY:
        return row
    if principal is None and row is None and rows:
        return _never(Refusal("auth.link_first").offering("account link"))
    key = "auth.none_usable" if row is None else "auth.retired_key"
    word = {kind: word for word, kind in KINDS.items()}
    values = {"kind": word[principal.kind], "principal": principal.name} if principal and principal.kind in word else {}
    missing = Refusal(key, who=who(principal) if principal else say("auth.somebody"))
    return _never(missing.mended_by("auth migrate") if row else missing.mended_by("auth add", **values))


def acting_for(principal: Principal | None) -> dict[str, str]:
    """Return the facts by which a step remembers for whom ModelArts is to act (R3.02)."""
    return {"for_kind": principal.kind, "for_id": principal.id, "for_name": principal.name} if principal else {}


def still_authorized(facts: Mapping[str, str], rows: Sequence[Authorization]) -> None:
    """Refuse to compute for whom `acting_for` remembers where no authorization is left (R3.02)."""
    principal = None
    if "for_kind" in facts:
        principal = Principal(PrincipalKind(facts["for_kind"]), facts["for_id"], facts["for_name"])
    try:
        check_authorized(principal, rows)
    except Refusal as refusal:
        raise CloudRefused(refusal.say) from refusal


def _never(refusal: Refusal) -> Authorization:
    raise refusal


def after_removal(principal: Principal, rows: Sequence[Authorization]) -> Say:
    """Return what a principal can no longer do, or which other authorization still covers it (R3.14)."""
    left = [row for row in rows if not same(row.principal, principal)]
    if principal.kind is PrincipalKind.ALL_USERS:
        own = [row.principal.name or row.principal.id for row in left]
        return say("auth.remove.everybody_loses", kept=names(own))
    covered = covering(principal, left)
    if covered is not None:
        return say("auth.remove.still_covered", who=who(principal), agency=covered.agency)
    return say("auth.remove.loses", who=who(principal))


def retired(rows: Sequence[Authorization]) -> tuple[Authorization, ...]:
    """Return the authorizations by access key, which the provider has retired (R3.16)."""
    return tuple(row for row in rows if row.type is AuthorizationType.CREDENTIAL)


def advice(users: Sequence[IamUser], account: Account) -> Say:
    """Return whether all users is the right choice: without IAM users it is, else it reaches wide (R3.23).

    IAM lists the account itself among its users, under its own name.
    """
    others = [user for user in users if user.name != account.name]
    return say("auth.all.wide", users=len(others)) if others else say("auth.all.recommended")


def preset(rows: Sequence[Authorization]) -> dict[str, str]:
    """Return what the form of a new authorization begins with: a new agency for a common user at first (R3.22)."""
    return {"use": "existing" if rows else "new", "permissions": "common"}


def switch_role(agency: Agency, account: str) -> Say:
    """Return how the users of the other account take on this agency once it is authorized (R3.25)."""
    return say("auth.add.switch_role", trusted=agency.trusted, account=account, agency=agency.name)


def statement(link: str) -> dict[str, str]:
    """Return what is recorded of the service statement that somebody agreed to: which text, and its version (R3.09)."""
    return {"statement": "ModelArts Service Statement", "link": link, "version": _version()}


def _version() -> str:
    return FIGURES.agency.version or "version not published"
