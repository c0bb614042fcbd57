"""Permissions of an agency: chosen from the real list, where each may be granted, what a role brings along.

Carries R3.08, R3.11, R3.13, R3.26, R3.27.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.errors import Refusal
from bot.records.identity import Grant, Level, Permission, PermissionKind, Project, Scope, ScopeKind, Statement
from bot.rules.agency import names
from bot.say import Say, say

EVERYWHERE = "all"
GLOBAL_SERVICES = ("obs", "iam", "dns", "cdn", "bss", "ces_global")
"""Services that are not of a region: what they allow is granted for the account (R3.13)."""
MOST_ACTIONS = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """A permission to be granted somewhere; `region` is the name of the project's region, "" outside projects.

    `because` is the role that needs it, "" where it was chosen itself.
    """

    permission: Permission
    scope: Scope
    region: str = ""
    because: str = ""


def chosen(words: Sequence[str], known: Sequence[Permission], kind: PermissionKind | None = None) -> list[Permission]:
    """Return the permissions that display names stand for. Refuses unknown ones, and those of the other kind (R3.26).

    Display names are compared without regard to case; internal names and ids are taken too.
    """
    found = []
    for word in words:
        named = [one for one in known if word.casefold() in (one.display.casefold(), one.name.casefold(), one.id)]
        if not named:
            near = [one.display for one in known if word.casefold() in one.display.casefold()]
            raise Refusal("permission.missing", name=word, near=names(near))
        fitting = [one for one in named if kind in (None, one.kind)]
        if not fitting:
            raise Refusal("permission.other_kind", name=word, kind=say(f"permission.kind.{named[0].kind}"))
        found.append(fitting[0])
    return list(dict.fromkeys(found))


def with_dependencies(wanted: Sequence[Permission], known: Sequence[Permission]) -> list[tuple[Permission, str]]:
    """Return the permissions with the roles they depend on, each with the role that needs it, "" for none (R3.26).

    Policies depend on nothing. A role that the list does not have refuses: half of a grant would not work.
    """
    found: dict[str, tuple[Permission, str]] = {one.id: (one, "") for one in wanted}
    waiting = list(wanted)
    while waiting:
        needs = waiting.pop(0)
        for needed in needs.depends if needs.kind is PermissionKind.ROLE else ():
            role = next((one for one in known if one.display == needed.display and _in(one, needed.catalog)), None)
            if role is None:
                raise Refusal("permission.no_dependency", name=needs.display, needed=needed.display)
            if role.id not in found:
                found[role.id] = (role, needs.display)
                waiting.append(role)
    return list(found.values())


def _in(permission: Permission, catalog: str) -> bool:
    return not catalog or permission.catalog.casefold() == catalog.casefold()


def placed(
    permissions: Sequence[tuple[Permission, str]], regions: Sequence[str], projects: Sequence[Project]
) -> list[Wanted]:
    """Return where each is to be granted, with the least scope (R3.13).

    Chosen regions become grants in their projects, all regions one grant in all projects, global services a grant for
    the account. What a role depends on stands where the role stands (R3.26).
    """
    found: list[Wanted] = []
    stands: dict[str, set[Scope]] = {}
    for permission, because in permissions:
        own = _own_places(permission, regions, projects)
        with_role = [place for place in own if place[0] in stands.get(because, ())]
        taken = with_role or own
        stands[permission.display] = {scope for scope, _ in taken}
        found.extend(Wanted(permission, scope, region, because) for scope, region in taken)
    return found


def _own_places(permission: Permission, regions: Sequence[str], projects: Sequence[Project]) -> list[tuple[Scope, str]]:
    if permission.level is Level.NEITHER:
        raise Refusal("permission.not_for_agencies", name=permission.display)
    account = [] if permission.level is Level.PROJECT else [(Scope(ScopeKind.DOMAIN), "")]
    return account if permission.level is Level.DOMAIN else [*account, *places(regions, projects)]


def places(regions: Sequence[str], projects: Sequence[Project]) -> list[tuple[Scope, str]]:
    """Return the scopes that regions stand for, each with its region's name. Refuses a region without a project."""
    if EVERYWHERE in regions:
        return [(Scope(ScopeKind.ALL_PROJECTS), "")]
    found = []
    for region in regions:
        project = next((one for one in projects if one.name == region), None)
        if project is None:
            known = names(sorted({one.name for one in projects if one.name == one.region}))
            raise Refusal("permission.no_region", argument="regions", region=region, known=known)
        found.append((Scope(ScopeKind.PROJECT, project.id), region))
    return found


def where(scope: Scope, projects: Sequence[Project]) -> Say:
    """Return a scope in words (R3.11)."""
    if scope.kind is not ScopeKind.PROJECT:
        return say(f"permission.scope.{scope.kind}")
    name = next((one.name for one in projects if one.id == scope.project), scope.project)
    return say("permission.scope.project", region=name)


def held(grants: Sequence[Grant], permission: str, scope: Scope) -> bool:
    """Return whether a permission, by id or display name, is granted in a scope, or in all projects for a project."""
    return any(
        permission in (grant.permission.id, grant.permission.display) and _reaches(grant.scope, scope)
        for grant in grants
    )


def _reaches(has: Scope, wanted: Scope) -> bool:
    return has == wanted or (has.kind is ScopeKind.ALL_PROJECTS and wanted.kind is ScopeKind.PROJECT)


def surplus(grants: Sequence[Grant], wanted: Iterable[tuple[str, Scope]]) -> list[Grant]:
    """Return what an agency has beyond what was chosen: taken away before anybody may use it (R3.08)."""
    kept = list(wanted)
    return [
        grant
        for grant in grants
        if not any(
            word in (grant.permission.id, grant.permission.display) and scope == grant.scope for word, scope in kept
        )
    ]


def notes(wanted: Sequence[Wanted]) -> tuple[Say, ...]:
    """Return what must be said of a choice: roles reach far, dependencies came along, global is for the account.

    R3.13, R3.26, R3.27.
    """
    said = []
    if any(one.permission.kind is PermissionKind.ROLE for one in wanted):
        said.append(say("permission.roles_are_coarse"))
    for name in dict.fromkeys(one.permission.display for one in wanted if one.because):
        needs = next(one.because for one in wanted if one.permission.display == name and one.because)
        said.append(say("permission.brought_along", name=name, needs=needs))
    if any(one.scope.kind is ScopeKind.DOMAIN for one in wanted):
        said.append(say("permission.account_wide"))
    return tuple(said)


def custom_policies(actions: Sequence[str]) -> list[tuple[Level, tuple[Statement, ...]]]:
    """Return the policies that allow exactly these actions: one for global services, one for the others (R3.08, R3.19).

    One policy cannot mix both. Each statement has at most 100 actions.
    """
    globally = [action for action in actions if is_global(action)]
    others = [action for action in actions if not is_global(action)]
    made = ((Level.DOMAIN, globally), (Level.PROJECT, others))
    return [(level, _statements(part)) for level, part in made if part]


def _statements(actions: Sequence[str]) -> tuple[Statement, ...]:
    ordered = sorted(set(actions))
    return tuple(Statement(tuple(ordered[at : at + MOST_ACTIONS])) for at in range(0, len(ordered), MOST_ACTIONS))


def is_global(action: str) -> bool:
    """Return whether an action belongs to a global service (R3.13)."""
    return action.partition(":")[0].casefold() in GLOBAL_SERVICES
