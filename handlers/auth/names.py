"""Names for forms: IAM users, agencies, permissions, and who is authorized."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.command import Index
from bot.ports import Cloud
from bot.records import Named
from bot.rules.agency import trusts_modelarts
from handlers.auth import label


async def _users(cloud: Cloud, _within: str) -> Sequence[Named]:
    """Return the IAM users by name (R3.04)."""
    return [Named(user.name) for user in await cloud.directory.users()]


async def _agencies(cloud: Cloud, _within: str) -> Sequence[Named]:
    """Return the agencies, those that ModelArts acts by first, each with whom it trusts (R3.06)."""
    found = sorted(await cloud.agencies.listed(), key=lambda one: (not trusts_modelarts(one), one.name))
    return [Named(one.name, note="ModelArts" if trusts_modelarts(one) else one.trusted) for one in found]


async def _permissions(cloud: Cloud, _within: str) -> Sequence[Named]:
    """Return the system permissions and the account's own, with kind and service (R3.08)."""
    system, custom = await asyncio.gather(cloud.permissions.system(), cloud.permissions.custom())
    return [Named(one.display, note=f"{one.kind} · {one.catalog or '–'}") for one in (*custom, *system)]


async def _authorized(cloud: Cloud, _within: str) -> Sequence[Named]:
    """Return every principal that has an authorization, with its agency (R3.10)."""
    return [Named(label(row.principal), note=row.agency or row.type) for row in await cloud.authorizations.listed()]


indexes = (
    Index("user", _users),
    Index("agency", _agencies),
    Index("permission", _permissions),
    Index("authorized", _authorized),
)
