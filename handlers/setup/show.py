"""Verify what a new account needs, and keep the checklist that says so."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import TypeVar

from bot.command import Argument, Ask, Choice, Command, Facts, Kind, Text
from bot.errors import CloudFault
from bot.ports import Cloud
from bot.records import Item
from bot.records.identity import Authorization, AuthorizationType, Project
from bot.rules import bucket
from bot.rules.figures import FIGURES
from bot.rules.setup import Line, Seen, items
from bot.say import Say

T = TypeVar("T")


async def read(ask: Ask, cloud: Cloud) -> Facts:
    """Look at everything an API tells, reading only; what refuses becomes its reason (R1.01)."""
    account, real_name, projects, authorizations, buckets, packages = await asyncio.gather(
        _told(cloud.directory.account()),
        _told(cloud.customer.real_name()),
        _told(cloud.directory.projects()),
        _told(cloud.authorizations.listed()),
        _told(_usable(cloud, ask.place.region)),
        _told(cloud.packages.listed()),
    )
    return {
        "seen": Seen(
            ask.place.region,
            account if isinstance(account, Say) else account.name,
            real_name,
            projects if isinstance(projects, Say) else _project(projects, ask.place.region),
            authorizations if isinstance(authorizations, Say) else _counted(authorizations),
            buckets,
            packages if isinstance(packages, Say) else sum(package.state == "active" for package in packages),
        )
    }


async def _told(asked: Awaitable[T]) -> T | Say:
    """Return an answer, or the reason why there is none: one refusal must not hide the other lines."""
    try:
        return await asked
    except CloudFault as fault:
        return fault.say


def _project(projects: Sequence[Project], region: str) -> str:
    return next((project.id for project in projects if project.name == region and project.enabled), "")


def _counted(found: Sequence[Authorization]) -> tuple[int, int]:
    """Return how many authorizations go by agency, and how many by access key (R3.16)."""
    agencies = sum(one.type is AuthorizationType.AGENCY for one in found)
    return agencies, len(found) - agencies


async def _usable(cloud: Cloud, here: str) -> list[str]:
    """Return buckets of the region with default encryption off, out of the first ones by name (R4.01, R4.02)."""
    names = sorted(found.name for found in await cloud.buckets.listed() if found.region == here)[: FIGURES.lists.rows]
    turn = asyncio.Semaphore(FIGURES.lists.at_once)
    encryption = await asyncio.gather(*(_encryption(cloud, name, turn) for name in names))
    uses = [bucket.use(here, here, algorithm) for algorithm in encryption]
    return [name for name, use in zip(names, uses, strict=True) if use is bucket.Use.YES]


async def _encryption(cloud: Cloud, name: str, turn: asyncio.Semaphore) -> str | None:
    async with turn:
        found = await _told(cloud.buckets.encryption(name))
    return None if isinstance(found, Say) else found


def verified(_ask: Ask, facts: Facts) -> tuple[Item, ...]:
    """Return the checklist's lines as the cloud shows them now (R1.01, R1.03)."""
    return items(facts["seen"])


command = Command(
    "setup",
    summary=Text(
        en="What this account still needs for ModelArts, verified line by line",
        zh="逐项检查账号使用 ModelArts 还缺什么",
    ),
    rules=("R1.01", "R1.03", "R3.16", "R3.28", "R4.01", "R4.02", "R5.21"),
    arguments=(
        Argument(
            "tick",
            Text(en="Tick a line", zh="勾选一项"),
            kind=Kind.CHOICE,
            choices=(
                Choice(Line.CHARGES, Text(en="What costs money", zh="费用说明")),
                Choice(Line.CONSOLE, Text(en="Console", zh="管理控制台")),
                Choice(Line.REAL_NAME, Text(en="Real-name authentication", zh="实名认证")),
                Choice(Line.REGION, Text(en="Region", zh="区域")),
            ),
            hint=Text(en="Lines that no API answers; recorded with your name", zh="无法通过接口验证的项；会记录勾选人"),
            aliases=("勾选",),
            keyed_only=True,
        ),
    ),
    read=read,
    checklist=verified,
)
