"""List authorizations: who uses which agency, since when and until when."""

from __future__ import annotations

from collections.abc import Sequence

from bot.command import Argument, Ask, Command, Facts, Text
from bot.ports import Authorization, AuthorizationType, Cloud, Watched
from bot.reply import Offer, Reply, Row
from bot.rules.agency import expiry
from bot.rules.authorization import covering, preset, retired, same, who
from bot.rules.links import Page, link
from bot.rules.paging import check_page, following, paged
from bot.say import Moment, Say, say
from handlers.auth import label, listed


async def recall(ask: Ask, watched: Watched) -> Facts:
    """Recall whether the asker sees all of them, and which IAM principal the asker is (R3.10, R3.21)."""
    return {"administers": await watched.administers(ask.person), "own": await watched.principal(ask.person)}


async def read(_ask: Ask, cloud: Cloud) -> Facts:
    """Read authorizations and agencies; an agency's end is joined from IAM (R3.10)."""
    return await listed(cloud)


def answer(ask: Ask, facts: Facts) -> Reply:
    """Return all authorizations to administrators, to anybody else their own (R3.10).

    Whoever has none learns it here, before anything fails, and asks for one with a click (R3.28). Keys in use are
    named with their migration (R3.16).
    """
    rows = [row for row in facts["rows"] if facts["administers"] or _own(row, facts)]
    rows = [row for row in rows if ask["name"].casefold() in f"{label(row.principal)} {row.agency}".casefold()]
    here = (link(Page.AUTHORIZATION, ask.place.region),)
    asks = _asks(facts)
    if not rows:
        return Reply(say("auth.list.nothing"), _mine(facts), links=here, asks=asks)
    table, lines = paged([_row(row, facts) for row in rows], ask["page"])
    head = say("auth.list.head" if facts["administers"] else "auth.list.own", count=len(rows))
    more = following("auth list", ask.values, len(rows))
    return Reply(head, (*_mine(facts), *lines), table, here, offers=more, asks=asks)


def _own(row: Authorization, facts: Facts) -> bool:
    """Return whether a row is the asker's: their own, or that of all users."""
    covers = covering(facts["own"], facts["rows"])
    return (covers is not None and same(covers.principal, row.principal)) or (
        facts["own"] is not None and same(row.principal, facts["own"])
    )


def _mine(facts: Facts) -> tuple[Say, ...]:
    """Return whether the asker is authorized (R3.28), and what to do where we do not know who they are (R3.21)."""
    said = []
    if covering(facts["own"], facts["rows"]) is None:
        said.append(say("auth.list.not_authorized"))
    if facts["own"] is None:
        said.append(say("auth.list.not_linked"))
    return tuple(said)


def _asks(facts: Facts) -> tuple[Offer, ...]:
    """Return what an administrator may mend at once and anybody else asks for (R3.16, R3.28)."""
    asks = []
    if covering(facts["own"], facts["rows"]) is None:
        values = preset(facts["rows"])
        who_asks = {"kind": "iam", "principal": facts["own"].name} if facts["own"] else {}
        asks.append(Offer("auth add", {**values, **who_asks}, say("auth.offer.add")))
    if retired(facts["rows"]):
        asks.append(Offer("auth migrate", {}, say("auth.offer.migrate")))
    return tuple(asks)


def _row(row: Authorization, facts: Facts) -> Row:
    agency = next((one for one in facts["agencies"] if one.name == row.agency), None)
    created: Sequence[Say] = [say("auth.list.created", at=Moment(row.created))] if row.created else []
    if row.type is AuthorizationType.CREDENTIAL:
        return Row(say("auth.list.row", who=who(row.principal)), (say("auth.list.by_key"), *created))
    ends = expiry(agency) if agency else say("auth.list.agency_gone")
    return Row(say("auth.list.row", who=who(row.principal)), (say("auth.list.by", agency=row.agency), ends, *created))


command = Command(
    "auth list",
    summary=Text(en="List authorizations: who, by which agency, until when", zh="列出访问授权：对象、委托和有效期"),
    rules=("R3.10", "R3.16", "R3.21", "R3.22", "R3.28"),
    aliases=("列表", "列出", "ls"),
    arguments=(
        Argument("name", Text(en="Part of a name", zh="名称包含"), aliases=("名称",)),
        Argument("page", Text(en="Page", zh="页"), check=check_page, aliases=("页",), keyed_only=True),
    ),
    recall=recall,
    read=read,
    answer=answer,
)
