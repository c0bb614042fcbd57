"""List the account's agencies: whom they trust, who uses them, until when."""

from __future__ import annotations

import asyncio

from bot.command import Argument, Ask, Command, Facts, Text
from bot.ports import Agency, Cloud
from bot.reply import Reply, Row
from bot.rules.agency import expiry, trusts_modelarts, users_of
from bot.rules.agency_words import trusted_line
from bot.rules.figures import FIGURES
from bot.rules.links import Page, link
from bot.rules.paging import check_page, following, paged
from bot.say import say
from handlers.agency import allowance


async def read(_ask: Ask, cloud: Cloud) -> Facts:
    """List agencies and authorizations, and read the quota (R3.07)."""
    agencies, rows, room = await asyncio.gather(
        cloud.agencies.listed(), cloud.authorizations.listed(), allowance(cloud)
    )
    return {"agencies": agencies, "rows": rows, "room": room}


def answer(ask: Ask, facts: Facts) -> Reply:
    """Return the agencies that fit, those that ModelArts acts by first, and how many the account may have (R3.07)."""
    found = [agency for agency in facts["agencies"] if ask["name"].casefold() in agency.name.casefold()]
    found.sort(key=lambda agency: (not trusts_modelarts(agency), agency.name))
    room, here = facts["room"], link(Page.AGENCY, ask.place.region)
    used, limit = (room.used, room.limit) if room else (len(facts["agencies"]), FIGURES.agency.quota)
    head = say("agency.list.head", count=len(found), used=used, limit=limit)
    if not found:
        return Reply(say("agency.list.nothing", used=used, limit=limit), links=(here,))
    table, lines = paged([_row(agency, facts) for agency in found], ask["page"])
    return Reply(head, lines, table, (here,), offers=following("agency list", ask.values, len(found)))


def _row(agency: Agency, facts: Facts) -> Row:
    users = len(users_of(agency.name, facts["rows"]))
    return Row(
        say("agency.list.row", name=agency.name),
        (trusted_line(agency), say("agency.used_by", count=users), expiry(agency)),
    )


command = Command(
    "agency list",
    summary=Text(en="List agencies: who uses them, until when", zh="列出委托：使用者和有效期"),
    rules=("R3.07", "R3.12"),
    aliases=("列表", "列出", "ls"),
    arguments=(
        Argument("name", Text(en="Part of the name", zh="名称包含"), aliases=("名称",)),
        Argument("page", Text(en="Page", zh="页"), check=check_page, aliases=("页",), keyed_only=True),
    ),
    read=read,
    answer=answer,
)
