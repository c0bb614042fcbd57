"""IAM v3: whose key this is, and the account's projects, users and quotas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.errors import CloudRefused
from bot.huawei.client import Clients, CloudSettings
from bot.huawei.iam_calls import IamCalls
from bot.huawei.signed import Json, Sent, understood
from bot.ports import Account, Allowance, IamUser, LoginToken, Project
from bot.say import say

_SHORTEST_SESSION = 900


class IamDirectory:
    """`Directory` on the real wire."""

    def __init__(self, clients: Clients) -> None:
        self._iam = IamCalls(clients)

    async def account(self) -> Account:
        """Return the account of the key (GET /v3/auth/domains). Raises `CloudFault`."""
        found = await self._iam.rows("keystoneListAuthDomains", "domains", _account)
        if not found:
            raise CloudRefused(say("cloud.no_account"))
        return found[0]

    async def caller(self) -> IamUser | None:
        """Return the key's own user (GET /v3.0/OS-CREDENTIAL/credentials/{access_key}); a temporary key has none."""
        key = await self._iam.access_key()
        user = await self._iam.one("showPermanentAccessKey", "credential", _owner, access_key=key)
        return await self.user(user) if user else None

    async def projects(self) -> Sequence[Project]:
        """Return the account's projects, by name (GET /v3/projects)."""
        found = await self._iam.rows("keystoneListProjects", "projects", _project)
        return sorted(found, key=lambda project: project.name)

    async def project(self, region: str) -> str:
        """Return the id of a region's project, which is named like it (GET /v3/projects). Raises `CloudFault`."""
        found = await self._iam.rows("keystoneListProjects", "projects", _project, name=region)
        if len(found) != 1:
            raise CloudRefused(say("cloud.no_project", region=region))
        return found[0].id

    async def users(self) -> Sequence[IamUser]:
        """Return the account's users, by name: one call, IAM does not page this list (GET /v3/users)."""
        found = await self._iam.rows("keystoneListUsers", "users", _user)
        return sorted(found, key=lambda user: user.name)

    async def user(self, identity: str) -> IamUser | None:
        """Return one user by id, or None where there is none (GET /v3/users/{user_id})."""
        return await self._iam.one("keystoneShowUser", "user", _user, user_id=identity)

    async def allowances(self) -> Sequence[Allowance]:
        """Return IAM's quotas with what is used of them (GET /v3.0/OS-QUOTA/domains/{domain_id})."""
        return understood(_allowances, await self._iam.read("showDomainQuota", domain_id=self._iam.domain))

    async def login_token(self, agency: str, session: str, seconds: int) -> LoginToken:
        """Return a login token for the console by temporary credentials of a broker agency (R2.02).

        Both are POSTs that leave nothing behind, so they are repeated like reads. The credentials live no longer than
        this call needs them, and nothing of them leaves it.
        """
        assumed = {
            "agency_name": agency,
            "domain_id": self._iam.domain,
            "duration_seconds": max(seconds, _SHORTEST_SESSION),
            "session_user": {"name": session},
        }
        body = {"auth": {"identity": {"methods": ["assume_role"], "assume_role": assumed}}}
        lent = await self._iam.read("createTemporaryAccessKeyByAgency", agency, body=body)
        wanted = {"auth": {"securitytoken": {**understood(_lent, lent), "duration_seconds": seconds}}}
        return understood(_login, await self._iam.read("createLoginToken", agency, body=wanted))


async def completed(settings: CloudSettings) -> CloudSettings:
    """Return the settings with account and project looked up where they are missing. Raises `CloudFault`."""
    if settings.domain_id and settings.project_id:
        return settings
    clients = Clients(settings)
    try:
        directory = IamDirectory(clients)
        domain = settings.domain_id or (await directory.account()).id
        project = settings.project_id or await directory.project(settings.region)
    finally:
        await clients.close()
    return replace(settings, domain_id=domain, project_id=project)


def moment(text: Any) -> float:
    """Return IAM's UTC time in seconds, 0.0 for null; it writes the zone as Z or not at all."""
    if text in (None, "", "null"):
        return 0.0
    found = datetime.fromisoformat(str(text))
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _account(row: Json) -> Account:
    return Account(str(row["id"]), str(row["name"]))


def _project(row: Json) -> Project:
    return Project(str(row["id"]), str(row["name"]), row.get("enabled") is not False)


def _owner(row: Json) -> str:
    return str(row["user_id"] or "")


def _user(row: Json) -> IamUser:
    return IamUser(str(row["id"]), str(row["name"]), row.get("enabled") is not False)


def _allowances(sent: Sent) -> list[Allowance]:
    found = (sent.body or {})["quotas"]["resources"]
    return [Allowance(str(row["type"]), int(row.get("used") or 0), int(row["quota"])) for row in found]


def _lent(sent: Sent) -> Mapping[str, str]:
    found = (sent.body or {})["credential"]
    return {"access": found["access"], "secret": found["secret"], "id": found["securitytoken"]}


def _login(sent: Sent) -> LoginToken:
    expires = moment((sent.body or {})["logintoken"]["expires_at"])
    return LoginToken(sent.headers["X-Subject-LoginToken"], expires)
