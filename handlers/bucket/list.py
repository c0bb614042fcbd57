"""List the account's buckets, and say which ones ModelArts can use here."""

from __future__ import annotations

import asyncio

from bot.command import Argument, Ask, Command, Facts, Text
from bot.errors import CloudFault
from bot.ports import Bucket, Cloud
from bot.reply import Reply, Row, Table
from bot.rules import bucket
from bot.rules.figures import FIGURES
from bot.rules.links import Page, link
from bot.say import Say, say


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """List the buckets that were asked for, and read the default encryption of the rows that will be shown (R4.05)."""
    everything = await cloud.buckets.listed()
    here = ask.place.region
    wanted = sorted((b for b in everything if _wanted(b, ask)), key=lambda b: (b.region != here, b.name))
    shown = wanted[: FIGURES.lists.rows]
    turn = asyncio.Semaphore(FIGURES.lists.at_once)
    encryption = await asyncio.gather(*(_encryption(cloud, b.name, turn) for b in shown))
    return {"owned": len(everything), "wanted": len(wanted), "rows": list(zip(shown, encryption, strict=True))}


def _wanted(candidate: Bucket, ask: Ask) -> bool:
    return ask["region"] in ("", candidate.region) and ask["name"] in candidate.name


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
        return Reply(say("bucket.list.empty"), (say("bucket.list.how"),), links=(link(Page.BUCKETS, here),))
    if not facts["wanted"]:
        return Reply(say("bucket.list.nothing", owned=facts["owned"]), links=(link(Page.BUCKETS, here),))
    head = say("bucket.list.head", wanted=facts["wanted"], owned=facts["owned"])
    lines: tuple[Say, ...] = ()
    if facts["wanted"] > len(facts["rows"]):
        lines = (say("bucket.list.more", shown=len(facts["rows"]), wanted=facts["wanted"]),)
    rows = tuple(_row(found, encryption, here) for found, encryption in facts["rows"])
    return Reply(head, lines, Table(rows, facts["wanted"]))


def _row(found: Bucket, encryption: str | None, here: str) -> Row:
    use = bucket.use(found.region, here, encryption)
    return Row(
        say("bucket.list.row", name=found.name, region=found.region),
        (
            say(f"bucket.use.{use}", name=found.name, region=found.region, here=here, algorithm=encryption or ""),
            say(f"bucket.encryption.{bucket.encryption_state(encryption)}", algorithm=encryption or ""),
        ),
        link(Page.BUCKET, found.region, found.name),
    )


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
    ),
    read=read,
    answer=answer,
)
