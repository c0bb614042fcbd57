"""Give the asker a link to one object, that works for a few minutes."""

from __future__ import annotations

from dataclasses import replace

from bot.command import Argument, Ask, Command, Facts, Place, Text
from bot.errors import CloudRefused, Refusal
from bot.flows.places import look_at
from bot.ports import Cloud
from bot.reply import Link, Reply
from bot.rules import upload
from bot.rules.bucket import readable_size
from bot.rules.figures import FIGURES
from bot.rules.obs_path import keys_line, split_path
from bot.rules.obs_places import ObsPlace, check_places
from bot.say import Moment, say
from handlers.bucket import PATH

NEAR = 5
ARCHIVED = ("COLD", "DEEP_ARCHIVE")


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """Look at the object and sign the link, which calls nobody; it is told at once and stored nowhere (R4.07).

    Where access is denied, the place is looked at as a plan's would be, for the cause and its mend (R4.09).
    """
    name, key = split_path(ask["path"])
    try:
        if await cloud.buckets.region_of(name) is None:
            raise Refusal("bucket.missing", argument="path", name=name).offering("bucket create", name=name)
        if not key or key.endswith("/"):
            raise Refusal("bucket.get.folder", argument="path", path=ask["path"])
        seen = await cloud.objects.seen(name, key)
    except CloudRefused as refused:
        if refused.status != 403:
            raise
        check_places(await look_at(cloud, (ObsPlace(ask["path"]),)), ask.place.region, {ask["path"]: "path"})
        raise
    if seen is None:
        raise await _missing(ask["path"], cloud)
    if seen.storage_class in ARCHIVED:
        raise Refusal("bucket.get.archived", argument="path", path=ask["path"])
    return {"seen": seen, "url": await cloud.objects.link(name, key, _minutes(ask) * 60)}


async def _missing(path: str, cloud: Cloud) -> Refusal:
    """Return that there is no such object, with what there is beside it."""
    name, key = split_path(path)
    near = await cloud.buckets.keys(name, key.rpartition("/")[0], NEAR)
    words = "bucket.get.missing_near" if near else "bucket.get.missing"
    return Refusal(words, argument="path", path=path, near=keys_line(near))


def answer(ask: Ask, facts: Facts) -> Reply:
    """Return the link with when it ends; whoever has it can read the object, so only the asker sees it."""
    seen = facts["seen"]
    ends = Moment(ask.at + _minutes(ask) * 60)
    label = say("bucket.get.label", name=ask["path"].rpartition("/")[2], size=readable_size(seen.size))
    found = Link(label, facts["url"], say("bucket.get.until", until=ends, minutes=_minutes(ask)))
    return Reply(say("bucket.get.head", path=ask["path"]), (say("bucket.get.private"),), links=(found,))


def _minutes(ask: Ask) -> int:
    return int(ask["minutes"] or FIGURES.files.link_minutes)


def _check_minutes(value: str, _place: Place) -> str:
    return upload.check_minutes(value)


command = Command(
    "bucket get",
    summary=Text(en="Get a link to an object that works for a few minutes", zh="获取对象的短时有效下载链接"),
    rules=("R4.07", "R4.09"),
    aliases=("下载", "获取", "download", "link"),
    arguments=(
        replace(
            PATH,
            label=Text(en="Object", zh="对象"),
            index=("bucket", "object"),
            placeholder="obs://c-flowers/flowers/rose.jpg",
            aliases=("路径", "对象"),
        ),
        Argument(
            "minutes",
            Text(en="Minutes it works", zh="有效分钟数"),
            check=_check_minutes,
            placeholder=str(FIGURES.files.link_minutes),
            aliases=("分钟",),
            keyed_only=True,
        ),
    ),
    read=read,
    answer=answer,
)
