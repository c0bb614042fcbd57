"""What a person does to packages in the provider's console, as no API does it; and what the provider does to prices."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from sandbox.cloud.bss.rows import package_row, use_row
from sandbox.cloud.bss.state import BssState, Package
from sandbox.cloud.console import Action, Actions
from sandbox.cloud.routes import Body

Json = dict[str, Any]


class Named(Body):
    """Which package, by its order instance id."""

    package: str


class Hours(Named):
    """How many hours of a package are used."""

    hours: float = Field(gt=0)


class Priced(Body):
    """What a flavor costs an hour from now on, in yuan."""

    flavor: str
    hourly: float = Field(ge=0, allow_inf_nan=False)


class Verified(Body):
    """How far an account's real-name authentication is: -1 not done, 0 in review, 1 rejected, 2 done."""

    account: str = ""
    real_name: Literal[-1, 0, 1, 2] = 2


def actions(state: BssState) -> Actions:
    """Return the console's actions; each answers with the package, or the price, that it made or changed."""

    def shown(package: Package) -> Json:
        return package_row(package, state.clock.now())

    def use_up(given: Named) -> Json:
        package = state.find(given.package)
        return shown(state.use(package, package.left))

    def use(given: Hours) -> Json:
        return shown(state.use(state.find(given.package), Decimal(str(given.hours))))

    def price(given: Priced) -> Json:
        state.set_price(given.flavor, Decimal(str(given.hourly)))
        return {"flavor": given.flavor, "hourly": str(state.hourly[given.flavor])}

    def verify(given: Verified) -> Json:
        account = state.accounts.named(given.account) if given.account else state.accounts.all[0]
        state.real_names[account.domain_id] = given.real_name
        return {"account": account.name, "real_name": given.real_name}

    return {
        "verify": Action(Verified, verify),
        "price": Action(Priced, price),
        "renew": Action(Named, lambda given: shown(state.renew(state.find(given.package)))),
        "buy_again": Action(Named, lambda given: shown(state.buy_again(state.find(given.package)))),
        "use": Action(Hours, use),
        "use_up": Action(Named, use_up),
    }


def truth(state: BssState) -> Json:
    """Return accounts with their real-name state and balance, packages with their deductions, and prices."""
    now = state.clock.now()
    accounts = [
        {
            "name": account.name,
            "real_name": state.real_names[account.domain_id],
            "balance": str(account.balance),
            "debt": str(account.debt),
        }
        for account in state.accounts.all
    ]
    packages = [
        package_row(package, now)
        | {"owner": package.owner.name, "uses": [use_row(package, use) for use in package.uses]}
        for package in state.all()
    ]
    prices = {flavor: str(hourly) for flavor, hourly in state.hourly.items()}
    return {"accounts": accounts, "packages": packages, "prices": prices}
