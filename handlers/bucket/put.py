"""Put files that were dropped in the chat into a bucket."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace

from bot.command import Argument, Ask, Command, Effect, Facts, Kind, Outcome, Plan, Risk, Text
from bot.errors import ChatFault, ChatRefused, CloudBusy, CloudFault, CloudRefused, Refusal
from bot.flows.places import look_at
from bot.ports import Cloud, Files, SharedFile
from bot.records import PriceLine, Step
from bot.rules import upload
from bot.rules.bucket import readable_size
from bot.rules.figures import FIGURES
from bot.rules.links import Page, link
from bot.rules.obs_path import split_path
from bot.rules.obs_places import ObsPlace, place_notes
from bot.say import Say, say
from handlers.bucket import PATH

PART = FIGURES.files.part


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """Look at the place as ModelArts would, and for what stands already where the files are to go (R4.07, R4.09)."""
    name, prefix = split_path(ask["path"])
    keys = upload.keys_for(prefix, ask.files)
    upload.check_files(ask.files, keys)
    region = await cloud.buckets.region_of(name)
    if region is None:
        raise Refusal("bucket.missing", argument="path", name=name).offering("bucket create", name=name)
    looked, *seen = await asyncio.gather(
        look_at(cloud, (ObsPlace(ask["path"], writes=True),)), *(cloud.objects.seen(name, key) for key in keys)
    )
    there = {key: one for key, one in zip(keys, seen, strict=True) if one is not None}
    return {"region": region, "looked": looked, "keys": keys, "there": there}


def plan(ask: Ask, facts: Facts) -> Plan:
    """Plan one object a file; what stands there already is replaced only when asked for (R4.09, R5.23)."""
    name, _ = split_path(ask["path"])
    there = facts["there"]
    if there and not ask["replace"]:
        raise Refusal("bucket.put.there", argument="replace", keys=", ".join(f"`{key}`" for key in there), name=name)
    steps = tuple(
        Step("put", name, _facts(file, key, there.get(key))) for file, key in zip(ask.files, facts["keys"], strict=True)
    )
    total = readable_size(sum(file.size for file in ask.files))
    return Plan(
        title=say("bucket.put.title", count=len(steps), size=total, path=ask["path"]),
        steps=steps,
        risk=Risk.DESTRUCTIVE if there else Risk.CHANGE,
        notes=(*place_notes(facts["looked"], ask.place.region), *_replaced(facts)),
        price=(PriceLine(say("bucket.price.storage")), PriceLine(say("bucket.price.requests"))),
        links=(link(Page.BUCKET, facts["region"], name),),
        charge="pay-per-use",
    )


def _facts(file: SharedFile, key: str, there: object) -> dict[str, str]:
    replaced = {"replaces": getattr(there, "etag", "")} if there else {}
    shown = readable_size(file.size)
    return {"key": key, "file": file.id, "name": file.name, "size": str(file.size), "shown": shown, **replaced}


def _replaced(facts: Facts) -> list[Say]:
    """Say which objects are overwritten."""
    return [say("bucket.put.replaces", keys=", ".join(f"`{key}`" for key in facts["there"]))] if facts["there"] else []


async def observe(step: Step, cloud: Cloud) -> Outcome | None:
    """Return the object's ETag once it has the file's size and says that it was made from this file."""
    seen = await cloud.objects.seen(step.target, step.facts["key"])
    if seen is None or seen.source != step.facts["file"] or seen.size != int(step.facts["size"]):
        return None
    return {"etag": seen.etag, "size": str(seen.size)}


async def carry(step: Step, cloud: Cloud, files: Files, since: float) -> AsyncIterator[Say]:
    """Carry the file over piece by piece, each checked by its MD5; what stands there unplanned is not overwritten."""
    await _guard(step, cloud)
    try:
        file = await files.one(step.facts["file"])
        if file.size != int(step.facts["size"]):
            raise CloudRefused(say("files.changed", name=file.name))
        pieces = upload.pieces(files.content(file), PART)
        route = _whole(step, cloud, pieces) if file.size <= PART else _in_parts(step, cloud, pieces, since)
        async for said in route:
            yield said
    except ChatFault as fault:
        raise _without_file(fault, step) from fault


async def _guard(step: Step, cloud: Cloud) -> None:
    """Refuse where another object stands now than the one that was approved to be replaced."""
    seen, key = await cloud.objects.seen(step.target, step.facts["key"]), step.facts["key"]
    if seen is not None and seen.etag != step.facts.get("replaces"):
        raise CloudRefused(say("bucket.put.there_now", object=key, name=step.target))


def _without_file(fault: ChatFault, step: Step) -> CloudFault:
    if not isinstance(fault, ChatRefused):
        return CloudBusy(say("files.busy", code=fault.code))
    if fault.code == "missing_scope":
        return CloudRefused(say("files.scope", scope="files:read"))
    return CloudRefused(say("files.gone_named", name=step.facts["name"], code=fault.code))


async def _whole(step: Step, cloud: Cloud, pieces: AsyncIterator[bytes]) -> AsyncIterator[Say]:
    async for content in pieces:
        _check_size(step, len(content))
        etag = await cloud.objects.put(step.target, step.facts["key"], content, step.facts["file"])
        _check_sum(step, content, etag)
        yield _progress(step, len(content))


async def _in_parts(step: Step, cloud: Cloud, pieces: AsyncIterator[bytes], since: float) -> AsyncIterator[Say]:
    """Send what is not there yet of an upload that a cut-off worker may have begun, then put it together."""
    name, key, objects = step.target, step.facts["key"], cloud.objects
    begun = upload.begun_here(await objects.uploads(name, key), key, since)
    there = await objects.parts(name, key, begun[0].id) if begun else {}
    identity = begun[0].id if begun else await objects.begin(name, key, step.facts["file"])
    sent: dict[int, str] = {}
    done = 0
    async for content in pieces:
        number, done = len(sent) + 1, done + len(content)
        sent[number] = _md5(content)
        if there.get(number) != sent[number]:
            _check_sum(step, content, await objects.put_part(name, key, identity, number, content))
        yield _progress(step, done)
    _check_size(step, done)
    await objects.finish(name, key, identity, sent)


async def tidy(step: Step, cloud: Cloud, since: float) -> None:
    """Drop what this plan began to upload and nobody finished: its parts would be billed for good."""
    name, key = step.target, step.facts["key"]
    for left in upload.begun_here(await cloud.objects.uploads(name, key), key, since):
        await cloud.objects.give_up(name, key, left.id)


def _progress(step: Step, done: int) -> Say:
    size = int(step.facts["size"])
    percent = 100 * done // size if size else 100
    return say("bucket.put.progress", done=readable_size(done), size=step.facts["shown"], percent=percent)


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _check_sum(step: Step, content: bytes, etag: str) -> None:
    """Compare our checksum with the one OBS answers; in an encrypted bucket the ETag is no MD5, and OBS compared."""
    if len(etag) == 32 and etag != _md5(content):
        raise CloudRefused(say("bucket.put.damaged", object=step.facts["key"], name=step.target))


def _check_size(step: Step, size: int) -> None:
    """Refuse a file that came shorter or longer than Slack said."""
    if size != int(step.facts["size"]):
        raise CloudRefused(say("files.changed", name=step.facts["name"]))


command = Command(
    "bucket put",
    summary=Text(en="Put files dropped in the chat into a bucket", zh="把聊天中的文件上传到桶"),
    rules=("R4.01", "R4.02", "R4.06", "R4.07", "R4.09", "R5.23"),
    risk=Risk.DESTRUCTIVE,
    aliases=("上传", "upload"),
    arguments=(
        replace(PATH, label=Text(en="To", zh="上传到"), placeholder="obs://c-flowers/flowers/", aliases=("路径", "to")),
        Argument(
            "files",
            Text(en="Files", zh="文件"),
            kind=Kind.FILES,
            hint=Text(
                en="Or drop them in the thread, or beside the words when you mention the bot",
                zh="也可以把文件拖到消息列，或在提及机器人时附上文件",
            ),
            aliases=("文件",),
            keyed_only=True,
        ),
        Argument(
            "replace",
            Text(en="Replace what is there", zh="覆盖同名对象"),
            kind=Kind.FLAG,
            aliases=("覆盖",),
            keyed_only=True,
        ),
    ),
    read=read,
    plan=plan,
    effects={"put": Effect(observe, carry=carry, tidy=tidy)},
)
