"""Show what an authorization permits: the agency's permissions, each with its scope and actions."""

from __future__ import annotations

import asyncio

from bot.command import Argument, Ask, Command, Facts, Text
from bot.errors import Refusal
from bot.ports import AuthorizationType, Cloud, Watched
from bot.reply import Offer, Reply
from bot.rules.agency import expiry
from bot.rules.agency_words import affected, grant_rows
from bot.rules.authorization import same, who
from bot.rules.links import Page, link
from bot.rules.paging import check_page, following, paged
from bot.say import Moment, say
from handlers.auth import WHOSE, chosen, label, listed


async def recall(ask: Ask, watched: Watched) -> Facts:
    """Recall whether the asker may see everybody's, and which IAM principal the asker is (R3.10)."""
    return {"administers": await watched.administers(ask.person), "own": await watched.principal(ask.person)}


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """Read the authorization, its agency and what that may do (R3.11)."""
    facts, projects = await asyncio.gather(listed(cloud), cloud.directory.projects())
    row = chosen(ask["principal"], facts)
    agency = next((one for one in facts["agencies"] if one.name == row.agency), None)
    grants = await cloud.agencies.grants(agency.id) if agency else ()
    return {**facts, "projects": projects, "row": row, "agency": agency, "grants": grants}


def answer(ask: Ask, facts: Facts) -> Reply:
    """Return the permissions behind an authorization, paged, with the link to its agency in IAM (R3.11, R3.31).

    Somebody else's is for administrators (R3.10); one by access key has no agency (R3.16).
    """
    row, agency, grants = facts["row"], facts["agency"], facts["grants"]
    own = facts["own"] is not None and same(row.principal, facts["own"])
    if not (facts["administers"] or own or row.principal.kind == "all-users"):
        raise Refusal("auth.show.not_yours").mended_by("auth show", principal=label(row.principal))
    if row.type is AuthorizationType.CREDENTIAL:
        raise Refusal("auth.retired_key", who=who(row.principal)).mended_by("auth migrate")
    here = link(Page.AUTHORIZATION, ask.place.region)
    since = say("auth.show.by", agency=row.agency, at=Moment(row.created))
    head = say("auth.show.head", who=who(row.principal), count=len(grants))
    if agency is None:
        return Reply(head, (since, say("auth.list.agency_gone")), links=(here,))
    table, lines = paged(grant_rows(grants, facts["projects"]), ask["page"])
    about = (since, expiry(agency), affected(agency, facts["rows"]))
    links = (link(Page.AGENCY, ask.place.region, agency.name), here)
    forms = (Offer("agency grants", {"agency": agency.name}, say("agency.offer.grants")),)
    more = following("auth show", ask.values, len(grants))
    return Reply(head, (*about, *lines), table if grants else None, links, offers=(*more, *forms))


command = Command(
    "auth show",
    summary=Text(en="Show what an authorization permits", zh="查看授权对应的权限"),
    rules=("R3.10", "R3.11", "R3.16", "R3.31"),
    aliases=("查看", "查看权限", "详情"),
    arguments=(
        WHOSE,
        Argument("page", Text(en="Page", zh="页"), check=check_page, aliases=("页",), keyed_only=True),
    ),
    recall=recall,
    read=read,
    answer=answer,
)
