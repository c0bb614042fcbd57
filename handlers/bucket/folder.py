"""Create a folder in a bucket."""

from __future__ import annotations

from collections.abc import Sequence

from bot.command import Argument, Ask, Command, Facts, Kind, Plan, Risk, Text, Undoing
from bot.errors import Refusal
from bot.flows.places import look_at
from bot.ports import Cloud
from bot.records import Line, PriceLine, Record, Step
from bot.rules.figures import FIGURES
from bot.rules.links import Page, address, link
from bot.rules.obs_path import SCHEME
from bot.rules.obs_places import ObsPlace, place_notes
from bot.say import say
from handlers.bucket import FOLDER_EFFECT, existing_name, folder_key


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """Look for the bucket and for the folder in it, and at the place as ModelArts would (R4.09)."""
    name, key = ask["bucket"], ask["path"]
    region = await cloud.buckets.region_of(name)
    if region is None or await cloud.buckets.has_key(name, key):
        return {"region": region, "there": region is not None}
    looked = await look_at(cloud, (ObsPlace(f"{SCHEME}{name}/{key}", writes=True),))
    return {"region": region, "there": False, "looked": looked}


def plan(ask: Ask, facts: Facts) -> Plan:
    """Plan the folder. One that is there already is a success that needs no plan, and said so (R4.06, R4.09, R5.23)."""
    name, key, region = ask["bucket"], ask["path"], facts["region"]
    if region is None:
        raise Refusal("bucket.missing", argument="bucket", name=name).offering("bucket create", name=name, folder=key)
    if facts["there"]:
        raise Refusal("bucket.folder.there", name=name, folder=key, link=address(Page.BUCKET, region, name))
    return Plan(
        title=say("bucket.folder.title", name=name, folder=key),
        steps=(Step("folder", name, {"key": key}),),
        risk=Risk.CHANGE,
        notes=place_notes(facts["looked"], ask.place.region),
        price=(PriceLine(say("bucket.price.requests")),),
        links=(link(Page.BUCKET, region, name),),
        charge="pay-per-use",
    )


def undo(_record: Record, lines: Sequence[Line]) -> Undoing:
    """Take the folder back; what was put into it meanwhile refuses that (R4.06)."""
    step = lines[0].step
    return Undoing("bucket delete", {"name": step.target, "folder": step.facts["key"]}, FIGURES.undo.seconds)


command = Command(
    "bucket folder",
    summary=Text(en="Create a folder in a bucket", zh="在桶中创建文件夹"),
    rules=("R4.06", "R4.09", "R5.23", "R5.43"),
    risk=Risk.CHANGE,
    aliases=("文件夹", "mkdir"),
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
        Argument(
            "path",
            Text(en="Folder", zh="文件夹"),
            required=True,
            check=folder_key,
            hint=Text(en="Segments separated by /, for example flowers/train", zh="用 / 分隔各级，例如 flowers/train"),
            placeholder="flowers",
            aliases=("路径", "文件夹"),
            kind=Kind.SEARCH,
            index=("folder",),
            within="bucket",
        ),
    ),
    read=read,
    plan=plan,
    effects={"folder": FOLDER_EFFECT},
    undo=undo,
)
