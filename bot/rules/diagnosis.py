"""Why something was not permitted: which actions it needs, and whether an agency's grants allow them (R3.19, R3.20).

The table of functions is the provider's "Dependencies and Agencies" and its least list for a custom agency.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.records.identity import Grant, PermissionKind, Scope, ScopeKind
from bot.rules.permission import is_global
from bot.say import Say, say

_READ = ("obs:bucket:ListBucket", "obs:object:GetObject")
_READ_AND_WRITE = (*_READ, "obs:object:PutObject")

FUNCTIONS: Mapping[str, tuple[str, ...]] = {
    "training": _READ_AND_WRITE,
    "notebook": (
        *_READ_AND_WRITE,
        "obs:object:GetObjectVersion",
        "obs:object:DeleteObject",
        "obs:bucket:CreateBucket",
        "obs:bucket:HeadBucket",
        "obs:bucket:GetBucketAcl",
        "obs:bucket:PutBucketAcl",
        "obs:bucket:PutBucketCORS",
        "aom:metric:get",
        "aom:metric:list",
        "aom:alarm:list",
        "swr:repository:getNamespace",
        "swr:repository:listNamespace",
        "swr:repository:getRepository",
        "swr:repository:listTags",
        "swr:instance:createTempCredential",
    ),
    "service_logs": (
        "lts:groups:create",
        "lts:groups:list",
        "lts:topics:create",
        "lts:topics:delete",
        "lts:topics:list",
    ),
    "batch_service": _READ_AND_WRITE,
    "dataset": (*_READ_AND_WRITE, "obs:bucket:GetBucketAcl", "obs:bucket:PutBucketAcl", "obs:bucket:PutBucketCORS"),
    "import_model": (*_READ, "swr:repository:getRepository", "swr:repository:listTags"),
    "notification": ("smn:topic:publish", "smn:topic:list"),
    "dedicated_pool": ("vpc:vpcs:list", "vpc:subnets:get", "vpc:ports:create", "vpc:peerings:create"),
    "lite": ("cce:cluster:get", "bms:servers:get", "ims:images:get", "kms:cmk:list"),
}
"""Each function of ModelArts and the actions that it uses in other services on the user's behalf (R3.19).

"lite" stands for the grants that only ModelArts Lite needs: CCE, BMS, IMS, DEW (R3.20).
"""

LITE_SERVICES = ("cce", "bms", "ims", "kms", "dew", "csms")

_WORDS: Mapping[str, tuple[str, ...]] = {
    "training": ("train", "training", "训练"),
    "notebook": ("notebook", "devenviron", "codelab", "开发环境"),
    "service_logs": ("service logs", "log group", "日志"),
    "batch_service": ("batch", "批量服务"),
    "dataset": ("dataset", "labeling", "exeml", "数据集", "标注", "自动学习"),
    "import_model": (
        "model import",
        "import model",
        "导入模型",
        "ai application",
        "service deploy",
        "service start",
        "部署",
        "启动服务",
    ),
    "notification": ("notify", "notification", "通知"),
    "dedicated_pool": ("pool", "专属资源池"),
    "lite": ("lite", "弹性集群"),
}
_ACTION = re.compile(r"(?<![\w:])([a-z][a-z0-9]{1,15}):([A-Za-z][A-Za-z0-9]*):([A-Za-z][A-Za-z0-9]*)(?![\w:])")


class Held(StrEnum):
    """Whether an action is allowed: yes, no, only on some resources or conditions, or hidden behind a system role."""

    YES = "yes"
    NO = "no"
    PARTLY = "partly"
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a text was understood to need: the actions that it names, or those of the function that it is about."""

    actions: tuple[str, ...]
    function: str = ""


def actions_in(text: str) -> tuple[str, ...]:
    """Return the IAM actions that a text names, each once (R3.01)."""
    return tuple(dict.fromkeys(":".join(found) for found in _ACTION.findall(text)))


def understood(text: str) -> Finding | None:
    """Return what an error message or a command needs: named actions win over the function's (R3.01, R3.19)."""
    if named := actions_in(text):
        return Finding(named)
    words = text.casefold()
    for function, signs in _WORDS.items():
        if any(sign in words for sign in signs):
            return Finding(FUNCTIONS[function], function)
    return None


def allowed(action: str, grants: Sequence[Grant], project: str) -> Held:
    """Return whether grants allow an action in a project (or for the account, where it belongs to a global service).

    A denial wins. A system role that lists no actions leaves it undecidable, unless a policy allows it (R3.19).
    """
    near = [grant for grant in grants if _applies(grant.scope, action, project)]
    statements = [
        statement for grant in near for statement in grant.permission.statements if _names(statement.actions, action)
    ]
    if any(statement.effect == "Deny" and not statement.conditions for statement in statements):
        return Held.NO
    whole = [one for one in statements if one.effect == "Allow"]
    if any(not one.resources and not one.conditions for one in whole):
        return Held.YES
    if whole:
        return Held.PARTLY
    hidden = any(one.permission.kind is PermissionKind.ROLE and not one.permission.statements for one in near)
    return Held.ROLE if hidden else Held.NO


def _applies(scope: Scope, action: str, project: str) -> bool:
    if is_global(action):
        return scope.kind is ScopeKind.DOMAIN
    return scope.kind is ScopeKind.ALL_PROJECTS or scope == Scope(ScopeKind.PROJECT, project)


def _names(patterns: Sequence[str], action: str) -> bool:
    """Return whether a pattern, with `*` for anything, is about the action; IAM does not regard letter case."""
    return any(re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), action, re.IGNORECASE) for pattern in patterns)


def verdicts(finding: Finding, grants: Sequence[Grant], project: str) -> dict[str, Held]:
    """Return for each needed action whether an agency's grants allow it (R3.19)."""
    return {action: allowed(action, grants, project) for action in finding.actions}


def missing(found: Mapping[str, Held]) -> tuple[str, ...]:
    """Return the actions that are surely not allowed: what "append" would grant (R3.19)."""
    return tuple(action for action, state in found.items() if state is Held.NO)


def lines(found: Mapping[str, Held], agency: str) -> tuple[Say, ...]:
    """Return what was found, in words: what is missing, what cannot be decided, what concerns Lite only.

    R3.19; R3.20 and R3.30: only Lite needs CCE, BMS, IMS and DEW, and pools that exist go on working.
    """
    said = []
    if lacks := missing(found):
        said.append(say("diagnose.missing", agency=agency, actions=_listed(lacks)))
    if partly := [action for action, state in found.items() if state is Held.PARTLY]:
        said.append(say("diagnose.partly", agency=agency, actions=_listed(partly)))
    if hidden := [action for action, state in found.items() if state is Held.ROLE]:
        said.append(say("diagnose.undecidable", agency=agency, actions=_listed(hidden)))
    if not said:
        said.append(say("diagnose.all_there", agency=agency))
    if any(action.partition(":")[0] in LITE_SERVICES for action in lacks):
        said.append(say("diagnose.lite"))
    return tuple(said)


def _listed(actions: Sequence[str]) -> str:
    return ", ".join(f"`{action}`" for action in actions)
