"""Show one bucket: everything that decides whether and how ModelArts can use it."""

from __future__ import annotations

from bot.command import Argument, Ask, Command, Facts, Kind, Text
from bot.errors import Refusal
from bot.ports import BucketDetails, Cloud
from bot.reply import Reply
from bot.rules import bucket
from bot.rules.links import Page, link
from bot.say import Say, say
from handlers.bucket import existing_name


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """Read what the bucket answers about itself; objects are counted only on request (R4.05, R4.08)."""
    if await cloud.buckets.region_of(ask["name"]) is None:
        return {"details": None}
    return {"details": await cloud.buckets.details(ask["name"], counted=bool(ask["counted"]))}


def answer(ask: Ask, facts: Facts) -> Reply:
    """Return class, ACL and policy summary, region, domain name, encryption, and the size if asked for (R4.08)."""
    details: BucketDetails | None = facts["details"]
    if details is None:
        raise Refusal("bucket.missing", name=ask["name"])
    here = ask.place.region
    use = bucket.use(details.region, here, details.encryption)
    lines = (
        say(f"bucket.use.{use}", name=details.name, region=details.region, here=here, algorithm=details.encryption),
        say("bucket.show.region", region=details.region),
        *_class_lines(details.storage_class.lower()),
        say(f"bucket.encryption.{bucket.encryption_state(details.encryption)}", algorithm=details.encryption),
        say("bucket.show.domain", domain=details.domain),
        _grants_line(details.grants),
        _policy_line(details.policy_statements),
        _size_line(details),
    )
    head = say("bucket.show.head", name=details.name)
    return Reply(head, lines, links=(link(Page.BUCKET, details.region, details.name),))


def _class_lines(storage_class: str) -> tuple[Say, ...]:
    """Return the storage class, flagged unless notebooks can work with it (R4.08)."""
    line = say("bucket.show.class", **{"class": storage_class})
    if bucket.suits_notebooks(storage_class):
        return (line,)
    return (line, say("bucket.class.not_for_notebooks", **{"class": storage_class}))


def _grants_line(grants: tuple[str, ...] | None) -> Say:
    if grants is None:
        return say("bucket.show.grants_hidden")
    return say("bucket.show.grants", grants="; ".join(grants)) if grants else say("bucket.show.grants_none")


def _policy_line(statements: int | None) -> Say:
    if statements is None:
        return say("bucket.show.policy_hidden")
    return say("bucket.show.policy", statements=statements) if statements else say("bucket.show.policy_none")


def _size_line(details: BucketDetails) -> Say:
    if details.size is None or details.objects is None:
        return say("bucket.show.not_counted", name=details.name)
    return say("bucket.show.size", objects=details.objects, size=bucket.readable_size(details.size))


command = Command(
    "bucket show",
    summary=Text(
        en="Show a bucket: class, access, region, domain name, encryption",
        zh="查看桶：存储类别、访问权限、区域、访问域名、加密",
    ),
    rules=("R4.05", "R4.08", "R2.01", "R2.03"),
    aliases=("查看", "详情"),
    arguments=(
        Argument(
            "name",
            Text(en="Bucket", zh="桶"),
            required=True,
            check=existing_name,
            aliases=("名称", "桶名称", "bucket"),
            kind=Kind.SEARCH,
            index=("bucket",),
        ),
        Argument(
            "counted",
            Text(en="Count objects and size", zh="统计对象数和大小"),
            kind=Kind.FLAG,
            aliases=("统计",),
            keyed_only=True,
        ),
    ),
    read=read,
    answer=answer,
)
