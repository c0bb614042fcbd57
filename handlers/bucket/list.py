"""List the account's buckets, and say which ones ModelArts can use here."""

from __future__ import annotations

import asyncio
import math

from bot.command import Argument, Ask, Choice, Command, Facts, Kind, Text
from bot.errors import CloudFault, Refusal
from bot.ports import Bucket, Cloud
from bot.reply import Link, Offer, Reply, Row, Table
from bot.rules import bucket
from bot.rules.figures import FIGURES
from bot.rules.links import Page, link
from bot.say import Say, say


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """List the buckets that were asked for, and read the default encryption of one page's rows only (R4.05)."""
    everything = await cloud.buckets.listed()
    wanted = _sorted([b for b in everything if _wanted(b, ask)], ask)
    start = FIGURES.lists.rows * (int(ask["page"] or 1) - 1)
    shown = wanted[start : start + FIGURES.lists.rows]
    turn = asyncio.Semaphore(FIGURES.lists.at_once)
    encryption = await asyncio.gather(*(_encryption(cloud, b.name, turn) for b in shown))
    return {"owned": len(everything), "wanted": len(wanted), "rows": list(zip(shown, encryption, strict=True))}


def _wanted(candidate: Bucket, ask: Ask) -> bool:
    return ask["region"] in ("", candidate.region) and ask["name"] in candidate.name


def _sorted(found: list[Bucket], ask: Ask) -> list[Bucket]:
    """Return the buckets in the order asked for, by name where that leaves a choice (R4.05)."""
    by_name = sorted(found, key=lambda b: b.name)
    match ask["sort"]:
        case "name":
            return by_name
        case "region":
            return sorted(by_name, key=lambda b: b.region)
        case "newest":
            return sorted(by_name, key=lambda b: b.created, reverse=True)
        case _:
            return sorted(by_name, key=lambda b: b.region != ask.place.region)


async def _encryption(cloud: Cloud, name: str, turn: asyncio.Semaphore) -> str | None:
    """Return the default encryption, or None where it cannot be read: one such bucket must not spoil the list."""
    async with turn:
        try:
            return await cloud.buckets.encryption(name)
        except CloudFault:
            return None


def answer(ask: Ask, facts: Facts) -> Reply:
    """Return the buckets with region, encryption, use and console link (R4.05, R2.01)."""
    here = ask.place.region
    if not facts["owned"]:
        first = Offer("bucket create", {}, say("bucket.mend.create"))
        return Reply(say("bucket.list.empty"), (say("bucket.list.how"),), links=_all(here), offers=(first,))
    if not facts["wanted"]:
        return Reply(say("bucket.list.nothing", owned=facts["owned"]), links=_all(here))
    head = say("bucket.list.head", wanted=facts["wanted"], owned=facts["owned"])
    rows = tuple(_row(found, encryption, here) for found, encryption in facts["rows"])
    return Reply(head, _pages(ask, facts["wanted"]), Table(rows, len(rows)), offers=_next(ask, facts["wanted"]))


def _all(here: str) -> tuple[Link, ...]:
    return (link(Page.BUCKETS, here),)


def _pages(ask: Ask, wanted: int) -> tuple[Say, ...]:
    """Say which page this is. Raises `Refusal` for one after the last."""
    page, last = int(ask["page"] or 1), math.ceil(wanted / FIGURES.lists.rows)
    if page > last:
        raise Refusal("bucket.list.no_page", argument="page", suggestion=str(last), page=page)
    return (say("bucket.list.page", page=page, last=last),) if last > 1 else ()


def _next(ask: Ask, wanted: int) -> tuple[Offer, ...]:
    """Return the form of the next page, sorted and narrowed as this one, where there is a next page."""
    page = int(ask["page"] or 1) + 1
    if FIGURES.lists.rows * (page - 1) >= wanted:
        return ()
    return (Offer("bucket list", {**ask.values, "page": str(page)}, say("bucket.list.next", page=page)),)


def _row(found: Bucket, encryption: str | None, here: str) -> Row:
    use = bucket.use(found.region, here, encryption)
    return Row(
        say("bucket.list.row", name=found.name, region=found.region),
        (
            say(f"bucket.use.{use}", name=found.name, region=found.region, here=here, algorithm=encryption or ""),
            say(f"bucket.encryption.{bucket.encryption_state(encryption)}", algorithm=encryption or ""),
            *([say("bucket.list.file_system")] if found.file_system else []),
        ),
        link(Page.BUCKET, found.region, found.name),
    )


def _page(value: str, _place: object) -> str:
    """Return a page number without leading zeros, or refuse what is none."""
    number = value.strip()
    if not (number.isascii() and number.isdigit() and int(number[:9]) > 0 and len(number) < 9):
        raise Refusal("bucket.list.bad_page", suggestion="1", page=number[:20])
    return str(int(number))


def _lower(value: str, _place: object) -> str:
    return value.strip().lower()


command = Command(
    "bucket list",
    summary=Text(
        en="List buckets: region, encryption, whether ModelArts can use them",
        zh="列出桶：区域、加密状态以及 ModelArts 能否使用",
    ),
    rules=("R4.05", "R2.01", "R2.03"),
    aliases=("列表", "列出", "ls"),
    arguments=(
        Argument(
            "name",
            Text(en="Part of the name", zh="名称包含"),
            check=_lower,
            aliases=("名称",),
        ),
        Argument(
            "region",
            Text(en="Region", zh="区域"),
            check=_lower,
            placeholder=FIGURES.default_region,
            aliases=("区域",),
            keyed_only=True,
        ),
        Argument(
            "sort",
            Text(en="Sorted by", zh="排序"),
            kind=Kind.CHOICE,
            choices=(
                Choice("here", Text(en="Region in use first", zh="当前区域优先")),
                Choice("name", Text(en="Name", zh="名称")),
                Choice("region", Text(en="Region", zh="区域")),
                Choice("newest", Text(en="Newest first", zh="最新创建优先")),
            ),
            aliases=("排序",),
            keyed_only=True,
        ),
        Argument(
            "page",
            Text(en="Page", zh="页"),
            check=_page,
            placeholder="1",
            aliases=("页",),
            keyed_only=True,
        ),
    ),
    read=read,
    answer=answer,
)
