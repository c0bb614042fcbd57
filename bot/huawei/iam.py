"""IAM v3: whose key this is, and the account's projects, users and quotas.

Its calls are signed here and not by huaweicloudsdkiam, which costs a worker 36 MiB. Errors come in two shapes:
under /v3 the keystone one, whose code is the HTTP status, and under /v3.0 a flat one with codes such as IAM.0004.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from bot.errors import CloudRefused
from bot.huawei.client import Clients, CloudSettings
from bot.huawei.signed import Caller, Json, Sent, Signed, part, understood
from bot.ports import Account, Allowance, IamUser, LoginToken, Project
from bot.say import say

IAM = Signed("iam", "https://iam.myhuaweicloud.com", whole_account=True)
_NOT_FOUND = ("404", "IAM.0004")
_SHORTEST_SESSION = 900
R = TypeVar("R")


class IamCalls:
    """The shapes that calls of IAM have: one answer, one thing that may be gone, rows, rows in pages, a write."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    @property
    def domain(self) -> str:
        """Return the account's domain id."""
        return self._clients.settings.domain_id

    async def read(
        self, operation: str, work: Callable[[Caller], Sent], name: str = "", good: Container[str | int] = ()
    ) -> Sent:
        """Return the answer to a read."""
        sent: Sent = await self._clients.read(IAM, operation, work, name=name, good=good)
        return sent

    async def one(self, operation: str, path: str, key: str, read: Callable[[Json], R]) -> R | None:
        """Return what stands under `key`, or None where IAM itself says that there is no such thing."""
        sent = await self.read(operation, lambda caller: caller.send("GET", path), good=_NOT_FOUND)
        return None if sent.status >= 300 else understood(lambda: read((sent.body or {})[key]))

    async def rows(
        self, operation: str, path: str, key: str, read: Callable[[Json], R], query: Json | None = None
    ) -> list[R]:
        """Return the rows of a list that comes in one answer, or of one page."""
        sent = await self.read(operation, lambda caller: caller.send("GET", path, query))
        return understood(lambda: [read(row) for row in (sent.body or {})[key] or ()])

    async def pages(
        self, operation: str, path: str, key: str, read: Callable[[Json], R], query: Json, size: int
    ) -> list[R]:
        """Return the rows of all pages: `page` counts from 1, and goes only together with `per_page`.

        Not every list says how many there are, so a page that is not full, or brings nothing new, is the last.
        """
        found: list[R] = []
        page = 1
        while True:
            given = await self.rows(operation, path, key, read, {**query, "page": page, "per_page": size})
            fresh = [row for row in given if row not in found]
            found += fresh
            if not fresh or len(given) < size:
                return found
            page += 1

    async def write(self, operation: str, method: str, path: str, body: Json | None = None, name: str = "") -> Sent:
        """Return the answer to a write."""
        work = send(method, path, body)
        sent: Sent = await self._clients.write(IAM, operation, work, name=name)
        return sent


class IamDirectory:
    """`Directory` on the real wire."""

    def __init__(self, clients: Clients) -> None:
        self._iam = IamCalls(clients)

    async def account(self) -> Account:
        """Return the account of the key (GET /v3/auth/domains). Raises `CloudFault`."""
        found = await self._iam.rows("keystoneListAuthDomains", "/v3/auth/domains", "domains", _account)
        if not found:
            raise CloudRefused(say("cloud.no_account"))
        return found[0]

    async def caller(self) -> IamUser | None:
        """Return the key's own user (GET /v3.0/OS-CREDENTIAL/credentials/{access_key}); a temporary key has none."""

        def work(caller: Caller) -> Sent:
            return caller.send("GET", f"/v3.0/OS-CREDENTIAL/credentials/{part(caller.credentials.ak)}")

        sent = await self._iam.read("showPermanentAccessKey", work, good=_NOT_FOUND)
        user = "" if sent.status >= 300 else understood(lambda: str((sent.body or {})["credential"]["user_id"] or ""))
        return await self.user(user) if user else None

    async def projects(self) -> Sequence[Project]:
        """Return the account's projects, by name (GET /v3/projects)."""
        found = await self._iam.rows("keystoneListProjects", "/v3/projects", "projects", _project)
        return sorted(found, key=lambda project: project.name)

    async def project(self, region: str) -> str:
        """Return the id of a region's project, which is named like it (GET /v3/projects). Raises `CloudFault`."""
        query = {"name": region}
        found = await self._iam.rows("keystoneListProjects", "/v3/projects", "projects", _project, query)
        if len(found) != 1:
            raise CloudRefused(say("cloud.no_project", region=region))
        return found[0].id

    async def users(self) -> Sequence[IamUser]:
        """Return the account's users, by name: one call, IAM does not page this list (GET /v3/users)."""
        found = await self._iam.rows("keystoneListUsers", "/v3/users", "users", _user)
        return sorted(found, key=lambda user: user.name)

    async def user(self, identity: str) -> IamUser | None:
        """Return one user by id, or None where there is none (GET /v3/users/{user_id})."""
        return await self._iam.one("keystoneShowUser", f"/v3/users/{part(identity)}", "user", _user)

    async def allowances(self) -> Sequence[Allowance]:
        """Return IAM's quotas with what is used of them (GET /v3.0/OS-QUOTA/domains/{domain_id})."""
        path = f"/v3.0/OS-QUOTA/domains/{part(self._iam.domain)}"
        sent = await self._iam.read("showDomainQuota", lambda caller: caller.send("GET", path))
        return understood(_allowances, sent)

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
        path, body = (
            "/v3.0/OS-CREDENTIAL/securitytokens",
            {"identity": {"methods": ["assume_role"], "assume_role": assumed}},
        )
        lent = await self._iam.read("createTemporaryAccessKeyByAgency", send("POST", path, {"auth": body}), agency)
        token = {**understood(_lent, lent), "duration_seconds": seconds}
        path, wanted = "/v3.0/OS-AUTH/securitytoken/logintokens", {"auth": {"securitytoken": token}}
        return understood(_login, await self._iam.read("createLoginToken", send("POST", path, wanted), agency))


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


def send(method: str, path: str, body: Json | None = None) -> Callable[[Caller], Sent]:
    """Return the work of one write."""
    return lambda caller: caller.send(method, path, body=body)
