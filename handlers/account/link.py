"""Link a Slack person to an IAM user or a federated user; an administrator confirms it (R3.21)."""

from __future__ import annotations

from bot.command import Argument, Ask, Choice, Command, Effect, Facts, Kind, Linking, Outcome, Plan, Risk, Text
from bot.errors import CloudRefused, Refusal
from bot.ports import Cloud, Principal, PrincipalKind, Watched
from bot.records import Step
from bot.rules.authorization import principal_of, same, who
from bot.say import People, say

NOBODY = "none"


async def recall(ask: Ask, watched: Watched) -> Facts:
    """Recall whom the person is linked to now."""
    return {"own": await watched.principal(ask.person)}


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """Read the IAM users where one of them is meant: a name that is not there is refused before anybody is asked."""
    return {"users": await cloud.directory.users() if ask["kind"] == "iam" else ()}


def plan(ask: Ask, facts: Facts) -> Plan:
    """Plan the link that the person asks for; it is never guessed, and shows both names to who confirms it (R3.21)."""
    own: Principal | None = facts["own"]
    if ask["kind"] == NOBODY:
        return _unlink(ask, own)
    if not ask["principal"].strip():
        raise Refusal("account.link.whom", argument="principal")
    principal = principal_of(ask["kind"], ask["principal"], facts["users"], ())
    if own is not None and same(own, principal):
        raise Refusal("account.link.already", argument="principal", who=who(own))
    notes = [say("account.link.meaning"), say("account.link.check", person=_both(ask), who=who(principal))]
    if own is not None:
        notes.append(say("account.link.instead", who=who(own)))
    facts_of = {"kind": principal.kind.value, "id": principal.id, "name": principal.name}
    return Plan(
        title=say("account.link.title", person=People((ask.person.id,)), who=who(principal)),
        steps=(Step("link", principal.name, {**_person(ask), **facts_of}),),
        risk=Risk.CHANGE,
        notes=tuple(notes),
    )


def _unlink(ask: Ask, own: Principal | None) -> Plan:
    if own is None:
        raise Refusal("account.link.none", argument="kind")
    title = say("account.link.unlink", person=People((ask.person.id,)), who=who(own))
    return Plan(title, (Step("unlink", own.name, _person(ask)),), Risk.CHANGE, (say("account.link.loses"),))


def _person(ask: Ask) -> dict[str, str]:
    return {"person": ask.person.id, "person_name": ask.person.name}


def _both(ask: Ask) -> str:
    return f"{ask.person.name} ({ask.person.id})"


async def observe_link(step: Step, cloud: Cloud) -> Outcome:
    """Return the principal, an IAM user only if it is still there with this name; federated users cannot be listed."""
    if step.facts["kind"] == PrincipalKind.IAM_USER:
        found = await cloud.directory.user(step.facts["id"])
        if found is None or found.name != step.facts["name"]:
            raise CloudRefused(say("cloud.gone", name=step.facts["name"], code="IAM.0004"), code="IAM.0004", status=404)
    return {"principal": step.facts["name"]}


async def observe_unlink(step: Step, _cloud: Cloud) -> Outcome:
    """Return that the person is nobody from now on: the cloud knows nothing of it."""
    return {"principal": step.target}


async def nothing(_step: Step, _cloud: Cloud) -> None:
    """Do nothing in the cloud: the link is a record of ours, written when the operation is finished."""


def linked(step: Step, _outcome: Outcome) -> Linking:
    """Return whom the step links to which principal."""
    facts = step.facts
    if step.kind == "unlink":
        return facts["person"], None
    return facts["person"], Principal(PrincipalKind(facts["kind"]), facts["id"], facts["name"])


command = Command(
    "account link",
    summary=Text(
        en="Say which IAM user you are; an administrator confirms it", zh="声明您对应的 IAM 用户，由管理员确认"
    ),
    rules=("R3.21",),
    risk=Risk.CHANGE,
    aliases=("关联", "绑定"),
    arguments=(
        Argument(
            "principal",
            Text(en="Your name in IAM", zh="您在 IAM 中的名称"),
            kind=Kind.SEARCH,
            index=("user",),
            when=("kind", ("iam", "federated")),
            hint=Text(en="Federated users cannot be listed: type the name", zh="联邦用户无法列出，请直接输入名称"),
            aliases=("用户", "user", "name", "名称"),
        ),
        Argument(
            "kind",
            Text(en="You are", zh="身份类型"),
            kind=Kind.CHOICE,
            choices=(
                Choice("iam", Text(en="an IAM user", zh="IAM子用户")),
                Choice("federated", Text(en="a federated user", zh="联邦用户")),
                Choice(NOBODY, Text(en="nobody any more: take the link away", zh="解除关联")),
            ),
            default="iam",
            aliases=("类型", "type"),
        ),
    ),
    recall=recall,
    read=read,
    plan=plan,
    effects={"link": Effect(observe_link, nothing), "unlink": Effect(observe_unlink, nothing)},
    linked=linked,
)
