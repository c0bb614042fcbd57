"""Let the account into an own bucket again: lift what its policy denies, give back what its ACL withholds."""

from __future__ import annotations

from collections.abc import Sequence

from bot.command import Argument, Ask, Choice, Command, Effect, Facts, Kind, Outcome, Plan, Risk, Text
from bot.errors import CloudBusy, CloudRefused, Refusal
from bot.flows.places import examine
from bot.ports import Acl, Cloud
from bot.records import PriceLine, Step
from bot.rules.bucket_access import (
    NEGATED,
    Statement,
    granted,
    grants_line,
    invitation,
    lacking,
    quoted,
    shown,
    statements_of,
    without,
)
from bot.rules.bucket_copy import fingerprint
from bot.rules.links import Page, address, link
from bot.rules.obs_path import Cause, Seen, cause, denied_by
from bot.say import Say, say
from handlers.bucket import PATH


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """Look at the path, for reading or for writing, with policy and ACL (R4.07)."""
    return {"seen": await examine(cloud, ask["path"], writes=ask["use"] == "write")}


def plan(ask: Ask, facts: Facts) -> Plan:
    """Plan exactly what is taken out of the policy and added to the ACL, and say what stays (R4.07).

    What denies is refused with who can mend it where that is another account, or IAM.
    """
    seen: Seen = facts["seen"]
    gone, lost = _denied(seen), _lost(seen)
    if not gone and not lost:
        raise _refusal(ask, seen)
    look = Step("look", seen.bucket, {"path": ask["path"], "use": ask["use"] or "read"})
    steps = (*_policy_steps(seen, gone), *_acl_steps(seen, lost), look)
    return Plan(
        title=say("bucket.allow.title", name=seen.bucket),
        steps=steps,
        risk=Risk.CHANGE,
        notes=(*_policy_notes(seen, gone), *_acl_notes(seen, lost)),
        price=(PriceLine(say("bucket.price.requests")),),
        links=(link(Page.BUCKET, seen.region or ask.place.region, seen.bucket),),
        charge="pay-per-use",
    )


def _denied(seen: Seen) -> tuple[Statement, ...]:
    """Return the statements that deny: reading where that was denied, writing where that is what it is for."""
    reading = denied_by(seen) if seen.denied or seen.closed else ()
    writing = denied_by(seen, writes=True) if seen.writes else ()
    return (*reading, *(one for one in writing if one not in reading))


def _lost(seen: Seen) -> tuple[str, ...]:
    """Return what the owner lacks in the ACL for this use."""
    needed = {"READ": bool(seen.denied), "WRITE": seen.writes}
    return tuple(one for one in lacking(seen.acl) if needed[one])


def _refusal(ask: Ask, seen: Seen) -> Refusal:
    """Return why there is nothing to lift: nothing is denied, or neither policy nor ACL of an own bucket denies it."""
    name, why = seen.bucket, cause(seen)
    if not (seen.denied or seen.closed):
        if seen.region is None:
            return Refusal("bucket.missing", argument="path", name=name).offering("bucket create", name=name)
        return Refusal("bucket.allow.open", argument="path", path=ask["path"])
    if why is Cause.OTHER and seen.denied:
        return Refusal("bucket.allow.other", argument="path", why=seen.denied.words)
    if why is Cause.GRANT:
        url = address(Page.AGENCY, ask.place.region)
        return Refusal("bucket.allow.grant", argument="path", name=name, link=url)
    return Refusal("bucket.allow.theirs", argument="path", name=name, statement=invitation(ask.place.account, name))


def _policy_steps(seen: Seen, gone: Sequence[Statement]) -> list[Step]:
    removed = [fingerprint(shown(one)) for one in gone]
    if not removed:
        return []
    facts = {"policy": fingerprint(seen.policy), "removed": ",".join(removed), "count": str(len(removed))}
    return [Step("policy", seen.bucket, facts)]


def _policy_notes(seen: Seen, gone: Sequence[Statement]) -> list[Say]:
    """Return the statements that go, word for word, and those that stay (R4.07)."""
    if not gone:
        return []
    kept = [one for one in statements_of(seen.policy) if one not in gone]
    said = [say("bucket.allow.removed", name=seen.bucket, statements=quoted(gone))]
    if any("Condition" in one or one.keys() & NEGATED for one in gone):
        said.append(say("bucket.allow.condition"))
    stay = say("bucket.allow.kept", count=len(kept), statements=quoted(kept)) if kept else say("bucket.allow.kept_none")
    return [*said, stay]


def _acl_steps(seen: Seen, lost: Sequence[str]) -> list[Step]:
    if not lost or seen.acl is None:
        return []
    facts = {"acl": fingerprint(grants_line(seen.acl)), "grants": ",".join(lost), "shown": ", ".join(lost)}
    return [Step("acl", seen.bucket, facts)]


def _acl_notes(seen: Seen, lost: Sequence[str]) -> list[Say]:
    """Return what the ACL grants now, all of which stays (R4.07)."""
    if not lost or seen.acl is None:
        return []
    return [say("bucket.allow.acl_kept", grants=grants_line(seen.acl) or "–")]


async def observe_policy(step: Step, cloud: Cloud) -> Outcome | None:
    """Return how many statements were taken out, once none of them is in the policy."""
    left = {fingerprint(shown(one)) for one in statements_of(await _policy(step, cloud))}
    return None if left & set(step.facts["removed"].split(",")) else {"removed": step.facts["count"]}


async def change_policy(step: Step, cloud: Cloud) -> None:
    """Write the policy without the statements, if it is still the one that was approved."""
    policy, removed = await _policy(step, cloud), step.facts["removed"].split(",")
    if fingerprint(policy) != step.facts["policy"]:
        raise CloudRefused(say("bucket.allow.changed", name=step.target))
    gone = [shown(one) for one in statements_of(policy) if fingerprint(shown(one)) in removed]
    await cloud.access.set_policy(step.target, without(policy, gone))


async def _policy(step: Step, cloud: Cloud) -> str:
    policy = await cloud.access.policy(step.target)
    if policy is None:
        raise CloudRefused(say("bucket.allow.hidden", name=step.target))
    return policy


async def observe_acl(step: Step, cloud: Cloud) -> Outcome | None:
    """Return what the owner has again, once the ACL says so."""
    acl = await _acl(step, cloud)
    return None if set(step.facts["grants"].split(",")) & set(lacking(acl)) else {"grants": step.facts["grants"]}


async def change_acl(step: Step, cloud: Cloud) -> None:
    """Write the ACL with what the owner lost, if it is still the one that was approved."""
    acl = await _acl(step, cloud)
    if fingerprint(grants_line(acl)) != step.facts["acl"]:
        raise CloudRefused(say("bucket.allow.changed", name=step.target))
    await cloud.access.set_acl(step.target, granted(acl, step.facts["grants"].split(",")))


async def _acl(step: Step, cloud: Cloud) -> Acl:
    acl = await cloud.access.acl(step.target)
    if acl is None:
        raise CloudRefused(say("bucket.allow.hidden", name=step.target))
    return acl


async def observe_look(step: Step, cloud: Cloud) -> Outcome | None:
    """Return that the path is open, by the same look that found it closed; OBS may take a while to say so (R4.07)."""
    path, use = step.facts["path"], step.facts["use"]
    seen = await examine(cloud, path, writes=use == "write")
    if seen.denied or seen.closed or _denied(seen) or _lost(seen):
        raise CloudBusy(say("bucket.allow.still", path=path))
    return {"open": path, "use": use}


command = Command(
    "bucket allow",
    summary=Text(
        en="Lift what an own bucket's policy or ACL denies, so that it can be read again",
        zh="解除自有桶的桶策略或 ACL 造成的拒绝，使其可以重新读取",
    ),
    rules=("R4.07",),
    risk=Risk.CHANGE,
    aliases=("放行", "解除拒绝", "unblock"),
    arguments=(
        PATH,
        Argument(
            "use",
            Text(en="What for", zh="用途"),
            kind=Kind.CHOICE,
            choices=(
                Choice("read", Text(en="Reading", zh="读取")),
                Choice("write", Text(en="Reading and writing", zh="读取和写入")),
            ),
            default="read",
            aliases=("用途",),
            keyed_only=True,
        ),
    ),
    read=read,
    plan=plan,
    effects={
        "policy": Effect(observe_policy, change_policy),
        "acl": Effect(observe_acl, change_acl),
        "look": Effect(observe_look),
    },
)
