"""Change what an agency may do, with the least scope."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Mapping, Sequence

from bot.command import Argument, Ask, Command, Effect, Facts, Kind, Outcome, Place, Plan, Risk, Text
from bot.errors import Refusal
from bot.ports import Cloud, Grant, Level, Permission, PermissionKind, Scope, ScopeKind
from bot.records import Step
from bot.rules import permission
from bot.rules.agency import names
from bot.rules.agency_words import affected, displays
from bot.rules.links import Page, link
from bot.rules.permission import Wanted
from bot.say import Say, say
from handlers.agency import EFFECTS, MODE, REGIONS, WHICH, grant_steps, known, regions_of, revoked, there

_ACTION = re.compile(r"[a-z][a-z0-9]*:[A-Za-z]+:[A-Za-z]+\*?")


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """Read the agency, its grants and users, and the real list of permissions (R3.08, R3.13)."""
    facts, system, custom = await asyncio.gather(
        known(ask["agency"], cloud), cloud.permissions.system(), cloud.permissions.custom()
    )
    return {**facts, "permissions": [*system, *custom]}


def plan(ask: Ask, facts: Facts) -> Plan:
    """Plan grants and what is taken back, with the least scope, and everyone whom it concerns (R3.13, R3.31).

    Single actions become custom policies: one for global services, one for the others (R3.19). Roles bring along what
    they depend on (R3.26, R3.27). What the agency has already is left out; nothing left to do refuses.
    """
    agency = facts["agency"]
    added, policies = _wanted(ask, facts), _policies(ask, facts)
    fresh = [one for one in [*added, *policies] if not permission.held(facts["grants"], one.permission.id, one.scope)]
    taken = _taken(ask, facts)
    made = [one for one in policies if one in fresh and not one.permission.id]
    steps = (
        *_policy_steps(agency.name, made),
        *grant_steps(agency.name, "", fresh),
        *_revoke_steps(agency.name, taken),
    )
    if not steps:
        raise Refusal("agency.grants.nothing", argument="add", name=agency.name, has=displays(facts["grants"]))
    return Plan(
        title=say("agency.grants.title", name=agency.name),
        steps=steps,
        risk=Risk.CHANGE,
        notes=(affected(agency, facts["rows"]), *permission.notes(fresh), *_takes(taken)),
        links=(link(Page.AGENCY, ask.place.region, agency.name),),
    )


def _wanted(ask: Ask, facts: Facts) -> list[Wanted]:
    """Return what was chosen from the list, with what roles depend on, each in its place."""
    kind = PermissionKind(ask["mode"]) if ask["mode"] else None
    words = ask["add"].split(",") if ask["add"] else []
    try:
        found = permission.with_dependencies(permission.chosen(words, facts["permissions"], kind), facts["permissions"])
        return permission.placed(found, regions_of(ask["regions"], ask.place), facts["projects"])
    except Refusal as refusal:
        raise refusal.at("add") from None


def _policies(ask: Ask, facts: Facts) -> list[Wanted]:
    """Return the custom policies that allow the chosen actions; one that the account has is used again (R3.19)."""
    actions = ask["actions"].split(",") if ask["actions"] else []
    policies = [
        _policy(level, [a for s in stated for a in s.actions], facts)
        for level, stated in permission.custom_policies(actions)
    ]
    return permission.placed([(one, "") for one in policies], regions_of(ask["regions"], ask.place), facts["projects"])


def _policy(level: Level, actions: Sequence[str], facts: Facts) -> Permission:
    mark = hashlib.sha256(",".join(sorted(actions)).encode()).hexdigest()[:10]
    display = f"modelarts_{mark}"
    known_one = next((one for one in facts["permissions"] if one.custom and one.display == display), None)
    statements = dict(permission.custom_policies(actions))[level]
    return known_one or Permission("", "", display, PermissionKind.POLICY, level, custom=True, statements=statements)


def _policy_steps(target: str, made: Sequence[Wanted]) -> tuple[Step, ...]:
    """Return the steps that create policies: for the agency that a single administrator types the name of."""
    unique: Mapping[str, Permission] = {one.permission.display: one.permission for one in made}
    return tuple(
        Step(
            "policy",
            target,
            {"policy": one.display, "level": one.level, "actions": ",".join(one.actions), "about": "ModelArts"},
        )
        for one in unique.values()
    )


def _taken(ask: Ask, facts: Facts) -> list[Grant]:
    """Return every grant of the permissions to be taken back, wherever it stands. Refuses what is not granted."""
    found: list[Grant] = []
    for word in ask["remove"].split(",") if ask["remove"] else []:
        granted = [one for one in facts["grants"] if word.casefold() == one.permission.display.casefold()]
        if not granted:
            has = names(sorted({one.permission.display for one in facts["grants"]}))
            raise Refusal("agency.grants.not_granted", argument="remove", name=word, has=has)
        found.extend(granted)
    return found


def _takes(taken: Sequence[Grant]) -> tuple[Say, ...]:
    return (say("agency.grants.takes", permissions=displays(taken)),) if taken else ()


def _revoke_steps(target: str, taken: Sequence[Grant]) -> tuple[Step, ...]:
    return tuple(
        Step(
            f"revoke_{one.scope.kind}",
            target,
            {"permission": one.permission.display, "id": one.permission.id, "project": one.scope.project},
        )
        for one in taken
    )


def _scope(step: Step) -> Scope:
    return Scope(ScopeKind(step.kind.partition("_")[2]), step.facts["project"])


async def observe_revoked(step: Step, cloud: Cloud) -> Outcome | None:
    """Return that the agency has the permission there no more (R3.13)."""
    agency, scope = await there(step, cloud), _scope(step)
    held = [one for one in await cloud.agencies.grants(agency.id) if one.scope == scope]
    return None if any(one.permission.id == step.facts["id"] for one in held) else {"revoked": step.facts["permission"]}


async def revoke(step: Step, cloud: Cloud) -> None:
    """Take one grant back (R3.13)."""
    agency = await there(step, cloud)
    await revoked(cloud, agency.id, step.facts["id"], _scope(step))


def action(value: str, _place: Place) -> str:
    """Return one IAM action. Refuses what has not its shape, and whole services (R3.19)."""
    word = value.strip().strip("`")
    if not _ACTION.fullmatch(word):
        raise Refusal("agency.grants.no_action", value=value, suggestion="obs:object:GetObject")
    return word


REVOKES = {f"revoke_{kind}": Effect(observe_revoked, revoke) for kind in ScopeKind}
_POLICIES_AND_ROLES = Text(en="Display names, as IAM lists them", zh="IAM 中的权限显示名称")

command = Command(
    "agency grants",
    summary=Text(en="Change what an agency may do, with the least scope", zh="按最小范围修改委托的权限"),
    rules=("R3.08", "R3.13", "R3.19", "R3.26", "R3.27", "R3.31"),
    risk=Risk.CHANGE,
    aliases=("授权", "权限", "grant", "permissions"),
    arguments=(
        WHICH,
        Argument(
            "add",
            Text(en="Permissions to add", zh="增加的权限"),
            kind=Kind.MULTI,
            index=("permission",),
            hint=_POLICIES_AND_ROLES,
            aliases=("增加", "添加"),
            keyed_only=True,
        ),
        Argument(
            "actions",
            Text(en="Single actions to add", zh="增加的操作"),
            kind=Kind.MULTI,
            check=action,
            hint=Text(en="Become a custom policy that allows exactly these", zh="会生成只允许这些操作的自定义策略"),
            placeholder="obs:object:GetObject,swr:repository:getRepository",
            aliases=("操作",),
            keyed_only=True,
        ),
        Argument(
            "remove",
            Text(en="Permissions to take back", zh="收回的权限"),
            kind=Kind.MULTI,
            index=("permission",),
            hint=_POLICIES_AND_ROLES,
            aliases=("收回", "移除"),
            keyed_only=True,
        ),
        REGIONS,
        MODE,
    ),
    read=read,
    plan=plan,
    effects={**EFFECTS, **REVOKES},
)
