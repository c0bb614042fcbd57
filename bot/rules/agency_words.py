"""An agency in words: what it may do and where, whom it trusts, whom a change of it concerns (R3.11, R3.31)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.records.identity import Agency, Authorization, Grant, PermissionKind, Project
from bot.reply import Row
from bot.rules.agency import trusts_modelarts, users_of
from bot.rules.authorization import who
from bot.rules.figures import FIGURES
from bot.rules.permission import where
from bot.say import Say, say

LONGEST_ACTIONS = 400


def trusted_line(agency: Agency) -> Say:
    """Return who acts by an agency."""
    return say("agency.trusts_modelarts") if trusts_modelarts(agency) else say("agency.trusts", who=agency.trusted)


def affected(agency: Agency, rows: Sequence[Authorization]) -> Say:
    """Return everyone who works by this agency, by name, before anybody approves a change of it (R3.12, R3.31)."""
    users = users_of(agency.name, rows)
    if not users:
        return say("agency.affects_nobody", name=agency.name)
    named = say("agency.affected_last", who=who(users[-1]))
    for user in reversed(users[:-1]):
        named = say("agency.affected", who=who(user), more=named)
    return say("agency.affects", name=agency.name, count=len(users), who=named)


def displays(grants: Sequence[Grant]) -> str:
    """Return what an agency has, by the names that the console shows."""
    found = list(dict.fromkeys(grant.permission.display for grant in grants))
    most = FIGURES.agency.shown_permissions
    shown = ", ".join(f"`{name}`" for name in found[:most])
    return f"{shown} … (+{len(found) - most})" if len(found) > most else shown or "–"


def grant_rows(grants: Sequence[Grant], projects: Sequence[Project]) -> list[Row]:
    """Return each permission with its kind, its scope and, where it lists them, its actions (R3.11)."""
    return [_row(grant, projects) for grant in grants]


def _row(grant: Grant, projects: Sequence[Project]) -> Row:
    permission = grant.permission
    details: list[Say] = [say(f"permission.kind.{permission.kind}"), where(grant.scope, projects)]
    if permission.actions:
        details.append(say("agency.show.actions", actions=_cut(permission.actions)))
    elif permission.kind is PermissionKind.ROLE:
        details.append(say("agency.show.role_hides"))
    return Row(say("agency.show.row", name=permission.display), tuple(details))


def _cut(actions: Sequence[str]) -> str:
    """Return the actions, as many as fit one line, and how many more there are."""
    shown: list[str] = []
    for action in actions:
        if sum(map(len, shown)) + len(action) > LONGEST_ACTIONS:
            return f"{', '.join(shown)} … (+{len(actions) - len(shown)})"
        shown.append(f"`{action}`")
    return ", ".join(shown)
