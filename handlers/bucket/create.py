"""Create a bucket that ModelArts can use, with a first folder if wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.command import Argument, Ask, Choice, Command, Effect, Facts, Kind, Outcome, Place, Plan, Risk, Text, Undoing
from bot.errors import CloudRefused, Refusal
from bot.flows.places import agent_of, look_at
from bot.ports import BucketSetting, Cloud
from bot.records import Line, PriceLine, Record, Step
from bot.rules import bucket
from bot.rules.bucket_copy import Source, check_source, class_for, copy_notes, copy_steps
from bot.rules.figures import FIGURES
from bot.rules.links import Page, address, link
from bot.rules.obs_path import SCHEME
from bot.rules.obs_places import ObsPlace, agent_notes, place_notes
from bot.say import Say, say
from handlers.bucket import COPY_EFFECTS, FOLDER_EFFECT, existing_name, folder_key


@dataclass(frozen=True, slots=True)
class Found:
    """A bucket of this name that the account already has."""

    region: str
    encryption: str
    has_folder: bool


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """Look whether the account has such a bucket already, and how many there are. A name of others refuses (R4.04)."""
    name, folder = ask["name"], ask["folder"]
    check_source(ask["source"], name)
    region = await cloud.buckets.region_of(name)
    if region is None:
        owned, source, agent = await asyncio.gather(
            cloud.buckets.listed(), _source(cloud, ask["source"]), agent_of(cloud, writes=True)
        )
        return {"found": None, "owned": len(owned), "source": source, "agent": agent}
    encryption, has_folder, looked = await asyncio.gather(
        cloud.buckets.encryption(name),
        _has_folder(cloud, name, folder),
        look_at(cloud, (ObsPlace(f"{SCHEME}{name}/{folder}", writes=True),)),
    )
    return {"found": Found(region, encryption, has_folder), "owned": 0, "source": None, "looked": looked}


async def _source(cloud: Cloud, name: str) -> Source | None:
    """Return what can be copied from the source bucket, None where none is asked for (R4.03)."""
    if not name:
        return None
    if await cloud.buckets.region_of(name) is None:
        raise Refusal("bucket.missing", argument="source", name=name)
    values = await asyncio.gather(*(cloud.buckets.setting(name, setting) for setting in BucketSetting))
    details, policy = await asyncio.gather(cloud.buckets.details(name, counted=False), cloud.access.policy(name))
    settings = dict(zip(BucketSetting, values, strict=True))
    return Source(name, details.storage_class, details.encryption, policy, settings)


async def _has_folder(cloud: Cloud, name: str, folder: str) -> bool:
    return bool(folder) and await cloud.buckets.has_key(name, folder)


def plan(ask: Ask, facts: Facts) -> Plan:
    """Plan the bucket, what is copied and its folder; of what is there already, the rest (R4.01-R4.03, R4.10).

    It says what would keep ModelArts from working there (R4.09).
    """
    region, source = bucket.check_region(ask["region"], ask.place.region), facts["source"]
    steps, title = _steps(ask, region, source), "bucket.create.title"
    notes = [say("bucket.create.encryption_off"), *_class_notes(class_for(ask["class"], source))]
    notes += agent_notes(facts["agent"], region) if "agent" in facts else ()
    if source:
        notes.extend(copy_notes(ask["class"], source))
    if facts["found"]:
        steps, title = _missing(ask, region, facts["found"], steps), "bucket.create.title_rest"
        places = place_notes(facts["looked"], region, priced=False)
        notes = [say("bucket.create.exists", name=ask["name"], region=region), *places]
    elif facts["owned"] >= FIGURES.bucket.quota:
        notes.append(say("bucket.create.quota", owned=facts["owned"], quota=FIGURES.bucket.quota))
    return Plan(
        title=say(title, name=ask["name"], region=region),
        steps=steps,
        risk=Risk.CHANGE,
        notes=(*notes, say("bucket.price.never_free")),
        price=(PriceLine(say("bucket.price.storage")), PriceLine(say("bucket.price.requests"))),
        links=(link(Page.BUCKET, region, ask["name"]),),
        charge="pay-per-use",
    )


def _steps(ask: Ask, region: str, source: Source | None) -> tuple[Step, ...]:
    """Return the steps that create the bucket, copy the settings, and create the folder if one is wanted (R4.10)."""
    name = ask["name"]
    create = Step("create", name, {"region": region, "class": class_for(ask["class"], source)})
    copies = copy_steps(name, source) if source else ()
    return (create, *copies, *([Step("folder", name, {"key": ask["folder"]})] if ask["folder"] else []))


def _class_notes(storage_class: str) -> list[Say]:
    """Flag a class that notebooks cannot work with (R4.08)."""
    if bucket.suits_notebooks(storage_class):
        return []
    return [say("bucket.class.not_for_notebooks", **{"class": storage_class})]


def _missing(ask: Ask, region: str, found: Found, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the steps still to do for a bucket that is there. Refuses if it stands elsewhere or nothing is missing."""
    name = ask["name"]
    url = address(Page.BUCKET, found.region, name)
    if found.region != region:
        raise Refusal("bucket.create.elsewhere", name=name, region=found.region, here=region, link=url)
    if ask["source"]:
        raise Refusal("bucket.copy.there", argument="source", name=name, region=region, link=url)
    missing = () if found.has_folder else steps[1:]
    if not missing:
        use = bucket.use(found.region, region, found.encryption)
        raise Refusal(f"bucket.create.there_{use}", name=name, region=region, algorithm=found.encryption, link=url)
    return missing


async def observe(step: Step, cloud: Cloud) -> Outcome | None:
    """Return where the bucket stands, once it stands there with default encryption off (R4.01, R4.02)."""
    region = await cloud.buckets.region_of(step.target)
    if region is None or region != step.facts["region"]:
        return None
    algorithm = await cloud.buckets.encryption(step.target)
    if algorithm:
        raise CloudRefused(say("bucket.create.encrypted", name=step.target, algorithm=algorithm))
    return {"region": region, "encryption": "off"}


async def act(step: Step, cloud: Cloud) -> None:
    """Create the bucket; default encryption stays off because nothing switches it on (R4.02)."""
    await cloud.buckets.create(step.target, step.facts["region"], step.facts["class"])


def undo(_record: Record, lines: Sequence[Line]) -> Undoing | None:
    """Take back the bucket with its empty folders, or the folder where the bucket was there before (R4.04, R4.06).

    Once something was put into it, the plan for that is refused. Settings that were copied into a bucket that was there
    before are not taken back.
    """
    made = {line.step.kind: line.step for line in lines}
    if "create" in made:
        return Undoing("bucket delete", {"name": made["create"].target}, FIGURES.undo.seconds)
    if "folder" in made:
        step = made["folder"]
        return Undoing("bucket delete", {"name": step.target, "folder": step.facts["key"]}, FIGURES.undo.seconds)
    return None


def _name(value: str, _place: Place) -> str:
    return bucket.check_name(value)


def _region(value: str, place: Place) -> str:
    return bucket.check_region(value, place.region)


command = Command(
    "bucket create",
    summary=Text(en="Create an OBS bucket that ModelArts can use", zh="创建 ModelArts 可用的 OBS 桶"),
    rules=("R4.01", "R4.02", "R4.03", "R4.04", "R4.06", "R4.08", "R4.09", "R4.10", "R5.23", "R5.43"),
    risk=Risk.CHANGE,
    aliases=("创建", "新建", "new"),
    arguments=(
        Argument(
            "name",
            Text(en="Bucket name", zh="桶名称"),
            required=True,
            check=_name,
            hint=Text(
                en="3 to 63 lower-case letters, digits, hyphens and dots; unique in all of OBS",
                zh="3 到 63 个小写字母、数字、连字符或点，在整个 OBS 中唯一",
            ),
            placeholder="c-flowers",
            aliases=("名称", "桶名称"),
        ),
        Argument(
            "region",
            Text(en="Region", zh="区域"),
            check=_region,
            hint=Text(en="The region you use ModelArts in, and no other", zh="必须与使用 ModelArts 的区域相同"),
            placeholder=FIGURES.default_region,
            aliases=("区域",),
            keyed_only=True,
        ),
        Argument(
            "folder",
            Text(en="First folder", zh="首个文件夹"),
            check=folder_key,
            hint=Text(en="Created together with the bucket", zh="与桶一起创建"),
            placeholder="flowers",
            aliases=("文件夹",),
            keyed_only=True,
        ),
        Argument(
            "class",
            Text(en="Storage class", zh="存储类别"),
            kind=Kind.CHOICE,
            choices=(
                Choice("standard", Text(en="Standard", zh="标准存储")),
                Choice("warm", Text(en="Infrequent access", zh="低频访问存储")),
                Choice("cold", Text(en="Archive", zh="归档存储")),
            ),
            hint=Text(en="Notebooks work with Standard only", zh="Notebook 只支持标准存储"),
            aliases=("存储类别", "类别"),
            keyed_only=True,
        ),
        Argument(
            "source",
            Text(en="Copy settings from", zh="复制配置自"),
            check=existing_name,
            hint=Text(
                en="A bucket of this account: class, versioning, lifecycle, tags, CORS, quota, public-access block",
                zh="当前账号的桶：存储类别、多版本、生命周期、标签、CORS、配额、阻止公共访问",
            ),
            aliases=("复制", "源桶", "copy", "like"),
            kind=Kind.SEARCH,
            index=("bucket",),
            keyed_only=True,
        ),
    ),
    read=read,
    plan=plan,
    undo=undo,
    effects={"create": Effect(observe, act), "folder": FOLDER_EFFECT, **COPY_EFFECTS},
)
