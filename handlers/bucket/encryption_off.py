"""Switch a bucket's default encryption off, so that ModelArts can read what is written from then on."""

from __future__ import annotations

from collections.abc import Sequence

from bot.command import Argument, Ask, Command, Effect, Facts, Kind, Outcome, Plan, Risk, Text
from bot.errors import Refusal
from bot.flows.places import sealed_and_closed
from bot.ports import Cloud
from bot.records import Step
from bot.rules.figures import FIGURES
from bot.rules.links import Page, address, link
from bot.rules.obs_path import told_whole
from bot.say import Say, say
from handlers.bucket import existing_name


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """Read the default encryption, and which of the first objects were written encrypted (R4.02)."""
    name = ask["bucket"]
    region = await cloud.buckets.region_of(name)
    if region is None:
        return {"region": None}
    most = FIGURES.bucket.looked_at
    keys = await cloud.buckets.keys(name, "", most + 1)
    sealed, closed = await sealed_and_closed(cloud, name, keys[:most])
    facts = {"region": region, "algorithm": await cloud.buckets.encryption(name), "sealed": sealed, "closed": closed}
    return {**facts, "all": len(keys) <= most}


def plan(ask: Ask, facts: Facts) -> Plan:
    """Plan switching it off, and list the objects that stay encrypted and must be uploaded again (R4.02)."""
    name, region = ask["bucket"], facts["region"]
    if region is None:
        raise Refusal("bucket.missing", name=name)
    notes = _objects(facts)
    if not facts["algorithm"]:
        raise Refusal(
            "bucket.encryption_off.already", name=name, objects=notes[0], link=address(Page.BUCKET, region, name)
        )
    return Plan(
        title=say("bucket.encryption_off.title", name=name),
        steps=(Step("encryption_off", name, {"algorithm": facts["algorithm"]}),),
        risk=Risk.CHANGE,
        notes=(say("bucket.encryption_off.why"), *notes),
        links=(link(Page.BUCKET, region, name),),
    )


def _told(keys: Sequence[str]) -> str:
    return told_whole(keys, FIGURES.bucket.told)


def _objects(facts: Facts) -> list[Say]:
    """Say which objects stay encrypted, and how far that was looked into."""
    looked = FIGURES.bucket.looked_at
    said = [say("bucket.encryption_off.none_sealed")]
    if facts["sealed"]:
        said = [say("bucket.encryption_off.sealed", count=len(facts["sealed"]), keys=_told(facts["sealed"]))]
    if facts["closed"]:
        said.append(say("bucket.encryption_off.closed", count=len(facts["closed"])))
    if not facts["all"]:
        said.append(say("bucket.encryption_off.looked", looked=looked))
    return said


async def observe(step: Step, cloud: Cloud) -> Outcome | None:
    """Return that it is off, once OBS says so (R4.02)."""
    return None if await cloud.buckets.encryption(step.target) else {"encryption": "off"}


async def act(step: Step, cloud: Cloud) -> None:
    """Switch default encryption off (R4.02)."""
    await cloud.buckets.encryption_off(step.target)


command = Command(
    "bucket encryption_off",
    summary=Text(
        en="Switch a bucket's default encryption off, so that ModelArts can read it",
        zh="关闭桶加密，使 ModelArts 可以读取",
    ),
    rules=("R4.02",),
    risk=Risk.CHANGE,
    aliases=("关闭加密", "decrypt", "encryption-off"),
    arguments=(
        Argument(
            "bucket",
            Text(en="Bucket", zh="桶"),
            required=True,
            check=existing_name,
            aliases=("桶", "桶名称", "名称", "name"),
            kind=Kind.SEARCH,
            index=("bucket",),
        ),
    ),
    read=read,
    plan=plan,
    effects={"encryption_off": Effect(observe, act)},
)
