"""Buy a resource package once more: approved here, done in the console, confirmed by the list."""

from __future__ import annotations

from bot.command import Ask, Command, Facts, Plan, Risk, Text
from bot.ports import Cloud
from bot.rules.links import Page
from handlers.package import PREPARED, WHICH, all_packages, chosen, purchase, touched


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """Look for the package among all of them."""
    packages = await all_packages(cloud)
    return {"package": chosen(ask["package"], packages), "packages": packages}


def plan(ask: Ask, facts: Facts) -> Plan:
    """Plan the purchase, which takes effect at once, beside what is there (R5.57); never refunded (R5.54)."""
    return purchase(ask, "buy_again", facts["package"], facts["packages"], Page.PACKAGE)


command = Command(
    "package buy_again",
    summary=Text(en="Buy a package once more, in force at once", zh="再次购买套餐包，立即生效"),
    rules=("R5.43", "R5.54", "R5.57", "R5.64", "R5.67"),
    risk=Risk.MONEY,
    aliases=("再次购买", "buy-again"),
    arguments=(WHICH,),
    read=read,
    plan=plan,
    effects={"buy_again": PREPARED},
    thing=touched,
)
