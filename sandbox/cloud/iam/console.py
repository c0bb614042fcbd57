"""What a person does to users, agencies and their rights in the console of IAM, behind the bot's back.

`account` is an account's name; left out it is the first one, whose key the bot has.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from sandbox.cloud.console import Action, Actions
from sandbox.cloud.iam.agencies import DAY_S, Agency, Given, new_id
from sandbox.cloud.iam.state import IamState, user_row
from sandbox.cloud.routes import Body
from sandbox.cloud.seed import Account

Json = dict[str, Any]


class Owned(Body):
    """Something by its name, of an account."""

    name: str = Field(min_length=1, max_length=64)
    account: str = ""


class NewAgency(Owned):
    """A new agency; `trusts` an account or op_svc_<service>, `days` of validity."""

    trusts: str = "op_svc_modelarts"
    days: int | None = Field(default=None, ge=1)


class Right(Body):
    """A permission of an agency by display name; `scope` is domain, all_projects, or a project's name."""

    agency: str
    permission: str
    scope: str = "domain"
    account: str = ""


class Revoked(Body):
    """A permission of an agency, wherever it was granted."""

    agency: str
    permission: str
    account: str = ""


def actions(state: IamState) -> Actions:
    """Return the console's actions; each answers with what it made, changed or deleted."""

    def create_user(given: Owned) -> Json:
        account = _account(state, given.account)
        return user_row(account, state.users.create(account, given.name))

    def delete_user(given: Owned) -> Json:
        account = _account(state, given.account)
        return user_row(account, state.users.delete(account, given.name))

    def create_agency(given: NewAgency) -> Json:
        account, now = _account(state, given.account), state.clock.now()
        made = Agency(new_id(), given.name, account.domain_id, *state.trusted(name=given.trusts), "", now)
        if given.days:
            made.hours, made.expires = given.days * 24, now + given.days * DAY_S
        return state.create_agency(account, made).row()

    def delete_agency(given: Owned) -> Json:
        found = _agency(state, given.account, given.name)
        state.agencies.remove(found)
        return found.row()

    return {
        "create_user": Action(Owned, create_user),
        "delete_user": Action(Owned, delete_user),
        "create_agency": Action(NewAgency, create_agency),
        "delete_agency": Action(Owned, delete_agency),
        "grant": Action(Right, lambda given: _granted(state, given)),
        "revoke": Action(Revoked, lambda given: _revoked(state, given)),
    }


def _granted(state: IamState, given: Right) -> Json:
    account, found = _account(state, given.account), _agency(state, given.account, given.agency)
    permission = state.permissions.named(given.permission, account.domain_id)
    found.give(state.given(permission, given.scope, account))
    return found.truth()


def _revoked(state: IamState, given: Revoked) -> Json:
    found = _agency(state, given.account, given.agency)
    held = [one for one in found.grants if one.permission.display_name == given.permission]
    if not held:
        known = ", ".join(sorted({one.permission.display_name for one in found.grants}))
        raise ValueError(f"{found.name} has no {given.permission!r}; it has: {known or 'none'}")
    for one in held:
        found.take(Given(one.permission, one.kind, one.project_id))
    return found.truth()


def _account(state: IamState, name: str) -> Account:
    return state.accounts.named(name) if name else state.accounts.all[0]


def _agency(state: IamState, account: str, name: str) -> Agency:
    found = state.agencies.of(_account(state, account).domain_id, state.clock.now())
    agency = next((one for one in found if name in (one.name, one.id)), None)
    if agency is None:
        raise ValueError(f"no agency {name!r}; there are: {', '.join(one.name for one in found) or 'none'}")
    return agency
