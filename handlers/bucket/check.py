"""Say what is wrong with an OBS path, and offer what mends it."""

from __future__ import annotations

from bot.command import Ask, Command, Facts, Text
from bot.flows.places import examine
from bot.ports import Cloud
from bot.reply import Reply
from bot.rules.links import Page, link
from bot.rules.obs_findings import Finding, State, findings
from bot.rules.obs_path import Seen
from bot.say import Say, say
from handlers.bucket import PATH


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """Look at the path, reading only (R4.07)."""
    return {"seen": await examine(cloud, ask["path"])}


def answer(ask: Ask, facts: Facts) -> Reply:
    """Return the checks as a short tree, with the form that mends each fault that can be mended here (R4.07).

    What an administrator mends is asked of one by whoever is none (R3.05).
    """
    seen: Seen = facts["seen"]
    found = findings(seen, ask.place.region)
    faults = sum(one.state is State.FAULT for one in found)
    head = say("bucket.check.head_faults" if faults else "bucket.check.head", path=ask["path"], faults=faults)
    tree = tuple(_branch(one, last=one is found[-1], root=one is found[0]) for one in found)
    links = (link(Page.BUCKET, seen.region, seen.bucket),) if seen.region else ()
    offers = tuple(one.mend for one in found if one.mend and not one.by_admin)
    asks = tuple(one.mend for one in found if one.mend and one.by_admin)
    return Reply(head, tree, links=links, offers=offers, asks=asks)


def _branch(finding: Finding, *, last: bool, root: bool) -> Say:
    """Return one line of the tree: the bucket is its root, each further check a branch."""
    words = say(f"bucket.check.{finding.state}", what=finding.words)
    return words if root else say("bucket.check.leaf" if last else "bucket.check.branch", what=words)


command = Command(
    "bucket check",
    summary=Text(
        en="Check whether ModelArts can use an OBS path, and what mends it",
        zh="检查 ModelArts 能否使用某个 OBS 路径，并给出修复方法",
    ),
    rules=("R3.02", "R3.05", "R4.01", "R4.02", "R4.07"),
    aliases=("检查", "诊断", "diagnose"),
    arguments=(PATH,),
    read=read,
    answer=answer,
)
