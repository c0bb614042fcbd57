"""Commands about access authorizations: which principal uses which agency (R3.02-R3.06, R3.10)."""

from __future__ import annotations

import asyncio

from bot.command import Argument, Effect, Facts, Kind, Noun, Outcome, Place, Text
from bot.errors import CloudRefused, Refusal
from bot.ports import Authorization, AuthorizationType, Cloud, Principal, PrincipalKind
from bot.records import Step
from bot.rules.authorization import row_of
from bot.rules.links import Page, address
from handlers.agency import there

noun = Noun(
    "auth",
    Text(en="Access authorization: who may let ModelArts act for them", zh="访问授权：谁可以让 ModelArts 代为操作"),
    aliases=("授权", "访问授权", "authorization"),
)

WORD = "DELETE"
NOT_THERE = "ModelArts.0429"


def typed_delete(value: str, _place: Place) -> str:
    """Return the word that has to be typed before anything is deleted (R3.14, R3.15). Refuses any other."""
    if value.strip() != WORD:
        raise Refusal("auth.type_delete", word=WORD)
    return WORD


CONFIRM = Argument(
    "confirm",
    Text(en="Type DELETE", zh="请输入 DELETE"),
    required=True,
    check=typed_delete,
    hint=Text(en="In capital letters, so that it does not happen by accident", zh="须为大写，以免误操作"),
    placeholder=WORD,
    aliases=("确认",),
)

WHOSE = Argument(
    "principal",
    Text(en="Whose authorization", zh="授权对象"),
    required=True,
    kind=Kind.SEARCH,
    index=("authorized",),
    hint=Text(en="Name as `auth list` shows it; `all` for all users", zh="名称，见 `授权 列表`；`all` 表示所有用户"),
    aliases=("授权对象", "user", "用户", "name", "名称"),
)

AGREED = Argument(
    "agreed",
    Text(en="ModelArts Service Statement", zh="《ModelArts服务声明》"),
    required=True,
    kind=Kind.FLAG,
    hint=Text(
        en="I have read and agree to the ModelArts Service Statement, which stands on the console's page "
        "Global Configuration > Add Authorization",
        zh="我已阅读并同意《ModelArts服务声明》（见控制台“全局配置 > 添加授权”页面）",
    ),
    aliases=("同意",),
    keyed_only=True,
)


async def listed(cloud: Cloud) -> Facts:
    """Return agencies and authorizations, as they are now."""
    agencies, rows = await asyncio.gather(cloud.agencies.listed(), cloud.authorizations.listed())
    return {"agencies": agencies, "rows": rows}


def chosen(word: str, facts: Facts) -> Authorization:
    """Return the authorization of a principal by name or id; `all` is all users. Raises `Refusal`."""
    plain = word.strip().casefold()
    found: list[Authorization] = [row for row in facts["rows"] if plain in names_of(row.principal)]
    if not found:
        raise Refusal("auth.not_there", argument="principal", name=word)
    if len(found) > 1:
        ids = ", ".join(f"`{row.principal.id}`" for row in found)
        raise Refusal("auth.which", argument="principal", name=word, ids=ids)
    return found[0]


def names_of(principal: Principal) -> tuple[str, ...]:
    """Return the words by which a principal is typed, in lower case."""
    if principal.kind is PrincipalKind.ALL_USERS:
        return ("all", "all-users", "all users", "所有用户", "全部")
    return tuple(word.casefold() for word in (principal.name, principal.id) if word)


def label(principal: Principal) -> str:
    """Return a principal in one word, as it is typed."""
    return "all" if principal.kind is PrincipalKind.ALL_USERS else principal.name or principal.id


def page(region: str) -> str:
    """Return the address of the console's page of authorizations, where the service statement stands (R3.09)."""
    return address(Page.AUTHORIZATION, region)


# ---------------------------------------------------------------- steps that several commands take


def register_step(principal: Principal, agency: str, suffix: str = "") -> Step:
    """Return the step that lets a principal use an agency; `suffix` is that of one which this plan creates (R3.03)."""
    facts = {"kind": principal.kind.value, "id": principal.id, "name": principal.name}
    return Step("register", label(principal), {**facts, "agency": agency, "suffix": suffix})


def remove_step(principal: Principal, agency: str) -> Step:
    """Return the step that deletes a principal's authorization by this agency (R3.14)."""
    facts = {"kind": principal.kind.value, "id": principal.id, "name": principal.name}
    return Step("remove", label(principal), {**facts, "agency": agency})


def principal_of(step: Step) -> Principal:
    """Return the principal that a step is about."""
    return Principal(PrincipalKind(step.facts["kind"]), step.facts["id"], step.facts["name"])


async def _agency_of(step: Step, cloud: Cloud) -> str:
    """Return the name of the agency that is to be used, read back where this plan created it (R3.08)."""
    return (await there(Step("agency", step.facts["agency"], step.facts), cloud)).name


async def observe_registered(step: Step, cloud: Cloud) -> Outcome | None:
    """Return the agency, once the principal's authorization uses it (R3.03)."""
    row = row_of(principal_of(step), await cloud.authorizations.listed())
    if row is None or row.type is not AuthorizationType.AGENCY or row.agency != await _agency_of(step, cloud):
        return None
    return {"agency": row.agency}


async def register_row(step: Step, cloud: Cloud) -> None:
    """Authorize the principal; a second one is refused by ModelArts, so none is made twice (R3.03)."""
    await cloud.authorizations.register(principal_of(step), await _agency_of(step, cloud))


async def observe_removed(step: Step, cloud: Cloud) -> Outcome | None:
    """Return that the authorization by this agency is gone (R3.14)."""
    row = row_of(principal_of(step), await cloud.authorizations.listed())
    return None if row is not None and row.agency == step.facts["agency"] else {"removed": step.target}


async def delete_row(step: Step, cloud: Cloud) -> None:
    """Delete the authorization; one that is gone already is no fault (R3.14)."""
    try:
        await cloud.authorizations.remove(principal_of(step))
    except CloudRefused as refused:
        if refused.code != NOT_THERE:
            raise


async def observe_cleared(step: Step, cloud: Cloud) -> Outcome | None:
    """Return that none of the authorizations is left that there were when it was asked (R3.15, R3.16)."""
    rows = await cloud.authorizations.listed()
    old = [row for row in rows if row.created <= float(step.facts["asked"]) or row.type is AuthorizationType.CREDENTIAL]
    return None if old else {"cleared": step.target}


async def clear_rows(_step: Step, cloud: Cloud) -> None:
    """Delete every authorization; the agencies stay in IAM (R3.15)."""
    await cloud.authorizations.clear()


REGISTER = Effect(observe_registered, register_row)
REMOVE = Effect(observe_removed, delete_row)
CLEAR = Effect(observe_cleared, clear_rows)


def administrators_only(facts: Facts, command: str) -> None:
    """Refuse whoever is no administrator: they ask one with a click instead (R3.05, R3.15)."""
    if not facts["administers"]:
        raise Refusal("auth.administrators_only", command=command).mended_by(command)
