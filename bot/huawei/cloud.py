"""`Cloud` on the provider's SDKs: one account, one region."""

from __future__ import annotations

from bot.huawei.buckets import ObsBuckets
from bot.huawei.client import Clients, CloudSettings, OnCall, unheard
from bot.huawei.packages import BssPackages
from bot.huawei.services import ModelartsServices


class HuaweiCloud:
    """The provider. Building it imports no SDK and opens no connection."""

    def __init__(self, settings: CloudSettings, *, on_call: OnCall = unheard) -> None:
        self._clients = Clients(settings, on_call=on_call)
        self._buckets = ObsBuckets(self._clients)
        self._services = ModelartsServices(self._clients)
        self._packages = BssPackages(self._clients)

    @property
    def buckets(self) -> ObsBuckets:
        """Return OBS."""
        return self._buckets

    @property
    def services(self) -> ModelartsServices:
        """Return ModelArts' real-time services."""
        return self._services

    @property
    def packages(self) -> BssPackages:
        """Return the billing service's resource packages."""
        return self._packages

    @property
    def write_limit(self) -> float:
        """Return the longest time in seconds that a write may take: waiting for a thread, connecting, answering."""
        return self._clients.settings.limits.write

    async def close(self) -> None:
        """Let go of threads and connections."""
        await self._clients.close()
