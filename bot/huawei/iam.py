"""IAM through huaweicloudsdkiam v3: whose key this is, and which project belongs to the region."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bot.errors import CloudRefused
from bot.huawei.client import THREADS, Clients, CloudSettings, endpoint
from bot.huawei.faults import Answer
from bot.huawei.signed import for_account
from bot.say import say


@dataclass(frozen=True, slots=True)
class Account:
    """A Huawei Cloud account: its domain id and name."""

    id: str
    name: str


class _Iam:
    """The service, as `Clients` needs to know it."""

    name = "iam"

    def build(self, settings: CloudSettings) -> Any:
        """Return a client of the global endpoint; the SDK then looks nothing up by itself."""
        from huaweicloudsdkcore.http.http_config import HttpConfig  # noqa: PLC0415 - at the first call
        from huaweicloudsdkiam.v3 import IamClient  # noqa: PLC0415

        config = HttpConfig(
            timeout=(settings.limits.connect, settings.limits.read), pool_maxsize=THREADS, user_agent="modelarts-bot"
        )
        builder = IamClient.new_builder().with_http_config(config).with_credentials(for_account(settings))
        return builder.with_endpoint(endpoint(settings, "iam", "https://iam.myhuaweicloud.com")).build()

    def renew(self, client: Any, settings: CloudSettings) -> None:
        """Sign with this key from now on."""
        client.with_credentials(for_account(settings))

    def answer(self, result: Any) -> Answer:
        """Return the status; failures are exceptions of the SDK, but a redirect is not."""
        return Answer(result.status_code)


IAM = _Iam()


class Identity:
    """Who the bot's key is."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    async def account(self) -> Account:
        """Return the account of the key (GET /v3/auth/domains). Raises `CloudFault`."""

        def work(iam: Any) -> Any:
            from huaweicloudsdkiam.v3 import KeystoneListAuthDomainsRequest  # noqa: PLC0415

            return iam.keystone_list_auth_domains(KeystoneListAuthDomainsRequest())

        domains = (await self._clients.read(IAM, "keystoneListAuthDomains", work)).domains or []
        if not domains:
            raise CloudRefused(say("cloud.no_account"))
        return Account(domains[0].id, domains[0].name)

    async def project(self, region: str) -> str:
        """Return the id of a region's project, which is named like it (GET /v3/projects). Raises `CloudFault`."""

        def work(iam: Any) -> Any:
            from huaweicloudsdkiam.v3 import KeystoneListProjectsRequest  # noqa: PLC0415

            return iam.keystone_list_projects(KeystoneListProjectsRequest(name=region))

        projects = (await self._clients.read(IAM, "keystoneListProjects", work)).projects or []
        if len(projects) != 1:
            raise CloudRefused(say("cloud.no_project", region=region))
        return str(projects[0].id)


async def completed(settings: CloudSettings) -> CloudSettings:
    """Return the settings with account and project looked up where they are missing. Raises `CloudFault`."""
    if settings.domain_id and settings.project_id:
        return settings
    clients = Clients(settings)
    try:
        identity = Identity(clients)
        domain = settings.domain_id or (await identity.account()).id
        project = settings.project_id or await identity.project(settings.region)
    finally:
        await clients.close()
    return replace(settings, domain_id=domain, project_id=project)
