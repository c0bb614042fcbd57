"""Whether a caller may do what a request asks: by the groups of a user, or by the grants of an agency.

The account itself may do everything: a key without a user, or of the user named like the account. What is denied
anywhere is denied. Temporary credentials asked for with a policy of their own may do what both allow.
In doubt, and so an option of the seed: whether the refusal names the action (`named_actions`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from sandbox.cloud.accounts import Caller
from sandbox.cloud.iam.actions import Actions
from sandbox.cloud.iam.agencies import Given
from sandbox.cloud.iam.state import IamState

Json = Mapping[str, Any]
REGIONAL, EVERYWHERE = frozenset({"modelarts"}), frozenset({"bss"})
ALLOW, DENY = "Allow", "Deny"


class Rights:
    """Judge callers."""

    def __init__(self, state: IamState, *, named: bool) -> None:
        self._state = state
        self._named = named

    def lacks(self, caller: Caller, actions: Actions, project_id: str | None) -> str | None:
        """Return what a refusal says, or None where the caller may do all of these."""
        for action in actions:
            if said := self.lacks_action(caller, action, project_id):
                return said
        return None

    def lacks_action(
        self, caller: Caller, action: str, project_id: str | None = None, resource: str = "", *, granted: bool = False
    ) -> str | None:
        """Return what a refusal of an action says, or None where the caller may.

        `granted` says that somebody else's rule, as a bucket's policy, grants it already: only a denial counts then.
        """
        if self._allows(caller, action, project_id, resource, granted=granted):
            return None
        return f"Policy doesn't allow {action} to be performed." if self._named else "You have no permission."

    def _allows(self, caller: Caller, action: str, project_id: str | None, resource: str, *, granted: bool) -> bool:
        grants = self._state.grants_of(caller)
        if grants is None:
            return True
        effects = _granted(grants, action, project_id, resource) | ({ALLOW} if granted else set())
        if caller.policy is not None:
            effects = effects if ALLOW in _effects(caller.policy, action, resource) else set()
            effects |= _effects(caller.policy, action, resource) & {DENY}
        return ALLOW in effects and DENY not in effects


def allows(grants: Iterable[Given], action: str, project_id: str | None = None) -> bool:
    """Tell whether grants allow an action on whatever there is: in a project, or of a global service."""
    effects = _granted(grants, action, project_id, "")
    return ALLOW in effects and DENY not in effects


def _granted(grants: Iterable[Given], action: str, project_id: str | None, resource: str) -> set[str]:
    service = action.partition(":")[0]
    counted = [given for given in grants if _counts(given, service, project_id)]
    return _effects([one for given in counted for one in given.permission.policy["Statement"]], action, resource)


def _counts(given: Given, service: str, project_id: str | None) -> bool:
    """Return whether a grant counts where the action is done: in a project, or for the global services.

    Billing's system roles are those of projects and its policies are global; it takes both.
    """
    if service in REGIONAL:
        return given.kind == "inherited" or (given.kind == "project" and given.project_id == project_id)
    return given.kind == "domain" or service in EVERYWHERE


def _effects(statements: Iterable[Json], action: str, resource: str) -> set[str]:
    return {
        statement["Effect"]
        for statement in statements
        if any(fnmatchcase(action.lower(), pattern.lower()) for pattern in statement["Action"])
        and _reaches(statement.get("Resource"), action, resource)
    }


def _reaches(patterns: list[str] | None, action: str, resource: str) -> bool:
    """Return whether a statement is about a resource; about one that has no name only where it is about all."""
    service = action.partition(":")[0]
    named = resource or "*:*:*:*"
    return patterns is None or any(pattern == "*" or _is_of(pattern, service, named) for pattern in patterns)


def _is_of(pattern: str, service: str, named: str) -> bool:
    """Return whether a pattern such as `OBS:*:*:bucket:NAME` is of the service and holds what is named."""
    there, _, rest = pattern.partition(":")
    return fnmatchcase(service, there.lower()) and fnmatchcase(named, rest)
