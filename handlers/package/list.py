"""List the resource packages: where they hold, what is left, when they end."""

from __future__ import annotations

from collections.abc import Sequence

from bot.command import Ask, Command, Facts, Text
from bot.ports import Cloud, Package
from bot.reply import Reply, Row, first_rows
from bot.rules.figures import FIGURES
from bot.rules.links import Page, link
from bot.say import say
from handlers.package import all_packages, facts_of


async def read(_ask: Ask, cloud: Cloud) -> Facts:
    """List the packages of all regions."""
    return {"packages": await all_packages(cloud)}


def answer(ask: Ask, facts: Facts) -> Reply:
    """Return each package with region, cover, total, used and left, period, state and link (R5.51, R5.60, R2.01)."""
    packages: Sequence[Package] = facts["packages"]
    here = ask.place.region
    if not packages:
        return Reply(say("package.list.empty"), links=(link(Page.PACKAGE, here),))
    rows = [_row(package, packages) for package in packages]
    notes = (say("package.list.one_region"),)
    return Reply(say("package.list.head", total=len(packages)), notes, first_rows(rows, FIGURES.lists.rows))


def _row(package: Package, packages: Sequence[Package]) -> Row:
    head = say("package.list.row", name=package.name, id=package.id)
    return Row(head, facts_of(package, packages), link(Page.PACKAGE, package.region, package.name))


command = Command(
    "package list",
    summary=Text(
        en="List packages: region, what is left, when they end, what takes over",
        zh="列出套餐包：区域、剩余量、到期时间、续订情况",
    ),
    rules=("R5.51", "R5.60", "R2.01", "R2.03"),
    aliases=("列表", "列出", "ls"),
    read=read,
    answer=answer,
)
