"""`Cloud` on the provider's SDKs: one account, one region."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from bot.huawei.agencies import IamAgencies
from bot.huawei.authorizations import ModelartsAuthorizations
from bot.huawei.breaker import State
from bot.huawei.bucket_access import ObsAccess
from bot.huawei.buckets import ObsBuckets
from bot.huawei.client import Clients, CloudSettings, OnCall, OnJudgement, OnWrite, unheard, unnoted, unrecorded
from bot.huawei.customer import BssCustomer
from bot.huawei.iam import IamDirectory
from bot.huawei.objects import ObsObjects
from bot.huawei.packages import BssPackages
from bot.huawei.permissions import IamPermissions
from bot.huawei.prices import BssPrices
from bot.huawei.services import ModelartsServices


class HuaweiCloud:
    """The provider. Building it imports no SDK and opens no connection."""

    def __init__(
        self,
        settings: CloudSettings,
        *,
        on_call: OnCall = unheard,
        on_write: OnWrite = unrecorded,
        on_judgement: OnJudgement = unnoted,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clients = Clients(settings, on_call=on_call, on_write=on_write, on_judgement=on_judgement, now=now)
        self._buckets = ObsBuckets(self._clients)
        self._access = ObsAccess(self._clients)
        self._objects = ObsObjects(self._clients)
        self._services = ModelartsServices(self._clients)
        self._packages = BssPackages(self._clients)
        self._prices = BssPrices(self._clients)
        self._directory = IamDirectory(self._clients)
        self._permissions = IamPermissions(self._clients)
        self._agencies = IamAgencies(self._clients, self._permissions)
        self._authorizations = ModelartsAuthorizations(self._clients)
        self._customer = BssCustomer(self._clients)
        self._clients.explain = self._customer.explanation

    @property
    def buckets(self) -> ObsBuckets:
        """Return OBS."""
        return self._buckets

    @property
    def access(self) -> ObsAccess:
        """Return who may do what with OBS's buckets."""
        return self._access

    @property
    def objects(self) -> ObsObjects:
        """Return what is in OBS's buckets."""
        return self._objects

    @property
    def services(self) -> ModelartsServices:
        """Return ModelArts' real-time services."""
        return self._services

    @property
    def packages(self) -> BssPackages:
        """Return the billing service's resource packages."""
        return self._packages

    @property
    def prices(self) -> BssPrices:
        """Return the billing service's price inquiry."""
        return self._prices

    @property
    def directory(self) -> IamDirectory:
        """Return IAM's account, projects and users."""
        return self._directory

    @property
    def agencies(self) -> IamAgencies:
        """Return IAM's agencies and their grants."""
        return self._agencies

    @property
    def permissions(self) -> IamPermissions:
        """Return IAM's permissions."""
        return self._permissions

    @property
    def authorizations(self) -> ModelartsAuthorizations:
        """Return ModelArts' authorizations."""
        return self._authorizations

    @property
    def customer(self) -> BssCustomer:
        """Return the billing service on whose the account is."""
        return self._customer

    @property
    def write_limit(self) -> float:
        """Return the longest time in seconds that a write may take: waiting for a thread, connecting, answering."""
        return self._clients.settings.limits.write

    def date(self) -> str:
        """Return the Date header of the newest signed answer, or "" before there was one."""
        return self._clients.date

    def breakers(self) -> Mapping[str, State]:
        """Return for each service that was called whether it is being called, left alone, or tried again."""
        return self._clients.breakers()

    async def close(self) -> None:
        """Let go of threads and connections."""
        await self._clients.close()
