"""Show one resource package, and whether to renew it or to buy it again."""

from __future__ import annotations

from bot.command import Ask, Command, Facts, Text
from bot.ports import Cloud, Package
from bot.reply import Reply
from bot.rules.links import Page, link
from bot.rules.package import advice, days, following
from bot.say import say
from handlers.package import WHICH, all_packages, chosen, facts_of


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """Look for the package among all of them: what takes over from it is one of the others."""
    packages = await all_packages(cloud)
    return {"package": chosen(ask["package"], packages), "packages": packages}


def answer(_ask: Ask, facts: Facts) -> Reply:
    """Return everything about the package (R5.51, R5.60), and which way of going on fits, and why (R5.57, R5.54)."""
    package: Package = facts["package"]
    lines = (
        *facts_of(package, facts["packages"]),
        say("package.term", days=days(package)),
        advice(package, following(package, facts["packages"])),
        say("thing_card.package.no_refund"),
    )
    head = say("package.show.head", name=package.name, id=package.id)
    return Reply(head, lines, links=(link(Page.PACKAGE, package.region, package.name),))


command = Command(
    "package show",
    summary=Text(
        en="Show a package: all of it, and whether to renew it or buy it again",
        zh="查看套餐包：全部信息，以及应续订还是再次购买",
    ),
    rules=("R5.51", "R5.54", "R5.57", "R5.60", "R2.01", "R2.03"),
    aliases=("查看", "详情"),
    arguments=(WHICH,),
    read=read,
    answer=answer,
)
