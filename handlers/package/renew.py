"""Renew a resource package: approved here, done in the console, confirmed by the list."""

from __future__ import annotations

from bot.command import Ask, Command, Facts, Plan, Risk, Text
from bot.ports import Cloud, Package
from bot.rules.links import Page
from bot.rules.package import check_renewable, following
from handlers.package import PREPARED, WHICH, all_packages, chosen, purchase, touched


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """Look for the package among all of them: it may be renewed already."""
    packages = await all_packages(cloud)
    return {"package": chosen(ask["package"], packages), "packages": packages}


def plan(ask: Ask, facts: Facts) -> Plan:
    """Plan the renewal, which takes effect when the present period ends (R5.57); never refunded (R5.54)."""
    package: Package = facts["package"]
    check_renewable(package, following(package, facts["packages"]))
    return purchase(ask, "renew", package, facts["packages"], Page.RENEWALS)


command = Command(
    "package renew",
    summary=Text(en="Renew a package, from the end of its period on", zh="续订套餐包，自当前周期结束时生效"),
    rules=("R5.43", "R5.54", "R5.57", "R5.64", "R5.67"),
    risk=Risk.MONEY,
    aliases=("续订", "续费"),
    arguments=(WHICH,),
    read=read,
    plan=plan,
    effects={"renew": PREPARED},
    thing=touched,
)
