"""Let somebody use ModelArts: an agency, new or shared, and the authorization to use it, as one operation."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from bot.command import Argument, Ask, Choice, Command, Facts, Kind, Lesson, Outcome, Place, Plan, Risk, Text
from bot.errors import Refusal
from bot.ports import Agency, Authorization, AuthorizationType, Cloud, Permission, PermissionKind, Principal, Watched
from bot.records import Step
from bot.rules import agency as agencies
from bot.rules import authorization as rules
from bot.rules import permission
from bot.rules.agency_words import affected, displays
from bot.rules.links import Page, link
from bot.rules.permission import Wanted
from bot.say import Say, say
from handlers.agency import (
    EFFECTS,
    MODE,
    REGIONS,
    allowance,
    check_not_taken,
    create_step,
    grant_steps,
    narrow_step,
    regions_of,
)
from handlers.auth import AGREED, REGISTER, label, listed, page, register_step

COMMON = "common user"


async def recall(_ask: Ask, watched: Watched) -> Facts:
    """Recall what a common user was last seen to get (R3.08)."""
    return {"last_seen": await watched.learned(COMMON)}


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """Read who and what there is, the live quota first (R3.07); permissions only where they are chosen from."""
    room, facts, users, projects, account = await asyncio.gather(
        allowance(cloud), listed(cloud), cloud.directory.users(), cloud.directory.projects(), cloud.directory.account()
    )
    found = {**facts, "room": room, "users": users, "projects": projects, "account": account, "grants": ()}
    if ask["use"] == "existing":
        shared = agencies.chosen(ask["agency"], facts["agencies"])
        return {**found, "grants": await cloud.agencies.grants(shared.id)}
    custom = ask["permissions"] == "custom"
    return {**found, "permissions": await _permissions(cloud) if custom else ()}


async def _permissions(cloud: Cloud) -> Sequence[Permission]:
    system, custom = await asyncio.gather(cloud.permissions.system(), cloud.permissions.custom())
    return [*system, *custom]


def plan(ask: Ask, facts: Facts) -> Plan:
    """Plan the authorization, with its agency, as one operation that can be continued after any step (R3.03).

    R3.04: four kinds of principals; R3.09: the service statement is agreed to and recorded.
    """
    principal = rules.principal_of(ask["kind"], ask["principal"], facts["users"], facts["agencies"])
    _check_free(principal, facts["rows"])
    shared = ask["use"] == "existing"
    steps, notes = _with_existing(ask, principal, facts) if shared else _with_new(ask, principal, facts)
    return Plan(
        title=say("auth.add.title", who=rules.who(principal)),
        steps=steps,
        risk=Risk.CHANGE,
        notes=(*notes, *_about(principal, facts), say("auth.add.agreed", link=page(ask.place.region))),
        links=(link(Page.AUTHORIZATION, ask.place.region), link(Page.AGENCY, ask.place.region)),
        agreed=rules.statement(page(ask.place.region)),
    )


def _check_free(principal: Principal, rows: Sequence[Authorization]) -> None:
    """Refuse where the principal has an authorization: it is changed, or moved off its access key (R3.06, R3.16)."""
    if (row := rules.row_of(principal, rows)) is None:
        return
    if row.type is AuthorizationType.CREDENTIAL:
        raise Refusal("auth.retired_key", who=rules.who(principal)).mended_by("auth migrate")
    there = Refusal("auth.add.there", argument="principal", who=rules.who(principal), agency=row.agency)
    raise there.mended_by("auth edit", principal=label(principal))


def _with_existing(ask: Ask, principal: Principal, facts: Facts) -> tuple[tuple[Step, ...], tuple[Say, ...]]:
    """Share an agency: its permissions, its end and its other users are shown before anybody approves (R3.06)."""
    shared = agencies.chosen(ask["agency"], facts["agencies"])
    agencies.check_usable(shared)
    has = say("auth.add.shares", name=shared.name, permissions=displays(facts["grants"]))
    notes = (has, agencies.expiry(shared), affected(shared, facts["rows"]))
    return (register_step(principal, shared.name),), notes


def _with_new(ask: Ask, principal: Principal, facts: Facts) -> tuple[tuple[Step, ...], tuple[Say, ...]]:
    """Create an agency within the quota; custom permissions are narrowed before it is authorized (R3.07, R3.08)."""
    room = _room(ask, facts)
    suffix = ask["name"] or agencies.suffix_for(label(principal), ask.at)
    check_not_taken(suffix, facts["agencies"])
    name, last = agencies.name_of(suffix), register_step(principal, agencies.name_of(suffix), suffix)
    if ask["permissions"] != "custom":
        return (create_step(suffix, "common"), last), (room, *_broad(facts["last_seen"]))
    wanted = _wanted(ask, facts)
    middle = (*grant_steps(name, suffix, wanted), narrow_step(name, suffix, wanted))
    return (create_step(suffix, "custom"), *middle, last), (room, *permission.notes(wanted))


def _room(ask: Ask, facts: Facts) -> Say:
    """Return used / quota. A full account is refused before anything is created; sharing an agency mends it (R3.07)."""
    try:
        return agencies.check_room(facts["room"], facts["agencies"], facts["rows"])
    except Refusal as full:
        said = {name: ask[name] for name in ("kind", "principal") if ask[name]}
        raise full.mended_by("auth add", **said, use="existing") from None


def _broad(last_seen: dict[str, str]) -> tuple[Say, ...]:
    """Say that the preset grant is broad, what it was last seen to be, and the custom way (R3.03, R3.08)."""
    broad = say("auth.add.broad")
    return (broad, say("auth.add.last_seen", permissions=last_seen["permissions"])) if last_seen else (broad,)


def _wanted(ask: Ask, facts: Facts) -> list[Wanted]:
    """Return the ticked permissions with what roles depend on, each in its place (R3.13, R3.26)."""
    kind = PermissionKind(ask["mode"]) if ask["mode"] else None
    try:
        found = permission.chosen(ask["grants"].split(","), facts["permissions"], kind)
        whole = permission.with_dependencies(found, facts["permissions"])
        return permission.placed(whole, regions_of(ask["regions"], ask.place), facts["projects"])
    except Refusal as refusal:
        raise refusal.at("grants") from None


def _about(principal: Principal, facts: Facts) -> tuple[Say, ...]:
    """Return what must be said of a kind of principal (R3.23, R3.25), and of keys that are still in use (R3.16)."""
    said: list[Say] = []
    if principal.kind is rules.KINDS["all"]:
        said.append(rules.advice(facts["users"], facts["account"]))
    if principal.kind is rules.KINDS["agency"]:
        acting: Agency = next(one for one in facts["agencies"] if one.id == principal.id)
        said.append(rules.switch_role(acting, facts["account"].name))
    if rules.retired(facts["rows"]):
        said.append(say("auth.still_by_key"))
    return tuple(said)


def lesson(step: Step, outcome: Outcome) -> Lesson | None:
    """Return what ModelArts granted a common user, to be remembered as last seen (R3.08)."""
    if step.kind == "agency" and step.facts["preset"] == "common":
        return COMMON, {"permissions": outcome["permissions"]}
    return None


def _suffix(value: str, _place: Place) -> str:
    return agencies.check_suffix(value)


command = Command(
    "auth add",
    summary=Text(en="Let somebody use ModelArts, by an agency", zh="添加访问授权（委托）"),
    rules=(
        *("R3.03", "R3.04", "R3.05", "R3.06", "R3.07", "R3.08", "R3.09", "R3.13", "R3.16", "R3.22", "R3.23", "R3.24"),
        *("R3.25", "R3.26", "R3.27", "R3.31"),
    ),
    risk=Risk.CHANGE,
    aliases=("添加", "新增", "create", "配置"),
    arguments=(
        Argument(
            "kind",
            Text(en="Authorized user", zh="授权对象类型"),
            required=True,
            kind=Kind.CHOICE,
            choices=(
                Choice("iam", Text(en="IAM user", zh="IAM子用户")),
                Choice("federated", Text(en="Federated user", zh="联邦用户")),
                Choice("agency", Text(en="Agency (users of another account)", zh="委托用户")),
                Choice("all", Text(en="All users", zh="所有用户")),
            ),
            aliases=("类型", "授权对象类型", "type"),
            default="iam",
        ),
        Argument(
            "principal",
            Text(en="Authorized to", zh="授权对象"),
            required=True,
            kind=Kind.SEARCH,
            index=("user", "agency"),
            hint=Text(
                en="Name of the IAM user or agency; federated users cannot be listed, so type their name",
                zh="IAM 子用户或委托的名称；联邦用户无法列出，请输入名称",
            ),
            aliases=("授权对象", "user", "用户"),
            when=("kind", ("iam", "federated", "agency")),
        ),
        Argument(
            "use",
            Text(en="Agency", zh="委托选择"),
            kind=Kind.CHOICE,
            choices=(
                Choice("new", Text(en="Add agency", zh="新增委托")),
                Choice("existing", Text(en="Use existing", zh="已有委托")),
            ),
            aliases=("委托选择",),
            keyed_only=True,
            default="new",
        ),
        Argument(
            "agency",
            Text(en="Existing agency", zh="已有委托"),
            required=True,
            kind=Kind.SEARCH,
            index=("agency",),
            hint=Text(en="Its permissions are shown before anybody approves", zh="审批前会显示该委托的权限"),
            aliases=("委托",),
            keyed_only=True,
            when=("use", ("existing",)),
        ),
        Argument(
            "name",
            Text(en="Name of the new agency", zh="委托名称"),
            check=_suffix,
            hint=Text(
                en="The part after `ma_agency_`; left empty, one is generated",
                zh="`ma_agency_` 之后的部分，留空则自动生成",
            ),
            aliases=("名称", "委托名称"),
            keyed_only=True,
            when=("use", ("new",)),
        ),
        Argument(
            "permissions",
            Text(en="Permissions", zh="权限配置"),
            kind=Kind.CHOICE,
            choices=(
                Choice(
                    "common",
                    Text(en="Common user: everything AI development needs", zh="普通用户：AI 开发所需的全部权限"),
                ),
                Choice("custom", Text(en="Custom: ticked one by one", zh="自定义：逐项勾选")),
            ),
            aliases=("权限", "权限配置"),
            keyed_only=True,
            when=("use", ("new",)),
            default="common",
        ),
        Argument(
            "grants",
            Text(en="Custom permissions", zh="自定义权限"),
            required=True,
            kind=Kind.MULTI,
            index=("permission",),
            hint=Text(
                en="Display names as IAM lists them, with commas between them", zh="IAM 中的权限显示名称，用逗号分隔"
            ),
            aliases=("自定义", "自定义权限"),
            keyed_only=True,
            when=("permissions", ("custom",)),
        ),
        replace(MODE, when=("permissions", ("custom",))),
        replace(REGIONS, when=("permissions", ("custom",))),
        AGREED,
    ),
    recall=recall,
    read=read,
    plan=plan,
    effects={**EFFECTS, "register": REGISTER},
    lesson=lesson,
)
