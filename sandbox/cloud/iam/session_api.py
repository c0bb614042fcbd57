"""The wire of temporary credentials and login tokens, of access keys and of groups.

In doubt, and so ours to choose: what IAM answers for an agency that does not trust who asks (403 IAM.0003 here).
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from sandbox.cloud.accounts import Caller, Pair
from sandbox.cloud.iam.agencies import iam_time
from sandbox.cloud.iam.bodies import AssumeRole, LoginTokens, Policy, SecurityTokens
from sandbox.cloud.iam.state import IamState, user_row
from sandbox.cloud.iam.visits import FORBIDDEN, check_domain, links, listed, own
from sandbox.cloud.routes import Route, Visit
from sandbox.cloud.seed import Account, Key
from sandbox.cloud.wire import Refusal, Reply, answer_json

Json = dict[str, Any]
CREDENTIALS = "/v3.0/OS-CREDENTIAL/credentials"
LEAST_LOGIN_S = 600


class SessionApi:
    """Answer requests about credentials and groups."""

    def __init__(self, state: IamState) -> None:
        self._state = state
        self._session_users: dict[str, str] = {}

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        temporary, login = "/v3.0/OS-CREDENTIAL/securitytokens", "/v3.0/OS-AUTH/securitytoken/logintokens"
        members, filters = "/v3/groups/{group_id}/users", frozenset({"domain_id", "name"})
        by_agency = "create_temporary_access_key_by_agency"
        return (
            Route(by_agency, "POST", temporary, self.assume, body=SecurityTokens),
            Route("create_login_token", "POST", login, self.login, body=LoginTokens),
            Route("list_permanent_access_keys", "GET", CREDENTIALS, self.list_keys, frozenset({"user_id"})),
            Route("show_permanent_access_key", "GET", f"{CREDENTIALS}/{{access_key}}", self.show_key),
            Route("keystone_list_groups", "GET", "/v3/groups", self.list_groups, filters),
            Route("keystone_list_users_for_group_by_admin", "GET", members, self.list_members),
        )

    def assume(self, visit: Visit) -> Reply:
        """Lend a key pair by an agency that trusts the caller's account."""
        body: AssumeRole = visit.body.auth.identity.assume_role
        owner, now = self._owner(body), self._state.clock.now()
        agency = self._state.agencies.acting(owner.domain_id, body.agency_name, now)
        if agency is None:
            raise Refusal(404, "IAM.0004", f"Could not find agency: {body.agency_name}.")
        if agency.trust_id != own(visit).domain_id:
            raise Refusal(*FORBIDDEN)
        ends = now + body.duration_seconds
        made = [secrets.token_hex(10).upper(), secrets.token_urlsafe(30), secrets.token_urlsafe(120)]
        caller = Caller(owner, agency_id=agency.id, policy=_narrowed(visit.body.auth.identity.policy))
        self._state.accounts.lend(Pair(made[0], made[1], caller, made[2], ends))
        if body.session_user:
            self._session_users[made[0]] = body.session_user.name
        names = ("access", "secret", "securitytoken")
        return answer_json({"credential": dict(zip(names, made, strict=True)) | {"expires_at": _zulu(ends)}}, 201)

    def _owner(self, body: AssumeRole) -> Account:
        for account in self._state.accounts.all:
            if body.domain_id == account.domain_id or body.domain_name == account.name:
                return account
        raise Refusal(404, "IAM.0004", "Could not find domain.")

    def login(self, visit: Visit) -> Reply:
        """Answer with a login token in a header; only credentials with a session user give one."""
        given, now = visit.body.auth.securitytoken, self._state.clock.now()
        pair = self._state.accounts.pair(given.access)
        if pair is None or (pair.sk, pair.token) != (given.secret, given.id) or self._state.accounts.expired(pair):
            raise Refusal(401, "IAM.0001", "The security token is invalid.")
        name, account = self._session_users.get(given.access), pair.caller.account
        if name is None or account is None or not pair.caller.agency_id:
            raise Refusal(400, "IAM.0011", "The security token has no session user.")
        agency = self._state.agencies.find(pair.caller.agency_id, account.domain_id, now)
        ends = now + max(min(given.duration_seconds, (pair.expires_at or now) - now), LEAST_LOGIN_S)
        self._state.note_session(agency, name, ends)
        token = {"domain_id": account.domain_id, "expires_at": _zulu(ends), "method": "federation_proxy"}
        names = {"user_name": agency.name, "session_name": name}
        answer = answer_json({"logintoken": token | names}, 201)
        return answer.having({"x-subject-logintoken": secrets.token_urlsafe(60)})

    def list_keys(self, visit: Visit) -> Reply:
        """Answer with the access keys of one user, or of the caller."""
        wanted = visit.query.get("user_id") or visit.caller.user_id
        keys = [key for key in own(visit).keys if key.user_id == wanted and key.token is None]
        return answer_json({"credentials": [_key_row(key) for key in keys]})

    def show_key(self, visit: Visit) -> Reply:
        """Answer with one access key: whose it is, never the secret."""
        for key in own(visit).keys:
            if key.ak == visit.params["access_key"] and key.token is None:
                return answer_json({"credential": _key_row(key)})
        raise Refusal(404, "IAM.0004", "Could not find credential.")

    def list_groups(self, visit: Visit) -> Reply:
        """Answer with the account's groups."""
        account = check_domain(visit, visit.query.get("domain_id", own(visit).domain_id))
        groups = [group for group in self._state.groups if group.owner == account.name]
        wanted = visit.query.get("name")
        rows = [
            {"id": group_id(group.name), "name": group.name, "domain_id": account.domain_id, "description": ""}
            | links(visit, f"/v3/groups/{group_id(group.name)}")
            for group in groups
            if wanted in (None, group.name)
        ]
        return listed("groups", rows, visit)

    def list_members(self, visit: Visit) -> Reply:
        """Answer with the users of a group."""
        account = own(visit)
        for group in self._state.groups:
            if group.owner == account.name and group_id(group.name) == visit.params["group_id"]:
                rows = [user_row(account, user) for user in account.users if user.name in group.users]
                return listed("users", rows, visit)
        raise Refusal(404, "IAM.0004", f"Could not find group: {visit.params['group_id']}.")


def _narrowed(policy: Policy | None) -> list[Json] | None:
    """Return the statements of the policy that credentials are asked for with."""
    return None if policy is None else policy.model_dump(exclude_none=True)["Statement"]


def group_id(name: str) -> str:
    """Return the id of a group."""
    return f"group-{name}"


def _key_row(key: Key) -> Json:
    status = "active" if key.active else "inactive"
    return {"access": key.ak, "user_id": key.user_id, "status": status, "create_time": "", "description": ""}


def _zulu(moment: float) -> str:
    return f"{iam_time(moment)}Z"
