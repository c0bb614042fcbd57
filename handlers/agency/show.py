"""Show one agency: who uses it, until when, and each permission with its scope and actions."""

from __future__ import annotations

from bot.command import Argument, Ask, Command, Facts, Text
from bot.ports import Cloud
from bot.reply import Offer, Reply
from bot.rules.agency import expiry
from bot.rules.agency_words import affected, grant_rows, trusted_line
from bot.rules.links import Page, link
from bot.rules.paging import check_page, following, paged
from bot.say import say
from handlers.agency import WHICH, known


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """Read the agency, its users and its grants (R3.11)."""
    return await known(ask["agency"], cloud)


def answer(ask: Ask, facts: Facts) -> Reply:
    """Return everything that is known of it, paged, with the forms that change it (R3.11, R3.12, R3.31)."""
    agency, grants = facts["agency"], facts["grants"]
    head = say("agency.show.head", name=agency.name, count=len(grants))
    table, lines = paged(grant_rows(grants, facts["projects"]), ask["page"])
    about = (trusted_line(agency), expiry(agency), affected(agency, facts["rows"]))
    forms = (
        Offer("agency duration", {"agency": agency.name}, say("agency.offer.duration")),
        Offer("agency grants", {"agency": agency.name}, say("agency.offer.grants")),
    )
    links, more = (link(Page.AGENCY, ask.place.region, agency.name),), following("agency show", ask.values, len(grants))
    return Reply(head, (*about, *lines), table if grants else None, links, offers=(*more, *forms))


command = Command(
    "agency show",
    summary=Text(en="Show an agency: users, validity, permissions", zh="查看委托：使用者、有效期和权限"),
    rules=("R3.11", "R3.12", "R3.31"),
    aliases=("查看", "详情"),
    arguments=(
        WHICH,
        Argument("page", Text(en="Page", zh="页"), check=check_page, aliases=("页",), keyed_only=True),
    ),
    read=read,
    answer=answer,
)
