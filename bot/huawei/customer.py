"""Whose the account is, by billing (API map 10)."""

from __future__ import annotations

import asyncio

from bot.errors import CloudRefused
from bot.huawei.billing import BSS_INTERNATIONAL, Billing
from bot.huawei.client import Clients
from bot.huawei.signed import Caller, Json, Sent, Signed, understood
from bot.ports import Balance, RealName
from bot.rules.links import Page, link
from bot.say import Say, say

_STATES = {-1: RealName.NOT_DONE, 0: RealName.IN_REVIEW, 1: RealName.REJECTED, 2: RealName.DONE}
_CASH = 1
_NOWHERE = frozenset({"CBC.0150", "CBC.0156"})


class BssCustomer:
    """`Customer` on the real wire."""

    def __init__(self, clients: Clients) -> None:
        self._billing = Billing(clients)
        self._region = clients.settings.region

    @property
    def site(self) -> Signed:
        """Return the site that was asked last: the other one's refusal tells."""
        return self._billing.site

    async def real_name(self) -> RealName:
        """Return the state of real-name authentication, which only the China site has (R1.01)."""

        def work(caller: Caller) -> Sent:
            return caller.send("GET", "/v2/customers/real-name-auth-status")

        try:
            sent = await self._billing.read("showRealNameAuthStatus", work)
        except CloudRefused as refused:
            if self._billing.site is BSS_INTERNATIONAL or refused.code in _NOWHERE:
                return RealName.UNAVAILABLE
            raise
        return understood(lambda: _STATES[int((sent.body or {})["verified_status"])])

    async def balance(self) -> Balance:
        """Return cash and debt (GET /v2/accounts/customer-accounts/balances)."""

        def work(caller: Caller) -> Sent:
            return caller.send("GET", "/v2/accounts/customer-accounts/balances")

        sent = await self._billing.read("showCustomerAccountBalances", work)
        return understood(_balance, sent.body or {})

    async def explanation(self) -> Say | None:
        """Return what of the account may be why it is refused a change, or None (R1.02). What cannot be read is not."""
        real_name, balance = await asyncio.gather(self.real_name(), self.balance(), return_exceptions=True)
        found = [one for one in (_unnamed(real_name, self._region), _short(balance, self._region)) if one]
        return say("cloud.both", first=found[0], second=found[1]) if len(found) > 1 else next(iter(found), None)


def _unnamed(state: object, region: str) -> Say | None:
    if state not in (RealName.NOT_DONE, RealName.IN_REVIEW, RealName.REJECTED):
        return None
    page = link(Page.REAL_NAME, region)
    return say("cloud.may_be_unnamed", state=say(f"cloud.real_name.{state}"), link=page.url, path=page.path)


def _short(balance: object, region: str) -> Say | None:
    if not isinstance(balance, Balance) or (balance.debt <= 0 and balance.amount > 0):
        return None
    page, amounts = link(Page.BALANCE, region), {"amount": f"{balance.amount:.2f}", "debt": f"{balance.debt:.2f}"}
    return say("cloud.may_be_short", **amounts, currency=balance.currency, link=page.url, path=page.path)


def _balance(body: Json) -> Balance:
    cash = [row for row in body.get("account_balances") or () if int(row["account_type"]) == _CASH]
    currency = next((str(row["currency"]) for row in cash if row.get("currency")), str(body.get("currency") or ""))
    return Balance(sum(float(row["amount"]) for row in cash), float(body.get("debt_amount") or 0), currency)
