"""Billing (BSS): one address for all regions and one for each site, China and international."""

from __future__ import annotations

from collections.abc import Callable

from bot.errors import CloudRefused
from bot.huawei.client import Clients
from bot.huawei.signed import Caller, Sent, Signed

BSS = Signed("bss", "https://bss.myhuaweicloud.com", whole_account=True)
BSS_INTERNATIONAL = Signed("bss-intl", "https://bss-intl.myhuaweicloud.com", whole_account=True)
_OTHER_SITE = frozenset({"CBC.0150", "CBC.0156"})


class Billing:
    """Reads of billing, from the site the account belongs to, which the other site's refusal tells."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self.site = BSS

    async def read(self, operation: str, work: Callable[[Caller], Sent]) -> Sent:
        """Return the answer to a read. Raises `CloudRefused` and `CloudBusy`."""
        try:
            return await self._read(operation, work)
        except CloudRefused as refused:
            endpoints = self._clients.settings.endpoints
            moved = "bss" in endpoints and BSS_INTERNATIONAL.name not in endpoints
            if refused.code not in _OTHER_SITE or self.site is BSS_INTERNATIONAL or moved:
                raise
        self.site = BSS_INTERNATIONAL
        return await self._read(operation, work)

    async def _read(self, operation: str, work: Callable[[Caller], Sent]) -> Sent:
        sent: Sent = await self._clients.read(self.site, operation, work)
        return sent
