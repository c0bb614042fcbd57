"""Commands about agencies: the IAM delegation under which ModelArts acts for somebody (R3.06-R3.08, R3.12, R3.13)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence

from bot.command import Argument, Choice, Effect, Facts, Kind, Noun, Outcome, Place, Text
from bot.errors import CloudFault, CloudRefused, Refusal
from bot.ports import Agency, Allowance, Cloud, Grant, Level, Scope, ScopeKind, Statement
from bot.records import Step
from bot.rules import agency as rules
from bot.rules import permission
from bot.rules.agency_words import displays
from bot.rules.figures import FIGURES
from bot.rules.permission import EVERYWHERE, Wanted
from bot.say import say

noun = Noun(
    "agency",
    Text(en="Agencies: what ModelArts may do, for whom, and until when", zh="委托：ModelArts 的权限、适用对象和有效期"),
    aliases=("委托", "agencies"),
)

WHICH = Argument(
    "agency",
    Text(en="Agency", zh="委托"),
    required=True,
    kind=Kind.SEARCH,
    index=("agency",),
    hint=Text(en="Name, as `agency list` shows it", zh="名称，见 `委托 列表`"),
    aliases=("委托", "委托名称", "name", "名称"),
)

GONE = 404


async def known(word: str, cloud: Cloud) -> Facts:
    """Return an agency with everyone who uses it and what it has. Raises `Refusal` where there is none."""
    agencies, rows, projects = await asyncio.gather(
        cloud.agencies.listed(), cloud.authorizations.listed(), cloud.directory.projects()
    )
    agency = rules.chosen(word, agencies)
    grants = await cloud.agencies.grants(agency.id)
    return {"agency": agency, "agencies": agencies, "rows": rows, "projects": projects, "grants": grants}


async def allowance(cloud: Cloud) -> Allowance | None:
    """Return the live quota of agencies, None where it cannot be read: then the catalog's figure holds (R3.07)."""
    try:
        return next((one for one in await cloud.directory.allowances() if one.kind == "agency"), None)
    except CloudFault:
        return None


def region(value: str, _place: Place) -> str:
    """Return a region's id, or the word for all of them (R3.13)."""
    word = value.strip().casefold()
    return EVERYWHERE if word in (EVERYWHERE, "*", "所有", "全部", "所有区域") else word


def regions_of(typed: str, place: Place) -> list[str]:
    """Return the chosen regions, the one in use where none is chosen: the least scope (R3.13)."""
    return typed.split(",") if typed else [place.region]


REGIONS = Argument(
    "regions",
    Text(en="Regions", zh="区域"),
    kind=Kind.MULTI,
    check=region,
    hint=Text(
        en="Where the grants hold; `all` for every region. Left empty: the region in use. Global services such as OBS "
        "are always granted for the account.",
        zh="授权生效的区域，`all` 表示所有区域。留空则为当前区域。OBS 等全局服务始终按账号授权。",
    ),
    placeholder=FIGURES.default_region,
    aliases=("区域", "region"),
    keyed_only=True,
)


MODE = Argument(
    "mode",
    Text(en="Roles or policies", zh="授权方式"),
    kind=Kind.CHOICE,
    choices=(
        Choice("policy", Text(en="Policies: operations, resources, conditions", zh="策略：精确到操作、资源和条件")),
        Choice("role", Text(en="Roles: coarse, with what they depend on", zh="角色：粒度较粗，包含依赖的角色")),
    ),
    aliases=("方式", "授权方式"),
    keyed_only=True,
)


# ---------------------------------------------------------------- steps that several commands take


def create_step(suffix: str, preset: str) -> Step:
    """Return the step that creates ModelArts' agency; `preset` is "common" or "custom" (R3.03, R3.08)."""
    return Step("agency", rules.name_of(suffix), {"suffix": suffix, "preset": preset})


def grant_steps(target: str, suffix: str, wanted: Iterable[Wanted]) -> tuple[Step, ...]:
    """Return a step for each grant; its kind says how far it reaches (R3.13)."""
    return tuple(
        Step(
            f"grant_{one.scope.kind}",
            target,
            {
                "suffix": suffix,
                "permission": one.permission.display,
                "id": one.permission.id,
                "project": one.scope.project,
                "region": one.region,
            },
        )
        for one in wanted
    )


def narrow_step(target: str, suffix: str, wanted: Iterable[Wanted]) -> Step:
    """Return the step that takes away all that was not chosen, before anybody is authorized (R3.08)."""
    kept = [[one.permission.display, one.scope.kind.value, one.scope.project] for one in wanted]
    return Step("narrow", target, {"suffix": suffix, "kept": json.dumps(kept)})


async def of_step(step: Step, cloud: Cloud) -> Agency | None:
    """Return the agency that a step is about: by its suffix where an earlier step created it, else by its name."""
    if step.facts.get("suffix"):
        return rules.created_as(step.facts["suffix"], await cloud.agencies.listed())
    return await cloud.agencies.named(step.target)


async def there(step: Step, cloud: Cloud) -> Agency:
    """Return the agency of a step. Raises `CloudRefused` where it is gone."""
    found = await of_step(step, cloud)
    if found is None:
        raise CloudRefused(say("agency.gone", name=step.target))
    return found


async def _observe_created(step: Step, cloud: Cloud) -> Outcome | None:
    """Return the name that ModelArts gave the agency and what it was granted, read back (R3.03, R3.08)."""
    found = await of_step(step, cloud)
    if found is None:
        return None
    named = {} if found.name == step.target else {"named": found.name}
    return {"agency": found.name, "permissions": displays(await cloud.agencies.grants(found.id)), **named}


async def _create(step: Step, cloud: Cloud) -> None:
    """Have ModelArts create its agency; one of this name is left as it is (R3.03)."""
    await cloud.authorizations.create_agency(step.facts["suffix"])


def _scope(step: Step) -> Scope:
    return Scope(ScopeKind(step.kind.partition("_")[2]), step.facts["project"])


async def _observe_granted(step: Step, cloud: Cloud) -> Outcome | None:
    """Return that the agency has the permission in exactly this scope (R3.13)."""
    found, scope = await there(step, cloud), _scope(step)
    named = (step.facts["permission"], step.facts["id"])
    for grant in await cloud.agencies.grants(found.id):
        if grant.scope == scope and (grant.permission.display in named or grant.permission.id in named):
            return {"granted": grant.permission.display}
    return None


async def _grant(step: Step, cloud: Cloud) -> None:
    """Grant the permission; one that the plan itself created is found by its name (R3.13)."""
    found = await there(step, cloud)
    identity = step.facts["id"] or await _policy_id(step.facts["permission"], cloud)
    await cloud.agencies.grant(found.id, identity, _scope(step))


async def _policy_id(display: str, cloud: Cloud) -> str:
    found = next((one for one in await cloud.permissions.custom() if one.display == display), None)
    if found is None:
        raise CloudRefused(say("agency.policy_gone", name=display))
    return found.id


async def _surplus(step: Step, cloud: Cloud) -> tuple[Agency, list[Grant]]:
    found = await there(step, cloud)
    kept = [(name, Scope(ScopeKind(kind), project)) for name, kind, project in json.loads(step.facts["kept"])]
    return found, permission.surplus(await cloud.agencies.grants(found.id), kept)


async def _observe_narrowed(step: Step, cloud: Cloud) -> Outcome | None:
    """Return that the agency has nothing beyond what was chosen (R3.08)."""
    _, more = await _surplus(step, cloud)
    return None if more else {"narrowed": "yes"}


async def _narrow(step: Step, cloud: Cloud) -> None:
    """Take away what was not chosen; taking twice does no harm, so a second worker may do the same (R3.08)."""
    found, more = await _surplus(step, cloud)
    for grant in more:
        await revoked(cloud, found.id, grant.permission.id, grant.scope)


async def revoked(cloud: Cloud, agency: str, identity: str, scope: Scope) -> None:
    """Take a grant back; one that is gone already is no fault."""
    try:
        await cloud.agencies.revoke(agency, identity, scope)
    except CloudRefused as refused:
        if refused.status != GONE:
            raise


async def _observe_policy(step: Step, cloud: Cloud) -> Outcome | None:
    """Return the custom policy of this name, once it allows the actions (R3.08). One that allows others refuses."""
    name = step.facts["policy"]
    found = next((one for one in await cloud.permissions.custom() if one.display == name), None)
    if found is None:
        return None
    if set(found.actions) != set(step.facts["actions"].split(",")):
        raise CloudRefused(say("agency.policy_differs", name=name))
    return {"policy": found.id}


async def _make_policy(step: Step, cloud: Cloud) -> None:
    """Create the policy with exactly these actions (R3.08, R3.19)."""
    level, actions = Level(step.facts["level"]), tuple(step.facts["actions"].split(","))
    statements: tuple[Statement, ...] = dict(permission.custom_policies(actions))[level]
    await cloud.permissions.create_policy(step.facts["policy"], level, statements, step.facts["about"])


GRANTS = {f"grant_{kind}": Effect(_observe_granted, _grant) for kind in ScopeKind}
EFFECTS = {
    "agency": Effect(_observe_created, _create),
    "narrow": Effect(_observe_narrowed, _narrow),
    "policy": Effect(_observe_policy, _make_policy),
    **GRANTS,
}


def check_not_taken(suffix: str, agencies: Sequence[Agency]) -> None:
    """Refuse a new agency's name that another one has: its grants would be taken over (R3.08)."""
    if (found := rules.created_as(suffix, agencies)) is not None:
        raise Refusal("agency.name_taken", argument="name", name=found.name)
