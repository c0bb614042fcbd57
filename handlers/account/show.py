"""Show the account: who the bot acts as, its projects, what of its quotas is used, and who you are in it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import TypeVar

from bot.command import Ask, Command, Facts, Text
from bot.errors import CloudFault
from bot.ports import Account, Allowance, Balance, Cloud, IamUser, Principal, Project, RealName, Watched
from bot.reply import Link, Offer, Reply, Row, first_rows
from bot.rules.authorization import who
from bot.rules.figures import FIGURES
from bot.rules.links import Page, link, region_name
from bot.say import Say, say

T = TypeVar("T")
QUOTAS = ("agency", "user", "group", "policy")


async def recall(ask: Ask, watched: Watched) -> Facts:
    """Recall which principal the person is (R3.21)."""
    return {"own": await watched.principal(ask.person)}


async def read(_ask: Ask, cloud: Cloud) -> Facts:
    """Ask everything at the same time; what cannot be read is told with its reason, and spoils nothing else."""
    account, caller, projects, allowances, real_name, balance = await asyncio.gather(
        cloud.directory.account(),
        _or_fault(cloud.directory.caller()),
        _or_fault(cloud.directory.projects()),
        _or_fault(cloud.directory.allowances()),
        _or_fault(cloud.customer.real_name()),
        _or_fault(cloud.customer.balance()),
    )
    return {
        "account": account,
        "caller": caller,
        "projects": projects,
        "allowances": allowances,
        "real_name": real_name,
        "balance": balance,
    }


async def _or_fault(asked: Awaitable[T]) -> T | CloudFault:
    try:
        return await asked
    except CloudFault as fault:
        return fault


def answer(ask: Ask, facts: Facts) -> Reply:
    """Return who the bot acts as, real-name state, quotas, the person's own link, and the projects (R1.01, R1.03)."""
    account: Account = facts["account"]
    own: Principal | None = facts["own"]
    lines = (_caller(facts["caller"]), *_real_name(facts["real_name"]), *_balance(facts["balance"]))
    projects = facts["projects"]
    rows = [_project(project, ask) for project in projects] if not isinstance(projects, CloudFault) else []
    return Reply(
        say("account.show.head", name=account.name, id=account.id, region=region_name(ask.place.region)),
        (*lines, *_quotas(facts["allowances"]), _own(own), say("account.show.one_account")),
        first_rows(rows, FIGURES.lists.rows),
        _mends(facts, ask.place.region),
        offers=() if own else (Offer("account link", {}, say("account.offer.link")),),
    )


def _caller(caller: IamUser | CloudFault | None) -> Say:
    if isinstance(caller, CloudFault):
        return say("account.show.caller_unknown", why=caller.say)
    return say("account.show.caller", name=caller.name) if caller else say("account.show.caller_none")


def _real_name(state: RealName | CloudFault) -> tuple[Say, ...]:
    """Return the state of real-name authentication, "not available" on the international site (R1.01)."""
    if isinstance(state, CloudFault):
        return (say("account.show.real_name_unknown", why=state.say),)
    return (say(f"account.real_name.{state}"),)


def _balance(balance: Balance | CloudFault) -> tuple[Say, ...]:
    """Return a hint where money is owed or gone; what the key may not see is not told."""
    if isinstance(balance, CloudFault):
        return ()
    if balance.debt > 0:
        return (say("account.show.arrears", debt=f"{balance.debt:.2f}", currency=balance.currency),)
    return () if balance.amount > 0 else (say("account.show.no_balance", currency=balance.currency),)


def _quotas(allowances: Sequence[Allowance] | CloudFault) -> tuple[Say, ...]:
    if isinstance(allowances, CloudFault):
        return (say("account.show.quotas_unknown", why=allowances.say),)
    found = {one.kind: one for one in allowances}
    return tuple(
        say(f"account.quota.{kind}", used=found[kind].used, limit=found[kind].limit) for kind in QUOTAS if kind in found
    )


def _own(own: Principal | None) -> Say:
    return say("account.show.linked", who=who(own)) if own else say("account.show.not_linked")


def _project(project: Project, ask: Ask) -> Row:
    here = (say("account.show.in_use"),) if project.name == ask.place.region else ()
    closed = () if project.enabled else (say("account.show.disabled"),)
    return Row(say("account.show.project", name=project.name, id=project.id), (*here, *closed))


def _mends(facts: Facts, region: str) -> tuple[Link, ...]:
    """Return the one link that mends what is wrong, or the console's own page (R1.02, R2.01)."""
    balance = facts["balance"]
    if isinstance(balance, Balance) and (balance.debt > 0 or balance.amount <= 0):
        return (link(Page.BALANCE, region),)
    if facts["real_name"] in (RealName.NOT_DONE, RealName.REJECTED, RealName.IN_REVIEW):
        return (link(Page.REAL_NAME, region),)
    return (link(Page.HOME, region),)


command = Command(
    "account show",
    summary=Text(en="Who the bot acts as, projects, quotas, and who you are", zh="查看账号、项目、配额及您的身份"),
    rules=("R1.01", "R1.02", "R1.03", "R3.21"),
    aliases=("查看", "显示"),
    recall=recall,
    read=read,
    answer=answer,
)
